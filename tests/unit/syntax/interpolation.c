/* interpolation: every operator, every odd brace, and where each byte of the result comes from.
 * SPDX-License-Identifier: MIT */
#include "unit/traced.h"

#include "base/buf.h"
#include "syntax/env.h"
#include "base/error.h"
#include "syntax/interpolation.h"

/* U is unset, E empty, S is `set`. */

struct reading {
	struct arena arena;
	struct source source, env_source;
	struct env env;
	struct interpolation *ip;
	struct expansions used;
	struct error err;
};

static void
set(struct reading *r, struct str name, size_t off, size_t len)
{
	struct trace t = trace_literal(&r->arena, str_sub(text_str(&r->env_source.text), off, len),
	    &r->env_source,
	    (struct span){ off, len });
	struct trace_piece *p = arena_alloc(&r->arena, sizeof *p);

	*p = t.pieces[0];
	p->origin = ORIGIN_ENV;
	t.pieces = p;
	(void)env_set(&r->env, name, t);
}

static void
open_reading(struct reading *r, struct str text)
{
	*r = (struct reading){ .arena = ARENA_INIT, .err = ERROR_INIT };
	r->source = source_of("compose.yaml", text, false);
	r->env_source = source_of(".env", STR("E=\nS=set\nPORT=8003\nDOLLAR=$S\n"), true);
	env_init(&r->env, &r->arena, NULL);
	set(r, STR("E"), 2, 0);
	set(r, STR("S"), 5, 3);
	set(r, STR("PORT"), 14, 4);
	set(r, STR("DOLLAR"), 26, 2);
	assert_int_equal(interpolation_open(&r->ip, &r->err), 0);
	interpolation_reset(r->ip, &r->arena);
}

static void
close_reading(struct reading *r)
{
	interpolation_close(r->ip);
	text_release(&r->source.text);
	text_release(&r->env_source.text);
	error_release(&r->err);
	arena_release(&r->arena);
}

static int
resolve(struct reading *r, struct trace *ret)
{
	struct trace in = trace_literal(&r->arena, text_str(&r->source.text), &r->source,
	    (struct span){ 0, r->source.text.len });
	int got = interpolate(r->ip, in, &r->env, &r->used, ret, &r->err);

	if (!got)
		assert_traced(*ret);
	for (size_t i = 0; i < r->used.count; i++) {
		const struct expansion *e = &r->used.items[i];
		struct str whole = text_span(&r->source.text, e->span);

		assert_ptr_equal(e->source, &r->source);
		assert_true(whole.len > 1 && whole.ptr[0] == '$' &&
		    str_search(whole, 0, e->variable) < whole.len);
		if (e->used_default)
			assert_traced(e->fallback);
	}
	return got;
}

struct row {
	const char *in, *out;		/* out NULL: refused */
};

