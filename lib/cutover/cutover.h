/* cutover: brings an engine over to what the files of a fleet say now.
 * SPDX-License-Identifier: MIT
 *
 * What is done is judged by what the engine holds at that moment: an app is brought over where a container
 * runs, or ran, that Compose made in its folder and that is not what the files say. The journal only tells
 * which folders a run has changed. What the engine alone would forget in between (what ran, and which
 * volume was mounted where) is kept in the engine itself, as the labels of an empty volume, until the app
 * is over. So it can be killed at any point and run again. */
#ifndef BERTH_CUTOVER_CUTOVER_H
#define BERTH_CUTOVER_CUTOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct error;
struct progress;

struct cutover_options {
	const char *db;
	const char *const *only; /* shell patterns for `model/appN` or the folder; none: all */
	size_t only_count;
	const char *const *replace; /* volumes whose content may give way, kept beside */
	size_t replace_count;
	bool dry_run; /* the commands are written, and none is run */
	bool all; /* also what did not run */
	const struct progress *progress; /* NULL: nobody watches */
};

struct cutover_outcome {
	size_t apps; /* that were not what the files say */
	size_t over; /* brought over */
	size_t left; /* rows that a person has to look at */
	int heard; /* the signal that ended it early; 0: none */
};

/* Writes rows of CSV (app, step, status, detail), or with dry_run the lines of a shell script, to OUT. -1:
 * there is no engine, no run in the journal, or the rows cannot be written. */
int cutover_run(const struct cutover_options *, FILE *out, struct cutover_outcome *ret, struct error *);
/* How many apps still run as they were before a run of apply changed their files; 0 where there is no
 * engine to ask. */
size_t cutover_waiting(const char *db);

#endif
