/* merge: one model merged onto another, and duplicate list items dropped, by Compose's rules for each key.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <string.h>

enum rule {
	RULE_NONE,
	RULE_OVERRIDE,		/* the later value stands */
	RULE_LIST,		/* `KEY: value` and `KEY=value` are one; later keys win */
	RULE_NAMES,		/* a list of names is a mapping without values */
	RULE_BUILD,		/* a string is its context */
	RULE_LOGGING,		/* merged where both have the same driver */
	RULE_ULIMIT
};

/* By path below `services.NAME`. */
static const struct {
	struct str path;
	enum rule rule;
} rules[] = {
	{ { "command", 7 }, RULE_OVERRIDE }, { { "entrypoint", 10 }, RULE_OVERRIDE },
	{ { "healthcheck.test", 16 }, RULE_OVERRIDE }, { { "annotations", 11 }, RULE_LIST },
	{ { "build", 5 }, RULE_BUILD }, { { "build.args", 10 }, RULE_LIST },
	{ { "build.additional_contexts", 25 }, RULE_LIST }, { { "build.extra_hosts", 17 }, RULE_LIST },
	{ { "build.labels", 12 }, RULE_LIST }, { { "depends_on", 10 }, RULE_NAMES },
	{ { "deploy.labels", 13 }, RULE_LIST },
	{ { "dns", 3 }, RULE_LIST }, { { "dns_opt", 7 }, RULE_LIST }, { { "dns_search", 10 }, RULE_LIST },
	{ { "env_file", 8 }, RULE_LIST }, { { "label_file", 10 }, RULE_LIST },
	{ { "environment", 11 }, RULE_LIST },
	{ { "extra_hosts", 11 }, RULE_LIST }, { { "labels", 6 }, RULE_LIST },
	{ { "logging", 7 }, RULE_LOGGING },
	{ { "models", 6 }, RULE_NAMES }, { { "networks", 8 }, RULE_NAMES }, { { "sysctls", 7 }, RULE_LIST },
	{ { "tmpfs", 5 }, RULE_LIST }, { { "ulimits.*", 9 }, RULE_ULIMIT },
};

static enum rule
rule_of(struct load *l, const struct keypath *path)
{
	struct str below;

	if (path->depth < 3 || path->depth > 4 || !str_eq(keypath_at(path, 1)->key, STR("services"))) {
		bool labels = path->depth == 3 && str_eq(path->key, STR("labels")) &&
		    (str_eq(keypath_at(path, 1)->key, STR("networks")) ||
			str_eq(keypath_at(path, 1)->key, STR("volumes")));

		return labels ? RULE_LIST : RULE_NONE;
	}
	below = path->depth == 3 ? path->key : keypath_text(l->arena, path, 2);
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (str_eq(rules[i].path, below))
			return rules[i].rule;
	return str_starts(below, STR("ulimits.")) ? RULE_ULIMIT : RULE_NONE;
}

static struct node *
cannot_override(struct load *l, struct node *base, const struct node *over, const struct keypath *path)
{
	load_problem(l, over, "cannot override %.*s: it is a %s before and a %s here",
	    STR_ARG(keypath_text(l->arena, path, 0)), node_type_name(base), node_type_name(over));
	return base;
}

static struct node *
append(struct load *l, const struct node *base, const struct node *over)
{
	struct node *all = node_copy(l->arena, base);

	for (size_t i = 0; i < over->count; i++)
		node_add(l->arena, all, NULL, over->entries[i].value);
	return all;
}