static const struct row rows[] = {
	/* the operators */
	{ "$U", "" }, { "${U}", "" }, { "$E", "" }, { "${E}", "" }, { "$S", "set" }, { "${S}", "set" },
	{ "${U-d}", "d" }, { "${E-d}", "" }, { "${S-d}", "set" }, { "${U:-d}", "d" }, { "${E:-d}", "d" },
	{ "${S:-d}", "set" }, { "${U+r}", "" }, { "${E+r}", "r" }, { "${S+r}", "r" }, { "${U:+r}", "" },
	{ "${E:+r}", "" }, { "${S:+r}", "r" }, { "${U?m}", NULL }, { "${E?m}", "" }, { "${S?m}", "set" },
	{ "${U:?m}", NULL }, { "${E:?m}", NULL }, { "${S:?m}", "set" }, { "${U?}", NULL }, { "${U-}", "" },
	{ "${U:-}", "" }, { "${S+}", "" }, { "${S:+}x", "x" },
	/* nested, and where texts end */
	{ "${U:-${S}}", "set" }, { "${U:-a${S}b}", "asetb" }, { "${U:-${V:-${W:-deep}}}", "deep" },
	{ "${S:+${E:-in}}", "in" }, { "${U:-a:-b}", "a:-b" }, { "${U-a?b}", "a?b" }, { "${U:?a-b}", NULL },
	{ "${U:-x}-${S}", "x-set" }, { "${U:-a} and {b}", "a and {b}" }, { "${U:-x}}y", "x}y" },
	{ "${U:-{\"k\":\"v\"}}", "{\"k\":\"v\"}" }, { "${U:-{}}", "{}" }, { "${U:-{}}-${S}", NULL },
	{ "${U:-\nb}", NULL }, { "a\n${U:-b}\n${S}", "a\nb\nset" }, { "${U:-b\n}${S}", NULL },
	{ "${U:-a}\n}", "a\n}" },
	{ "${U:-$$x}", "$x" }, { "${U:-a$1}", "a$1" }, { "${U:-\\}}", "\\}" }, { "${U:-\"q\"}", "\"q\"" },
	{ "${U:- d }", " d " }, { "${U:-a}${U:-b}${S:+c}", "abc" }, { "${U:-{a}b", "{ab" },
	{ "${U:-{{}}}", "{{}}" },
	{ "${U:-${S}}${U:-${S}}", "setset" }, { "${S:-{x}${S}", "set" },
	/* dollars */
	{ "$$S", "$S" }, { "$$$S", "$set" }, { "$${S}", "${S}" }, { "\\$S", "\\set" }, { "$$$$", "$$" },
	{ "$$$", "$$" },
	{ "$S.x", "set.x" }, { "$Sx", "" }, { "${S}x", "setx" }, { "$1", "$1" }, { "$-", "$-" },
	{ "$}", "$}" },
	{ "a$", "a$" }, { "$(S)", "$(S)" }, { "$ $S", "$ set" }, { "$_", "" }, { "$S$S", "setset" },
	{ "$s", "" },
	{ "$DOLLAR", "$S" }, { "${U:-$DOLLAR}", "$S" },
	/* no templates */
	{ "${}", NULL }, { "${", NULL }, { "${S", NULL }, { "${ S}", NULL }, { "${S }", NULL },
	{ "${1}", NULL },
	{ "${S!}", NULL }, { "${S:x}", NULL }, { "${S/x/y}", NULL }, { "${#S}", NULL }, { "${!S}", NULL },
	{ "${S.x}", NULL }, { "${U=d}", NULL }, { "${U:=d}", NULL }, { "${U :-d}", NULL },
	{ "${U: -d}", NULL },
	{ "${S:-x", NULL }, { "${S:", NULL }, { "${S-", NULL },
	/* texts that are not needed are not looked at */
	{ "${S:-${U:?m}}", "set" }, { "${S:-${}}", "set" }, { "${U:+${U:?m}}", "" }, { "${S?${}}", "set" },
	{ "${U:-${}}", NULL }, { "${S:+${}}", NULL },
	/* Compose's names are caseless as Unicode is */
	{ "$\xc5\xbf", "" }, { "${\xe2\x84\xaa}", "" }, { "$\xc3\xa9", "$\xc3\xa9" },
	/* bytes that are no UTF-8 */
	{ "\xff$S\xfe", "\xffset\xfe" }, { "${U:-\xff}", "\xff" },
};

static void
every_row_of_the_grammar(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct reading r;
		struct trace t = TRACE_INIT;
		int got;

		open_reading(&r, str_from(rows[i].in));
		got = resolve(&r, &t);
		if (got != (rows[i].out ? 0 : -1))
			fail_msg("%s: %d (%s)", rows[i].in, got, r.err.what ? r.err.what : "taken");
		if (rows[i].out)
			assert_str(t.text, rows[i].out, strlen(rows[i].out));
		else
			assert_int_equal(r.err.line, rows[i].in[0] == 'a' ? 2 : 1);
		close_reading(&r);
	}
}

static void
without_a_dollar_nothing_is_made(void **state)
{
	struct reading r;
	struct trace t, in;

	(void)state;
	open_reading(&r, STR("8080:80"));
	in = trace_literal(&r.arena, text_str(&r.source.text), &r.source, (struct span){ 0, 7 });
	assert_int_equal(interpolate(r.ip, in, &r.env, &r.used, &t, &r.err), 0);
	assert_ptr_equal(t.pieces, in.pieces);
	assert_ptr_equal(t.text.ptr, in.text.ptr);
	close_reading(&r);
}

