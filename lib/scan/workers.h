/* workers: threads that do numbered pieces of work; what they write comes out in the order of the numbers.
 * SPDX-License-Identifier: MIT
 *
 * The output is the same bytes whatever the number of threads. Finished work that waits for its turn is
 * bounded. */
#ifndef BERTH_SCAN_WORKERS_H
#define BERTH_SCAN_WORKERS_H

#include <stddef.h>

struct stream_writer;

enum { WORKERS_MAX = 256 };

/* How many workers there will be where WANTED are asked for, 0 meaning one for each processor: 1 to
 * WORKERS_MAX. */
size_t workers_count(size_t wanted);

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

/* Calls RUN for each of the COUNT elements (at least 1) of SIZE bytes at STATES: for the first in this
 * thread, for each other one in a thread of its own, as long as there are threads to be had. Those that run
 * therefore have to do the work of those that do not. Returns when all have ended. */
void workers_share(void *(*run)(void *), void *states, size_t size, size_t count);
/* Does all of the work with JOBS workers (at least 1), one for each of STATES, and copies their rows to
 * OUT. */
void workers_run(const struct workers_task *, void *const *states, size_t jobs, struct stream_writer *out);

#endif
