/* options: one table that both parses the command line and prints the help.
 * SPDX-License-Identifier: MIT
 *
 * Long and short options, options after operands, `--`, `--name=value`, `-nvalue`, bundled short flags,
 * unambiguous prefixes of long names; a mistyped option is answered with the nearest one. */
#ifndef BERTH_SYSTEM_OPTIONS_H
#define BERTH_SYSTEM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/str.h"

struct error;

enum option_kind {
	OPTION_FLAG,		/* bool *: set to true */
	OPTION_NO_FLAG,		/* bool *: set to false */
	OPTION_TEXT,		/* const char **: the value, borrowed from argv */
	OPTION_FOLDER,		/* const char **: as TEXT, a folder that the tool is to work in */
	OPTION_OPTIONAL,	/* const char **: as TEXT, but a value only as --name=value; "" without one */
	OPTION_WORD,		/* const char **: one of the words that .value names, as csv|env */
	OPTION_LIST,		/* struct option_list *: each value is added */
	/* struct option_list *: `--name` and the value (as of WORD, where .value has bars) are added, for
	 * another program; */
	OPTION_PASS,
	OPTION_PASS_FLAG,	/* likewise `--name` alone; the name of either is made by OPTION_PASSED */
	OPTION_UINT,		/* uint64_t *: a decimal number from min to max */
	OPTION_HEADING		/* no option: help is a heading in the help */
};

struct option_list {
	const char **items;	/* owned; the strings are argv's */
	size_t count, cap;
};

/* A name before which its dashes stand in memory. */
#define OPTION_PASSED(name) (&("--" name)[2])

struct option {
	enum option_kind kind;
	char letter;		/* 0: none */
	const char *name;	/* without dashes */
	const char *value;	/* the value's name in the help, as FILE; NULL for flags */
	void *target;
	const char *help;	/* one line, or several split by \n */
	uint64_t min, max;	/* of OPTION_UINT */
};

struct options {
	const char *tool;	/* as in "scan" */
	const char *usage;	/* behind "usage: berth TOOL ", one line or several split by \n */
	const char *purpose;	/* one sentence */
	const struct option *table;
	size_t count;
	const char *examples;	/* lines, each indented by the table's own hand; printed under "Examples:" */
	const char *exits;	/* likewise under "Exit status:" */
};

enum options_outcome { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION };

/* Parses ARGV (its order is changed: operands end up at the end). *ret_operands is the index of the first
 * operand. --help and --version are known without standing in the table. -1: bad usage, with what is wrong
 * in the error. */
int options_parse(const struct options *, int argc, char **argv, enum options_outcome *ret_outcome,
    int *ret_operands, struct error *);
/* The --help text: fits one screen where the table does. */
void options_help(const struct options *, FILE *);
void option_list_release(struct option_list *);
/* The registry's database: what --db names, GIVEN; where that is NULL, $BERTH_DB, else berth.db. */
const char *options_db(const char *given);

MEM_AUTO(option_list);

#endif
