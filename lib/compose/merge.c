/* merge: one model merged onto another, and duplicate list items dropped, by Compose's rules for each key.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include "base/dict.h"

/* What becomes of a value that stands in both models. */
enum rule {
	/* mappings are merged, lists put one behind the other; the later scalar stands */
	RULE_MERGE,
	RULE_OVERRIDE,		/* the later value stands */
	RULE_LIST,		/* `KEY: value` is the item `KEY=value`, and a single text a list of one */
	RULE_HOSTS,		/* the same, less the items of the later list that the former has */
	RULE_NAMES,		/* a list of names is a mapping without values */
	RULE_BUILD,		/* a text is the context */
	RULE_LOGGING,		/* merged where both have the same driver, else the later one stands */
	RULE_ULIMIT		/* merged where both are mappings, else the later one stands */
};

/* By the pattern of a path. */
static const struct {
	struct str pattern;
	enum rule rule;
} rules[] = {
	{ STR_OF("services.*.command"), RULE_OVERRIDE },
	{ STR_OF("services.*.entrypoint"), RULE_OVERRIDE },
	{ STR_OF("services.*.healthcheck.test"), RULE_OVERRIDE },
	{ STR_OF("services.*.annotations"), RULE_LIST },
	{ STR_OF("services.*.build"), RULE_BUILD },
	{ STR_OF("services.*.build.args"), RULE_LIST },
	{ STR_OF("services.*.build.additional_contexts"), RULE_LIST },
	{ STR_OF("services.*.build.extra_hosts"), RULE_HOSTS },
	{ STR_OF("services.*.build.labels"), RULE_LIST },
	{ STR_OF("services.*.depends_on"), RULE_NAMES },
	{ STR_OF("services.*.deploy.labels"), RULE_LIST },
	{ STR_OF("services.*.dns"), RULE_LIST },
	{ STR_OF("services.*.dns_opt"), RULE_LIST },
	{ STR_OF("services.*.dns_search"), RULE_LIST },
	{ STR_OF("services.*.env_file"), RULE_LIST },
	{ STR_OF("services.*.label_file"), RULE_LIST },
	{ STR_OF("services.*.environment"), RULE_LIST },
	{ STR_OF("services.*.extra_hosts"), RULE_HOSTS },
	{ STR_OF("services.*.labels"), RULE_LIST },
	{ STR_OF("services.*.logging"), RULE_LOGGING },
	{ STR_OF("services.*.models"), RULE_NAMES },
	{ STR_OF("services.*.networks"), RULE_NAMES },
	{ STR_OF("services.*.sysctls"), RULE_LIST },
	{ STR_OF("services.*.tmpfs"), RULE_LIST },
	{ STR_OF("services.*.ulimits.*"), RULE_ULIMIT },
	{ STR_OF("networks.*.labels"), RULE_LIST },
	{ STR_OF("volumes.*.labels"), RULE_LIST },
};

static enum rule
rule_of(const struct keypath *path)
{
	if (path->depth == 3 || path->depth == 4)
		for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
			if (keypath_matches(path, rules[i].pattern))
				return rules[i].rule;
	return RULE_MERGE;
}

