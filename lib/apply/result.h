/* result: what became of a file or an app, as apply tells it on its stream.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_APPLY_RESULT_H
#define BERTH_APPLY_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct error;
struct operation;

/* Counts of rows. */
struct result_counts {
	size_t rows, changed, unchanged, restored, stale, failed, problems;
};

/* Tells what became of the operation: writes a row for each problem that plan handed down, one for each file
 * that was changed or restored, one for each app that was left, with the file to blame, and, where the run
 * IS_WHOLE, the closing row, whose `edits` is the count of the rows before it. */
int result_write(
    FILE *, const struct operation *, bool is_whole, struct result_counts *ret, struct error *);
/* Whether something is left for a person. */
bool result_remains(const struct result_counts *);

#endif
