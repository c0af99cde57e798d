/* resolve: one YAML document made what Compose makes of it: merge keys, !reset and !override, variables,
 * casts.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct resolver {
	struct load *load;
	const struct env *env;
	struct resets *resets;
};

enum cast { CAST_INT, CAST_FLOAT, CAST_BOOL };

/* The keys whose strings Compose makes numbers or truths of, by path (`*` any key, `[]` any item). */
#define ROW(path, cast) { { path, sizeof (path) - 1 }, cast }
static const struct {
	struct str path;
	enum cast cast;
} casts[] = {
	ROW("services.*.configs.[].mode", CAST_INT),
	ROW("services.*.cpu_count", CAST_INT),
	ROW("services.*.cpu_percent", CAST_FLOAT),
	ROW("services.*.cpu_period", CAST_INT),
	ROW("services.*.cpu_quota", CAST_INT),
	ROW("services.*.cpu_rt_period", CAST_INT),
	ROW("services.*.cpu_rt_runtime", CAST_INT),
	ROW("services.*.cpus", CAST_FLOAT),
	ROW("services.*.cpu_shares", CAST_INT),
	ROW("services.*.init", CAST_BOOL),
	ROW("services.*.depends_on.*.restart", CAST_BOOL),
	ROW("services.*.deploy.replicas", CAST_INT),
	ROW("services.*.deploy.update_config.parallelism", CAST_INT),
	ROW("services.*.deploy.update_config.max_failure_ratio", CAST_FLOAT),
	ROW("services.*.deploy.rollback_config.parallelism", CAST_INT),
	ROW("services.*.deploy.rollback_config.max_failure_ratio", CAST_FLOAT),
	ROW("services.*.deploy.restart_policy.max_attempts", CAST_INT),
	ROW("services.*.deploy.placement.max_replicas_per_node", CAST_INT),
	ROW("services.*.healthcheck.retries", CAST_INT),
	ROW("services.*.healthcheck.disable", CAST_BOOL),
	ROW("services.*.oom_kill_disable", CAST_BOOL),
	ROW("services.*.oom_score_adj", CAST_INT),
	ROW("services.*.pids_limit", CAST_INT),
	ROW("services.*.ports.[].target", CAST_INT),
	ROW("services.*.privileged", CAST_BOOL),
	ROW("services.*.read_only", CAST_BOOL),
	ROW("services.*.scale", CAST_INT),
	ROW("services.*.secrets.[].mode", CAST_INT),
	ROW("services.*.stdin_open", CAST_BOOL),
	ROW("services.*.tty", CAST_BOOL),
	ROW("services.*.ulimits.*", CAST_INT),
	ROW("services.*.ulimits.*.hard", CAST_INT),
	ROW("services.*.ulimits.*.soft", CAST_INT),
	ROW("services.*.volumes.[].read_only", CAST_BOOL),
	ROW("services.*.volumes.[].volume.nocopy", CAST_BOOL),
	ROW("networks.*.external", CAST_BOOL),
	ROW("networks.*.internal", CAST_BOOL),
	ROW("networks.*.attachable", CAST_BOOL),
	ROW("networks.*.enable_ipv4", CAST_BOOL),
	ROW("networks.*.enable_ipv6", CAST_BOOL),
	ROW("volumes.*.external", CAST_BOOL),
	ROW("secrets.*.external", CAST_BOOL),
	ROW("configs.*.external", CAST_BOOL),
};
#undef ROW

/* Whether the path that ends in KEY may match PATTERN at all: most scalars of a project are told apart
 * here. */
static bool
ends_alike(struct str key, struct str pattern)
{
	const char *end = pattern.ptr + pattern.len;

	return end[-1] == '*' || (key.len && key.len < pattern.len && end[-1] == key.ptr[key.len - 1] &&
	    end[-(ptrdiff_t)key.len - 1] == '.');
}