static void
values_bring_their_places(void **state)
{
	struct reading r;
	struct trace t;
	struct trace_decision d;

	(void)state;
	open_reading(&r, STR("${IP:-127.0.0.1}:${PORT:-80}:${E:+x}${E}${U}80"));
	assert_int_equal(resolve(&r, &t), 0);
	assert_str(t.text, "127.0.0.1:8003:80", 17);
	d = trace_decide_part(t, 0, 9);
	assert_true(d.known && d.origin == ORIGIN_DEFAULT && d.source == &r.source);
	assert_int_equal(d.span.off, 6);
	assert_str(d.step->variable, "IP", 2);
	assert_int_equal(d.step->span.len, 16);
	d = trace_decide_part(t, 10, 4);
	assert_true(d.known && d.origin == ORIGIN_ENV && d.source == &r.env_source);
	assert_int_equal(d.span.off, 14);
	assert_str(d.step->variable, "PORT", 4);
	d = trace_decide_part(t, 15, 2);
	assert_true(d.known && d.origin == ORIGIN_LITERAL && !d.step);
	d = trace_decide_part(t, 15, 0);	/* E twice, and U */
	assert_true(!d.known && d.source == &r.source);
	assert_string_equal(trace_chain(&r.arena, trace_sub(&r.arena, t, 10, 4), STR(".")).ptr,
	    "8003 <- .env:3 PORT <- compose.yaml:1");
	assert_int_equal(r.used.count, 5);
	assert_true(r.used.items[0].used_default && str_eq(r.used.items[0].fallback.text, STR("127.0.0.1")));
	assert_true(r.used.items[1].is_set && r.used.items[1].has_default && !r.used.items[1].used_default);
	assert_true(!r.used.items[4].is_set && r.used.items[4].warns && !r.used.items[3].warns);
	close_reading(&r);
}

static void
text_of_plus_stays_literal(void **state)
{
	struct reading r;
	struct trace t;

	(void)state;
	open_reading(&r, STR("${S:+8080}${U:-${S:+90}}"));
	assert_int_equal(resolve(&r, &t), 0);
	assert_true(trace_decide_part(t, 0, 4).origin == ORIGIN_LITERAL && !trace_decide_part(t, 0, 4).step);
	assert_true(trace_decide_part(t, 4, 2).origin == ORIGIN_DEFAULT);
	assert_str(trace_decide_part(t, 4, 2).step->variable, "U", 1);
	close_reading(&r);
}

static void
nothing_of_plus_is_no_value(void **state)
{
	struct reading r;
	struct trace t;
	struct trace_decision d;

	(void)state;
	open_reading(&r, STR("${E:+8080}:80"));	/* E is empty: whatever it became, this would be 8080 */
	assert_int_equal(resolve(&r, &t), 0);
	assert_str(t.text, ":80", 3);
	d = trace_decide_part(t, 0, 0);
	assert_true(d.known && d.origin == ORIGIN_LITERAL && d.source == &r.source && !d.step);
	assert_int_equal(d.span.off, 0);
	assert_int_equal(d.span.len, 10);
	close_reading(&r);
}

static void
a_default_of_nothing_has_a_place(void **state)
{
	struct reading r;
	struct trace t;
	struct trace_decision d;

	(void)state;
	open_reading(&r, STR("${U:-}:80"));
	assert_int_equal(resolve(&r, &t), 0);
	d = trace_decide_part(t, 0, 0);
	assert_true(d.known && d.origin == ORIGIN_DEFAULT);
	assert_int_equal(d.span.off, 5);
	close_reading(&r);
}

