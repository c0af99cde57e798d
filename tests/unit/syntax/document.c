/* document: YAML text as trees of nodes that know their place.
 * SPDX-License-Identifier: MIT */
#include "unit/traced.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "syntax/document.h"
#include "syntax/node.h"
#include "base/error.h"

struct reading {
	struct arena arena;
	struct source source;
	struct document docs;
	struct error err;
	int result;
};

static void
read_text(struct reading *r, struct str text)
{
	*r = (struct reading){
		.arena = ARENA_INIT, .source = source_of("app/compose.yaml", text, false), .err = ERROR_INIT
	};
	r->result = document_read(&r->arena, &r->source, &r->docs, &r->err);
}

static void
end(struct reading *r)
{
	text_release(&r->source.text);
	arena_release(&r->arena);
	error_release(&r->err);
}

/* The value of key v of the only document. */
static struct node *
value(struct reading *r)
{
	assert_int_equal(r->result, 0);
	assert_int_equal(r->docs.count, 1);
	assert_non_null(node_get(r->docs.roots[0], STR("v")));
	return node_get(r->docs.roots[0], STR("v"));
}

static void
types_of_plain_scalars(void **state)
{
	static const struct {
		const char *text;
		enum node_type type;
		int64_t number;
	} cases[] = {
		{ "31", NODE_INT, 31 }, { "0x1F", NODE_INT, 31 }, { "0b11", NODE_INT, 3 },
		{ "0o17", NODE_INT, 15 },
		{ "017", NODE_INT, 15 }, { "010", NODE_INT, 8 }, { "1_000", NODE_INT, 1000 },
		{ "0_7", NODE_INT, 7 },
		{ "+1", NODE_INT, 1 }, { "-1", NODE_INT, -1 }, { "0", NODE_INT, 0 },
		{ "-0x10", NODE_INT, -16 },
		{ "9223372036854775807", NODE_INT, INT64_MAX },
		{ "-9223372036854775808", NODE_INT, INT64_MIN },
		{ "18446744073709551615", NODE_INT, INT64_MAX }, { "18446744073709551616", NODE_FLOAT, 0 },
		{ "1e3", NODE_FLOAT, 0 }, { ".5", NODE_FLOAT, 0 }, { "1.", NODE_FLOAT, 0 },
		{ "08", NODE_FLOAT, 0 },
		{ "1.0", NODE_FLOAT, 0 }, { ".inf", NODE_FLOAT, 0 }, { "-.INF", NODE_FLOAT, 0 },
		{ ".nan", NODE_FLOAT, 0 },
		{ "1:30", NODE_STRING, 0 }, { "22:22", NODE_STRING, 0 }, { "12:30:45", NODE_STRING, 0 },
		{ "true", NODE_BOOL, 1 }, { "True", NODE_BOOL, 1 }, { "FALSE", NODE_BOOL, 0 },
		{ "tRue", NODE_STRING, 0 },
		{ "yes", NODE_STRING, 0 }, { "no", NODE_STRING, 0 }, { "on", NODE_STRING, 0 },
		{ "y", NODE_STRING, 0 },
		{ "null", NODE_NULL, 0 }, { "~", NODE_NULL, 0 }, { "", NODE_NULL, 0 },
		{ "NULL", NODE_NULL, 0 },
		{ "2024-01-01", NODE_TIME, 0 }, { "2024-02-30", NODE_STRING, 0 },
		{ "2001-12-14t21:59:43.10-05:00", NODE_TIME, 0 },
		{ "2024-1-1 1:2:3", NODE_TIME, 0 }, { "2024-01-01x", NODE_STRING, 0 },
		{ "24-01-01", NODE_STRING, 0 },
		{ "1e400", NODE_STRING, 0 }, { "0.1.2", NODE_STRING, 0 }, { "0xZZ", NODE_STRING, 0 },
		{ "_1", NODE_STRING, 0 },
		{ "0x", NODE_STRING, 0 }, { "1e", NODE_STRING, 0 }, { "+", NODE_STRING, 0 },
		{ "'31'", NODE_STRING, 0 },
		{ "\"true\"", NODE_STRING, 0 }, { "!!str 31", NODE_STRING, 0 }, { "!foo 31", NODE_STRING, 0 },
		{ "!!int '31'", NODE_INT, 31 }, { "!!float 5", NODE_FLOAT, 0 }, { "!!null ''", NODE_NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[80];
		struct reading r;

		(void)snprintf(text, sizeof text, "v: %s\n", cases[i].text);
		read_text(&r, str_from(text));
		if (value(&r)->type != cases[i].type)
			fail_msg("%s: type %d", cases[i].text, value(&r)->type);
		if (cases[i].type == NODE_INT || cases[i].type == NODE_BOOL)
			assert_int_equal(value(&r)->number, cases[i].number);
		end(&r);
	}
}

/* The pieces of T: [raw] where they are the file's bytes, {raw|text} where they were decoded. */
static void
render(struct trace t, struct buf *b)
{
	for (size_t i = 0; i < t.count; i++) {
		const struct trace_piece *p = &t.pieces[i];

		buf_add_str(b, p->decoded ? STR("{") : STR("["));
		buf_add_str(b, text_span(&p->source->text, p->raw));
		if (p->decoded) {
			buf_add_str(b, STR("|"));
			buf_add_str(b, str_sub(t.text, p->at, p->len));
		}
		buf_add_str(b, p->decoded ? STR("}") : STR("]"));
	}
}

static void
traces_of_every_style(void **state)
{
	static const struct { const char *text, *value, *pieces;
	} cases[] = {
		{ "v: plain text  # c\n", "plain text", "[plain text]" },
		{ "v: one\n  two\n\n  three\n", "one two\nthree", "[one]{\n  | }[two]{\n\n  |\n}[three]" },
		{ "v: one  \r\n  two\r\n", "one two", "[one]{  \r\n  | }[two]" },
		{ "v: 'it''s'\n", "it's", "[it]{''|'}[s]" },
		{ "v: ''\n", "", "[]" },
		{ "v: ''''\n", "'", "{''|'}" },
		{ "v: 'a\n  b'\n", "a b", "[a]{\n  | }[b]" },
		{ "v: 'a \n\n\n b'\n", "a\n\nb", "[a]{ \n\n\n |\n\n}[b]" },
		{ "v: \"a\\tb\"\n", "a\tb", "[a]{\\t|\t}[b]" },
		{ "v: \"\\x24{N}\"\n", "${N}", "{\\x24|$}[{N}]" },
		{ "v: \"\\u00e9\\U0001F600\"\n", "\xc3\xa9\xf0\x9f\x98\x80",
		    "{\\u00e9|\xc3\xa9}{\\U0001F600|\xf0\x9f\x98\x80}" },
		{ "v: \"a\\\n   b\"\n", "ab", "[a]{\\\n   |}[b]" },
		{ "v: \"a \\\n\n   b\"\n", "a \nb", "[a ]{\\\n\n   |\n}[b]" },
		{ "v: \"a\n  b\"\n", "a b", "[a]{\n  | }[b]" },
		{ "v: |\n  a\n  b\n", "a\nb\n", "{  |}[a]{\n  |\n}[b]{\n|\n}" },
		{ "v: |-\n  80:80\n", "80:80", NULL },
		{ "v: |+\n  a\n\n", "a\n\n", NULL },
		{ "v: |2\n    a\n", "  a\n", NULL },
		{ "v: >\n  a\n  b\n\n  c\n", "a b\nc\n", NULL },
		{ "v: >-\n  a\n    more\n  b\n", "a\n  more\nb", NULL },
		{ "v: &x !!str tagged\n", "tagged", "[tagged]" },
		{ "v: !!str\n  # c & !\n  'q'\n", "q", "[q]" },
		{ "v: [&a b, c]\n", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(buf) b = BUF_INIT;
		struct reading r;
		struct node *n;
		struct trace t;

		read_text(&r, str_from(cases[i].text));
		n = value(&r);
		if (n->kind == NODE_SEQUENCE)
			n = n->entries[0].value;
		t = node_trace(&r.arena, n);
		assert_traced(t);
		if (cases[i].value)
			assert_str(t.text, cases[i].value, strlen(cases[i].value));
		render(t, &b);
		if (cases[i].pieces)
			assert_str(buf_str(&b), cases[i].pieces, strlen(cases[i].pieces));
		/* Words of block scalars are found in the file, not just the scalar as a whole. */
		for (size_t k = 0; !cases[i].pieces && k < t.count; k++)
			assert_true(t.count > 1 || !t.pieces[k].decoded);
		end(&r);
	}
}

static void
places_count_bytes(void **state)
{
	static const struct { const char *text; size_t at; } cases[] = {
		{ "v: x\n", 3 },
		{ "\xef\xbb\xbfv: x\n", 6 },
		{ "# \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\nv: x\n", 15 },
		{ "\xef\xbb\xbf\"\xc3\xa9\": [\xe2\x82\xac]\r\nv: x\r\n", 19 },
		{ "v: &anchor !tag x\n", 16 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reading r;
		struct trace_decision d;

		read_text(&r, str_from(cases[i].text));
		assert_int_equal(value(&r)->start, cases[i].at);
		d = trace_decide(node_trace(&r.arena, value(&r)));
		assert_true(d.known);
		assert_int_equal(d.span.off, cases[i].at);
		assert_str(text_span(&r.source.text, d.span), "x", 1);
		end(&r);
	}
}

static void
utf16_has_no_places(void **state)
{
	static const char text[] = "\xff\xfev\0:\0 \0x\0\n";
	struct reading r;

	(void)state;
	read_text(&r, (struct str){ text, sizeof text });
	assert_str(value(&r)->value, "x", 1);
	assert_false(value(&r)->has_span);
	assert_false(trace_decide(node_trace(&r.arena, value(&r))).known);
	end(&r);
}

static void
aliases_are_copies(void **state)
{
	struct reading r;
	struct node *v, *first;

	(void)state;
	read_text(&r, STR("a: &a [x, {k: y}]\na2: &a [z]\nv: [*a, *a]\n"));
	v = value(&r);
	first = v->entries[0].value;
	assert_true(first != v->entries[1].value);
	assert_true(first->alias);
	assert_str(first->entries[0].value->value, "z", 1);	/* the latest definition */
	assert_int_equal(first->start, 22);
	end(&r);
}

static void
several_documents_share_anchors(void **state)
{
	struct reading r;

	(void)state;
	read_text(&r, STR("---\na: &a 1\n---\nb: *a\n---\n"));
	assert_int_equal(r.result, 0);
	assert_int_equal(r.docs.count, 3);
	assert_int_equal(node_get(r.docs.roots[1], STR("b"))->number, 1);
	assert_true(node_is_null(r.docs.roots[2]));
	end(&r);
	read_text(&r, STR("# nothing\n"));
	assert_int_equal(r.result, 0);
	assert_int_equal(r.docs.count, 0);
	end(&r);
}

static void
mistakes_have_a_place(void **state)
{
	static const struct { const char *text, *what; size_t line; } cases[] = {
		{ "a: b\nc: *nope\n", "nope", 2 },
		{ "a: &a [*a]\n", "cycle", 1 },
		{ "%YAML 1.2\n---\na: b\n", "incompatible", 1 },
		{ "a:\n\tc: d\n", "token", 2 },
		{ "a: [b\n", "flow sequence", 2 },
		{ "a: b\nc: \"\\xZZ\"\n", "hex", 2 },
		{ "a: b\n# \xff\n", "UTF-8", 2 },
		{ "a: b\x01\n", "control", 1 },
		{ "a: b: c\n", "mapping values", 1 },
		{ "a: !!int x\n", "tag", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reading r;

		read_text(&r, str_from(cases[i].text));
		assert_int_equal(r.result, -1);
		assert_true(error_is_set(&r.err));
		if (!strstr(r.err.what, cases[i].what))
			fail_msg("'%s' says nothing of %s", r.err.what, cases[i].what);
		assert_int_equal(r.err.line, cases[i].line);
		assert_string_equal(r.err.file, "app/compose.yaml");
		end(&r);
	}
}

static void
what_stands_before_a_mistake_is_kept(void **state)
{
	struct reading r;

	(void)state;
	read_text(&r, STR("services:\n  a: {image: x}\n  b: [\n"));
	assert_int_equal(r.result, -1);
	assert_int_equal(r.docs.count, 1);
	assert_non_null(node_get(node_get(r.docs.roots[0], STR("services")), STR("a")));
	end(&r);
}

static void
bounds_hold(void **state)
{
	AUTO(buf) b = BUF_INIT;
	struct reading r;

	(void)state;
	for (int i = 0; i < DOCUMENT_DEPTH_MAX + 1; i++)
		buf_add_char(&b, '[');
	read_text(&r, buf_str(&b));
	assert_int_equal(r.result, -1);
	assert_non_null(strstr(r.err.what, "deep"));
	end(&r);

	/* Each line is nine of the one before: a billion laughs. */
	buf_clear(&b);
	buf_add_str(&b, STR("a0: &a0 ha\n"));
	for (int i = 1; i < 12; i++)
		buf_printf(&b, "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i, i - 1,
		    i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	read_text(&r, buf_str(&b));
	assert_int_equal(r.result, -1);
	assert_non_null(strstr(r.err.what, "excessive aliasing"));
	end(&r);

	/* Nested through aliases, not on the page. */
	buf_clear(&b);
	buf_add_str(&b, STR("a0: &a0 ha\n"));
	for (int i = 1; i < DOCUMENT_DEPTH_MAX + 2; i++)
		buf_printf(&b, "a%d: &a%d [*a%d]\n", i, i, i - 1);
	read_text(&r, buf_str(&b));
	assert_int_equal(r.result, -1);
	end(&r);
}

static void
many_anchors_are_found(void **state)
{
	AUTO(buf) b = BUF_INIT;
	struct reading r;

	(void)state;
	for (int i = 0; i < 300; i++)
		buf_printf(&b, "k%d: &k%d {n: %d}\n", i, i, i);
	buf_add_str(&b, STR("v: [*k0, *k150, *k299]\n"));
	read_text(&r, buf_str(&b));
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(node_get(value(&r)->entries[i].value, STR("n"))->number,
		    i == 0       ? 0
			: i == 1 ? 150
				 : 299);
	end(&r);
}

static void
a_colon_in_brackets(void **state)
{
	static const struct { const char *text, *first; } cases[] = {
		{ "v: [a:]\n", "a:" }, { "v: [a:,b]\n", "a:" }, { "v: [b:c:, 'd:,', \"e^:\"]\n", "b:c:" },
		{ "v: [\xc3\xa9:, ^]\n", "\xc3\xa9:" }, { "v: [a::b]\n", "a::b" },
	};
	struct reading r;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct node *n;

		read_text(&r, str_from(cases[i].text));
		n = value(&r)->entries[0].value;
		assert_true(str_eq(n->value, str_from(cases[i].first)));
		assert_int_equal(n->end - n->start, strlen(cases[i].first));
		end(&r);
	}
	read_text(&r, STR("v: {a:, b: c}\n"));
	assert_int_equal(value(&r)->count, 2);
	assert_true(str_eq(value(&r)->entries[0].key->value, STR("a:")));
	end(&r);
	read_text(&r, STR("v: {a:[b]}\n"));
	assert_int_equal(r.result, -1);
	end(&r);
}

/* As many in one scalar as there are cost two readings, and not one each. */
static void
many_escapes_of_a_scalar(void **state)
{
	AUTO(buf) text = BUF_INIT;
	struct reading r;

	(void)state;
	buf_printf(&text, "v: \"");
	for (int i = 0; i < 20000; i++)
		buf_printf(&text, "\\'%d ", i);
	buf_printf(&text, "\"\n");
	read_text(&r, buf_str(&text));
	assert_int_equal(r.result, 0);
	assert_true(str_starts(value(&r)->value, STR("'0 '1 '2 ")));
	end(&r);
}

/* Compose's YAML knows `\'` and no `\/`; libyaml knows them the other way round. */
static void
escapes_of_one_parser_alone(void **state)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "v: \"it\\'s\"\n", "it's" }, { "v: \"\\'\\\\'\\'\"\n", "'\\''" },
		{ "v: \"\\a\\b\\v\\f\\'\"\n", "\a\b\v\f'" }, { "v: \"a\\\\/b\"\n", "a\\/b" },
		{ "v: 'a\\/b\\'\n", "a\\/b\\" }, { "v: a\\/b\\'\n", "a\\/b\\'" },
		{ "v: \"\\x41\"\nw: '\\'\n", "A" }, { "v: \"\\x41\\u0062\\U00000063\\'\"\n", "Abc'" },
		{ "v: \"\\x07\\b\\u000B\\f\\'\"\n", "\a\b\v\f'" },
		{ "v: \"\\'a\\\\'\\\"\\'\"\nw: '\\'\nx: \"\\'\"\n", "'a\\'\"'" },
	};
	static const char *const refused[] = { "v: \"a\\/b\"\n", "v: \"\\\\\\/\"\n", "v: \"\\q\"\n",
		/* nothing can stand in */
		"v: \"\\a\\b\\v\\f\\e\\'\"\n",
		"v: \"\\x07\\u0008\\U0000000b\\x0C\\u001B\\'\"\n" };
	struct reading r;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		read_text(&r, str_from(cases[i].text));
		assert_int_equal(r.result, 0);
		assert_true(str_eq(value(&r)->value, str_from(cases[i].want)));
		end(&r);
	}
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		read_text(&r, str_from(refused[i]));
		assert_int_equal(r.result, -1);
		end(&r);
	}
}

