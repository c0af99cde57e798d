/* document: YAML text as trees of nodes that know their place.
 * SPDX-License-Identifier: MIT
 *
 * A loop over libyaml's events with a stack of our own, so that no input makes it recurse. */
#include "syntax/document.h"

#include <string.h>
#include <yaml.h>

#include "base/dict.h"
#include "base/error.h"
#include "syntax/internal.h"
#include "syntax/node.h"

struct anchor {
	struct node *node;
	bool open;			/* its end was not read yet: an alias to it would contain itself */
};

struct frame {
	struct node *node;
	struct node *key;		/* of a mapping: the key that waits for its value */
	size_t anchor;			/* index + 1 of its anchor; 0: none */
};

struct builder {
	struct arena *arena;
	struct source *source;
	struct document *ret;
	size_t root_cap;
	struct frame *stack;
	size_t depth, stack_cap;
	size_t flow_depth;		/* of the outermost collection in brackets that is open; 0: none is */
	struct dict names;		/* the index of each anchor's name among the anchors */
	struct anchor *anchors;
	size_t anchor_count, anchor_cap;
	size_t nodes;
	size_t aliased;			/* of these, those that aliases stand for */
	char stand_in, quote;		/* stand for a `:` and for `\'`: see struct input */
	const char *bytes;		/* of the file behind its byte order mark */
	size_t len, skip;		/* skip: the mark's length */
	bool has_spans, is_ascii;
	size_t chars, at;		/* character `chars` of the text begins at byte `at` */
};

/* libyaml counts characters, beginning behind the byte order mark. Its marks come nearly in order, so
 * counting goes on from the last one. */
static size_t
byte_offset(struct builder *b, size_t index)
{
	if (b->is_ascii)
		return b->skip + index;
	while (b->chars < index && b->at < b->len) {
		do
			b->at++;
		while (b->at < b->len && ((unsigned char)b->bytes[b->at] & 0xC0) == 0x80);
		b->chars++;
	}
	while (b->chars > index && b->at > 0) {
		do
			b->at--;
		while (b->at > 0 && ((unsigned char)b->bytes[b->at] & 0xC0) == 0x80);
		b->chars--;
	}
	return b->skip + b->at;
}

static int
place(const struct builder *b, struct error *err, yaml_mark_t mark)
{
	return error_place(err, b->source->path, mark.line + 1, mark.column + 1);
}

static struct node *
node_new(struct builder *b, enum node_kind kind, const yaml_event_t *event, const yaml_char_t *tag)
{
	struct node *n = arena_zero(b->arena, 1, sizeof *n);

	n->kind = kind;
	n->source = b->source;
	n->has_span = b->has_spans;
	if (b->has_spans) {
		n->start = byte_offset(b, event->start_mark.index);
		n->end = byte_offset(b, event->end_mark.index);
	}
	if (tag)
		n->tag = arena_dup(b->arena, str_from((const char *)tag));
	b->nodes++;
	return n;
}

/* The index + 1 of the new definition of NAME, which hides an older one; 0 where there is no NAME. */
static size_t
anchor_define(struct builder *b, const yaml_char_t *name, struct node *node, bool open)
{
	struct str s = str_from((const char *)name);
	size_t i;

	if (s.len == 0)
		return 0;
	i = dict_add_copy(&b->names, b->arena, s, (uint32_t)b->anchor_count);
	if (i == b->anchor_count) {
		ARENA_GROW(b->arena, b->anchors, b->anchor_count, b->anchor_cap);
		b->anchor_count++;
	}
	b->anchors[i] = (struct anchor){ node, open };
	return i + 1;
}

/* Compose's own rule (go-yaml, allowedAliasRatio): of a small document all but a hundredth may come from
 * aliases, of a large one a tenth. */
static bool
is_excessive(const struct builder *b)
{
	const double small = 400000, large = 4000000, nodes = (double)b->nodes;
	double allowed = 0.99;

	if (b->aliased <= 100 || b->nodes <= 1000)
		return false;
	if (nodes > small)
		allowed -= 0.89 * (nodes - small) / (large - small);
	return (double)b->aliased > allowed * nodes;
}

