/* keypath: where a value stands in a model, as the keys and indexes that lead to it.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

const struct keypath *
keypath_at(const struct keypath *p, unsigned depth)
{
	while (p && p->depth > depth)
		p = p->up;
	return p && p->depth == depth ? p : NULL;
}

static void
add_text(struct buf *b, const struct keypath *p, unsigned from)
{
	if (!p || p->depth <= from)
		return;
	add_text(b, p->up, from);
	if (p->is_index) {
		buf_add_char(b, '[');
		buf_add_uint(b, p->index);
		buf_add_char(b, ']');
		return;
	}
	if (p->depth > from + 1)
		buf_add_char(b, '.');
	buf_add_str(b, p->key);
}

struct str
keypath_text(struct arena *a, const struct keypath *p, unsigned from)
{
	AUTO(buf) b = BUF_INIT;

	add_text(&b, p, from);
	return arena_dup(a, buf_str(&b));
}

const char *
keypath_name(struct arena *a, const struct keypath *p)
{
	return keypath_text(a, p, 0).ptr;
}

static bool
part_matches(const struct keypath *p, struct str part)
{
	if (p->is_index)
		return str_eq(part, STR("[]"));
	return str_eq(part, STR("*")) || str_eq(part, p->key);
}

bool
keypath_matches(const struct keypath *p, struct str pattern)
{
	/* From the last part backwards, because most patterns differ from a path there. */
	for (; p; p = p->up) {
		size_t at = pattern.len;

		while (at > 0 && pattern.ptr[at - 1] != '.')
			at--;
		if (!part_matches(p, str_sub(pattern, at, pattern.len)))
			return false;
		if (at == 0)
			return p->depth == 1;
		pattern.len = at - 1;
	}
	return false;
}