/* A YAML scalar that was decoded: `"\x24{PORT}\n$S"`, folded over two lines of the file. */
static void
decoded_text_expands_too(void **state)
{
	struct reading r;
	struct trace_builder b;
	struct trace t;
	struct trace_piece p = { .origin = ORIGIN_LITERAL };

	(void)state;
	open_reading(&r, STR("\"\\x24{PORT}\n    $S$$\""));
	b = (struct trace_builder)TRACE_BUILDER_INIT(&r.arena);
	p.source = &r.source;
	p.raw = (struct span){ 1, 4 };
	p.decoded = true;
	trace_add(&b, STR("$"), p);
	p.raw = (struct span){ 5, 6 };
	p.decoded = false;
	trace_add(&b, STR("{PORT}"), p);
	p.raw = (struct span){ 11, 5 };
	p.decoded = true;
	trace_add(&b, STR(" "), p);
	p.raw = (struct span){ 16, 4 };
	p.decoded = false;
	trace_add(&b, STR("$S$$"), p);
	assert_int_equal(interpolate(r.ip, trace_finish(&b), &r.env, &r.used, &t, &r.err), 0);
	assert_traced(t);
	assert_str(t.text, "8003 set$", 9);
	assert_int_equal(r.used.items[0].span.off, 1);
	assert_int_equal(r.used.items[0].span.len, 10);
	assert_true(trace_decide_part(t, 4, 1).known);
	assert_int_equal(trace_decide_part(t, 4, 1).span.len, 5);
	assert_int_equal(trace_decide_part(t, 8, 1).span.len, 2);
	close_reading(&r);
}

static void
nesting_is_bounded(void **state)
{
	AUTO(buf) b = BUF_INIT;
	struct reading r;
	struct trace t;

	(void)state;
	for (int i = 0; i < 200000; i++)
		buf_add_str(&b, STR("${U:-"));
	for (int i = 0; i < 200000; i++)
		buf_add_char(&b, '}');
	open_reading(&r, buf_str(&b));
	assert_int_equal(resolve(&r, &t), -1);
	assert_non_null(strstr(r.err.what, "nest deeper"));
	close_reading(&r);
}

static void
doubling_is_bounded(void **state)
{
	struct reading r;
	struct trace t;
	int got = 0;

	(void)state;
	open_reading(&r, STR("$S$S$E$E"));
	for (int i = 0; i < 60 && !got; i++) {
		got = resolve(&r, &t);
		if (!got) {
			(void)env_set(&r.env, STR("S"), t);
			(void)env_set(&r.env, STR("E"), trace_sub(&r.arena, t, 0, 0));
		}
	}
	assert_int_equal(got, -1);
	assert_non_null(strstr(r.err.what, "MiB"));
	close_reading(&r);
}

/* Nothing here may take time that grows with the square of the text. */
static void
long_lines_are_quick(void **state)
{
	static const char *const units[] = { "${S:-x}", "${U:-{}}", "$S ", "$$", "${U:-${S}}", "${S:+}", "$",
	    "\\${E}" };

	(void)state;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		AUTO(buf) b = BUF_INIT;
		struct reading r;
		struct trace t;

		while (b.len < 300000)
			buf_add(&b, units[i], strlen(units[i]));
		buf_add_char(&b, ' ');
		while (b.len < 1000000)
			buf_add_char(&b, 'x');
		open_reading(&r, buf_str(&b));
		(void)resolve(&r, &t);	/* taken or refused: both are right */
		close_reading(&r);
	}
}

static void
expansions_are_found_in_raw_text(void **state)
{
	struct str s = STR("$$ ${A:-${B}}:$C $1 ${");
	struct reading r;
	struct span got;

	(void)state;
	open_reading(&r, s);
	assert_true(interpolation_find(r.ip, s, 0, &got));
	assert_int_equal(got.off, 3);
	assert_int_equal(got.len, 10);
	assert_true(interpolation_find(r.ip, s, span_end(got), &got));
	assert_int_equal(got.off, 14);
	assert_false(interpolation_find(r.ip, s, span_end(got), &got));
	close_reading(&r);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_grammar),
		cmocka_unit_test(without_a_dollar_nothing_is_made),
		cmocka_unit_test(values_bring_their_places),
		cmocka_unit_test(text_of_plus_stays_literal),
		cmocka_unit_test(nothing_of_plus_is_no_value),
		cmocka_unit_test(a_default_of_nothing_has_a_place),
		cmocka_unit_test(decoded_text_expands_too),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(doubling_is_bounded),
		cmocka_unit_test(long_lines_are_quick),
		cmocka_unit_test(expansions_are_found_in_raw_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
