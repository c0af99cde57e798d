/* places: what is known of single places in the files of an app.
 * SPDX-License-Identifier: MIT */
#include "scan/places.h"

#include <stdint.h>

enum { FIRST_CAP = 64 };

static size_t
slot_of(const struct marks *m, const struct source *source, size_t offset)
{
	uint64_t h = ((uint64_t)(uintptr_t)source ^ (uint64_t)offset * UINT64_C(0x9e3779b97f4a7c15)) *
	    UINT64_C(0xff51afd7ed558ccd);
	size_t i = (size_t)(h >> 32) & (m->cap - 1);

	while (m->slots[i].flags && (m->slots[i].source != source || m->slots[i].offset != offset))
		i = (i + 1) & (m->cap - 1);
	return i;
}

static void
grow(struct marks *m)
{
	struct marks bigger = { .arena = m->arena, .count = m->count };

	if (m->cap > SIZE_MAX / 2 / sizeof *m->slots)
		mem_exhausted();
	bigger.cap = m->cap ? m->cap * 2 : FIRST_CAP;
	bigger.slots = arena_zero(m->arena, bigger.cap, sizeof *bigger.slots);
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].flags)
			bigger.slots[slot_of(&bigger, m->slots[i].source, m->slots[i].offset)] = m->slots[i];
	*m = bigger;
}

struct mark *
marks_add(struct marks *m, const struct source *source, size_t offset, unsigned flags)
{
	struct mark *slot;

	if (m->count >= m->cap / 2)
		grow(m);
	slot = &m->slots[slot_of(m, source, offset)];
	if (!slot->flags) {
		slot->source = source;
		slot->offset = offset;
		m->count++;
	}
	slot->flags |= flags;
	return slot;
}

const struct mark *
marks_find(const struct marks *m, const struct source *source, size_t offset)
{
	const struct mark *slot;

	if (!m->cap)
		return NULL;
	slot = &m->slots[slot_of(m, source, offset)];
	return slot->flags ? slot : NULL;
}
