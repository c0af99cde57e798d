/* node: finding one's way in a document's tree, making new nodes from it, and the trace of a scalar.
 * SPDX-License-Identifier: MIT */
#include "syntax/node.h"

#include <string.h>

size_t
node_find(const struct node *n, struct str key)
{
	if (!n || n->kind != NODE_MAPPING)
		return 0;
	for (size_t i = n->count; i-- > 0; )
		if (str_eq(n->entries[i].key->value, key))
			return i;
	return n->count;
}

struct node *
node_get(const struct node *n, struct str key)
{
	size_t i = node_find(n, key);

	return n && n->kind == NODE_MAPPING && i < n->count ? n->entries[i].value : NULL;
}

struct node *
node_collection(struct arena *a, enum node_kind kind, const struct node *at)
{
	struct node *n = arena_zero(a, 1, sizeof *n);

	n->kind = kind;
	n->height = 1;
	if (at) {
		n->source = at->source;
		n->has_span = at->has_span;
		n->start = at->start;
		n->end = at->end;
	}
	return n;
}

struct node *
node_string(struct arena *a, struct str value)
{
	struct node *n = arena_zero(a, 1, sizeof *n);

	n->value = value;
	return n;
}

struct node *
node_copy(struct arena *a, const struct node *n)
{
	struct node *copy = arena_alloc(a, sizeof *copy);

	*copy = *n;
	copy->cap = n->count;
	copy->entries = NULL;
	if (n->count > 0) {
		copy->entries = arena_zero(a, n->count, sizeof *copy->entries);
		memcpy(copy->entries, n->entries, n->count * sizeof *copy->entries);
	}
	return copy;
}

void
node_add(struct arena *a, struct node *n, struct node *key, struct node *value)
{
	ARENA_GROW(a, n->entries, n->count, n->cap);
	n->entries[n->count++] = (struct node_entry){ key, value };
	if (n->height < value->height + 1)
		n->height = value->height + 1;
}

void
node_remove(struct node *n, size_t i)
{
	memmove(&n->entries[i], &n->entries[i + 1], (n->count - i - 1) * sizeof *n->entries);
	n->count--;
}

bool
node_is_string(const struct node *n)
{
	return n && n->kind == NODE_SCALAR && n->type == NODE_STRING;
}

bool
node_is_null(const struct node *n)
{
	return n && n->kind == NODE_SCALAR && n->type == NODE_NULL;
}

struct node *
node_as_written(const struct node *n)
{
	return (struct node *)(uintptr_t)(n->written ? n->written : n);
}

const char *
node_type_name(const struct node *n)
{
	static const char *const types[] = { "string", "integer", "number with a fraction", "boolean", "null",
		"date" };

	if (n->kind == NODE_SEQUENCE)
		return "list";
	return n->kind == NODE_MAPPING ? "mapping" : types[n->type];
}

bool
node_position(const struct node *n, size_t *ret_line, size_t *ret_column)
{
	if (!n || !n->has_span || !n->source)
		return false;
	text_position(&n->source->text, n->start, ret_line, ret_column);
	return true;
}

struct span
node_inner(const struct node *n)
{
	size_t quote = n->style == NODE_SINGLE || n->style == NODE_DOUBLE ? 1 : 0;

	if (!n->has_span || n->end - n->start < 2 * quote)
		return (struct span){ n->start, 0 };
	return (struct span){ n->start + quote, n->end - n->start - 2 * quote };
}

/* Walks through the raw text of a scalar and its decoded value side by side. Where they do not fit
 * together, all of the raw text stands for all of the value. */
struct tracing {
	const char *raw;		/* of the file */
	size_t at, end;
	struct str value;
	size_t done;			/* bytes of value that have their piece */
	const struct node *node;
	struct trace_builder trace;
};

static void
emit(struct tracing *w, size_t len, size_t raw_at, size_t raw_len, bool decoded)
{
	trace_add(&w->trace, str_sub(w->value, w->done, len), (struct trace_piece){ .source = w->node->source,
	    .raw = { raw_at, raw_len }, .decoded = decoded, .origin = ORIGIN_LITERAL });
	w->done += len;
}

