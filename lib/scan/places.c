/* places: what is known of single places in the files of an app.
 * SPDX-License-Identifier: MIT */
#include "scan/places.h"

/* What identifies a place. */
struct place_key {
	uintptr_t source;
	size_t offset;
};

static struct place_key
key_of(const struct source *source, size_t offset)
{
	return (struct place_key){ (uintptr_t)source, offset };
}

static struct str
key_bytes(const struct place_key *key)
{
	return (struct str){ (const char *)key, sizeof *key };
}

struct known_place *
places_add(struct places *p, const struct source *source, size_t offset, unsigned flags)
{
	struct place_key key = key_of(source, offset);
	size_t i = dict_add_copy(&p->index, p->arena, key_bytes(&key), (uint32_t)p->count);

	if (i == p->count) {
		ARENA_GROW(p->arena, p->items, p->count, p->cap);
		p->items[p->count++] = (struct known_place){ 0, NULL };
	}
	p->items[i].flags |= flags;
	return &p->items[i];
}

const struct known_place *
places_find(const struct places *p, const struct source *source, size_t offset)
{
	struct place_key key = key_of(source, offset);
	uint32_t i = dict_find(&p->index, key_bytes(&key));

	return i == DICT_NONE ? NULL : &p->items[i];
}
