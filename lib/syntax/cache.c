/* cache: documents that differ in words alone are parsed once.
 * SPDX-License-Identifier: MIT
 *
 * The outline of a text is that text with each word as `a`. A word begins with a letter, a digit or `_`,
 * and goes on with these and what means nothing to YAML behind them, as `-` and `.`: no rule of YAML looks
 * into it, and none asks how long it is, so all structure of two texts with one outline begins and ends at
 * the same places of that. Of what does look into words nothing is kept (anchors, tags, directives, long
 * keys), or it has to have the same bytes (escapes, headers of blocks). */
#include "syntax/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "syntax/internal.h"
#include "syntax/node.h"

enum {
	TEXT_LIMIT = 64 * 1024,		/* longer files are parsed always */
	LINE_LIMIT = 1000,		/* and of longer lines: a key has at most 1,024 characters */
	BYTES_LIMIT = 8 * 1024 * 1024,	/* of all that is kept */
	SLOTS = 2048			/* a power of two */
};

/* A part of a scalar, between two places of the outline. */
struct part {
	size_t from, to;
	struct str raw;			/* what another text has to have there as well; .ptr NULL: any word */
	struct str value;		/* what these stand for */
};

/* A node's place in the outline. */
struct spot {
	size_t from, to;
	const struct part *parts;	/* of a scalar: what its value is made of, in order */
	size_t count;
};

/* A document as it was read, in one piece. */
struct likeness {
	struct str outline;
	struct node *nodes;		/* in the order of the text */
	struct spot *spots;		/* by node */
	size_t node_count;
	struct node_entry *entries;
	size_t entry_count;
	struct node **roots;
	size_t root_count;
};

/* What is known of the files whose outline has this digest. */
struct slot {
	uint64_t digest;
	enum { SLOT_FREE, SLOT_SEEN, SLOT_REFUSED, SLOT_KEPT } state;	/* refused: it is parsed always */
	const struct likeness *likeness;
};

enum { IN_WORD = 1, BEGINS_WORD = 2 };

struct cache {
	struct arena arena;		/* of the likenesses */
	unsigned char kinds[256];	/* by byte: whether it may stand in a word, or begin one */
	size_t bytes;
	struct slot slots[SLOTS];
	/* of the file being read: its outline, and where in the file each byte of that is, and its end */
	char outline[TEXT_LIMIT];
	uint32_t offsets[TEXT_LIMIT + 1];
	size_t len;
};

struct cache *
cache_open(void)
{
	struct cache *c = mem_zero(1, sizeof *c);

	for (const char *p = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"; *p; p++)
		c->kinds[(unsigned char)*p] = IN_WORD | BEGINS_WORD;
	for (const char *p = "-./+=@"; *p; p++)
		c->kinds[(unsigned char)*p] = IN_WORD;
	return c;
}

void
cache_close(struct cache *c)
{
	if (!c)
		return;
	arena_release(&c->arena);
	free(c);
}

/* Makes the outline of TEXT. What stands behind a backslash is no word, so that an escape keeps its letter.
 * False where a line is too long. */
static bool
outline(struct cache *c, struct str text)
{
	size_t n = 0, line = 0;

	for (size_t i = 0; i < text.len; n++) {
		char byte = text.ptr[i];

		c->offsets[n] = (uint32_t)i++;
		if (c->kinds[(unsigned char)byte] & BEGINS_WORD) {
			c->outline[n] = 'a';
			while (i < text.len && c->kinds[(unsigned char)text.ptr[i]])
				i++;
			continue;
		}
		c->outline[n] = byte;
		if (byte == '\\' && i < text.len) {
			c->offsets[++n] = (uint32_t)i;
			c->outline[n] = text.ptr[i++];
		} else if (byte == '\n') {
			if (i - line > LINE_LIMIT)
				return false;
			line = i;
		}
	}
	c->offsets[n] = (uint32_t)text.len;
	c->len = n;
	return text.len - line <= LINE_LIMIT;
}

/* Whether there may be a directive, whose digits mean something. */
static bool
has_directive(struct str text)
{
	const char *end = text.ptr + text.len;

	for (const char *p = text.ptr; (p = memchr(p, '%', (size_t)(end - p))); p++)
		/* libyaml ends a line at U+0085, U+2028 and U+2029 as well */
		if (p == text.ptr || p[-1] == '\n' || p[-1] == '\r' || (unsigned char)p[-1] >= 0x80)
			return true;
	return false;
}

/* Whether OUTLINE may have an anchor or an alias, whose words mean something. */
static bool
has_anchor(struct str outline)
{
	for (size_t i = 0; i + 1 < outline.len; i++)
		if ((outline.ptr[i] == '&' || outline.ptr[i] == '*') &&
		    (outline.ptr[i + 1] == 'a' || outline.ptr[i + 1] == '-'))
			return true;
	return false;
}

struct size {
	size_t nodes, entries, parts;
};

/* Counts what is in N and below. False where words of it may mean something to the structure. */
static bool
measure(struct arena *arena, struct node *n, struct size *ret)
{
	if (!n->has_span || n->tag.len)
		return false;
	ret->nodes++;
	ret->entries += n->count;
	if (n->kind == NODE_SCALAR)
		ret->parts += 2 * node_trace(arena, n).count + 1;
	for (size_t i = 0; i < n->count; i++)
		if ((n->entries[i].key && !measure(arena, n->entries[i].key, ret)) ||
		    !measure(arena, n->entries[i].value, ret))
			return false;
	return true;
}

/* The likeness that is being made of a text. */
struct keeping {
	struct cache *cache;
	struct likeness *likeness;
	struct str text;		/* a copy of it */
	struct part *parts;		/* room for the next */
};

/* Sets *RET to the place in the outline of byte OFFSET. False where that is within a word. */
static bool
find_place(const struct cache *c, size_t offset, size_t *ret)
{
	size_t low = 0, high = c->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c->offsets[middle] < offset)
			low = middle + 1;
		else
			high = middle;
	}
	*ret = low;
	return c->offsets[low] == offset;
}

