/* cache: documents that differ in digits alone are parsed once.
 * SPDX-License-Identifier: MIT */
#include "syntax/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "syntax/internal.h"
#include "syntax/node.h"

enum {
	TEXT_LIMIT = 64 * 1024,		/* longer files are parsed always */
	BYTES_LIMIT = 8 * 1024 * 1024,	/* of all that is kept */
	SLOTS = 2048			/* a power of two */
};

/* Of a scalar whose value does not stand in the text as it is. */
#define NOWHERE SIZE_MAX

/* A document as it was read, in one piece. */
struct likeness {
	struct str masked;		/* its text, each digit as 0 */
	struct str text;
	struct node *nodes;		/* in the order of the text */
	size_t *values;			/* by node: where a scalar's value begins in the text, or NOWHERE */
	size_t node_count;
	struct node_entry *entries;
	size_t entry_count;
	struct node **roots;
	size_t root_count;
};

/* What is known of the files whose masked text has this digest. */
struct slot {
	uint64_t digest;
	enum { SLOT_FREE, SLOT_SEEN, SLOT_REFUSED, SLOT_KEPT } state;	/* refused: it is parsed always */
	const struct likeness *likeness;
};

struct cache {
	struct arena arena;		/* of the likenesses */
	struct buf masked;		/* of the file being read */
	size_t bytes;
	struct slot slots[SLOTS];
};

struct cache *
cache_open(void)
{
	return mem_zero(1, sizeof(struct cache));
}

void
cache_close(struct cache *c)
{
	if (!c)
		return;
	arena_release(&c->arena);
	buf_release(&c->masked);
	free(c);
}

static void
mask(struct buf *b, struct str text)
{
	char *to;

	buf_clear(b);
	to = buf_reserve(b, text.len + 1);
	for (size_t i = 0; i < text.len; i++)
		to[i] = text.ptr[i] >= '0' && text.ptr[i] <= '9' ? '0' : text.ptr[i];
	b->len = text.len;
}

/* Whether there may be a directive, whose digits mean something. */
static bool
has_directive(struct str text)
{
	const char *end = text.ptr + text.len;

	for (const char *p = text.ptr; (p = memchr(p, '%', (size_t)(end - p))); p++)
		if (p == text.ptr || p[-1] == '\n' || p[-1] == '\r')
			return true;
	return false;
}

struct size {
	size_t nodes, entries;
};

/* Counts what is in N and below. False where digits of it may mean something to the structure. */
static bool
measure(const struct node *n, struct size *ret)
{
	if (!n->has_span || n->tag.len)
		return false;
	ret->nodes++;
	ret->entries += n->count;
	for (size_t i = 0; i < n->count; i++)
		if ((n->entries[i].key && !measure(n->entries[i].key, ret)) ||
		    !measure(n->entries[i].value, ret))
			return false;
	return true;
}

static size_t
value_offset(const struct node *n, struct str text)
{
	struct span inner = node_inner(n);

	return inner.len == n->value.len && memcmp(text.ptr + inner.off, n->value.ptr, inner.len) == 0 ?
	    inner.off : NOWHERE;
}

/* Moves a copy of N, and of what is below it, into the likeness. */
static struct node *
keep_node(struct cache *c, struct likeness *l, const struct node *n)
{
	size_t i = l->node_count++;
	struct node *copy = &l->nodes[i];

	*copy = *n;
	copy->source = NULL;
	copy->cap = n->count;
	copy->entries = n->count ? &l->entries[l->entry_count] : NULL;
	l->entry_count += n->count;
	if (n->kind == NODE_SCALAR) {
		copy->value = arena_dup(&c->arena, n->value);
		l->values[i] = value_offset(n, l->text);
	}
	for (size_t k = 0; k < n->count; k++) {
		copy->entries[k].key = n->entries[k].key ? keep_node(c, l, n->entries[k].key) : NULL;
		copy->entries[k].value = keep_node(c, l, n->entries[k].value);
	}
	return copy;
}

