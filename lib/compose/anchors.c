/* anchors: texts that YAML's anchors give to several places, and how the claim at one place can be parted
 * from them.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <string.h>

/* What a text decides. A text of two kinds cannot be changed for one of them alone. */
enum claim {
	CLAIM_NONE = 0,
	CLAIM_MAPPING = 1 << 0,		/* a published port: a short mapping */
	CLAIM_PUBLISHED = 1 << 1,	/* and the `published` of a long one */
	CLAIM_CONTAINER = 1 << 2,	/* a container's name */
	CLAIM_PROJECT = 1 << 3,
	CLAIM_IMAGE = 1 << 4,		/* a tag that may be built */
	CLAIM_ADDRESS = 1 << 5		/* the `host_ip` of a port */
};

/* A scalar of a file with aliases that decides a port or a name. */
struct anchored {
	unsigned claims;
	bool is_claimed_by_alias;	/* an alias of this text alone stands where a claim does */
	struct str elsewhere;		/* where it means something else; empty: nowhere */
	const struct node_alias *first;	/* the first alias of this text alone; NULL: none */
};

/* --- what a text means --- */

/* Once round a document to collect the texts that decide claims, and once more to mark what else they
 * mean. */
struct round {
	struct load *load;
	bool marks;
};

/* Where a scalar stands in its file, which all that an alias makes of it share. */
struct stand {
	const struct source *source;
	size_t start;
};

static struct str
key_of(const struct stand *s)
{
	return (struct str){ (const char *)s, sizeof *s };
}

static struct anchored *
find(const struct load *l, const struct node *n)
{
	struct stand at = { n->source, n->start };
	uint32_t i = l->anchored_count > 0 && n->has_span ? dict_find(&l->anchored_at, key_of(&at))
							   : DICT_NONE;

	return i == DICT_NONE ? NULL : &l->anchored[i];
}

static void
collect(struct load *l, const struct node *n, enum claim claim)
{
	struct stand at = { n->source, n->start };
	uint32_t i;

	if (!n->has_span)
		return;
	i = dict_add_copy(&l->anchored_at, l->arena, key_of(&at), (uint32_t)l->anchored_count);
	if (i == l->anchored_count) {
		ARENA_GROW(l->arena, l->anchored, l->anchored_count, l->anchored_cap);
		l->anchored[l->anchored_count++] = (struct anchored){ .claims = CLAIM_NONE };
	}
	l->anchored[i].claims |= claim;
}

/* What the value at PATH decides. */
static enum claim
claim_at(const struct keypath *path)
{
	static const struct { struct str pattern; enum claim claim; } claims[] = {
		{ STR_OF("services.*.ports.[]"), CLAIM_MAPPING },
		{ STR_OF("services.*.ports.[].published"), CLAIM_PUBLISHED },
		{ STR_OF("services.*.ports.[].host_ip"), CLAIM_ADDRESS },
		{ STR_OF("services.*.container_name"), CLAIM_CONTAINER },
		{ STR_OF("name"), CLAIM_PROJECT },
		{ STR_OF("services.*.image"), CLAIM_IMAGE },
	};

	for (size_t i = 0; path && i < sizeof claims / sizeof *claims; i++)
		if (keypath_matches(path, claims[i].pattern))
			return claims[i].claim;
	return CLAIM_NONE;
}

/* Whether what stands at PATH is an extension (`x-…`), of the file or of a service, which Compose makes
 * nothing of. */
static bool
is_extension(const struct keypath *path)
{
	const struct keypath *top = keypath_at(path, 1), *third = keypath_at(path, 3);

	return (top && str_starts(top->key, STR("x-"))) || (third && str_starts(third->key, STR("x-")));
}

/* Whether N stands where an alias of its scalar alone does. */
static bool
is_aliased(const struct node *n)
{
	const struct node *target = n->alias ? n->alias->target : NULL;

	return target && target->kind == NODE_SCALAR && target->start == n->start;
}