/* Adds the bytes from FROM to TO to SPOT, which stand for VALUE; AS_IS: and are that, whichever they are.
 * False where they begin or end within a word. */
static bool
add_part(struct keeping *k, struct spot *spot, size_t from, size_t to, struct str value, bool as_is)
{
	const struct cache *c = k->cache;
	struct part p = { .value = value };

	if (!find_place(c, from, &p.from) || !find_place(c, to, &p.to))
		return false;
	if (!as_is) {
		if (value.len == 0 && !memchr(c->outline + p.from, 'a', p.to - p.from))
			return true;	/* the outline says what it is */
		p.raw = str_sub(k->text, from, to - from);
	}
	k->parts[spot->count++] = p;
	return true;
}

/* Adds the parts of scalar N, which has VALUE. */
static bool
add_parts(struct keeping *k, struct spot *spot, const struct node *n, struct str value)
{
	const struct trace *t = n->trace;
	size_t at = n->start;

	for (size_t i = 0; i < t->count; i++) {
		const struct trace_piece *p = &t->pieces[i];

		if (p->raw.off < at || !add_part(k, spot, at, p->raw.off, (struct str)STR_INIT, false) ||
		    !add_part(k, spot, p->raw.off, span_end(p->raw), str_sub(value, p->at, p->len),
			!p->decoded))
			return false;
		at = span_end(p->raw);
	}
	return add_part(k, spot, at, n->end, (struct str)STR_INIT, false);
}

/* Moves a copy of N, and of what is below it, into the likeness. NULL where it cannot be. */
static struct node *
keep_node(struct keeping *k, const struct node *n)
{
	struct likeness *l = k->likeness;
	struct spot *spot = &l->spots[l->node_count];
	struct node *copy = &l->nodes[l->node_count++];

	*copy = *n;
	copy->source = NULL;
	copy->trace = NULL;
	copy->cap = n->count;
	copy->entries = n->count ? &l->entries[l->entry_count] : NULL;
	l->entry_count += n->count;
	if (!find_place(k->cache, n->start, &spot->from) || !find_place(k->cache, n->end, &spot->to))
		return NULL;
	if (n->kind == NODE_SCALAR) {
		copy->value = arena_dup(&k->cache->arena, n->value);
		spot->parts = k->parts;
		if (!add_parts(k, spot, n, copy->value)) {
			spot->count = 0;
			(void)add_part(k, spot, n->start, n->end, copy->value, false);
		}
		k->parts += spot->count;
	}
	for (size_t i = 0; i < n->count; i++) {
		copy->entries[i].key = n->entries[i].key ? keep_node(k, n->entries[i].key) : NULL;
		copy->entries[i].value = keep_node(k, n->entries[i].value);
		if ((n->entries[i].key && !copy->entries[i].key) || !copy->entries[i].value)
			return NULL;
	}
	return copy;
}

/* The likeness of what was read from TEXT; NULL where there can be none. */
static const struct likeness *
keep(struct cache *c, struct arena *arena, struct str text, const struct document *docs)
{
	struct str outline = { c->outline, c->len };
	struct likeness *l;
	struct keeping k;
	struct size size = { 0, 0, 0 };
	size_t bytes;

	if (docs->has_aliases || docs->has_stand_in || has_directive(text) || has_anchor(outline))
		return NULL;
	for (size_t i = 0; i < docs->count; i++)
		if (!measure(arena, docs->roots[i], &size))
			return NULL;
	bytes = sizeof *l + 3 * text.len + c->len + size.nodes * (sizeof *l->nodes + sizeof *l->spots) +
	    size.entries * sizeof *l->entries + size.parts * sizeof *k.parts + docs->count * sizeof *l->roots;
	if (c->bytes + bytes > BYTES_LIMIT)
		return NULL;
	c->bytes += bytes;
	l = arena_zero(&c->arena, 1, sizeof *l);
	l->outline = arena_dup(&c->arena, outline);
	l->nodes = arena_zero(&c->arena, size.nodes, sizeof *l->nodes);
	l->spots = arena_zero(&c->arena, size.nodes, sizeof *l->spots);
	l->entries = arena_zero(&c->arena, size.entries, sizeof *l->entries);
	l->roots = arena_zero(&c->arena, docs->count, sizeof *l->roots);
	k = (struct keeping){ c, l, arena_dup(&c->arena, text),
		arena_zero(&c->arena, size.parts, sizeof *k.parts) };
	for (size_t i = 0; i < docs->count; i++) {
		l->roots[l->root_count++] = keep_node(&k, docs->roots[i]);
		if (!l->roots[i])
			return NULL;
	}
	return l;
}

