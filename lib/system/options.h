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

struct buf;
struct error;

enum option_kind {
	OPTION_IS_FLAG, OPTION_IS_NO_FLAG, OPTION_IS_TEXT, OPTION_IS_FOLDER, OPTION_IS_OPTIONAL,
	OPTION_IS_WORD, OPTION_IS_LIST, OPTION_IS_PASS, OPTION_IS_PASS_FLAG, OPTION_IS_UINT,
	OPTION_IS_NO_CONFIG, OPTION_IS_HEADING
};

/* What the command line says of an option. */
enum option_said { OPTION_UNSAID, OPTION_SAID, OPTION_DROPPED };

struct option_list {
	const char **items;	/* owned; the strings are argv's */
	size_t count, cap;
};

struct option {
	enum option_kind kind;
	char letter;		/* 0: none */
	const char *name;	/* without dashes */
	const char *value;	/* the value's name in the help, as FILE; NULL for flags */
	void *target;
	const char *help;	/* one line, or several parted by \n */
	uint64_t min, max;	/* of a number */
};

/* The rows of a table. TO is where the option's value goes. */
/* bool *: set to true, or to false */
#define OPTION_FLAG(letter, name, to, help) { OPTION_IS_FLAG, letter, name, NULL, to, help, 0, 0 }
#define OPTION_NO_FLAG(letter, name, to, help) { OPTION_IS_NO_FLAG, letter, name, NULL, to, help, 0, 0 }
/* const char **: the value, borrowed from argv; of FOLDER it is the folder that the tool is to work in */
#define OPTION_TEXT(letter, name, value, to, help) { OPTION_IS_TEXT, letter, name, value, to, help, 0, 0 }
#define OPTION_FOLDER(letter, name, value, to, help) { OPTION_IS_FOLDER, letter, name, value, to, help, 0, 0 }
/* const char **: the value, which only --name=value gives; "" without one */
#define OPTION_OPTIONAL(letter, name, value, to, help) \
	{ OPTION_IS_OPTIONAL, letter, name, value, to, help, 0, 0 }
/* const char **: one of the words that VALUE names, as csv|env */
#define OPTION_WORD(letter, name, value, to, help) { OPTION_IS_WORD, letter, name, value, to, help, 0, 0 }
/* struct option_list *: each value is added */
#define OPTION_LIST(letter, name, value, to, help) { OPTION_IS_LIST, letter, name, value, to, help, 0, 0 }
/* uint64_t *: a decimal number from MIN to MAX */
#define OPTION_UINT(letter, name, value, to, min, max, help) \
	{ OPTION_IS_UINT, letter, name, value, to, help, min, max }
/* struct option_list *: `--name` is added, and of PASS its value (one of the words of VALUE, where that has
 * bars), for another program. The dashes stand in memory before the name. */
#define OPTION_PASS(name, value, to, help) { OPTION_IS_PASS, 0, &("--" name)[2], value, to, help, 0, 0 }
#define OPTION_PASS_FLAG(name, to, help) { OPTION_IS_PASS_FLAG, 0, &("--" name)[2], NULL, to, help, 0, 0 }
/* The file of options is not read */
#define OPTION_NO_CONFIG \
	{ OPTION_IS_NO_CONFIG, 0, "no-config", NULL, NULL, "read no options from a berth.conf", 0, 0 }
/* No option, but a line above those that follow */
#define OPTION_HEADING(help) { OPTION_IS_HEADING, 0, NULL, NULL, NULL, help, 0, 0 }

struct options {
	const char *tool;	/* as in "scan" */
	const char *usage;	/* behind "usage: berth TOOL ", one line or several parted by \n */
	const char *purpose;	/* one sentence */
	const struct option *table;
	size_t count;
	const char *examples;	/* lines as they are printed under "Examples:" */
	const char *exits;	/* lines as they are printed under "Exit status:" */
	bool tells_config;	/* what a file of options gave is said unasked, in one line */
	void (*at_failure)(void);	/* called before it ends for an option, or a file of them */
	/* whether NAME may stand in a file of options, so that --no-NAME leaves out what that says; NULL:
	 * none may */
	bool (*may_drop)(const char *tool, struct str name);
	unsigned char *said;	/* by row, enum option_said, all 0 at first; NULL: it is not noted */
};

enum options_outcome { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION };

/* Parses ARGV (its order is changed: operands end up at the end). *ret_operands is the index of the first
 * operand. --help and --version are known without standing in the table. -1: bad usage, with what is wrong
 * in the error. */
int options_parse(const struct options *, int argc, char **argv, enum options_outcome *ret_outcome,
    int *ret_operands, struct error *);
/* The row of the option NAME, all of it; NULL: none. */
const struct option *options_find(const struct options *, struct str name);
/* Takes an option from elsewhere than the command line: VALUE (NULL: it has none) must live as long as the
 * target. Nothing where the command line decides, which *RET_USED tells, and no words for another program
 * (OPTION_PASS), which takes them itself. -1: it is no such value. */
int options_take(
    const struct options *, const struct option *, const char *value, bool *ret_used, struct error *);
/* Whether the command line has the option NAME. */
bool options_said(const struct options *, const char *name);
/* The --help text: fits one screen where the table does. */
void options_help(const struct options *, FILE *);
/* What the command line gave an OPTION_FOLDER; NULL: nothing. */
const char *options_folder(const struct options *);
void option_list_release(struct option_list *);
/* Puts what is in FROM behind what is in TO; FROM is empty then. */
void option_list_move(struct option_list *to, struct option_list *from);
/* Where the value of the OPTION_TEXT NAME is; NULL where the table has none. */
const char **options_text(const struct options *, const char *name);
/* The registry's database: what --db names, GIVEN; where that is NULL, $BERTH_DB, which a tool sets to what
 * it finds (system/home.h). */
const char *options_db(const char *given);
/* What this host is called: GIVEN; where that is NULL, $BERTH_HOST; else empty. The machine is not asked: it
 * may be a container that has another name at each start. */
const char *options_host(const char *given);
/* Appends the command `berth WHAT`, for a shell, with the --db that it needs to find the registry DB, which
 * is as options_db gives it. */
void options_command(struct buf *, const char *what, const char *db);

MEM_AUTO(option_list);

#endif
