/* trace: what is cut, joined and decided keeps the place of each byte.
 * SPDX-License-Identifier: MIT */
#include "unit/traced.h"


struct files {
	struct arena arena;
	struct source compose, env;
};

static struct files
open_files(void)
{
	return (struct files){ ARENA_INIT, source_of("m/app1/c.yml", STR("x\nab\\tcd${V}"), false),
		source_of("m/app1/.env", STR("V=8003\nW=$V\n"), true) };
}

static void
close_files(struct files *f)
{
	arena_release(&f->arena);
	text_release(&f->compose.text);
	text_release(&f->env.text);
}

static struct trace_piece
piece(struct source *s, size_t off, size_t len, bool decoded)
{
	return (struct trace_piece){ .source = s, .raw = { off, len }, .decoded = decoded,
	    .origin = ORIGIN_LITERAL };
}

/* "ab", a tab that stands as \t, "cd". */
static struct trace
sample(struct files *f)
{
	struct trace_builder b = TRACE_BUILDER_INIT(&f->arena);

	trace_add(&b, STR("a"), piece(&f->compose, 2, 1, false));
	trace_add(&b, STR("b"), piece(&f->compose, 3, 1, false));
	trace_add(&b, STR("\t"), piece(&f->compose, 4, 2, true));
	trace_add(&b, STR("cd"), piece(&f->compose, 6, 2, false));
	return trace_finish(&b);
}

static void
pieces_that_continue_are_one(void **state)
{
	struct files f = open_files();
	struct trace t = sample(&f);

	(void)state;
	assert_traced(t);
	assert_str(t.text, "ab\tcd", 5);
	assert_int_equal(t.count, 3);
	close_files(&f);
}

static void
cuts_keep_their_place(void **state)
{
	struct files f = open_files();
	struct trace t = sample(&f);

	(void)state;
	for (size_t off = 0; off <= t.text.len + 1; off++)
		for (size_t len = 0; len <= t.text.len + 1; len++) {
			struct trace part = trace_sub(&f.arena, t, off, len);
			struct trace_decision whole = trace_decide(part),
			    direct = trace_decide_part(t, off, len);

			assert_traced(part);
			assert_true(str_eq(part.text, str_sub(t.text, off, len)));
			assert_true(whole.known && direct.known);
			assert_ptr_equal(whole.source, direct.source);
			assert_int_equal(whole.span.off, direct.span.off);
			assert_int_equal(whole.span.len, direct.span.len);
		}
	assert_int_equal(trace_decide_part(t, 1, 3).span.off, 3);
	assert_int_equal(trace_decide_part(t, 1, 3).span.len, 4);
	close_files(&f);
}

static void
a_cut_escape_is_not_known(void **state)
{
	struct files f = open_files();
	struct trace_builder b = TRACE_BUILDER_INIT(&f.arena);
	struct trace t, part;

	(void)state;
	trace_add(&b, STR("xy"), piece(&f.compose, 4, 2, true));
	t = trace_finish(&b);
	assert_true(trace_decide(t).known);
	part = trace_sub(&f.arena, t, 0, 1);
	assert_traced(part);
	assert_false(trace_decide(part).known);
	assert_ptr_equal(trace_decide(part).source, &f.compose);
	assert_false(trace_decide_part(t, 1, 0).known);
	assert_false(trace_decide(trace_sub(&f.arena, t, 1, 0)).known);
	assert_int_equal(trace_decide_part(t, 0, 0).span.off, 4);
	assert_int_equal(trace_decide_part(t, 2, 0).span.off, 6);
	assert_true(trace_decide_part(t, 0, 0).known && trace_decide_part(t, 2, 0).known);
	close_files(&f);
}

static void
several_places_decide_nothing(void **state)
{
	struct files f = open_files();
	struct trace_builder b = TRACE_BUILDER_INIT(&f.arena);
	struct trace t;

	(void)state;
	trace_add(&b, STR("ab"), piece(&f.compose, 2, 2, false));
	trace_add(&b, STR("8003"), piece(&f.env, 2, 4, false));
	trace_add_trace(&b, trace_none(STR("9")), NULL);
	t = trace_finish(&b);
	assert_traced(t);
	assert_false(trace_decide(t).known);
	assert_true(trace_decide_part(t, 2, 4).known);
	assert_ptr_equal(trace_decide_part(t, 2, 4).source, &f.env);
	assert_null(trace_decide_part(t, 6, 1).source);
	assert_false(trace_decide(trace_none(STR("9"))).known);
	close_files(&f);
}

