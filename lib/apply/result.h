/* result: what became of a file or an app, as apply tells it on its stream.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_APPLY_RESULT_H
#define BERTH_APPLY_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "journal/run.h"
#include "stream/csv.h"

struct changeset;
struct error;

enum { RESULT_COLUMNS = 9 };
extern const char *const result_columns[RESULT_COLUMNS];

/* Counts of rows. */
struct result_counts {
	size_t rows, changed, unchanged, restored, stale, failed, problems;
};

/* Whether something is left for a person. */
bool result_remains(const struct result_counts *);

/* A row for each file that was changed or restored; one for each app that was left, naming the file to
 * blame. */
void result_run(struct stream_writer *, const struct run *, enum run_direction, struct result_counts *);
/* A row for each problem that plan handed down. */
void result_problems(struct stream_writer *, const struct changeset *, struct result_counts *);
/* The closing row; `edits` is the count of rows before it. */
void result_end(struct stream_writer *, const struct result_counts *);
/* All of it, with the closing row where the run IS_WHOLE; flushed. */
int result_write(FILE *, const struct changeset *, const struct run *, enum run_direction, bool is_whole,
    struct result_counts *ret, struct error *);

#endif