/* A copy of what an alias names, so that every path of the tree leads to a node of its own. */
static struct node *
node_clone(struct builder *b, const struct node *n, struct node_alias *alias)
{
	struct node *copy;

	if (b->nodes >= DOCUMENT_NODES_MAX || is_excessive(b))
		return NULL;
	copy = arena_alloc(b->arena, sizeof *copy);
	*copy = *n;
	copy->alias = alias;
	if (n->alias)
		n->alias->is_copied = true;
	b->nodes++;
	b->aliased++;
	if (n->count == 0)
		return copy;
	copy->cap = n->count;
	copy->entries = arena_zero(b->arena, n->count, sizeof *copy->entries);
	for (size_t i = 0; i < n->count; i++) {
		copy->entries[i].key = n->entries[i].key;
		copy->entries[i].value = node_clone(b, n->entries[i].value, alias);
		if (!copy->entries[i].value)
			return NULL;
	}
	return copy;
}

static int
too_deep(struct error *err)
{
	return error_set(err, "collections are nested in one another more than %d deep", DOCUMENT_DEPTH_MAX);
}

static int
too_many(const struct builder *b, struct error *err)
{
	if (is_excessive(b))
		return error_set(err, "document contains excessive aliasing: %zu of its %zu values stand in "
		    "aliases", b->aliased, b->nodes);
	return error_set(err, "more than %d values, aliases counted as what they stand for",
	    DOCUMENT_NODES_MAX);
}

static int
alias_node(struct builder *b, const yaml_event_t *event, struct node **ret, struct error *err)
{
	struct str name = str_from((const char *)event->data.alias.anchor);
	uint32_t i = dict_find(&b->names, name);
	const struct anchor *a;
	struct node_alias *alias;

	if (i == DICT_NONE)
		return error_set(err, "unknown anchor '%.*s' referenced", STR_ARG(name));
	a = &b->anchors[i];
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the dict has indexes of anchors alone */
	if (a->open)
		return error_set(err, "cycle detected: anchor '%.*s' contains itself", STR_ARG(name));
	if (b->depth + a->node->height > DOCUMENT_DEPTH_MAX)
		return too_deep(err);
	b->ret->has_aliases = true;
	alias = arena_zero(b->arena, 1, sizeof *alias);
	alias->target = a->node;
	if (b->has_spans) {
		alias->start = byte_offset(b, event->start_mark.index);
		alias->end = byte_offset(b, event->end_mark.index);
	}
	*ret = node_clone(b, a->node, alias);
	return *ret ? 0 : too_many(b, err);
}

static enum node_style
style_of(yaml_scalar_style_t style)
{
	switch (style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE: return NODE_SINGLE;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return NODE_DOUBLE;
	case YAML_LITERAL_SCALAR_STYLE: return NODE_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE: return NODE_FOLDED;
	default: return NODE_PLAIN;
	}
}

/* An event of a scalar with a tag or anchor begins at the first of them. */
static size_t
skip_properties(const struct node *n)
{
	const char *s = n->source->text.ptr;
	size_t at = n->start;

	while (at < n->end) {
		if (s[at] == '&' || s[at] == '!') {
			while (at < n->end && !memchr(" \t\r\n", s[at], 4))
				at++;
		} else if (memchr(" \t\r\n", s[at], 4)) {
			at++;
		} else if (s[at] == '#') {
			while (at < n->end && s[at] != '\n')
				at++;
		} else {
			break;
		}
	}
	return at;
}

/* Puts back into VALUE, of style STYLE, what something stands in for. */
static void
put_back(const struct builder *b, enum node_style style, char *value, size_t len)
{
	char from = style == NODE_PLAIN ? b->stand_in : style == NODE_DOUBLE ? b->quote : '\0';

	for (size_t i = 0; from && i < len; i++)
		if (value[i] == from)
			value[i] = style == NODE_PLAIN ? ':' : '\'';
}

