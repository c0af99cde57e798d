/* progress: how far long work is, for whoever watches it.
 * SPDX-License-Identifier: MIT
 *
 * Who works tells now and then what it does, how much of it is done and how much there is. Who watches
 * asks the meter whether that is worth a line: only of work that has taken a second, and then a few times
 * a second. */
#ifndef BERTH_SYSTEM_PROGRESS_H
#define BERTH_SYSTEM_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

struct progress {
	void (*tell)(void *context, const char *doing, size_t done, size_t total);
	void *context;
};

/* P NULL, or with nobody to tell: nothing. DOING is a constant, as in "apps read". */
void progress_tell(const struct progress *p, const char *doing, size_t done, size_t total);

struct progress_meter {
	uint64_t began;			/* when the work began, in milliseconds of any clock */
	uint64_t shown;			/* when the last line was due; 0: none was */
	/* the part that is going on, and when it was first told, with how much done */
	const char *doing;
	uint64_t first;
	size_t from;
	size_t width;			/* the columns that a line may take */
};

/* A clock that never goes back, in milliseconds; never 0. */
uint64_t progress_now(void);
/* Whether a line is due at NOW; then B holds it: `apps read: 1200 of 10000, 480/s, 18 s left`. */
bool progress_line(struct progress_meter *, const char *doing, size_t done, size_t total, uint64_t now,
    struct buf *b);

#endif
