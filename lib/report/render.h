/* render: a report's rows in the format that was asked for.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_RENDER_H
#define BERTH_REPORT_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/str.h"

struct audit;
struct buf;
struct error;
struct report;
struct report_path;
struct rows;

enum render_format {
	RENDER_CSV, RENDER_TABLE, RENDER_JSON, RENDER_HTML,
	RENDER_GCC, RENDER_SARIF, RENDER_GITHUB, RENDER_JUNIT,	/* of what has a place */
	RENDER_EXPLAIN			/* likewise; an option of its own */
};

/* As --help names them. */
#define RENDER_FORMATS "csv|table|json|html|gcc|sarif|github|junit"

struct render_options {
	enum render_format format;
	size_t width;		/* of the terminal; 0: no limit */
	bool colour, ascii;	/* of a table */
	bool safe;		/* of CSV: guard what a spreadsheet would run */
	bool quiet;		/* of a table: no notes below it */
	struct str here;	/* the current folder, from which places are named; may be empty */
	struct str version;	/* of berth */
	FILE *stream;		/* where CSV goes as it comes; NULL: to the answer, with all else */
};

/* The format of that name. -1 with the nearest in the error. */
int render_format_parse(const char *name, enum render_format *ret, struct error *);
/* Appends the names and titles of all reports on the path. */
int render_list(struct buf *, const struct report_path *, const struct render_options *, struct error *);
/* Runs REPORT over AUDIT and appends the result, or writes it to the stream, which is asked at its end
 * whether it could be written. *ret_fails: whether by the report's own rule it found what must not be. */
int render_report(struct buf *, struct audit *, const struct report *, const struct render_options *,
    bool *ret_fails, struct error *);
/* The ROWS that REPORT gave of COUNT hosts, in any format but CSV. Unless they are IS_ACROSS all of them
 * their last column is the host, which a message has before it then. */
int render_hosts(struct buf *, const struct report *, struct rows *rows, size_t count, bool is_across,
    const struct render_options *, struct error *);

#endif