static bool
take_same(struct tracing *w, size_t len)
{
	if (w->value.len - w->done < len || memcmp(w->value.ptr + w->done, w->raw + w->at, len) != 0)
		return false;
	if (len > 0)
		emit(w, len, w->at, len, false);
	w->at += len;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_break(char c)
{
	return c == '\n' || c == '\r';
}

/* Bytes of VALUE that a fold at this point made: one space or newlines. */
static size_t
folded_len(const struct tracing *w)
{
	size_t n = 0;

	if (w->done < w->value.len && w->value.ptr[w->done] == ' ')
		return 1;
	while (w->done + n < w->value.len && w->value.ptr[w->done + n] == '\n')
		n++;
	return n;
}

/* Takes the blanks and line breaks from AT on as one fold. */
static void
take_fold(struct tracing *w, size_t from, bool escaped)
{
	size_t breaks = 0, len;

	for (; w->at < w->end && (is_blank(w->raw[w->at]) || is_break(w->raw[w->at])); w->at++)
		breaks += w->raw[w->at] == '\n' || (w->raw[w->at] == '\r' && w->raw[w->at + 1] != '\n');
	len = breaks != 1 ? folded_len(w) : w->done < w->value.len;
	if (escaped) {
		/* the escaped break is gone; each empty line behind it is a newline */
		struct str behind = str_sub(w->value, w->done, breaks > 0 ? breaks - 1 : 0);

		len = str_skip(behind, 0, STR("\n"));
	}
	emit(w, len, from, w->at - from, true);
}

/* How many bytes of VALUE the escape at AT makes, and how long it is itself. */
static size_t
escape_len(const struct tracing *w, size_t *ret_raw)
{
	unsigned char first = w->done < w->value.len ? (unsigned char)w->value.ptr[w->done] : 0;

	switch (w->at + 1 < w->end ? w->raw[w->at + 1] : '\0') {
	case 'x': *ret_raw = 4; break;
	case 'u': *ret_raw = 6; break;
	case 'U': *ret_raw = 10; break;
	default: *ret_raw = 2;
	}
	if (first < 0xE0)
		return first < 0xC0 ? 1 : 2;
	return first < 0xF0 ? 3 : 4;
}

static bool
walk_flow(struct tracing *w)
{
	char quote = w->node->style == NODE_SINGLE ? '\'' : w->node->style == NODE_DOUBLE ? '"' : '\0';

	while (w->at < w->end) {
		size_t from = w->at, to = w->at, raw_len, len;
		char c = w->raw[w->at];

		if (quote == '\'' && c == '\'') {
			emit(w, 1, w->at, 2, true);
			w->at += 2;
			continue;
		}
		if (quote == '"' && c == '\\' && w->at + 1 < w->end && is_break(w->raw[w->at + 1])) {
			w->at++;
			take_fold(w, from, true);
			continue;
		}
		if (quote == '"' && c == '\\') {
			len = escape_len(w, &raw_len);
			emit(w, len, w->at, raw_len, true);
			w->at += raw_len;
			continue;
		}
		while (to < w->end && !is_break(w->raw[to]) && !(quote == '\'' && w->raw[to] == '\'') &&
		    !(quote == '"' && w->raw[to] == '\\'))
			to++;
		if (to < w->end && is_break(w->raw[to])) {
			while (to > from && is_blank(w->raw[to - 1]))
				to--;
			if (!take_same(w, to - from))
				return false;
			take_fold(w, w->at, false);
		} else if (!take_same(w, to - from)) {
			return false;
		}
	}
	return true;
}

/* The columns that each line of a block scalar is moved in, from its first line that holds anything. */
static bool
block_indent(const struct tracing *w, size_t *ret)
{
	size_t v = 0, spaces = 0;

	while (v < w->value.len && w->value.ptr[v] == '\n')
		v++;
	while (v < w->value.len && w->value.ptr[v] == ' ')
		v++, spaces++;
	for (size_t at = w->at, line = w->at; at < w->end; at++) {
		if (is_break(w->raw[at])) {
			line = at + 1;
		} else if (w->raw[at] != ' ') {
			*ret = at - line - spaces;
			return at - line >= spaces;
		}
	}
	return false;
}

static bool
walk_block(struct tracing *w)
{
	size_t indent;

	/* the header: | or > and what follows on its line */
	while (w->at < w->end && w->raw[w->at] != '\n')
		w->at++;
	if (w->at < w->end)
		w->at++;
	if (!block_indent(w, &indent))
		return false;
	while (w->at < w->end && w->done < w->value.len) {
		size_t from = w->at, to, len = 0;

		/* Between lines: breaks, empty lines, indentation. */
		for (size_t line = w->at; w->at < w->end && (is_break(w->raw[w->at]) || w->raw[w->at] == ' ');
		     w->at++) {
			if (is_break(w->raw[w->at]))
				line = w->at + 1;
			else if (w->at - line >= indent)
				break;
		}
		if (w->done == 0)
			while (len < w->value.len && w->value.ptr[len] == '\n')
				len++;
		else
			len = folded_len(w);
		if (w->at > from)
			emit(w, len, from, w->at - from, true);
		for (to = w->at; to < w->end && !is_break(w->raw[to]); to++)
			continue;
		if (to > w->at && !take_same(w, to - w->at))
			return false;
		if (w->at == from)
			break;
	}
	return true;
}

static struct trace
walk_node(struct arena *a, struct node *n)
{
	struct span inner = node_inner(n);
	struct tracing w = { .raw = n->source->text.ptr, .at = inner.off, .end = span_end(inner),
		.value = n->value, .node = n, .trace = TRACE_BUILDER_INIT(a) };
	bool ok = n->style == NODE_LITERAL || n->style == NODE_FOLDED ? walk_block(&w) : walk_flow(&w);

	if (ok && w.done == n->value.len)
		return trace_finish(&w.trace);
	w.trace = (struct trace_builder)TRACE_BUILDER_INIT(a);
	w.done = 0;
	emit(&w, n->value.len, n->start, n->has_span ? n->end - n->start : 0, true);
	return trace_finish(&w.trace);
}

struct trace
node_trace(struct arena *a, struct node *n)
{
	struct span inner;
	struct trace *t;

	if (n->trace)
		return *n->trace;
	t = arena_alloc(a, sizeof *t);
	inner = node_inner(n);
	if (n->has_span && n->style <= NODE_DOUBLE && inner.len == n->value.len &&
	    (inner.len == 0 || memcmp(n->source->text.ptr + inner.off, n->value.ptr, inner.len) == 0))
		*t = trace_literal(a, n->value, n->source, inner);
	else if (!n->source)
		*t = trace_none(n->value);
	else
		*t = walk_node(a, n);
	n->trace = t;
	return *t;
}
