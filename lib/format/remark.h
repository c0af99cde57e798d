/* remark: a row as something that is said of a place in a file: what editors, CI and code scanning take.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FORMAT_REMARK_H
#define BERTH_FORMAT_REMARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena;
struct buf;
struct rows;

enum remark_level { REMARK_NOTE, REMARK_WARNING, REMARK_ERROR };

/* What a word in the column `rule` means, and what to do about it. */
struct remark_rule {
	struct str name, help;
};

/* Which columns of the rows say it; -1: none. `other` is a second place that has to do with it. */
struct remark_columns {
	struct remark_place_columns {
		int file, line, column, length;
		/* from 1: of the folder that stands for a file where there is none; 0: none does */
		int folder;
	} place, other;
	int message, rule, level;
};

#define REMARK_NOWHERE { { -1, -1, -1, -1, 0 }, { -1, -1, -1, -1, 0 }, -1, -1, -1 }

struct remarks {
	const struct rows *rows;
	struct remark_columns at;
	enum remark_level level;	/* where no column says */
	struct str name, title;		/* of the report */
	const struct remark_rule *rules;
	size_t rule_count;
	/* Files are relative to the fleet's ROOT; one that lies in the folder HERE (both absolute, HERE may
	 * be empty) is named from there, any other absolutely. */
	struct str root, here;
	struct str version;		/* of berth */
	bool colour, ascii;		/* of an explanation */
};

struct remark_place {
	struct str file;		/* empty: it is of no file */
	uint64_t line, column, length;	/* line and column from 1; 0: not known */
};

struct remark {
	struct remark_place place, other;
	enum remark_level level;
	struct str rule;		/* empty: of the report as a whole */
	struct str message;
};

/* What row I says. Strs are the rows' or in ARENA. */
struct remark remark_at(const struct remarks *, size_t i, struct arena *);
/* error, warning, note */
struct str remark_level_name(enum remark_level);

/* Appends `file:line:column`; without a file `berth`, without a line 1. */
void remark_place_add(struct buf *, const struct remark_place *);

/* Each appends all of them. `file:line:column: error: message`, as gcc says it, a line each. */
void remark_gcc(struct buf *, const struct remarks *);
/* GitHub's workflow commands, which it shows beside the lines of a pull request. */
void remark_github(struct buf *, const struct remarks *);
/* SARIF 2.1.0, for code scanning: JSON with the rules and their help. */
void remark_sarif(struct buf *, const struct remarks *);
/* JUnit's XML: a case that failed for each error and warning, one that passed where there is none. */
void remark_junit(struct buf *, const struct remarks *);

/* For a person: each as gcc says it, with the line it is about and the place in it underlined, then what the
 * rules that were met mean. Of a line only the key and what stands around the place is shown: the rest may be
 * a secret. */
void remark_explain(struct buf *, const struct remarks *);

#endif