/* Entries of OVER onto those of BASE. Large ones by hash, so that no two files make this quadratic. */
static struct node *
merge_mappings(struct load *l, struct node *base, const struct node *over, const struct keypath *path)
{
	struct node *all = node_copy(l->arena, base);
	size_t slot_count = 64, had = base->count;
	uint32_t *slots;

	while (slot_count < had * 2)
		slot_count *= 2;
	slots = arena_zero(l->arena, slot_count, sizeof *slots);
	for (size_t i = 0; i < had; i++) {
		size_t s = (size_t)text_digest(all->entries[i].key->value) & (slot_count - 1);

		while (slots[s])
			s = (s + 1) & (slot_count - 1);
		slots[s] = (uint32_t)i + 1;
	}
	for (size_t i = 0; i < over->count; i++) {
		struct node_entry *e = &over->entries[i], *old;
		struct keypath at = keypath_entry(path, over, i);
		size_t s = (size_t)text_digest(e->key->value) & (slot_count - 1);

		while (slots[s] && !str_eq(all->entries[slots[s] - 1].key->value, e->key->value))
			s = (s + 1) & (slot_count - 1);
		if (!slots[s]) {
			node_add(l->arena, all, e->key, e->value);
			continue;
		}
		old = &all->entries[slots[s] - 1];
		if (str_starts(e->key->value, STR("x-")))
			old->value = e->value;
		else
			old->value = merge_at(l, old->value, e->value, &at);
	}
	return all;
}

/* `KEY=value` of an entry of a mapping, its bytes with their places. */
static struct node *
entry_item(struct load *l, const struct node_entry *e)
{
	struct node *item = node_copy(l->arena, e->value);
	struct trace_builder b = TRACE_BUILDER_INIT(l->arena);
	struct trace *t = arena_alloc(l->arena, sizeof *t);

	trace_add_trace(&b, node_trace(l->arena, e->key), NULL);
	if (!node_is_null(e->value)) {
		trace_add_trace(&b, trace_none(STR("=")), NULL);
		trace_add_trace(&b, node_trace(l->arena, e->value), NULL);
	}
	*t = trace_finish(&b);
	item->trace = t;
	item->value = t->text;
	item->type = NODE_STRING;
	return item;
}

static struct node *
as_list(struct load *l, struct node *n)
{
	struct node *list;

	if (n->kind == NODE_SEQUENCE)
		return n;
	list = node_collection(l->arena, NODE_SEQUENCE, n);
	if (n->kind == NODE_SCALAR && n->type != NODE_NULL)
		node_add(l->arena, list, NULL, n);
	for (size_t i = 0; n->kind == NODE_MAPPING && i < n->count; i++)
		if (n->entries[i].value->kind == NODE_SCALAR)
			node_add(l->arena, list, NULL, entry_item(l, &n->entries[i]));
	return list;
}

/* `condition: service_started`, which a bare dependency stands for. */
static struct node *
started(struct load *l, const struct node *at)
{
	struct node *map = node_collection(l->arena, NODE_MAPPING, at), *key, *value;

	key = arena_zero(l->arena, 1, sizeof *key);
	key->value = STR("condition");
	value = arena_zero(l->arena, 1, sizeof *value);
	value->value = STR("service_started");
	node_add(l->arena, map, key, value);
	return map;
}

/* A list of names as a mapping. */
static struct node *
as_names(struct load *l, struct node *n, const struct keypath *path)
{
	bool depends = str_eq(path->key, STR("depends_on"));
	struct node *map;

	if (n->kind != NODE_SEQUENCE)
		return n;
	map = node_collection(l->arena, NODE_MAPPING, n);
	for (size_t i = 0; i < n->count; i++) {
		struct node *none = arena_zero(l->arena, 1, sizeof *none);

		none->type = NODE_NULL;
		none->source = n->source;
		if (n->entries[i].value->kind == NODE_SCALAR)
			node_add(l->arena, map, n->entries[i].value, depends ? started(l, n) : none);
	}
	return map;
}

static struct node *
as_build(struct load *l, struct node *n)
{
	struct node *map, *key;

	if (n->kind != NODE_SCALAR || n->type == NODE_NULL)
		return n;
	map = node_collection(l->arena, NODE_MAPPING, n);
	key = arena_zero(l->arena, 1, sizeof *key);
	key->value = STR("context");
	node_add(l->arena, map, key, n);
	return map;
}