static struct node *
cannot_override(struct load *l, struct node *base, const struct node *over, const struct keypath *path)
{
	load_problem(l, over, "cannot override %s: it is a %s before and a %s here",
	    keypath_name(l->arena, path), node_type_name(base), node_type_name(over));
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

/* The same without the texts of OVER that BASE has. */
static struct node *
append_new(struct load *l, const struct node *base, const struct node *over)
{
	struct node *all = node_copy(l->arena, base);
	struct dict had = DICT_IN(l->arena);

	for (size_t i = 0; i < base->count; i++)
		if (node_is_string(base->entries[i].value))
			(void)dict_add(&had, base->entries[i].value->value, 0);
	for (size_t i = 0; i < over->count; i++) {
		struct node *item = over->entries[i].value;

		if (!node_is_string(item) || dict_find(&had, item->value) == DICT_NONE)
			node_add(l->arena, all, NULL, item);
	}
	return all;
}

/* The entries of OVER onto those of BASE. */
static struct node *
merge_mappings(struct load *l, struct node *base, const struct node *over, const struct keypath *path)
{
	struct node *all = node_copy(l->arena, base);
	struct dict keys = DICT_IN(l->arena);

	for (size_t i = 0; i < base->count; i++)
		(void)dict_add(&keys, base->entries[i].key->value, (uint32_t)i);
	for (size_t i = 0; i < over->count; i++) {
		const struct node_entry *e = &over->entries[i];
		struct keypath at = keypath_entry(path, over, i);
		uint32_t had = dict_find(&keys, at.key);

		if (had == DICT_NONE)
			node_add(l->arena, all, e->key, e->value);
		else if (str_starts(at.key, STR("x-")))
			all->entries[had].value = e->value;
		else
			all->entries[had].value = merge_at(l, all->entries[had].value, e->value, &at);
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
	for (size_t i = 0; i < node_count(n, NODE_MAPPING); i++)
		if (n->entries[i].value->kind == NODE_SCALAR)
			node_add(l->arena, list, NULL, entry_item(l, &n->entries[i]));
	return list;
}

/* What stands in a mapping for a name without a value: a dependency waits for the service to have started. */
static struct node *
bare_value(struct arena *a, const struct node *list, bool is_dependency)
{
	struct node *n;

	if (!is_dependency) {
		n = node_string(a, (struct str)STR_INIT);
		n->type = NODE_NULL;
		n->source = list->source;
		return n;
	}
	n = node_collection(a, NODE_MAPPING, list);
	node_add(a, n, node_string(a, STR("condition")), node_string(a, STR("service_started")));
	return n;
}

static struct node *
as_names(struct load *l, struct node *n, const struct keypath *path)
{
	bool is_dependency = str_eq(path->key, STR("depends_on"));
	struct node *map;

	if (n->kind != NODE_SEQUENCE)
		return n;
	map = node_collection(l->arena, NODE_MAPPING, n);
	for (size_t i = 0; i < n->count; i++)
		if (n->entries[i].value->kind == NODE_SCALAR)
			node_add(l->arena, map, n->entries[i].value, bare_value(l->arena, n, is_dependency));
	return map;
}

static struct node *
as_build(struct load *l, struct node *n)
{
	struct node *map;

	if (n->kind != NODE_SCALAR || n->type == NODE_NULL)
		return n;
	map = node_collection(l->arena, NODE_MAPPING, n);
	node_add(l->arena, map, node_string(l->arena, STR("context")), n);
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
	switch (rule_of(path)) {
	case RULE_OVERRIDE:
		return over;
	case RULE_LIST:
		return append(l, as_list(l, base), as_list(l, over));
	case RULE_HOSTS:
		return append_new(l, as_list(l, base), as_list(l, over));
	case RULE_NAMES:
		return merge_plain(l, as_names(l, base, path), as_names(l, over, path), path);
	case RULE_BUILD:
		return merge_plain(l, as_build(l, base), as_build(l, over), path);
	case RULE_LOGGING:
		return same_driver(base, over) ? merge_plain(l, base, over, path) : over;
	case RULE_ULIMIT:
		if (base->kind != NODE_MAPPING || over->kind != NODE_MAPPING)
			return over;
		return merge_plain(l, base, over, path);
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
	size_t n = l->repeat_count;

	if (n >= LOAD_REPEATS_MAX)
		return;
	/* the ports of a range are made of one text */
	if (n > 0 && kept->written && dropped->written && l->repeats[n - 1].kept->written == kept->written &&
	    l->repeats[n - 1].dropped->written == dropped->written)
		return;
	ARENA_GROW(l->arena, l->repeats, l->repeat_count, l->repeat_cap);
	l->repeats[l->repeat_count++] = (struct repeat){ kept, dropped };
}

/* Keeps one item of SERVICE's list NAME for each key, the later one in the place of the earlier one. An item
 * whose key is empty is like no other. */
static void
unique_items(struct load *l, struct node *service, struct str name,
    struct str (*key_of)(struct load *, const struct node *),
    void (*repeated)(struct load *, struct node *kept, struct node *dropped))
{
	size_t at = node_find(service, name);
	struct dict keys = DICT_IN(l->arena);
	struct node *list, *kept;

	if (at == service->count || node_count(service->entries[at].value, NODE_SEQUENCE) < 2)
		return;
	list = service->entries[at].value;
	kept = node_collection(l->arena, NODE_SEQUENCE, list);
	for (size_t i = 0; i < list->count; i++) {
		struct node *item = list->entries[i].value;
		struct str key = key_of(l, item);
		size_t place = key.len > 0 ? dict_add(&keys, key, (uint32_t)kept->count) : kept->count;

		if (place == kept->count) {
			node_add(l->arena, kept, NULL, item);
			continue;
		}
		if (repeated)
			repeated(l, item, kept->entries[place].value);
		kept->entries[place].value = item;
	}
	service->entries[at].value = kept;
}

void
merge_unique(struct load *l, struct node *model)
{
	const struct node *services = node_get(model, STR("services"));

	for (size_t i = 0; i < node_count(services, NODE_MAPPING); i++) {
		struct node *service = services->entries[i].value;

		if (service->kind != NODE_MAPPING)
			continue;
		unique_items(l, service, STR("ports"), ports_key, add_repeat);
		unique_items(l, service, STR("volumes"), mounts_key, NULL);
	}
}
