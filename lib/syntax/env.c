/* env: names and their values, as traces; one layer of what Compose looks variables up in.
 * SPDX-License-Identifier: MIT */
#include "syntax/env.h"

#include "base/text.h"

enum { SLOTS_MIN = 32 };

void
env_init(struct env *e, struct arena *a, const struct env *over)
{
	*e = (struct env){ .arena = a, .over = over };
}

/* The slot of NAME, or the free one that it would take. The table is never full. */
static size_t
slot_of(const struct env *e, struct str name, uint64_t hash)
{
	size_t i = (size_t)hash & (e->slot_count - 1);

	while (e->slots[i]) {
		const struct env_entry *entry = &e->entries[e->slots[i] - 1];

		if (entry->hash == hash && str_eq(entry->name, name))
			break;
		i = (i + 1) & (e->slot_count - 1);
	}
	return i;
}

/* Twice the slots, so that at most half of them are taken. */
static void
grow(struct env *e)
{
	e->slot_count = e->slot_count ? 2 * e->slot_count : SLOTS_MIN;
	if (e->slot_count > UINT32_MAX)
		mem_exhausted();
	e->slots = arena_zero(e->arena, e->slot_count, sizeof *e->slots);
	for (size_t n = 0; n < e->count; n++)
		e->slots[slot_of(e, e->entries[n].name, e->entries[n].hash)] = (uint32_t)n + 1;
}

size_t
env_set(struct env *e, struct str name, struct trace value)
{
	uint64_t hash = text_digest(name);
	size_t i;

	if (2 * e->count >= e->slot_count)
		grow(e);
	i = slot_of(e, name, hash);
	if (e->slots[i]) {
		e->entries[e->slots[i] - 1].value = value;
		return e->slots[i] - 1;
	}
	ARENA_GROW(e->arena, e->entries, e->count, e->cap);
	e->entries[e->count++] = (struct env_entry){ name, hash, value };
	e->slots[i] = (uint32_t)e->count;
	return e->count - 1;
}

static bool
get_hashed(const struct env *e, struct str name, uint64_t hash, struct trace *ret)
{
	size_t i;

	if (!e->count)
		return false;
	i = slot_of(e, name, hash);
	if (!e->slots[i])
		return false;
	*ret = e->entries[e->slots[i] - 1].value;
	return true;
}

/* Layers are as deep as includes nest, and those are bounded. */
static bool
get_upper(const struct env *e, struct str name, uint64_t hash, struct trace *ret)
{
	return (e->over && get_upper(e->over, name, hash, ret)) || get_hashed(e, name, hash, ret);
}

bool
env_get(const struct env *e, struct str name, struct trace *ret)
{
	return e && get_upper(e, name, text_digest(name), ret);
}

bool
env_get_own(const struct env *e, struct str name, struct trace *ret)
{
	return get_hashed(e, name, text_digest(name), ret);
}

void
env_set_environ(struct env *e, const char *const *environ)
{
	for (; *environ; environ++) {
		struct str s = str_from(*environ);
		size_t equals = str_find(s, 0, '=');

		if (equals < s.len)
			(void)env_set(e, str_sub(s, 0, equals), trace_none(str_sub(s, equals + 1, s.len)));
	}
}