static void
cast_scalar(struct resolver *r, struct node *n, const struct keypath *path)
{
	bool ok = true;
	double ignored;

	if (path->depth < 3 || path->is_index)
		return;
	for (size_t i = 0; i < sizeof casts / sizeof *casts; i++) {
		if (!ends_alike(path->key, casts[i].path) || !keypath_matches(path, casts[i].path))
			continue;
		if (casts[i].cast == CAST_BOOL && (ok = value_truth(n->value, &n->number)))
			n->type = NODE_BOOL;
		else if (casts[i].cast == CAST_INT && (ok = value_integer(n->value, &n->number)))
			n->type = NODE_INT;
		else if (casts[i].cast == CAST_FLOAT && (ok = value_fraction(n->value, &ignored)))
			n->type = NODE_FLOAT;
		if (!ok)
			load_problem(r->load, n, "error while interpolating %.*s: '%.*s' is no %s",
			    STR_ARG(keypath_text(r->load->arena, path, 0)), STR_ARG(node_as_written(n)->value),
			    casts[i].cast == CAST_BOOL ? "boolean" : "number");
		return;
	}
}

static void
expand_scalar(struct resolver *r, struct node *n, const struct keypath *path)
{
	struct load *l = r->load;
	struct expansions used = EXPANSIONS_INIT;
	struct trace *out = arena_alloc(l->arena, sizeof *out);
	struct node *written = arena_alloc(l->arena, sizeof *written);
	AUTO(error) err = ERROR_INIT;
	int done = interpolate(
	    l->reader->interpolation, l->arena, node_trace(l->arena, n), r->env, &used, out, &err);

	load_expansions(l, &used, path);
	if (done < 0) {
		size_t line, column;
		struct str what = arena_printf(l->arena, "error while interpolating %.*s: %s",
		    STR_ARG(keypath_text(l->arena, path, 0)), err.what);

		if (err.line == 0 && node_position(n, &line, &column))
			(void)error_place(&err, n->source->path, line, column);
		free(err.what);
		err.what = mem_dup(what.ptr, what.len);
		load_error(l, &err);
		return;
	}
	*written = *n;
	n->written = written;
	n->trace = out;
	n->value = out->text;
}

static void
add_reset(struct resolver *r, const struct keypath *path)
{
	struct arena *a = r->load->arena;
	struct str *keys = arena_zero(a, path->depth, sizeof *keys);

	for (const struct keypath *at = path; at; at = at->up)
		keys[at->depth - 1] = at->key;
	ARENA_GROW(a, r->resets->items, r->resets->count, r->resets->cap);
	r->resets->items[r->resets->count++] = (struct reset){ keys, path->depth };
}

static bool
is_merge_key(const struct node *key)
{
	return key->kind == NODE_SCALAR && key->style == NODE_PLAIN && str_eq(key->value, STR("<<")) &&
	    (key->tag.len == 0 || str_eq(key->tag, STR("!")) ||
		str_eq(key->tag, STR("tag:yaml.org,2002:merge")));
}

/* Which keys a mapping has so far: by search while it is small, by hash beyond. */
struct key_set {
	struct arena *arena;
	const struct node *mapping;
	uint32_t *slots;		/* entry + 1 */
	size_t slot_count, known;	/* entries of mapping that are in slots */
};

static size_t
key_slot(const struct key_set *s, struct str key)
{
	size_t mask = s->slot_count - 1, i = (size_t)text_digest(key) & mask;

	while (s->slots[i] && !str_eq(s->mapping->entries[s->slots[i] - 1].key->value, key))
		i = (i + 1) & mask;
	return i;
}

