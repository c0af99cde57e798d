/* question: what was asked of report, from the words of its command line to the bytes of its answer.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_QUESTION_H
#define BERTH_REPORT_QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"
#include "report/only.h"
#include "report/render.h"
#include "report/report.h"

struct accept;
struct error;

/* As the command line has it; strings are borrowed. */
struct question {
	char **operands;
	int count;			/* of operands */
	const char *db;			/* the database's path */
	/* files, or `-`; none: standard input where it has something to say */
	const char *const *findings;
	size_t findings_count;
	const char *out;		/* with `all`: the folder that the reports go to */
	const char *format;		/* NULL: HOW's */
	/* how long standard input may be silent, in milliseconds; -1: for ever */
	int patience;
	struct accept *accepted;	/* as in audit_options */
	bool list, partial, host_check, explain;
	struct only only;		/* of which apps alone */
	/* the answer goes to one: what would move its cursor is written out */
	bool terminal;
	struct report_path path;
	struct render_options how;
};

struct answer {
	bool fails;			/* a report found what must not be */
	size_t problems;		/* in the findings */
	size_t files;			/* written to OUT */
	size_t left_out;		/* streams of many that could not be read, each a line of LOSSES */
	struct buf losses;		/* owned */
	/* of a database: as of which plan this is, whether the files may say something else, and how to ask
	 * them; owned */
	struct buf note;
};

#define ANSWER_INIT { .losses = BUF_INIT, .note = BUF_INIT }

void answer_release(struct answer *);

/* Whether the answer may come from findings on standard input that nobody has named, so that somebody may
 * have to wait for them. What is wrong with the operands is told by question_answer. */
bool question_waits(const struct question *);
/* The folder that stands behind what is asked, or instead of a report where a page is asked for: findings of
 * it are meant. NULL: none does. Takes it out of the operands. */
const char *question_take_folder(struct question *);
/* The option of scan with which a folder is scanned for the report that is asked for; empty: none. */
struct str question_scan_option(const struct question *, struct arena *);
/* Whether there is a report of that NAME. */
bool question_is_report(const char *name, const struct report_path *);
/* Appends the answer to B: of one report, of two audits, of all reports on a page, or their list. -1 where
 * the operands ask for nothing that there is, the source is not there or damaged, or standard input is
 * silent for longer than PATIENCE. RET must be ANSWER_INIT. */
int question_answer(const struct question *, struct buf *b, struct answer *ret, struct error *);

MEM_AUTO(answer);

#endif
