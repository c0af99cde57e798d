/* threads: the same work done by several threads of this process.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYSTEM_THREADS_H
#define BERTH_SYSTEM_THREADS_H

#include <stdbool.h>
#include <stddef.h>

enum { THREADS_MAX = 256 };

/* How many threads there will be where WANTED are asked for, 0 meaning one for each processor: 1 to
 * THREADS_MAX, and no more than there are descriptors for. */
size_t threads_count(size_t wanted);
/* The same where 0 means as many as suit COUNT pieces of work that wait for the disk for the most part: more
 * than there are processors, and one alone where there is little to do. */
size_t threads_to_wait(size_t wanted, size_t count);
/* Calls RUN for each of the COUNT elements (at least 1) of SIZE bytes at STATES: for the first in this
 * thread, for each other one in a thread of its own, as long as there are threads to be had. Those that run
 * therefore have to do the work of those that do not. Returns when all have ended. */
void threads_share(void *(*run)(void *), void *states, size_t size, size_t count);
/* Calls ONE for each number below COUNT, in their order, with the element of STATES (as above, one for each
 * of JOBS threads) of whichever thread is free. Once ONE has returned false no more are begun; those below
 * that number are done all the same. */
void threads_deal(
    size_t count, bool (*one)(void *state, size_t number), void *states, size_t size, size_t jobs);

#endif