static const struct node *
key_find(struct key_set *s, struct str key)
{
	enum { SMALL = 16 };
	const struct node *m = s->mapping;
	size_t i;

	if (m->count <= SMALL) {
		i = node_find(m, key);
		return i < m->count ? m->entries[i].key : NULL;
	}
	if (m->count * 2 > s->slot_count) {
		s->slot_count = s->slot_count ? s->slot_count : 4 * SMALL;
		while (m->count * 2 > s->slot_count)
			s->slot_count *= 2;
		s->slots = arena_zero(s->arena, s->slot_count, sizeof *s->slots);
		s->known = 0;
	}
	for (; s->known < m->count; s->known++)
		s->slots[key_slot(s, m->entries[s->known].key->value)] = (uint32_t)s->known + 1;
	i = key_slot(s, key);
	return s->slots[i] ? m->entries[s->slots[i] - 1].key : NULL;
}

/* Takes a key and its value out of FROM into the mapping of SET, which gives way where WEAK (the entry
 * came through `<<`). */
static void
take_entry(struct resolver *r, struct key_set *set, struct node *to, const struct node_entry *e, bool weak)
{
	const struct node *had = key_find(set, e->key->value);
	size_t line = 0, column;

	if (!had) {
		node_add(r->load->arena, to, e->key, e->value);
		return;
	}
	if (weak)
		return;
	(void)node_position(had, &line, &column);
	load_problem(r->load, e->key, "mapping key \"%.*s\" already defined at line %zu",
	    STR_ARG(e->key->value), line);
}

static bool
is_key(struct resolver *r, const struct node *key, const struct keypath *path)
{
	struct str where;

	if (key->kind == NODE_SCALAR && key->type == NODE_STRING)
		return true;
	where = keypath_text(r->load->arena, path, 0);
	if (where.len > 0)
		load_problem(
		    r->load, key, "non-string key in %.*s: %.*s", STR_ARG(where), STR_ARG(key->value));
	else
		load_problem(r->load, key, "non-string key at top level: %.*s", STR_ARG(key->value));
	return key->kind == NODE_SCALAR;
}

static void merge_into(
    struct resolver *, struct key_set *, struct node *to, struct node *from, const struct keypath *, bool);

static void
merge_value(struct resolver *r, struct key_set *set, struct node *to, struct node *from,
    const struct keypath *path, bool overriding)
{
	if (from->kind == NODE_MAPPING) {
		struct node *own = node_collection(r->load->arena, NODE_MAPPING, from);
		struct key_set inner = { r->load->arena, own, NULL, 0, 0 };

		merge_into(r, &inner, own, from, path, overriding);
		for (size_t i = 0; i < own->count; i++)
			take_entry(r, set, to, &own->entries[i], true);
		return;
	}
	if (from->kind == NODE_SCALAR) {
		load_problem(r->load, from, "map merge requires a mapping or a list of mappings behind `<<`");
		return;
	}
	for (size_t i = 0; i < from->count; i++) {
		if (from->entries[i].value->kind == NODE_MAPPING)
			merge_value(r, set, to, from->entries[i].value, path, overriding);
		else
			load_problem(r->load, from->entries[i].value,
			    "map merge requires a mapping or a list of mappings behind `<<`");
	}
}

/* The entries of mapping FROM, then those that its merge keys bring. */
static void
merge_into(struct resolver *r, struct key_set *set, struct node *to, struct node *from,
    const struct keypath *path, bool overriding)
{
	struct node *merges = NULL;

	for (size_t i = 0; i < from->count; i++) {
		struct node_entry *e = &from->entries[i];
		struct keypath at = keypath_entry(path, from, i);

		if (is_merge_key(e->key)) {
			if (merges)
				load_problem(r->load, e->key, "mapping key \"<<\" already defined");
			merges = e->value;
		} else if (!overriding && str_eq(e->value->tag, STR("!reset"))) {
			add_reset(r, &at);
		} else if (is_key(r, e->key, path)) {
			take_entry(r, set, to, e, false);
		}
	}
	if (merges)
		merge_value(r, set, to, merges, path, overriding);
}

static bool
needs_merge(const struct node *n)
{
	for (size_t i = 0; i < n->count; i++)
		if (is_merge_key(n->entries[i].key))
			return true;
	return false;
}

