/* progress: how far long work is.
 * SPDX-License-Identifier: MIT */
#include "system/progress.h"

#include <string.h>
#include <time.h>

#include "base/buf.h"

enum { PATIENCE = 1000, BETWEEN = 200, MINUTE = 60, HOUR = 3600 };

void
progress_tell(const struct progress *p, const char *doing, size_t done, size_t total)
{
	if (p && p->tell)
		p->tell(p->context, doing, done, total);
}

uint64_t
progress_now(void)
{
	struct timespec t = { 0, 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &t);	/* a clock that POSIX demands */
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000 + 1;
}

static void
add_time(struct buf *b, uint64_t seconds)
{
	if (seconds < MINUTE)
		buf_printf(b, ", %llu s left", (unsigned long long)seconds);
	else if (seconds < HOUR)
		buf_printf(b, ", %llu min %02llu s left", (unsigned long long)seconds / MINUTE,
		    (unsigned long long)seconds % MINUTE);
	else
		buf_printf(b, ", %llu h %02llu min left", (unsigned long long)seconds / HOUR,
		    (unsigned long long)seconds % HOUR / MINUTE);
}

bool
progress_line(struct progress_meter *m, const char *doing, size_t done, size_t total, uint64_t now,
    struct buf *b)
{
	uint64_t taken, made;

	if (!m->doing || strcmp(m->doing, doing) != 0) {
		m->doing = doing;
		m->first = now;
		m->from = done;
	}
	if (now < m->began + PATIENCE || (m->shown && now < m->shown + BETWEEN))
		return false;
	m->shown = now;
	buf_clear(b);
	buf_printf(b, "%s: %zu of %zu", doing, done, total);
	taken = now - m->first;
	made = done - m->from;
	if (taken > 0 && made > 0) {
		uint64_t rate = made * 1000 / taken;

		if (rate > 0)
			buf_printf(b, ", %llu/s", (unsigned long long)rate);
		if (total > done)
			add_time(b, (total - done) * taken / made / 1000 + 1);
	}
	if (b->len > m->width) {
		b->len = m->width;
		b->ptr[b->len] = '\0';
	}
	return true;
}
