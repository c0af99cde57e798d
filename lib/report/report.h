/* report: one question to ask of a fleet, kept as NAME.sql.
 * SPDX-License-Identifier: MIT
 *
 * A report file is one SELECT. The comment lines that it begins with say what it is:
 *
 *	-- title: What it answers, in one line
 *	-- needs: database		or findings, either, two, or database alone: then a stream is
 *					never looked at; either where it is not said
 *	-- table: kind app service	the columns that --format table shows; all where it is not said
 *	-- place: file line column	the columns that make the place in --format gcc and the like, and
 *					maybe the length there; where it is not said, the report has no
 *					such format
 *	-- other: other_file other_line other_column	likewise, of a second place
 *	-- message: message		the column that is the text there
 *	-- scan: --secrets		the option of scan that a folder is scanned with for it
 *	-- claims: enough		it asks of nothing but what can clash, so a folder is scanned with
 *					scan --claims, and such findings do
 *	-- level: severity		error, warning or note; or a column: problem and gap are an error
 *					and a warning; where it is not said, a report that fails is of
 *					errors and another one of notes
 *	-- rule: kind			the column whose words tell its rows apart
 *	-- help: port What it means.	of such a word; one line each
 *	-- right: host_port		columns aligned right even where not all their cells are numbers
 *	-- fails: rows			exit 1 where there is any row; or SELECT …, exit 1 where its first
 *					cell is not 0
 *	-- none: No clashes		said on a terminal where there are no rows
 *	-- note: SELECT …		text said on a terminal below the table; may be given several times
 *	-- page: 10			its place on the page of a whole audit, lower numbers first; where
 *					it is not said, the report is not on it. Behind the number may stand
 *					`edits`: it is shown as the text before and after each change; or
 *					`before`: below it stands what there was before the last plan;
 *					or `hosts`: it is on the page of several hosts alone
 *
 * Comment lines of any other form are prose, for its reader and for the page. */
#ifndef BERTH_REPORT_REPORT_H
#define BERTH_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"

struct error;

enum report_needs {
	REPORT_EITHER,		/* findings, from a stream or from the database */
	REPORT_FINDINGS,	/* findings that come from a stream */
	REPORT_DATABASE,	/* the database; findings go with it where there are any */
	REPORT_ALONE,		/* the database alone: a stream has nothing to say to it */
	REPORT_TWO		/* two audits */
};

enum report_shape { REPORT_TABLE, REPORT_EDITS, REPORT_BEFORE, REPORT_HOSTS };

struct report_words {
	struct str *items;
	size_t count, cap;
};

/* Tables of an audit that are filled only where a report asks them. */
struct report_asks {
	bool findings;			/* itself, not through a view */
	bool free;			/* free_ports or free_pairs */
	bool hosts, placements;
};

struct report {
	struct arena arena;		/* everything below */
	struct str name;		/* as in `report NAME` */
	struct str path;		/* NUL behind it */
	struct str sql;			/* the whole file: lines in SQLite's messages are the file's */
	struct str query;		/* what stands behind the header, in SQL */
	struct str title;
	struct str prose;		/* the other comment lines, joined by blanks */
	enum report_needs needs;
	struct report_words table, place, other, right, notes, helps;
	struct str scan;		/* the option of scan that a folder is scanned with; empty: none */
	bool is_of_claims;		/* findings of scan --claims do */
	struct str message, level, rule;
	struct str fails;		/* empty: never; "rows"; or a SELECT */
	struct str none;
	uint64_t page;			/* 0: not there */
	enum report_shape shape;	/* on the page */
	struct report_asks asks;	/* asked_find sets it */
};

#define REPORT_INIT { .arena = ARENA_INIT }

struct report_set {
	struct report *items;
	size_t count, cap;
};

#define REPORT_SET_INIT { NULL, 0, 0 }

/* Where reports are looked for, first to last: FOLDER (--reports), $BERTH_REPORTS (ENVIRONMENT),
 * ../reports and the share folder beside the PROGRAM. Each may be NULL. */
struct report_path {
	const char *folder;
	const char *environment;
	const char *program;		/* its file's path */
};

/* The path with FOLDER (may be NULL), $BERTH_REPORTS, and the file of the running program, which without
 * /proc is ARGV0. Strs live in ARENA and in the environment. */
struct report_path report_path(struct arena *, const char *folder, const char *argv0);
/* Reads the report NAME: a path where it holds a slash or ends in .sql, else NAME.sql in the first folder
 * that has it. Where that one says no page, the next of its name does. -1: there is none (the error names the
 * nearest), or its header says what no report can. */
int report_open(struct report *ret, const char *name, const struct report_path *, struct error *);
/* Reads a report from TEXT (copied), as if it stood at PATH. */
int report_parse(struct report *ret, struct str name, struct str path, struct str text, struct error *);
void report_release(struct report *);

/* Reads all reports on the path, each name once, sorted by it. -1: no folder of the path can be read, or one
 * of them is no report. */
int report_set_open(struct report_set *ret, const struct report_path *, struct error *);
void report_set_release(struct report_set *);

MEM_AUTO(report);
MEM_AUTO(report_set);

#endif