static void
empty_values_have_a_place(void **state)
{
	struct files f = open_files();
	struct trace_builder b = TRACE_BUILDER_INIT(&f.arena);
	struct trace t, part;

	(void)state;
	trace_add(&b, (struct str)STR_INIT, piece(&f.env, 2, 0, false));
	trace_add(&b, STR("ab"), piece(&f.compose, 2, 2, false));
	t = trace_finish(&b);
	part = trace_sub(&f.arena, t, 0, 0);
	assert_int_equal(part.count, 1);
	assert_ptr_equal(trace_decide(part).source, &f.env);
	assert_int_equal(trace_decide(part).span.off, 2);
	/* The text behind it can change without it. */
	assert_true(trace_decide(t).known);
	assert_ptr_equal(trace_decide(t).source, &f.compose);
	close_files(&f);
}

static void
the_rest_has_what_is_empty_at_its_ends(void **state)
{
	struct files f = open_files();
	struct trace_builder b = TRACE_BUILDER_INIT(&f.arena);
	struct trace t, rest;

	(void)state;
	trace_add(&b, STR("ab"), piece(&f.compose, 2, 2, false));
	trace_add(&b, (struct str)STR_INIT, piece(&f.env, 2, 0, false));
	trace_add(&b, STR("cd"), piece(&f.compose, 6, 2, false));
	trace_add(&b, (struct str)STR_INIT, piece(&f.env, 4, 0, false));
	t = trace_finish(&b);
	for (size_t off = 0; off <= t.text.len + 1; off++) {
		rest = trace_rest(&f.arena, t, off);
		assert_traced(rest);
		assert_true(str_eq(rest.text, str_sub(t.text, off, t.text.len)));
		assert_int_equal(rest.count, off < 2 ? 4 : off == 2 ? 3 : off < t.text.len ? 2 : 1);
		assert_ptr_equal(rest.pieces[rest.count - 1].source, &f.env);
	}
	assert_true(trace_decide(trace_rest(&f.arena, t, 2)).known);
	close_files(&f);
}

static void
ways_are_told(void **state)
{
	struct files f = open_files();
	struct trace_step w = { STR("V"), &f.env, { 9, 2 }, NULL },
	    v = { STR("W"), &f.compose, { 8, 4 }, NULL };
	struct trace_step inner = { STR("B"), &f.compose, { 9, 2 }, &v };
	struct trace value = trace_literal(&f.arena, STR("8003"), &f.env, (struct span){ 2, 4 });
	struct trace_builder b = TRACE_BUILDER_INIT(&f.arena), c = TRACE_BUILDER_INIT(&f.arena);
	struct trace_piece fallback = piece(&f.compose, 10, 1, false);
	struct trace t;

	(void)state;
	trace_add_trace(&b, value, &w);
	trace_add_trace(&c, trace_finish(&b), &v);
	t = trace_finish(&c);
	assert_traced(t);
	assert_string_equal(trace_chain(&f.arena, t, STR("m/app1")).ptr,
	    "8003 <- .env:1 V <- .env:2 W <- c.yml:2");
	assert_string_equal(trace_chain(&f.arena, value, STR("m")).ptr, "8003 <- app1/.env:1");
	assert_string_equal(trace_chain(&f.arena, value, STR("other")).ptr, "8003 <- m/app1/.env:1");
	fallback.origin = ORIGIN_DEFAULT;
	fallback.step = &v;
	fallback.len = 1;
	t = (struct trace){ STR("V"), &fallback, 1 };
	assert_string_equal(trace_chain(&f.arena, t, STR("m/app1")).ptr, "V <- c.yml:2 W default");
	fallback.step = &inner;
	assert_string_equal(trace_chain(&f.arena, t, STR("m/app1")).ptr, "V <- c.yml:2 B default");
	fallback = (struct trace_piece){ .len = 1, .step = &v };
	assert_string_equal(trace_chain(&f.arena, t, STR("m/app1")).ptr, "V <- environment W <- c.yml:2");
	close_files(&f);
}

static void
ways_do_not_grow_without_end(void **state)
{
	struct files f = open_files();
	struct trace t = trace_literal(&f.arena, STR("8003"), &f.env, (struct span){ 2, 4 });
	size_t steps = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		struct trace_step *step = arena_zero(&f.arena, 1, sizeof *step);
		struct trace_builder b = TRACE_BUILDER_INIT(&f.arena);

		step->variable = i ? STR("X") : STR("FIRST");
		step->source = &f.compose;
		trace_add_trace(&b, t, step);
		t = trace_finish(&b);
		assert_traced(t);
	}
	for (const struct trace_step *s = t.pieces[0].step; s; s = s->outer)
		steps++;
	assert_int_equal(steps, 8);
	assert_str(t.pieces[0].step->variable, "FIRST", 5);
	close_files(&f);
}