static void resolve(struct resolver *, struct node *, const struct keypath *, bool overriding);

static void
resolve_mapping(struct resolver *r, struct node *n, const struct keypath *path, bool overriding)
{
	struct node from = *n;
	struct key_set set = { r->load->arena, n, NULL, 0, 0 };

	/* In place: entries only move towards the front, unless merge keys bring new ones. */
	n->count = 0;
	if (needs_merge(&from)) {
		n->entries = NULL;
		n->cap = 0;
	}
	merge_into(r, &set, n, &from, path, overriding);
	for (size_t i = 0; i < n->count; i++) {
		struct keypath at = keypath_entry(path, n, i);
		bool over = !overriding && str_eq(n->entries[i].value->tag, STR("!override"));

		if (over)
			add_reset(r, &at);
		resolve(r, n->entries[i].value, &at, overriding || over);
	}
}

static void
resolve_sequence(struct resolver *r, struct node *n, const struct keypath *path, bool overriding)
{
	size_t kept = 0;

	for (size_t i = 0; i < n->count; i++) {
		struct node *item = n->entries[i].value;
		struct keypath at = keypath_item(path, kept);

		if (!overriding && str_eq(item->tag, STR("!reset")))
			continue;
		resolve(r, item, &at, overriding || str_eq(item->tag, STR("!override")));
		n->entries[kept++].value = item;
	}
	n->count = kept;
}

static void
resolve(struct resolver *r, struct node *n, const struct keypath *path, bool overriding)
{
	if (n->kind == NODE_MAPPING) {
		resolve_mapping(r, n, path, overriding);
	} else if (n->kind == NODE_SEQUENCE) {
		resolve_sequence(r, n, path, overriding);
	} else if (n->type == NODE_STRING) {
		if (n->value.len > 0 && memchr(n->value.ptr, '$', n->value.len))
			expand_scalar(r, n, path);
		cast_scalar(r, n, path);
	} else if (n->type == NODE_FLOAT && n->value.len > 0 &&
	    memchr("nNfF", n->value.ptr[n->value.len - 1], 4)) {
		load_problem(r->load, n, "%.*s: %.*s is a number that Compose cannot hold",
		    STR_ARG(keypath_text(r->load->arena, path, 0)), STR_ARG(n->value));
	}
}

bool
resolve_document(struct load *l, struct node *root, const struct env *env, struct resets *ret)
{
	struct resolver r = { l, env, ret };

	if (root->kind != NODE_MAPPING) {
		load_problem(l, root, "top-level object must be a mapping");
		return false;
	}
	resolve(&r, root, NULL, false);
	return true;
}

static struct node *
reset_one(struct load *l, struct node *n, const struct str *keys, size_t count)
{
	size_t i = node_find(n, keys[0]);
	struct node *copy, *below;

	if (!n || n->kind != NODE_MAPPING || i == n->count)
		return n;
	if (count == 1) {
		copy = node_copy(l->arena, n);
		node_remove(copy, i);
		return copy;
	}
	below = reset_one(l, n->entries[i].value, keys + 1, count - 1);
	if (below == n->entries[i].value)
		return n;
	copy = node_copy(l->arena, n);
	copy->entries[i].value = below;
	return copy;
}

struct node *
resets_apply(struct load *l, struct node *model, const struct resets *resets)
{
	for (size_t i = 0; i < resets->count; i++)
		if (resets->items[i].count > 0)
			model = reset_one(l, model, resets->items[i].keys, resets->items[i].count);
	return model;
}

struct node *
resets_apply_service(struct load *l, struct node *node, struct str name, const struct resets *resets)
{
	for (size_t i = 0; i < resets->count; i++) {
		const struct reset *reset = &resets->items[i];

		if (reset->count > 2 && str_eq(reset->keys[0], STR("services")) &&
		    str_eq(reset->keys[1], name))
			node = reset_one(l, node, reset->keys + 2, reset->count - 2);
	}
	return node;
}