/* Whether N, in double quotes, has a `\/`: libyaml takes it, Compose's YAML does not. */
static bool
has_escaped_slash(const struct node *n)
{
	const char *at = n->source->text.ptr + n->start, *end = n->source->text.ptr + n->end;

	for (; at < end && (at = memchr(at, '\\', (size_t)(end - at))) && at + 1 < end; at += 2)
		if (at[1] == '/')
			return true;
	return false;
}

static int
scalar_node(struct builder *b, const yaml_event_t *event, struct node **ret, struct error *err)
{
	struct node *n = node_new(b, NODE_SCALAR, event, event->data.scalar.tag);
	struct str value = { (const char *)event->data.scalar.value, event->data.scalar.length };

	n->style = style_of(event->data.scalar.style);
	put_back(b, n->style, (char *)event->data.scalar.value, value.len);
	n->value = arena_dup(b->arena, value);
	if (n->has_span && (event->data.scalar.tag || event->data.scalar.anchor))
		n->start = skip_properties(n);
	*ret = n;
	/* where libyaml reads on, Compose's YAML ends */
	if (b->flow_depth > 0 && n->style == NODE_PLAIN && str_has(n->value, '?'))
		return error_set(err, "a '?' in brackets begins a key: '%.60s' has to stand in quotes",
		    n->value.ptr);
	if (n->has_span && n->style == NODE_DOUBLE && has_escaped_slash(n))
		return error_set(err, "found unknown escape character: a slash needs no backslash before it");
	(void)anchor_define(b, event->data.scalar.anchor, n, false);
	return scalar_type(n, err);
}

static int
attach(struct builder *b, struct node *n)
{
	struct frame *top;

	if (b->depth == 0) {
		ARENA_GROW(b->arena, b->ret->roots, b->ret->count, b->root_cap);
		b->ret->roots[b->ret->count++] = n;
		return 0;
	}
	top = &b->stack[b->depth - 1];
	if (top->node->height < n->height + 1)
		top->node->height = n->height + 1;
	if (top->node->kind == NODE_MAPPING && !top->key) {
		top->key = n;
		return 0;
	}
	node_add(b->arena, top->node, top->key, n);
	top->key = NULL;
	return 0;
}

static bool
is_flow(const yaml_event_t *event)
{
	return event->type == YAML_SEQUENCE_START_EVENT
	    ? event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
	    : event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
}

static int
open_collection(struct builder *b, enum node_kind kind, const yaml_event_t *event, const yaml_char_t *tag,
    const yaml_char_t *name, struct error *err)
{
	struct node *n = node_new(b, kind, event, tag);

	n->height = 1;
	if (b->depth >= DOCUMENT_DEPTH_MAX)
		return too_deep(err);
	ARENA_GROW(b->arena, b->stack, b->depth, b->stack_cap);
	b->stack[b->depth++] = (struct frame){ n, NULL, 0 };
	b->stack[b->depth - 1].anchor = anchor_define(b, name, n, true);
	if (b->flow_depth == 0 && is_flow(event))
		b->flow_depth = b->depth;
	return 0;
}

static void
close_collection(struct builder *b, const yaml_event_t *event)
{
	/* an end follows its start, which grew the stack */
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	struct frame f = b->stack[--b->depth];

	if (b->depth < b->flow_depth)
		b->flow_depth = 0;
	if (f.node->has_span && event)
		f.node->end = byte_offset(b, event->end_mark.index);
	if (f.anchor > 0 && b->anchors[f.anchor - 1].node == f.node)
		b->anchors[f.anchor - 1].open = false;
	(void)attach(b, f.node);
}