/* The likeness of what was read from TEXT; NULL where there can be none. */
static const struct likeness *
keep(struct cache *c, struct str text, const struct document *docs)
{
	struct likeness *l;
	struct size size = { 0, 0 };
	size_t bytes;

	if (docs->has_aliases || has_directive(text))
		return NULL;
	for (size_t i = 0; i < docs->count; i++)
		if (!measure(docs->roots[i], &size))
			return NULL;
	bytes = sizeof *l + 4 * text.len + size.nodes * (sizeof *l->nodes + sizeof *l->values) +
	    size.entries * sizeof *l->entries + docs->count * sizeof *l->roots;
	if (c->bytes + bytes > BYTES_LIMIT)
		return NULL;
	c->bytes += bytes;
	l = arena_zero(&c->arena, 1, sizeof *l);
	l->text = arena_dup(&c->arena, text);
	l->masked = arena_dup(&c->arena, buf_str(&c->masked));
	l->nodes = arena_zero(&c->arena, size.nodes, sizeof *l->nodes);
	l->values = arena_zero(&c->arena, size.nodes, sizeof *l->values);
	l->entries = arena_zero(&c->arena, size.entries, sizeof *l->entries);
	l->roots = arena_zero(&c->arena, docs->count, sizeof *l->roots);
	for (size_t i = 0; i < docs->count; i++)
		l->roots[l->root_count++] = keep_node(c, l, docs->roots[i]);
	return l;
}

/* Gives scalar N, the copy of node I, the value that it has in TEXT. False where only the parser can tell
 * it. */
static bool
renew(struct arena *arena, const struct likeness *l, size_t i, struct node *n, struct str text)
{
	AUTO(error) err = ERROR_INIT;
	size_t at = l->values[i];

	if (at == NOWHERE)
		return memcmp(text.ptr + n->start, l->text.ptr + n->start, n->end - n->start) == 0;
	if (memcmp(text.ptr + at, n->value.ptr, n->value.len) == 0)
		return true;
	n->value = arena_dup(arena, (struct str){ text.ptr + at, n->value.len });
	n->type = NODE_STRING;
	n->number = 0;
	return scalar_type(n, &err) == 0;
}

/* A copy of the likeness with the digits of SOURCE. False where only the parser can tell what it says. */
static bool
copy(struct arena *arena, const struct likeness *l, struct source *source, struct document *ret)
{
	struct node *nodes = arena_alloc(arena, l->node_count * sizeof *nodes);
	struct node_entry *entries = arena_alloc(arena, l->entry_count * sizeof *entries);

	memcpy(nodes, l->nodes, l->node_count * sizeof *nodes);
	for (size_t i = 0; i < l->entry_count; i++) {
		const struct node_entry *e = &l->entries[i];

		entries[i].key = e->key ? nodes + (e->key - l->nodes) : NULL;
		entries[i].value = nodes + (e->value - l->nodes);
	}
	for (size_t i = 0; i < l->node_count; i++) {
		nodes[i].source = source;
		if (nodes[i].entries)
			nodes[i].entries = entries + (nodes[i].entries - l->entries);
		if (nodes[i].kind == NODE_SCALAR && !renew(arena, l, i, &nodes[i], text_str(&source->text)))
			return false;
	}
	ret->roots = arena_zero(arena, l->root_count, sizeof *ret->roots);
	ret->count = l->root_count;
	ret->has_aliases = false;
	for (size_t i = 0; i < l->root_count; i++)
		ret->roots[i] = nodes + (l->roots[i] - l->nodes);
	return true;
}

int
cache_read(struct cache *c, struct arena *arena, struct source *source, struct document *ret,
    struct error *err)
{
	struct str text = text_str(&source->text);
	struct slot *slot;
	uint64_t digest;
	int r;

	if (text.len == 0 || text.len > TEXT_LIMIT || text_bom(&source->text))
		return document_read(arena, source, ret, err);
	mask(&c->masked, text);
	digest = text_digest(buf_str(&c->masked));
	slot = &c->slots[digest & (SLOTS - 1)];
	if (slot->state == SLOT_KEPT && str_eq(slot->likeness->masked, buf_str(&c->masked)) &&
	    copy(arena, slot->likeness, source, ret))
		return 0;
	r = document_read(arena, source, ret, err);
	/* What comes once, as most files of other fleets do, is not worth a copy. */
	if (slot->digest != digest || slot->state == SLOT_FREE) {
		if (slot->state != SLOT_KEPT)
			*slot = (struct slot){ digest, SLOT_SEEN, NULL };
	} else if (slot->state == SLOT_SEEN) {
		slot->likeness = r == 0 ? keep(c, text, ret) : NULL;
		slot->state = slot->likeness ? SLOT_KEPT : SLOT_REFUSED;
	}
	return r;
}
