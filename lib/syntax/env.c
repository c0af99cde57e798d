/* env: names and their values, as traces; one layer of what Compose looks variables up in.
 * SPDX-License-Identifier: MIT */
#include "syntax/env.h"

void
env_init(struct env *e, struct arena *a, const struct env *over)
{
	*e = (struct env){ .arena = a, .over = over, .index = DICT_IN(a) };
}

size_t
env_set(struct env *e, struct str name, struct trace value)
{
	size_t i = dict_add(&e->index, name, (uint32_t)e->count);

	if (i == e->count) {
		ARENA_GROW(e->arena, e->entries, e->count, e->cap);
		e->entries[e->count++].name = name;
	}
	e->entries[i].value = value;
	return i;
}

bool
env_get_own(const struct env *e, struct str name, struct trace *ret)
{
	uint32_t i = dict_find(&e->index, name);

	if (i == DICT_NONE)
		return false;
	*ret = e->entries[i].value;
	return true;
}

/* Layers are as deep as includes nest, and those are bounded. */
bool
env_get(const struct env *e, struct str name, struct trace *ret)
{
	return e && (env_get(e->over, name, ret) || env_get_own(e, name, ret));
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
