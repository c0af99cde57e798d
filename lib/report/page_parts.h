/* page_parts: what the page of an audit is made of.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_PAGE_PARTS_H
#define BERTH_REPORT_PAGE_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct audit;
struct buf;
struct error;
struct report;
struct rows;

/* A section with its heading. NAME becomes its id. */
void page_section_open(struct buf *, struct str name, struct str title);
void page_section_close(struct buf *);
/* What can be folded away within a section: COUNT of WHAT. */
void page_part_open(struct buf *, size_t count, const char *what, bool open);
void page_part_close(struct buf *);
/* What the report's file says of its columns, folded away. */
void page_prose(struct buf *, const struct report *);
/* The rows that the report gave: the columns that it wants in a table, and their places; below it its notes.
 * Of more than two thousand rows the first ones, and how many there are. */
int page_table(
    struct buf *, struct audit *, const struct report *, const struct rows *rows, struct error *);
/* Likewise the rows of many hosts, the first of COUNT: with the host before the others, and no notes. */
void page_table_of_hosts(struct buf *, const struct report *, const struct rows *rows, size_t count);
/* What clashed before the last plan, where that is applied: folded away, in the columns of REPORT
 * (conflicts). */
int page_before(struct buf *, struct audit *, const struct report *, struct error *);
/* The summary: in sentences, which SQL selects. */
int page_words(struct buf *, struct audit *, const char *sql, struct error *);
/* The maps of ports: now, or before and after the last plan. */
int page_maps(struct buf *, struct audit *, struct error *);
/* The last plan's changes, app by app and file by file, as text before and after. Of more
 * than four hundred apps the first ones, and how many there are. */
int page_diffs(struct buf *, struct audit *, struct error *);

#endif
