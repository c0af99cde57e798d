/* watch: the variables of an app that its findings depend on.
 * SPDX-License-Identifier: MIT */
#include "scan/watch.h"

#include <stdlib.h>

#include "syntax/trace.h"

void
watch_add(struct watch *w, struct str variable, unsigned flags)
{
	/* One variable mostly comes many times in a row: a range of ports. */
	if (w->count && str_eq(w->entries[w->count - 1].variable, variable)) {
		w->entries[w->count - 1].flags |= flags;
		return;
	}
	ARENA_GROW(w->arena, w->entries, w->count, w->cap);
	w->entries[w->count++] = (struct watch_entry){ variable, flags };
}

void
watch_add_trace(struct watch *w, const struct trace *t, unsigned flags)
{
	for (size_t i = 0; i < t->count; i++)
		for (const struct trace_step *step = t->pieces[i].step; step; step = step->outer)
			watch_add(w, step->variable, flags);
}

static int
by_variable(const void *a, const void *b)
{
	return str_cmp(((const struct watch_entry *)a)->variable, ((const struct watch_entry *)b)->variable);
}

void
watch_close(struct watch *w)
{
	size_t kept = 0;

	if (w->count)
		qsort(w->entries, w->count, sizeof *w->entries, by_variable);
	for (size_t i = 0; i < w->count; i++)
		if (kept && str_eq(w->entries[kept - 1].variable, w->entries[i].variable))
			w->entries[kept - 1].flags |= w->entries[i].flags;
		else
			w->entries[kept++] = w->entries[i];
	w->count = kept;
}

size_t
watch_find(const struct watch *w, struct str variable)
{
	struct watch_entry key = { variable, 0 };
	const struct watch_entry *e = w->count ? bsearch(&key, w->entries, w->count, sizeof key, by_variable)
					       : NULL;

	return e ? (size_t)(e - w->entries) : w->count;
}

unsigned
watch_flags(const struct watch *w, struct str variable)
{
	size_t i = watch_find(w, variable);

	return i < w->count ? w->entries[i].flags : 0;
}