/* `${V}-db${W}` in the compose file, where V is 8003 by .env and W is empty. */
static struct trace
composed(struct files *f, struct trace_step *v, struct trace_step *w)
{
	struct trace_builder b = TRACE_BUILDER_INIT(&f->arena);
	struct trace_piece in_env = piece(&f->env, 2, 4, false), empty = piece(&f->env, 9, 0, false);

	*v = (struct trace_step){ STR("V"), &f->compose, { 2, 4 }, NULL };
	*w = (struct trace_step){ STR("W"), &f->compose, { 9, 4 }, NULL };
	in_env.step = v;
	empty.step = w;
	trace_add(&b, STR("8003"), in_env);
	trace_add(&b, STR("-db"), piece(&f->compose, 6, 3, false));
	trace_add(&b, STR(""), empty);
	return trace_finish(&b);
}

static void
what_is_written_is_one_text(void **state)
{
	struct files f = { ARENA_INIT, source_of("m/app1/c.yml", STR("x\n${V}-db${W}"), false),
		source_of("m/app1/.env", STR("V=8003\nW=\n"), true) };
	struct trace_step v, w;
	struct trace t = composed(&f, &v, &w);
	struct trace_decision d = trace_written_part(t, 0, 7);

	(void)state;
	assert_false(trace_decide_part(t, 0, 7).known);
	assert_true(d.known && d.source == &f.compose);
	assert_int_equal(d.span.off, 2);
	assert_int_equal(d.span.len, 7);		/* without ${W}, which may stay */
	d = trace_written_part(t, 0, 4);
	assert_true(d.known && d.span.off == 2 && d.span.len == 4);
	d = trace_written_part(t, 4, 2);
	assert_true(d.known && d.span.off == 6 && d.span.len == 2);
	/* a part of an expansion, at either end */
	assert_false(trace_written_part(t, 1, 6).known);
	assert_false(trace_written_part(t, 0, 3).known);
	close_files(&f);
}

/* Two pieces that one expansion gives, and texts of two places. */
static void
what_is_written_may_give_more(void **state)
{
	struct files f = open_files();
	struct trace_step outer = { STR("N"), &f.compose, { 8, 4 }, NULL };
	struct trace_step inner = { STR("V"), &f.env, { 9, 2 }, &outer };
	struct trace_builder b = TRACE_BUILDER_INIT(&f.arena);
	struct trace_piece p = piece(&f.env, 2, 4, false);
	struct trace_decision d;
	struct trace t;

	(void)state;
	p.step = &inner;
	trace_add(&b, STR("8003"), p);
	p = piece(&f.env, 0, 1, false);
	p.step = &outer;
	trace_add(&b, STR("V"), p);
	trace_add(&b, STR("x"), piece(&f.compose, 0, 1, false));
	t = trace_finish(&b);
	assert_false(trace_written_part(t, 0, 5).known);	/* N may be set elsewhere */
	assert_false(trace_written_part(t, 0, 4).known);
	assert_false(trace_written_part(t, 4, 1).known);
	assert_false(trace_written_part(t, 0, 6).known);	/* x stands elsewhere */
	d = trace_written_somewhere(t, 0, 5);		/* what is set is asked for */
	assert_true(d.known && d.source == &f.compose && d.span.off == 8 && d.span.len == 4);
	d = trace_written_somewhere(t, 0, 4);		/* V, in the text of N */
	assert_true(d.known && d.source == &f.env && d.span.off == 9 && d.span.len == 2);
	d = trace_written_somewhere(t, 4, 1);
	assert_true(d.known && d.source == &f.env && d.span.off == 0 && d.span.len == 1);
	d = trace_written_somewhere(t, 1, 2);		/* in the text of V */
	assert_true(d.known && d.source == &f.env && d.span.off == 3 && d.span.len == 2);
	assert_false(trace_written_somewhere(t, 3, 2).known);
	assert_false(trace_written_somewhere(t, 0, 6).known);
	t = sample(&f);
	assert_true(trace_written_part(t, 0, 2).known);
	assert_false(trace_written_part(t, 0, 3).known);	/* an escape */
	assert_false(trace_written_part(trace_none(STR("a")), 0, 1).known);
	close_files(&f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_that_continue_are_one),
		cmocka_unit_test(cuts_keep_their_place),
		cmocka_unit_test(a_cut_escape_is_not_known),
		cmocka_unit_test(several_places_decide_nothing),
		cmocka_unit_test(empty_values_have_a_place),
		cmocka_unit_test(what_is_written_is_one_text),
		cmocka_unit_test(what_is_written_may_give_more),
		cmocka_unit_test(the_rest_has_what_is_empty_at_its_ends),
		cmocka_unit_test(ways_are_told),
		cmocka_unit_test(ways_do_not_grow_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
