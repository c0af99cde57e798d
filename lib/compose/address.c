/* address: where the address stands on which a port is published, or would, where none is given.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

/* Where the bytes of scalar N begin, as it stands in its file; false where a text cannot be put before them
 * byte for byte. */
static bool
find_scalar(struct load *l, struct project_address *a, struct node *n)
{
	struct span inner = node_inner(n);

	if (!n->has_span || n->tag.len || n->style > NODE_DOUBLE || anchors_elsewhere(l, n).len)
		return false;
	a->source = n->source;
	a->span = (struct span){ inner.off, 0 };
	if (n->style == NODE_PLAIN)
		a->plain = inner;
	return true;
}

/* LEN bytes at OFF of T are an address. */
static bool
set_decided(struct project_address *a, struct trace t, size_t off, size_t len)
{
	struct trace_decision d = trace_decide_part(t, off, len);

	if (!d.known || d.origin == ORIGIN_NONE)
		return false;
	if (d.step)	/* its own quotes, where it has any, are a variable's */
		a->plain = (struct span){ 0, 0 };
	a->source = d.source;
	a->span = d.span;
	a->origin = d.origin;
	a->step = d.step;
	return true;
}

/* Notes the expansion that gives the address at the head of T, LEN bytes, and ends where that does. */
static void
find_expansion(struct project_address *a, struct trace t, size_t len, size_t begin, size_t end)
{
	const struct trace_step *outer = trace_outermost(a->step);
	struct trace_decision next = trace_decide_part(t, len, len < t.text.len);

	if (!outer || !outer->source || outer->span.len == 0 || outer->span.off != begin)
		return;
	if (len < t.text.len ? !next.known || next.step || next.source != outer->source ||
		    next.span.off != span_end(outer->span)
			     : span_end(outer->span) != end)
		return;
	a->expansion = outer->span;
	a->expansion_source = outer->source;
}

/* How many colons part the text of a mapping without an address. */
static size_t
colons_of(struct str text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += text.ptr[i] == ':';
	return count;
}

void
address_of_short(struct load *l, struct project_port *p, struct node *scalar)
{
	struct project_address *a = &p->address;
	struct trace t = node_trace(l->arena, scalar);
	struct node *written = node_as_written(scalar);
	struct span inner = node_inner(written);
	size_t bracket = t.text.len && t.text.ptr[0] == '[', len = p->host_ip.len + 2 * bracket;

	/* a number may be written otherwise than it reads */
	if (!find_scalar(l, a, written) ||
	    (scalar->type == NODE_INT && !str_eq(p->mapping, text_span(&written->source->text, inner))))
		return;
	if (p->host_ip.len == 0) {
		a->behind = str_sub(STR("::"), colons_of(p->mapping), 2);
		a->form = PROJECT_ADDRESS_SHORT;
	} else if (set_decided(a, t, 0, len)) {
		find_expansion(a, t, len, inner.off, span_end(inner));
		a->form = PROJECT_ADDRESS_SHORT;
	}
}

/* A key `host_ip` goes before KEY of the long port ITEM. */
static bool
find_key(struct load *l, struct project_address *a, const struct node *item, struct str name)
{
	size_t i = node_find(item, name), line;
	const struct node *key = i < item->count ? item->entries[i].key : NULL;
	struct str text, indent;

	/* a merge key brings keys of other files and of other places */
	if (!key || key->source != item->source || key->start < item->start || key->start >= item->end)
		return false;
	text = text_str(&key->source->text);
	a->source = key->source;
	if (text.ptr[item->start] == '{') {
		a->span = (struct span){ key->start, 0 };
		a->before = STR("host_ip: ");
		a->behind = STR(", ");
		a->form = PROJECT_ADDRESS_LONG;
		return true;
	}
	for (line = key->start; line > 0 && text.ptr[line - 1] == ' '; line--)
		;
	if (line > 0 && text.ptr[line - 1] != '\n')
		return false;
	indent = str_sub(text, line, key->start - line);
	a->span = (struct span){ line, 0 };
	a->before = arena_printf(l->arena, "%.*shost_ip: ", STR_ARG(indent));
	a->form = PROJECT_ADDRESS_LINE;
	return true;
}

void
address_of_long(struct load *l, struct project_port *p, const struct node *item)
{
	struct project_address *a = &p->address;
	struct node *given = node_get(item, STR("host_ip"));
	struct node *written = given ? node_as_written(given) : NULL;

	if (!item->has_span)
		return;
	if (!given) {
		if (!find_key(l, a, item, STR("published")))
			(void)find_key(l, a, item, STR("target"));
	} else if (given->kind == NODE_SCALAR && given->type == NODE_STRING && find_scalar(l, a, written)) {
		struct trace t = node_trace(l->arena, given);
		struct span inner = node_inner(written);

		if (!set_decided(a, t, 0, t.text.len))
			return;
		find_expansion(a, t, t.text.len, inner.off, span_end(inner));
		a->form = PROJECT_ADDRESS_LONG;
	}
}