static bool
same_driver(const struct node *base, const struct node *over)
{
	const struct node *a = node_get(base, STR("driver")), *b = node_get(over, STR("driver"));

	return !a || !b || str_eq(a->value, b->value);
}

static struct node *
merge_plain(struct load *l, struct node *base, struct node *over, const struct keypath *path)
{
	if (node_is_null(over))
		return base;
	if (base->kind == NODE_SCALAR)
		return over;
	if (base->kind != over->kind)
		return cannot_override(l, base, over, path);
	return base->kind == NODE_MAPPING ? merge_mappings(l, base, over, path) : append(l, base, over);
}

struct node *
merge_at(struct load *l, struct node *base, struct node *over, const struct keypath *path)
{
	switch (rule_of(l, path)) {
	case RULE_OVERRIDE:
		return over;
	case RULE_LIST:
		return append(l, as_list(l, base), as_list(l, over));
	case RULE_NAMES:
		return merge_plain(l, as_names(l, base, path), as_names(l, over, path), path);
	case RULE_BUILD:
		return merge_plain(l, as_build(l, base), as_build(l, over), path);
	case RULE_LOGGING:
		return same_driver(base, over) ? merge_plain(l, base, over, path) : over;
	case RULE_ULIMIT:
		return base->kind == NODE_MAPPING && over->kind == NODE_MAPPING
		    ? merge_plain(l, base, over, path)
		    : over;
	default:
		return merge_plain(l, base, over, path);
	}
}

struct node *
merge_models(struct load *l, struct node *base, struct node *over)
{
	return base->count == 0 ? over : merge_mappings(l, base, over, NULL);
}

static void
add_repeat(struct load *l, struct node *kept, struct node *dropped)
{
	if (l->repeat_count >= LOAD_REPEATS_MAX)
		return;
	ARENA_GROW(l->arena, l->repeats, l->repeat_count, l->repeat_cap);
	l->repeats[l->repeat_count++] = (struct repeat){ kept, dropped };
}

/* Keeps one item of SERVICE's list NAME for each key (an empty one is nobody's twin), the later one in the
 * earlier one's place. */
static void
unique_items(struct load *l, struct node *service, struct str name,
    struct str (*key_of)(struct load *, const struct node *),
    void (*repeated)(struct load *, struct node *kept, struct node *dropped))
{
	size_t at = node_find(service, name), slot_count = 16;
	struct node *list, *kept;
	uint32_t *slots;
	struct str *keys;

	if (at == service->count || service->entries[at].value->kind != NODE_SEQUENCE ||
	    service->entries[at].value->count < 2)
		return;
	list = service->entries[at].value;
	kept = node_collection(l->arena, NODE_SEQUENCE, list);
	while (slot_count < list->count * 2)
		slot_count *= 2;
	slots = arena_zero(l->arena, slot_count, sizeof *slots);
	keys = arena_zero(l->arena, list->count, sizeof *keys);
	for (size_t i = 0; i < list->count; i++) {
		struct node *item = list->entries[i].value;
		struct str key = key_of(l, item);
		size_t s = (size_t)text_digest(key) & (slot_count - 1);

		while (slots[s] && !str_eq(keys[slots[s] - 1], key))
			s = (s + 1) & (slot_count - 1);
		if (slots[s] && key.len > 0) {
			if (repeated)
				repeated(l, item, kept->entries[slots[s] - 1].value);
			kept->entries[slots[s] - 1].value = item;
			continue;
		}
		keys[kept->count] = key;
		node_add(l->arena, kept, NULL, item);
		slots[s] = (uint32_t)kept->count;
	}
	service->entries[at].value = kept;
}

void
merge_unique(struct load *l, struct node *model)
{
	const struct node *services = node_get(model, STR("services"));

	for (size_t i = 0; services && services->kind == NODE_MAPPING && i < services->count; i++)
		if (services->entries[i].value->kind == NODE_MAPPING) {
			unique_items(l, services->entries[i].value, STR("ports"), ports_key, add_repeat);
			unique_items(l, services->entries[i].value, STR("volumes"), mounts_key, NULL);
		}
}
