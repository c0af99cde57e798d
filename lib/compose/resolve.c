/* resolve: one YAML document made what Compose makes of it: merge keys, !reset and !override, variables,
 * casts.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/dict.h"

struct resolver {
	struct load *load;
	const struct env *env;
	struct resets *resets;
};

/* N has an expansion that ERR says is refused. ERR knows where the expansion stands if it is not N's own. */
static void
refuse_expansion(struct load *l, struct node *n, const struct keypath *path, struct error *err)
{
	struct str what = arena_printf(l->arena, "error while interpolating %s: %s",
	    keypath_name(l->arena, path), err->what);
	size_t line, column;

	if (err->line == 0 && node_position(n, &line, &column))
		(void)error_place(err, n->source->path, line, column);
	free(err->what);
	err->what = mem_dup(what.ptr, what.len);
	load_error(l, err);
}

static void
expand_scalar(struct resolver *r, struct node *n, const struct keypath *path)
{
	struct load *l = r->load;
	struct expansions used = EXPANSIONS_INIT;
	struct trace *out = arena_alloc(l->arena, sizeof *out);
	struct node *written = arena_alloc(l->arena, sizeof *written);
	AUTO(error) err = ERROR_INIT;
	struct trace in = node_trace(l->arena, n);
	int done = interpolate(l->reader->interpolation, in, r->env, &used, out, &err);

	load_expansions(l, &used, path);
	if (done < 0) {
		refuse_expansion(l, n, path, &err);
		n->is_refused = true;
		return;
	}
	*written = *n;
	n->written = written;
	n->trace = out;
	n->value = out->text;
}

static bool
is_merge_key(const struct node *key)
{
	return key->kind == NODE_SCALAR && key->style == NODE_PLAIN && str_eq(key->value, STR("<<")) &&
	    (key->tag.len == 0 || str_eq(key->tag, STR("!")) ||
		str_eq(key->tag, STR("tag:yaml.org,2002:merge")));
}

/* A mapping that is being filled. Its keys are searched while it is small, and looked up beyond. */
struct filling {
	struct node *mapping;
	struct dict keys;
};

static const struct node *
find_key(struct filling *f, struct str key)
{
	enum { SMALL = 16 };
	const struct node *m = f->mapping;
	size_t i;

	if (m->count <= SMALL) {
		i = node_find(m, key);
		return i < m->count ? m->entries[i].key : NULL;
	}
	while (f->keys.count < m->count)
		(void)dict_add(&f->keys, m->entries[f->keys.count].key->value, (uint32_t)f->keys.count);
	i = dict_find(&f->keys, key);
	return i == DICT_NONE ? NULL : m->entries[i].key;
}

/* Puts entry E into TO, which has no key twice. One that a merge key brings gives way to one that is
 * there. */
static void
take_entry(struct resolver *r, struct filling *to, const struct node_entry *e, bool is_merged)
{
	const struct node *had = find_key(to, e->key->value);
	size_t line = 0, column;

	if (!had) {
		node_add(r->load->arena, to->mapping, e->key, e->value);
	} else if (!is_merged) {
		(void)node_position(had, &line, &column);
		load_problem(r->load, e->key, "mapping key \"%.*s\" already defined at line %zu",
		    STR_ARG(e->key->value), line);
	}
}

static bool
is_key(struct resolver *r, const struct node *key, const struct keypath *path)
{
	const char *where;

	if (key->kind == NODE_SCALAR && key->type == NODE_STRING)
		return true;
	where = keypath_name(r->load->arena, path);
	if (*where)
		load_problem(r->load, key, "non-string key in %s: %.*s", where, STR_ARG(key->value));
	else
		load_problem(r->load, key, "non-string key at top level: %.*s", STR_ARG(key->value));
	return key->kind == NODE_SCALAR;
}

/* How the entries of a mapping are taken. */
struct taking {
	bool overriding;		/* an !override stands above: tags below it mean nothing */
	bool is_merged;			/* a merge key brings them */
};

