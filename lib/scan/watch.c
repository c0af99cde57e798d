/* watch: the variables of an app that its findings depend on.
 * SPDX-License-Identifier: MIT */
#include "scan/watch.h"

#include "syntax/trace.h"

void
watch_add(struct watch *w, struct str variable, unsigned flags)
{
	size_t i = dict_add(&w->index, variable, (uint32_t)w->count);

	if (i == w->count) {
		ARENA_GROW(w->arena, w->flags, w->count, w->cap);
		w->flags[w->count++] = 0;
	}
	w->flags[i] |= flags;
}

void
watch_add_trace(struct watch *w, const struct trace *t, unsigned flags)
{
	for (size_t i = 0; i < t->count; i++)
		for (const struct trace_step *step = t->pieces[i].step; step; step = step->outer)
			watch_add(w, step->variable, flags);
}

unsigned
watch_flags(const struct watch *w, struct str variable)
{
	uint32_t i = dict_find(&w->index, variable);

	return i == DICT_NONE ? 0 : w->flags[i];
}