static int
take_event(struct builder *b, const yaml_event_t *event, struct error *err)
{
	struct node *n = NULL;

	if (b->nodes >= DOCUMENT_NODES_MAX)
		return too_many(b, err);
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT: {
		const yaml_version_directive_t *v = event->data.document_start.version_directive;

		if (v && (v->major != 1 || v->minor != 1))
			return error_set(err,
			    "found incompatible YAML document: Compose reads only %%YAML 1.1");
		return 0;
	}
	case YAML_ALIAS_EVENT:
		return alias_node(b, event, &n, err) < 0 || !n ? -1 : attach(b, n);
	case YAML_SCALAR_EVENT:
		return scalar_node(b, event, &n, err) < 0 ? -1 : attach(b, n);
	case YAML_SEQUENCE_START_EVENT:
		return open_collection(b, NODE_SEQUENCE, event, event->data.sequence_start.tag,
		    event->data.sequence_start.anchor, err);
	case YAML_MAPPING_START_EVENT:
		return open_collection(b, NODE_MAPPING, event, event->data.mapping_start.tag,
		    event->data.mapping_start.anchor, err);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_collection(b, event);
		return 0;
	default:
		return 0;
	}
}

static int
parser_error(const struct builder *b, const yaml_parser_t *parser, struct error *err)
{
	const char *problem = parser->problem ? parser->problem : "not YAML";
	size_t line = 0, column = 0;

	if (parser->error == YAML_MEMORY_ERROR)
		mem_exhausted();
	if (parser->error == YAML_READER_ERROR) {
		(void)error_set(err, "%s (byte %zu)", problem, parser->problem_offset);
		if (b->has_spans && parser->problem_offset <= b->source->text.len)
			text_position(&b->source->text, parser->problem_offset, &line, &column);
		return error_place(err, b->source->path, line, column);
	}
	(void)error_set(err, "%s%s%s", parser->context ? parser->context : "",
	    parser->context ? ": " : "", problem);
	return place(b, err, parser->problem_mark);
}

static bool
is_ascii(const char *s, size_t len)
{
	unsigned char all = 0;

	for (size_t i = 0; i < len; i++)
		all |= (unsigned char)s[i];
	return all < 0x80;
}

static int
read_events(struct builder *b, yaml_parser_t *parser, struct error *err)
{
	for (bool more = true; more; ) {
		yaml_event_t event;
		int r;

		if (!yaml_parser_parse(parser, &event))
			return parser_error(b, parser, err);
		more = event.type != YAML_STREAM_END_EVENT;
		r = take_event(b, &event, err);
		if (r < 0)
			(void)place(b, err, event.start_mark);
		yaml_event_delete(&event);
		if (r < 0)
			return -1;
	}
	return 0;
}

/* A text as libyaml is to read it. It refuses a `:` that ends a scalar in brackets, as in `{a:}`, and `\'`
 * in double quotes, which Compose's YAML takes for a part of the scalar and for a quote: another character
 * stands in for each colon, and another escape for each `\'`. */
struct input {
	struct str text;
	char *copy;			/* NULL: the text is as it is in the file */
	/* what stands in, which is nowhere in the file: for a colon, and the letter of an escape and what
	 * that comes to; '\0': nothing does */
	char stand_in, letter, quote;
	size_t refused;			/* at which of them the last reading ended; SIZE_MAX: at none */
	size_t left;			/* bytes that may be read again */
};

/* Reads IN once. */
static int
read_input(
    struct arena *arena, struct source *source, struct input *in, struct document *ret, struct error *err)
{
	struct str all = in->text;
	struct builder b = { .arena = arena, .source = source, .ret = ret, .names = DICT_IN(arena) };
	yaml_parser_t parser;
	int r;

	*ret = (struct document){ .has_stand_in = in->copy != NULL };
	b.skip = text_bom(&source->text);
	b.bytes = all.len > 0 ? all.ptr + b.skip : "";
	b.len = all.len - b.skip;
	b.has_spans = !str_starts(all, STR("\xFE\xFF")) && !str_starts(all, STR("\xFF\xFE"));	/* UTF-16 */
	b.is_ascii = is_ascii(b.bytes, b.len);
	b.stand_in = in->stand_in;
	b.quote = in->quote;
	if (!yaml_parser_initialize(&parser))
		mem_exhausted();
	yaml_parser_set_input_string(&parser, (const unsigned char *)(all.len > 0 ? all.ptr : ""), all.len);
	r = read_events(&b, &parser, err);
	in->refused = SIZE_MAX;
	if (b.has_spans && parser.error == YAML_SCANNER_ERROR && parser.problem &&
	    (strcmp(parser.problem, "found unexpected ':'") == 0 ||
		strcmp(parser.problem, "found unknown escape character") == 0))
		in->refused = byte_offset(&b, parser.problem_mark.index);
	yaml_parser_delete(&parser);
	while (b.depth > 0)		/* after a mistake: what stands before it */
		close_collection(&b, NULL);
	return r;
}