static void
a_question_mark_in_brackets(void **state)
{
	static const char *const bad[] = { "v: [a?b]\n", "v: {a: b?}\n", "v: {a?: b}\n",
		"v: [{a: [b, c?]}]\n", "v: [a:?b]\n" };
	static const char *const good[] = { "v: [a, 'b?']\n", "v: {a: [b]}\nw: c?\n", "v: a?b\n",
		"v: {? a : b}\n" };
	struct reading r;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		read_text(&r, str_from(bad[i]));
		assert_int_equal(r.result, -1);
		assert_int_equal(r.err.line, 1);
		end(&r);
	}
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		read_text(&r, str_from(good[i]));
		assert_int_equal(r.result, 0);
		end(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_of_plain_scalars),
		cmocka_unit_test(traces_of_every_style),
		cmocka_unit_test(places_count_bytes),
		cmocka_unit_test(utf16_has_no_places),
		cmocka_unit_test(aliases_are_copies),
		cmocka_unit_test(several_documents_share_anchors),
		cmocka_unit_test(mistakes_have_a_place),
		cmocka_unit_test(what_stands_before_a_mistake_is_kept),
		cmocka_unit_test(bounds_hold),
		cmocka_unit_test(many_anchors_are_found),
		cmocka_unit_test(a_colon_in_brackets),
		cmocka_unit_test(escapes_of_one_parser_alone),
		cmocka_unit_test(many_escapes_of_a_scalar),
		cmocka_unit_test(a_question_mark_in_brackets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
