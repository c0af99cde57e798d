/* names: project and container names.
 * SPDX-License-Identifier: MIT */
#include "fleet/names.h"

#include <stdlib.h>


struct names_slot {
	struct str name;	/* in lower case; ptr NULL: free */
	uint32_t owner;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || (str_lower(c) >= 'a' && str_lower(c) <= 'z');
}

struct str
names_lower(struct arena *a, struct str name)
{
	char *to = arena_alloc(a, name.len + 1);

	for (size_t i = 0; i < name.len; i++)
		to[i] = str_lower(name.ptr[i]);
	to[name.len] = '\0';
	return (struct str){ to, name.len };
}

/* S with what is neither a letter nor a digit nor in ALSO made `-`; nothing but letters and digits in
 * front. */
static struct str
fold(struct arena *a, struct str s, char also)
{
	char *to = arena_alloc(a, s.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++)
		if (len > 0 || is_alnum(s.ptr[i]))
			to[len++] = is_alnum(s.ptr[i]) || (also && s.ptr[i] == also) ? s.ptr[i] : '-';
	to[len] = '\0';
	return (struct str){ to, len };
}

struct str
names_of_model(struct arena *a, struct identity id)
{
	struct str folded = fold(a, id.model, 0);

	return arena_printf(
	    a, "%.*s%sapp%llu", STR_ARG(folded), folded.len ? "-" : "", (unsigned long long)id.app_num);
}

struct str
names_of_path(struct arena *a, struct str path)
{
	struct str folded = names_lower(a, fold(a, path, '_'));

	return folded.len ? folded : STR("app");
}

struct str
names_of_container(struct arena *a, struct str project, struct str service)
{
	return arena_printf(a, "%.*s-%.*s-1", STR_ARG(project), STR_ARG(service));
}

bool
names_is_project(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(is_alnum(s.ptr[i]) || (i > 0 && (s.ptr[i] == '-' || s.ptr[i] == '_'))) ||
		    str_lower(s.ptr[i]) != s.ptr[i])
			return false;
	return s.len > 0;
}

bool
names_is_container(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(s.ptr[i]) &&
		    (i == 0 || (s.ptr[i] != '-' && s.ptr[i] != '_' && s.ptr[i] != '.')))
			return false;
	return s.len > 1;
}

static size_t
slot_of(const struct names *n, struct str name)
{
	uint64_t hash = 0xcbf29ce484222325ULL;
	size_t mask = n->slot_count - 1, i;

	for (size_t k = 0; k < name.len; k++)
		hash = (hash ^ (unsigned char)str_lower(name.ptr[k])) * 0x100000001b3ULL;
	i = (size_t)(hash ^ hash >> 29) & mask;
	while (n->slots[i].name.ptr && !str_eq_fold(n->slots[i].name, name))
		i = (i + 1) & mask;
	return i;
}

static void
grow(struct names *n)
{
	struct names_slot *old = n->slots;
	size_t old_count = n->slot_count;

	if (old_count && n->count * 3 < old_count * 2)
		return;
	n->slot_count = old_count ? old_count * 2 : 256;
	n->slots = mem_zero(n->slot_count, sizeof *n->slots);
	for (size_t i = 0; i < old_count; i++)
		if (old[i].name.ptr)
			n->slots[slot_of(n, old[i].name)] = old[i];
	free(old);
}

uint32_t
names_owner(const struct names *n, struct str name)
{
	const struct names_slot *slot;

	if (!n->slot_count)
		return NAMES_NOBODY;
	slot = &n->slots[slot_of(n, name)];
	return slot->name.ptr ? slot->owner : NAMES_NOBODY;
}

bool
names_take(struct names *n, struct str name, uint32_t owner)
{
	struct names_slot *slot;

	grow(n);
	slot = &n->slots[slot_of(n, name)];
	if (slot->name.ptr)
		return slot->owner == owner;
	*slot = (struct names_slot){ names_lower(&n->arena, name), owner };
	n->count++;
	return true;
}

struct str
names_take_unique(struct names *n, struct arena *a, struct str base, uint32_t owner)
{
	struct str name = base;

	for (unsigned i = 2; !names_take(n, name, owner); i++)
		name = arena_printf(a, "%.*s-%u", STR_ARG(base), i);
	return name;
}

void
names_release(struct names *n)
{
	free(n->slots);
	arena_release(&n->arena);
	*n = (struct names)NAMES_INIT;
}

bool
names_is_port_key(struct str key)
{
	for (size_t at = 0, end; at < key.len; at = end + 1) {
		struct str word;

		end = str_find(key, at, '_');
		word = str_sub(key, at, end - at);
		while (word.len && word.ptr[word.len - 1] >= '0' && word.ptr[word.len - 1] <= '9')
			word.len--;
		if (str_eq_fold(word, STR("port")))
			return true;
	}
	return false;
}
