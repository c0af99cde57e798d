/* workers: threads that do numbered pieces of work; what they write comes out in the order of the numbers.
 * SPDX-License-Identifier: MIT
 *
 * The output is the same bytes whatever the number of threads. Finished work that waits for its turn is
 * bounded. */
#ifndef BERTH_SCAN_WORKERS_H
#define BERTH_SCAN_WORKERS_H

#include <stddef.h>

struct stream_writer;

struct workers_task {
	size_t count;			/* pieces of work: 0 to count - 1 */
	size_t columns;			/* of the rows written */
	/* Does piece INDEX with a worker's STATE, writing to ROWS. Called by the worker's thread alone. */
	void (*one)(void *state, size_t index, struct stream_writer *rows);
	/* Called now and then, by one thread at a time, with the number of pieces written out; NULL: not
	 * wanted. */
	void (*progress)(void *context, size_t done);
	void *context;
};

/* Does all of the work with JOBS workers (at least 1), one for each of STATES, and copies their rows to
 * OUT. */
void workers_run(const struct workers_task *, void *const *states, size_t jobs, struct stream_writer *out);

#endif