static void fill(
    struct resolver *, struct filling *to, struct node *from, const struct keypath *, struct taking);

/* Takes the entries of FROM, which a merge key brings, as far as TO has no others. One that stands here
 * alone is filled by itself first, as nobody else sees that it has a key twice; an alias's are taken at once,
 * as each link of a chain of merges would copy all that come before it. */
static void
merge_mapping(
    struct resolver *r, struct filling *to, struct node *from, const struct keypath *path, struct taking how)
{
	struct filling own = { NULL, DICT_IN(r->load->arena) };

	if (from->kind != NODE_MAPPING) {
		load_problem(r->load, from, "map merge requires a mapping or a list of mappings behind `<<`");
		return;
	}
	if (from->alias) {
		fill(r, to, from, path, (struct taking){ how.overriding, true });
		return;
	}
	own.mapping = node_collection(r->load->arena, NODE_MAPPING, from);
	fill(r, &own, from, path, (struct taking){ how.overriding, false });
	for (size_t i = 0; i < own.mapping->count; i++)
		take_entry(r, to, &own.mapping->entries[i], true);
}

/* Takes the entries of mapping FROM into TO, then those that its merge key brings. */
static void
fill(struct resolver *r, struct filling *to, struct node *from, const struct keypath *path, struct taking how)
{
	struct node *merged = NULL;

	for (size_t i = 0; i < from->count; i++) {
		struct node_entry *e = &from->entries[i];
		struct keypath at = keypath_entry(path, from, i);

		if (is_merge_key(e->key)) {
			if (merged)
				load_problem(r->load, e->key, "mapping key \"<<\" already defined");
			merged = e->value;
		} else if (!how.overriding && str_eq(e->value->tag, STR("!reset"))) {
			resets_add(r->resets, r->load->arena, &at);
		} else if (is_key(r, e->key, path)) {
			take_entry(r, to, e, how.is_merged);
		}
	}
	if (!merged)
		return;
	if (merged->kind != NODE_SEQUENCE)
		merge_mapping(r, to, merged, path, how);
	for (size_t i = 0; merged->kind == NODE_SEQUENCE && i < merged->count; i++)
		merge_mapping(r, to, merged->entries[i].value, path, how);
}

static bool
has_merge_key(const struct node *n)
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
	struct filling to = { n, DICT_IN(r->load->arena) };

	/* In place: entries only move towards the front, unless a merge key brings new ones. */
	n->count = 0;
	if (has_merge_key(&from)) {
		n->entries = NULL;
		n->cap = 0;
	}
	fill(r, &to, &from, path, (struct taking){ overriding, false });
	for (size_t i = 0; i < n->count; i++) {
		struct keypath at = keypath_entry(path, n, i);
		bool overrides = !overriding && str_eq(n->entries[i].value->tag, STR("!override"));

		if (overrides)
			resets_add(r->resets, r->load->arena, &at);
		resolve(r, n->entries[i].value, &at, overriding || overrides);
	}
}

static void
resolve_sequence(struct resolver *r, struct node *n, const struct keypath *path, bool overriding)
{
	size_t kept = 0;

	for (size_t i = 0; i < n->count; i++) {
		struct node *item = n->entries[i].value;
		struct keypath at = keypath_entry(path, n, i);

		at.index = kept;
		if (!overriding && str_eq(item->tag, STR("!reset")))
			continue;
		resolve(r, item, &at, overriding || str_eq(item->tag, STR("!override")));
		n->entries[kept++].value = item;
	}
	n->count = kept;
}

/* Whether N is .inf or .nan. */
static bool
is_endless(const struct node *n)
{
	return n->type == NODE_FLOAT && n->value.len > 0 && memchr("nNfF", n->value.ptr[n->value.len - 1], 4);
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
		casts_apply(r->load, n, path);
	} else if (is_endless(n)) {
		load_problem(r->load, n, "%s: %.*s is a number that Compose cannot hold",
		    keypath_name(r->load->arena, path), STR_ARG(n->value));
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