/* Notes in the text of scalar N, a claim already, what it means at PATH: there, or as the key of that. */
static void
mark(struct load *l, const struct node *n, const struct keypath *path, bool is_key)
{
	struct anchored *a = find(l, n);
	enum claim claim = is_key ? CLAIM_NONE : claim_at(path);
	size_t line, column;

	if (!a)
		return;
	if (is_aliased(n) && !a->first)
		a->first = n->alias;
	a->is_claimed_by_alias = a->is_claimed_by_alias || (claim && is_aliased(n));
	if (a->elsewhere.len || is_extension(path) || (claim && a->claims == claim))
		return;
	text_position(&n->source->text, n->alias ? n->alias->start : n->start, &line, &column);
	a->elsewhere = arena_printf(l->arena, "%.*s:%zu %s%s", STR_ARG(n->source->path), line,
	    is_key ? "the key " : "", keypath_name(l->arena, path));
}

static void
look_at(const struct round *r, const struct node *n, const struct keypath *path, bool is_key)
{
	enum claim claim;

	if (r->marks) {
		mark(r->load, n, path, is_key);
		return;
	}
	claim = is_key ? CLAIM_NONE : claim_at(path);
	if (claim)
		collect(r->load, n, claim);
}

static void go_round(const struct round *, const struct node *, const struct keypath *);

/* N, behind `<<` at PATH, whose entries are those of the mapping there. */
static void
go_round_merged(const struct round *r, const struct node *n, const struct keypath *path)
{
	for (size_t i = 0; n->kind == NODE_SEQUENCE && i < n->count; i++)
		go_round(r, n->entries[i].value, path);
	if (n->kind != NODE_SEQUENCE)
		go_round(r, n, path);
}

static void
go_round(const struct round *r, const struct node *n, const struct keypath *path)
{
	if (n->kind == NODE_SCALAR)
		look_at(r, n, path, false);
	for (size_t i = 0; i < n->count; i++) {
		const struct node_entry *e = &n->entries[i];
		struct keypath at = keypath_entry(path, n, i);

		if (e->key && e->key->kind == NODE_SCALAR && str_eq(e->key->value, STR("<<"))) {
			go_round_merged(r, e->value, path);
			continue;
		}
		if (e->key && e->key->kind == NODE_SCALAR)
			look_at(r, e->key, &at, true);
		go_round(r, e->value, &at);
	}
}

void
anchors_note(struct load *l, const struct document *docs)
{
	for (unsigned marks = 0; marks <= 1; marks++)
		for (size_t i = 0; i < docs->count && (!marks || l->anchored_count > 0); i++)
			go_round(&(struct round){ l, marks }, docs->roots[i], NULL);
}

struct str
anchors_elsewhere(const struct load *l, const struct node *n)
{
	const struct anchored *a = find(l, n);

	return a ? a->elsewhere : (struct str)STR_INIT;
}

/* --- what could stand in a claim's own place --- */

/* Whether TEXT is a mapping that a variable holds as a whole: `$MAP`, `${MAP:-80:80}`. */
static bool
is_held_by_variable(struct str text)
{
	size_t depth = 0;

	for (size_t i = 0; i < text.len; i++) {
		depth += text.ptr[i] == '{';
		depth -= text.ptr[i] == '}' && depth > 0;
		if (text.ptr[i] == ':' && depth == 0)
			return false;
	}
	return str_find(text, 0, '$') < text.len;
}

/* The text of scalar N, quotes left out; false where it may not stand in quotes just so. */
static bool
plain_text(const struct node *n, struct str *ret)
{
	if (n->kind != NODE_SCALAR || !n->has_span || n->style > NODE_DOUBLE || n->tag.len)
		return false;
	*ret = text_span(&n->source->text, node_inner(n));
	for (size_t i = 0; i < ret->len; i++)
		if (ret->ptr[i] < ' ' || ret->ptr[i] > '~' || memchr("\"'\\", ret->ptr[i], 3))
			return false;
	return ret->len > 0;
}

