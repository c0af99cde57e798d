/* resets: the values that the tags !reset and !override of a document take out of what it is merged onto.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

void
resets_add(struct resets *resets, struct arena *a, const struct keypath *path)
{
	struct str *keys = arena_zero(a, path->depth, sizeof *keys);

	for (const struct keypath *at = path; at; at = at->up)
		keys[at->depth - 1] = at->key;
	ARENA_GROW(a, resets->items, resets->count, resets->cap);
	resets->items[resets->count++] = (struct reset){ keys, path->depth };
}

/* N without the value that the COUNT KEYS lead to. What they lead through is copied, as others may share
 * it. */
static struct node *
without(struct arena *a, struct node *n, const struct str *keys, size_t count)
{
	size_t i = node_find(n, keys[0]);
	struct node *copy, *below = NULL;

	if (!n || n->kind != NODE_MAPPING || i == n->count)
		return n;
	if (count > 1) {
		below = without(a, n->entries[i].value, keys + 1, count - 1);
		if (below == n->entries[i].value)
			return n;
	}
	copy = node_copy(a, n);
	if (below)
		copy->entries[i].value = below;
	else
		node_remove(copy, i);
	return copy;
}

struct node *
resets_apply(const struct resets *resets, struct arena *a, struct node *model)
{
	for (size_t i = 0; i < resets->count; i++)
		model = without(a, model, resets->items[i].keys, resets->items[i].count);
	return model;
}

struct node *
resets_apply_service(const struct resets *resets, struct arena *a, struct node *service, struct str name)
{
	for (size_t i = 0; i < resets->count; i++) {
		const struct reset *reset = &resets->items[i];

		if (reset->count > 2 && str_eq(reset->keys[0], STR("services")) &&
		    str_eq(reset->keys[1], name))
			service = without(a, service, reset->keys + 2, reset->count - 2);
	}
	return service;
}
