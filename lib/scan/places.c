/* places: what is known of single places in the files of an app.
 * SPDX-License-Identifier: MIT */
#include "scan/places.h"

#include <stdint.h>

enum { FIRST_CAP = 64 };

static size_t
slot_of(const struct places *p, const struct source *source, size_t offset)
{
	uint64_t h = ((uint64_t)(uintptr_t)source ^ (uint64_t)offset * UINT64_C(0x9e3779b97f4a7c15)) *
	    UINT64_C(0xff51afd7ed558ccd);
	size_t i = (size_t)(h >> 32) & (p->cap - 1);

	while (p->slots[i].flags && (p->slots[i].source != source || p->slots[i].offset != offset))
		i = (i + 1) & (p->cap - 1);
	return i;
}

static void
grow(struct places *p)
{
	struct places bigger = { .arena = p->arena, .count = p->count };

	if (p->cap > SIZE_MAX / 2 / sizeof *p->slots)
		mem_exhausted();
	bigger.cap = p->cap ? p->cap * 2 : FIRST_CAP;
	bigger.slots = arena_zero(p->arena, bigger.cap, sizeof *bigger.slots);
	for (size_t i = 0; i < p->cap; i++)
		if (p->slots[i].flags)
			bigger.slots[slot_of(&bigger, p->slots[i].source, p->slots[i].offset)] = p->slots[i];
	*p = bigger;
}

struct known_place *
places_add(struct places *p, const struct source *source, size_t offset, unsigned flags)
{
	struct known_place *slot;

	if (p->count >= p->cap / 2)
		grow(p);
	slot = &p->slots[slot_of(p, source, offset)];
	if (!slot->flags) {
		slot->source = source;
		slot->offset = offset;
		p->count++;
	}
	slot->flags |= flags;
	return slot;
}

const struct known_place *
places_find(const struct places *p, const struct source *source, size_t offset)
{
	const struct known_place *slot;

	if (!p->cap)
		return NULL;
	slot = &p->slots[slot_of(p, source, offset)];
	return slot->flags ? slot : NULL;
}