/* The text of short mapping N for a flow sequence; false also where no literal could part its port from the
 * anchor's. */
static bool
mapping_text(const struct node *n, struct str *ret)
{
	return plain_text(n, ret) && !is_held_by_variable(*ret);
}

/* Whether ALIAS stands in SOURCE for a list of scalars, or for one, and other text may replace it. */
static bool
is_replaceable(const struct node_alias *alias, const struct source *source)
{
	const struct node *target = alias ? alias->target : NULL;

	return target && target->kind != NODE_MAPPING && target->tag.len == 0 && !alias->is_copied &&
	    alias->start < alias->end && source->text.ptr[alias->start] == '*';
}

static struct span
span_of(const struct node_alias *alias)
{
	return (struct span){ alias->start, alias->end - alias->start };
}

/* The mapping N, or the list that it is an item of, in the place of its alias. */
static void
read_mapping(struct load *l, const struct node *n, struct span site, struct project_alias *ret)
{
	const struct node *target = n->alias->target;
	bool is_list = target->kind == NODE_SEQUENCE;
	AUTO(buf) text = BUF_INIT;
	size_t at = 0;

	if (is_list)
		buf_add_char(&text, '[');
	for (size_t i = 0; i < (is_list ? target->count : 1); i++) {
		const struct node *item = node_as_written(is_list ? target->entries[i].value : target);
		struct str part;

		if (!mapping_text(item, &part) || text.len + part.len > LOAD_ALIAS_MAX)
			return;	/* of each port of a long list it would be the whole list */
		buf_add_str(&text, i > 0 ? STR(", \"") : STR("\""));
		if (at == 0 && item->source == n->source && item->start == n->start)
			at = text.len + (site.off - node_inner(n).off);
		buf_add_str(&text, part);
		buf_add_char(&text, '"');
	}
	if (at == 0)
		return;
	if (is_list)
		buf_add_char(&text, ']');
	ret->at = span_of(n->alias);
	ret->text = arena_dup(l->arena, buf_str(&text));
	ret->site_at = at;
}

/* The bytes of N with its quotes. */
static struct span
quoted_span(const struct node *n)
{
	return (struct span){ n->start, n->end - n->start };
}

/* Where the anchor of N begins, which stands right before it; N's start where none does. */
static size_t
anchor_start(const struct node *n)
{
	const char *s = n->source->text.ptr;
	size_t at = n->start;

	while (at > 0 && (s[at - 1] == ' ' || s[at - 1] == '\t'))
		at--;
	while (at > 0 && s[at - 1] > ' ' && s[at - 1] <= '~' && !memchr(",[]{}&", s[at - 1], 6))
		at--;
	return at > 0 && at < n->start && s[at - 1] == '&' ? at - 1 : n->start;
}

/* N itself in the place of its alias; or, where N has the anchor, without it. */
static void
read_scalar(const struct anchored *a, const struct node *n, struct span site, struct project_alias *ret)
{
	size_t start = anchor_start(n);
	struct str inner;

	if (!plain_text(n, &inner))
		return;
	if (is_aliased(n) && is_replaceable(n->alias, n->source)) {
		ret->at = span_of(n->alias);
	} else if (!n->alias && a->first && !a->is_claimed_by_alias && start < n->start) {
		ret->at = (struct span){ start, n->end - start };
		ret->heir = span_of(a->first);
	} else {
		return;
	}
	ret->text = text_span(&n->source->text, quoted_span(n));
	ret->site_at = site.off - n->start;
}

void
anchors_read(
    struct load *l, const struct node *n, struct span site, bool is_mapping, struct project_alias *ret)
{
	const struct anchored *a = find(l, n);

	if (site.len == 0 || site.off < node_inner(n).off || !n->has_span)
		return;
	ret->elsewhere = anchors_elsewhere(l, n);
	if (is_mapping && is_replaceable(n->alias, n->source))
		read_mapping(l, n, site, ret);
	else if (a && ret->elsewhere.len)
		read_scalar(a, n, site, ret);
}
