/* tool: what every program of berth does the same: its messages, its help, its end.
 * SPDX-License-Identifier: MIT
 *
 * Only here do berth's programs print and exit. */
#ifndef BERTH_TOOL_H
#define BERTH_TOOL_H

#include <stdio.h>

#include "base/buf.h"
#include "base/error.h"
#include "fleet/accept.h"
#include "format/screen.h"
#include "system/options.h"
#include "system/progress.h"

#define BERTH_VERSION "0.3.0"

enum { EXIT_CLEAN = 0, EXIT_REMAINS = 1, EXIT_CANNOT = 2 };

/* Parses, answers --help and --version (status 0) and bad usage (one line on stderr, status 2) and then
 * ends the process; else goes into the folder of an OPTION_FOLDER and returns the index of the first
 * operand. */
int tool_start(const struct options *, int argc, char **argv);
/* Prints `tool: path:line:col: text` on stderr. Returns EXIT_CANNOT. */
int tool_fail(const char *tool, const struct error *);
/* The exit status of a call that returned RESULT, after which something REMAINS for a person or not. */
int tool_status(const char *tool, int result, bool remains, const struct error *);
/* A line of its own on stderr: `tool: text`. */
void tool_say(const char *tool, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* `s`, but for one. */
const char *tool_plural(uint64_t count);
/* As tool_say, for texts that may hold anything, which is made visible as messages are. */
void tool_say_text(const char *tool, struct str text);
void tool_say_about(const char *tool, struct str file, struct str text);
/* How many apps still run as before, and the command that brings them over, with the registry DB; of none
 * nothing. */
void tool_say_waiting(const char *tool, size_t count, const char *db);

/* Who watches long work at the terminal. tool_watch shows it on stderr where that is a terminal and QUIET
 * is not asked for; tool_watched takes the line away again: before anything else is said. */
struct tool_watch {
	struct progress progress;
	const char *tool;
	struct progress_meter meter;
};

void tool_watch(struct tool_watch *, const char *tool, bool quiet);
void tool_watched(struct tool_watch *);
/* Where a tool's output goes: to stdout as it is, or for a person at a terminal to a scratch file that is
 * shown when all of it is there. */
struct tool_screen {
	const char *tool;
	FILE *out;
	bool is_shown;
};

/* FORMAT: csv, table, or NULL: a table where stdout is a terminal. Ends the process where no scratch file can
 * be had. */
void tool_screen_open(struct tool_screen *, const char *tool, const char *format);
/* Shows the rows as a table, of VIEW's columns. STATUS, or EXIT_CANNOT with a message where that fails. */
int tool_screen_table(struct tool_screen *, const struct screen_view *, int status);
/* Shows the lines of a diff, in colours where WHEN (--color) or the terminal says so. Likewise. */
int tool_screen_diff(struct tool_screen *, const char *when, int status);
/* TEXT on stdout, through $PAGER where it is longer than the terminal. 0; EXIT_CANNOT with a message. */
int tool_show(const char *tool, struct str text);
/* The last act of main: stdout flushed, closed and checked. STATUS, or EXIT_CANNOT with a message where
 * that fails. */
int tool_finish(const char *tool, int status);

/* Says of each line of the file that accepts nothing which is there that it does not. */
void tool_say_idle(const char *tool, const char *file, const struct accept *);

#endif
