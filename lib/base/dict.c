/* dict: which number a text has.
 * SPDX-License-Identifier: MIT */
#include "base/dict.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { SLOTS_MIN = 32 };

static uint32_t
hash_of(const struct dict *d, struct str key)
{
	uint64_t hash = 0xcbf29ce484222325ULL;		/* FNV-1a, as it reads one byte after the other */

	if (!d->folds)
		return (uint32_t)XXH3_64bits(key.ptr ? key.ptr : "", key.len);
	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)str_lower(key.ptr[i])) * 0x100000001b3ULL;
	return (uint32_t)(hash ^ hash >> 29);
}

static bool
is_key(const struct dict *d, const struct dict_entry *e, struct str key, uint32_t hash)
{
	return e->hash == hash && (d->folds ? str_eq_fold(e->key, key) : str_eq(e->key, key));
}

/* The slot of KEY, or the free one that it would take. The table is never full. */
static size_t
slot_of(const struct dict *d, struct str key, uint32_t hash)
{
	size_t mask = d->slot_count - 1, i = hash & mask;

	while (d->slots[i] && !is_key(d, &d->entries[d->slots[i] - 1], key, hash))
		i = (i + 1) & mask;
	return i;
}

/* Doubles the slots before two thirds of them are taken. No two entries are equal, so each takes the first
 * free slot behind its own. */
static void
make_room(struct dict *d)
{
	if ((d->count + 1) * 3 < d->slot_count * 2)
		return;
	d->slot_count = d->slot_count ? d->slot_count * 2 : SLOTS_MIN;
	if (d->slot_count > UINT32_MAX)
		mem_exhausted();
	if (d->arena) {
		d->slots = arena_zero(d->arena, d->slot_count, sizeof *d->slots);
	} else {
		free(d->slots);
		d->slots = mem_zero(d->slot_count, sizeof *d->slots);
	}
	for (size_t n = 0; n < d->count; n++) {
		size_t i = d->entries[n].hash & (d->slot_count - 1);

		while (d->slots[i])
			i = (i + 1) & (d->slot_count - 1);
		d->slots[i] = (uint32_t)n + 1;
	}
}

uint32_t
dict_find(const struct dict *d, struct str key)
{
	size_t i;

	if (!d->slot_count)
		return DICT_NONE;
	i = slot_of(d, key, hash_of(d, key));
	return d->slots[i] ? d->entries[d->slots[i] - 1].number : DICT_NONE;
}

uint32_t
dict_add_copy(struct dict *d, struct arena *copies, struct str key, uint32_t number)
{
	uint32_t hash = hash_of(d, key);
	size_t i;

	make_room(d);
	i = slot_of(d, key, hash);
	if (d->slots[i])
		return d->entries[d->slots[i] - 1].number;
	if (d->arena)
		ARENA_GROW(d->arena, d->entries, d->count, d->cap);
	else
		MEM_GROW(d->entries, d->count, d->cap);
	d->entries[d->count++] = (struct dict_entry){ copies ? arena_dup(copies, key) : key, hash, number };
	d->slots[i] = (uint32_t)d->count;
	return number;
}

uint32_t
dict_add(struct dict *d, struct str key, uint32_t number)
{
	return dict_add_copy(d, NULL, key, number);
}

void
dict_release(struct dict *d)
{
	if (!d->arena) {
		free(d->slots);
		free(d->entries);
	}
	*d = (struct dict){ .arena = d->arena, .folds = d->folds };
}
