/* follow: what stands at the places of a project that its owner names.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

/* Whether KEY is PATTERN, in which each `*` stands for any text. */
static bool
is_key_of(struct str pattern, struct str key)
{
	size_t star = str_find(pattern, 0, '*'), at;
	struct str rest = str_sub(pattern, star + 1, pattern.len), found;

	if (star == pattern.len)
		return str_eq(pattern, key);
	if (!str_starts(key, str_sub(pattern, 0, star)))
		return false;
	/* what stands between two stars is taken where it is met first */
	at = star;
	for (; (star = str_find(rest, 0, '*')) < rest.len; rest = str_sub(rest, star + 1, rest.len)) {
		found = str_sub(rest, 0, star);
		if (found.len && (at = str_search(key, at, found)) == key.len)
			return false;
		at += found.len;
	}
	return key.len >= at + rest.len && str_ends(key, rest);
}

static void
add_scalar(struct load *l, size_t *cap, struct str path, struct node *n)
{
	struct project_texts *to = &l->project->followed;

	if (n->kind != NODE_SCALAR || n->type == NODE_NULL)
		return;
	ARENA_GROW(l->arena, to->items, to->count, *cap);
	to->items[to->count++] = (struct project_text){ path, node_trace(l->arena, n), false };
}

/* Adds what stands at REST below N, which is at PATH: scalars, also those of a list. */
static void
descend(struct load *l, size_t *cap, struct str path, struct node *n, struct str rest)
{
	size_t end = str_find(rest, 0, '.');

	if (!rest.len)
		add_scalar(l, cap, path, n);
	for (size_t i = 0; i < node_count(n, NODE_SEQUENCE); i++)
		descend(l, cap, path, n->entries[i].value, rest);
	for (size_t i = 0; rest.len && i < node_count(n, NODE_MAPPING); i++) {
		struct str key = n->entries[i].key->value;

		if (is_key_of(str_sub(rest, 0, end), key))
			descend(l, cap,
			    arena_printf(l->arena, "%.*s%s%.*s", STR_ARG(path), path.len ? "." : "",
				STR_ARG(key)),
			    n->entries[i].value, str_sub(rest, end + 1, rest.len));
	}
}

/* A key on the way to a node. */
struct way {
	const struct way *outer;	/* NULL: it is the project's own */
	struct str key;
};

static struct str
path_of(struct arena *a, const struct way *way)
{
	return way->outer ? arena_printf(a, "%.*s.%.*s", STR_ARG(path_of(a, way->outer)), STR_ARG(way->key))
			  : way->key;
}

static void
add_extra(struct load *l, size_t *cap, const struct way *way, struct node *n)
{
	struct project_texts *to = &l->project->extras;

	ARENA_GROW(l->arena, to->items, to->count, *cap);
	to->items[to->count++] =
	    (struct project_text){ path_of(l->arena, way), node_trace(l->arena, n), false };
}

/* Adds the numbers below N, as short as a port's. */
static void
add_numbers(struct load *l, size_t *cap, const struct way *way, struct node *n)
{
	if (n->kind == NODE_SCALAR && n->value.len > 0 && n->value.len <= 5 &&
	    str_is_made_of(n->value, STR("0123456789")))
		add_extra(l, cap, way, n);
	for (size_t i = 0; i < node_count(n, NODE_SEQUENCE); i++)
		add_numbers(l, cap, way, n->entries[i].value);
	for (size_t i = 0; i < node_count(n, NODE_MAPPING); i++)
		add_numbers(l, cap, &(struct way){ way, n->entries[i].key->value }, n->entries[i].value);
}

/* Adds those below each key of N, which is at WAY, that begins with x-. */
static void
read_extras(struct load *l, size_t *cap, const struct way *way, struct node *n)
{
	for (size_t i = 0; i < node_count(n, NODE_MAPPING); i++)
		if (str_starts(n->entries[i].key->value, STR("x-")))
			add_numbers(
			    l, cap, &(struct way){ way, n->entries[i].key->value }, n->entries[i].value);
}

/* Adds the files of CONFIGS, which is at WAY, that stand in the project itself. */
static void
read_contents(struct load *l, size_t *cap, const struct way *way, const struct node *configs)
{
	for (size_t i = 0; i < node_count(configs, NODE_MAPPING); i++) {
		const struct way at = { way, configs->entries[i].key->value };
		struct node *content = node_get(configs->entries[i].value, STR("content"));

		if (node_is_string(content))
			add_extra(l, cap, &(struct way){ &at, STR("content") }, content);
	}
}

void
follow_read(struct load *l, struct node *model)
{
	const struct way top = { NULL, STR("services") }, files = { NULL, STR("configs") };
	const struct node *services = node_get(model, STR("services"));
	const struct project_options *o = l->reader->options;
	size_t cap = 0, extras = 0;

	for (size_t i = 0; i < o->follow_count; i++)
		descend(l, &cap, (struct str)STR_INIT, model, str_from(o->follow[i]));
	read_extras(l, &extras, NULL, model);
	read_contents(l, &extras, &files, node_get(model, files.key));
	for (size_t i = 0; i < node_count(services, NODE_MAPPING); i++)
		read_extras(l, &extras, &(struct way){ &top, services->entries[i].key->value },
		    services->entries[i].value);
}