/* A character that is not in S and may stand within a scalar; '\0': there is none. */
static char
unused_in(struct str s)
{
	static const char all[] = "^~;|@%<>=+$()*!&`\\/_";

	for (size_t i = 0; all[i]; i++)
		if (!str_has(s, all[i]))
			return all[i];
	return '\0';
}

/* Whether S has, behind a backslash, LETTER or the digits of WHAT, the byte that it stands for. */
static bool
spells(struct str s, char letter, const char *what)
{
	static const struct { char letter; const char *zeros; } forms[] = {
		{ 'x', "" }, { 'u', "00" }, { 'U', "000000" }
	};

	for (size_t i = str_find(s, 0, '\\'); i + 1 < s.len; i = str_find(s, i + 1, '\\')) {
		if (s.ptr[i + 1] == letter)
			return true;
		for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
			size_t at = i + 2, zeros = strlen(forms[f].zeros);

			if (s.ptr[i + 1] == forms[f].letter &&
			    str_eq(str_sub(s, at, zeros), str_from(forms[f].zeros)) &&
			    str_eq_fold(str_sub(s, at + zeros, 2), str_from(what)))
				return true;
		}
	}
	return false;
}

/* Chooses the escape that stands in for `\'` in IN: its letter, and what it comes to. None does where IN
 * spells each in some way. */
static void
choose_escape(struct input *in)
{
	static const struct { char letter, byte; const char *digits; } all[] = {
		{ 'a', '\a', "07" }, { 'b', '\b', "08" }, { 'v', '\v', "0b" }, { 'f', '\f', "0c" },
		{ 'e', '\x1b', "1b" }
	};

	for (size_t i = 0; i < sizeof all / sizeof *all && !in->letter; i++)
		if (!spells(in->text, all[i].letter, all[i].digits)) {
			in->letter = all[i].letter;
			in->quote = all[i].byte;
		}
}

/* Puts the escape for each `\'` from the one on at which the last reading of IN ended, to the end of the
 * scalar: the first quote behind no backslash. */
static void
put_escapes(struct input *in)
{
	for (size_t i = in->refused; i + 1 < in->text.len && in->copy[i] != '"'; i++)
		if (in->copy[i] == '\\' && in->copy[++i] == '\'')
			in->copy[i] = in->letter;
}

/* Puts the stand-in where the last reading of IN ended. False where IN is not to be read again. */
static bool
stand_in(struct arena *arena, struct input *in)
{
	struct str at = str_sub(in->text, in->refused, 2);
	bool is_quote = str_eq(at, STR("\\'"));

	if ((!is_quote && !str_starts(at, STR(":"))) || in->left < in->text.len)
		return false;
	if (!in->copy) {
		in->stand_in = unused_in(in->text);
		choose_escape(in);
		in->copy = arena_alloc(arena, in->text.len);
		memcpy(in->copy, in->text.ptr, in->text.len);
		in->text.ptr = in->copy;
	}
	in->left -= in->text.len;
	if (is_quote)
		put_escapes(in);
	else
		in->copy[in->refused] = in->stand_in;
	return (is_quote ? in->letter : in->stand_in) != '\0';
}

int
document_read(struct arena *arena, struct source *source, struct document *ret, struct error *err)
{
	enum { AGAIN_MAX = 1 << 20 };
	struct input in = { .text = text_str(&source->text), .refused = SIZE_MAX, .left = AGAIN_MAX };
	int r = read_input(arena, source, &in, ret, err);

	while (r < 0 && stand_in(arena, &in)) {
		error_release(err);
		r = read_input(arena, source, &in, ret, err);
	}
	return r;
}