/* The bytes of TEXT that part P stands for. */
static struct str
part_in(const struct cache *c, const struct part *p, struct str text)
{
	return (struct str){ text.ptr + c->offsets[p->from], c->offsets[p->to] - c->offsets[p->from] };
}

/* Puts the value together that the scalar at SPOT has in TEXT. False where only the parser can tell it. */
static bool
put_together(const struct cache *c, struct arena *arena, const struct spot *spot, struct str text,
    struct str *ret)
{
	size_t len = 0;
	char *to;

	for (size_t i = 0; i < spot->count; i++) {
		const struct part *p = &spot->parts[i];
		struct str bytes = part_in(c, p, text);

		if (p->raw.ptr && !str_eq(p->raw, bytes))
			return false;
		len += p->raw.ptr ? p->value.len : bytes.len;
	}
	to = arena_alloc(arena, len + 1);
	*ret = (struct str){ to, len };
	for (size_t i = 0; i < spot->count; i++) {
		const struct part *p = &spot->parts[i];
		struct str bytes = p->raw.ptr ? p->value : part_in(c, p, text);

		if (bytes.len > 0)
			memcpy(to, bytes.ptr, bytes.len);
		to += bytes.len;
	}
	*to = '\0';
	return true;
}

/* Gives scalar N, the copy of that at SPOT, the value that it has in TEXT. False where only the parser can
 * tell it. */
static bool
renew(const struct cache *c, struct arena *arena, const struct spot *spot, struct node *n, struct str text,
    struct error *err)
{
	if (spot->count == 1 && !spot->parts[0].raw.ptr) {
		struct str value = part_in(c, &spot->parts[0], text);

		if (str_eq(value, n->value))
			return true;
		n->value = arena_dup(arena, value);
	} else if (!put_together(c, arena, spot, text, &n->value)) {
		return false;
	}
	n->type = NODE_STRING;
	n->number = 0;
	return scalar_type(n, err) == 0;
}

/* A copy of the likeness with the words of SOURCE. False where only the parser can tell what it says. */
static bool
copy(const struct cache *c, struct arena *arena, const struct likeness *l, struct source *source,
    struct document *ret)
{
	struct node *nodes = arena_alloc(arena, l->node_count * sizeof *nodes);
	struct node_entry *entries = arena_alloc(arena, l->entry_count * sizeof *entries);
	AUTO(error) err = ERROR_INIT;

	memcpy(nodes, l->nodes, l->node_count * sizeof *nodes);
	for (size_t i = 0; i < l->entry_count; i++) {
		const struct node_entry *e = &l->entries[i];

		entries[i].key = e->key ? nodes + (e->key - l->nodes) : NULL;
		entries[i].value = nodes + (e->value - l->nodes);
	}
	for (size_t i = 0; i < l->node_count; i++) {
		const struct spot *spot = &l->spots[i];

		nodes[i].source = source;
		nodes[i].start = c->offsets[spot->from];
		nodes[i].end = c->offsets[spot->to];
		if (nodes[i].entries)
			nodes[i].entries = entries + (nodes[i].entries - l->entries);
		if (nodes[i].kind == NODE_SCALAR &&
		    !renew(c, arena, spot, &nodes[i], text_str(&source->text), &err))
			return false;
	}
	*ret = (struct document){ arena_zero(arena, l->root_count, sizeof *ret->roots), l->root_count, false,
		false };
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

	if (text.len == 0 || text.len > TEXT_LIMIT || text_bom(&source->text) || !outline(c, text))
		return document_read(arena, source, ret, err);
	digest = text_digest((struct str){ c->outline, c->len });
	slot = &c->slots[digest & (SLOTS - 1)];
	if (slot->state == SLOT_KEPT &&
	    str_eq(slot->likeness->outline, (struct str){ c->outline, c->len }) &&
	    copy(c, arena, slot->likeness, source, ret))
		return 0;
	r = document_read(arena, source, ret, err);
	/* What comes once, as most files of other fleets do, is not worth a copy. */
	if (slot->digest != digest || slot->state == SLOT_FREE) {
		if (slot->state != SLOT_KEPT)
			*slot = (struct slot){ digest, SLOT_SEEN, NULL };
	} else if (slot->state == SLOT_SEEN) {
		slot->likeness = r == 0 ? keep(c, arena, text, ret) : NULL;
		slot->state = slot->likeness ? SLOT_KEPT : SLOT_REFUSED;
	}
	return r;
}
