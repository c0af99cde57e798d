/* screen: a stream as a table of what matters to a person.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FORMAT_SCREEN_H
#define BERTH_FORMAT_SCREEN_H

struct buf;
struct error;
struct table_options;

/* Which columns of a stream are shown, and of which rows, by the words of its first column; each list parted
 * by blanks. ROWS NULL: all. */
struct screen_view {
	const char *columns, *rows;
};

/* Appends the table of the CSV on FD. */
int screen_add(
    struct buf *, int fd, const struct screen_view *, const struct table_options *, struct error *);

#endif
