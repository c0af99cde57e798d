/* writer: a finding bears its app, its place and why it has none.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "scan/apps.h"
#include "scan/writer.h"
#include "unit/traced.h"

struct fixture {
	struct source source, env;
	struct app app;
	struct project project;
	struct arena arena;
	struct writer notes;
};

static int
make(void **state)
{
	struct fixture *f = mem_zero(1, sizeof *f);

	f->source = source_of("m/app1/c.yml", STR("a\nname: web\n"), false);
	f->env = source_of("m/app1/.env", STR("P=80\n"), true);
	f->source.digest = 7;
	f->app = (struct app){ .folder = STR("m/app1"), .id = { STR("m"), 1 } };
	f->project.folder = STR("m/app1");
	f->notes = (struct writer){ .project = &f->project, .arena = &f->arena };
	writer_begin(&f->notes, &f->app, finding_writer_open(NULL));
	*state = f;
	return 0;
}

static int
clean(void **state)
{
	struct fixture *f = *state;

	stream_writer_close(f->notes.rows);
	text_release(&f->source.text);
	text_release(&f->env.text);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static void
a_finding_is_the_apps(void **state)
{
	struct fixture *x = *state;
	struct finding f = writer_finding(&x->notes, FINDING_PORT);

	assert_int_equal(f.record, FINDING_PORT);
	assert_true(str_eq(f.id.model, STR("m")) && f.id.app_num == 1 && str_eq(f.app, STR("m/app1")));
	assert_true(!f.place.known && !f.value.len && !f.has_digest);
	assert_int_equal(x->notes.n.records, 0);
	writer_write(&x->notes, &f);
	f.record = FINDING_PROBLEM;
	writer_write(&x->notes, &f);
	assert_true(x->notes.n.records == 2 && x->notes.n.problems == 1);
	assert_true(str_starts(stream_writer_take(x->notes.rows), STR("port,m,1,m/app1,")));
}

static void
an_app_has_so_many_bytes_of_rows(void **state)
{
	struct fixture *x = *state;
	struct project_file file = { .source = &x->source };
	struct finding f = writer_finding(&x->notes, FINDING_PORT);
	char text[5000];
	struct str said;

	memset(text, 'x', sizeof text);
	writer_write(&x->notes, &f);
	x->notes.app = NULL;
	writer_end(&x->notes);		/* of another app: it stays */
	writer_begin(&x->notes, &x->app, x->notes.rows);
	x->project.files = &file;
	x->project.file_count = 1;
	writer_allow(&x->notes);
	f.value = (struct str){ text, sizeof text };
	for (size_t i = 0; i < 1000; i++)
		writer_write(&x->notes, &f);
	assert_true(stream_writer_size(x->notes.rows) < 2 << 20);
	writer_end(&x->notes);
	assert_true(x->notes.n.records == 3 && x->notes.n.problems == 1);
	said = stream_writer_take(x->notes.rows);
	assert_true(str_starts(said, STR("port,m,1,m/app1,")) && said.len < 1000);
	assert_non_null(strstr(said.ptr, "\napp,m,1,m/app1,"));
	assert_non_null(strstr(said.ptr, "takes more than 1024 KiB"));
}

static void
places_show_only_what_may_be_shown(void **state)
{
	struct fixture *x = *state;
	struct place p = writer_place(&x->source, (struct span){ 8, 3 }, true);

	assert_true(p.known && p.line == 2 && p.column == 7 && p.span.off == 8 && p.span.len == 3);
	assert_true(str_eq(p.raw, STR("web")) && str_eq(p.file, STR("m/app1/c.yml")));
	p = writer_place(&x->source, (struct span){ 8, 3 }, false);
	assert_true(p.known && p.span.len == 3 && p.raw.len == 0);
	p = writer_spot(&x->source, 8);
	assert_true(!p.known && p.line == 2 && p.column == 7 && p.span.len == 0);
	p = writer_spot(&x->source, 100);
	assert_true(!p.known && p.line == 0 && p.file.len);
	assert_true(
	    !writer_spot(NULL, 0).file.len && !writer_place(NULL, (struct span){ 0, 0 }, true).known);
}

static void
one_text_decides(void **state)
{
	struct fixture *x = *state;
	struct finding f = writer_finding(&x->notes, FINDING_NAME);

	writer_decided(
	    &x->notes, &f, trace_literal(&x->arena, STR("web"), &x->source, (struct span){ 8, 3 }), true);
	assert_true(f.place.known && f.place.line == 2 && str_eq(f.place.raw, STR("web")));
	assert_true(
	    f.has_digest && f.digest == 7 && f.origin == ORIGIN_LITERAL && !f.variable.len && !f.detail.len);
	assert_str(f.chain, "web <- c.yml:2", 14);
}

static void
several_texts_are_named(void **state)
{
	struct fixture *x = *state;
	struct trace_step step = { .variable = STR("P"), .source = &x->source, .span = { 0, 1 } };
	struct trace_builder b = TRACE_BUILDER_INIT(&x->arena);
	struct finding f = writer_finding(&x->notes, FINDING_NAME);

	trace_add(&b, STR("web"),
	    (struct trace_piece){ .source = &x->source, .raw = { 8, 3 }, .origin = ORIGIN_LITERAL });
	trace_add(&b, STR("80"),
	    (struct trace_piece){ .source = &x->env, .raw = { 2, 2 }, .origin = ORIGIN_ENV, .step = &step });
	writer_decided(&x->notes, &f, trace_finish(&b), true);
	assert_true(!f.place.known && f.place.line == 2 && !f.place.raw.len && f.origin == ORIGIN_NONE);
	assert_true(str_eq(f.variable, STR("P")));
	assert_str(f.detail, "no single text decides it: it is made of P and literal text", 59);
}

static void
no_file_is_said(void **state)
{
	struct fixture *x = *state;
	struct finding f = writer_finding(&x->notes, FINDING_NAME);
	struct trace_step step = { .variable = STR("P"), .source = &x->source, .span = { 0, 1 } };
	struct trace_builder b = TRACE_BUILDER_INIT(&x->arena);

	trace_add(&b, STR("80"), (struct trace_piece){ .step = &step });
	writer_decided(&x->notes, &f, trace_finish(&b), true);
	assert_true(!f.place.known && !f.has_digest && f.origin == ORIGIN_NONE);
	assert_true(str_starts(f.detail, STR("no file decides it")) && str_ends(f.detail, STR(" P")));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_finding_is_the_apps, make, clean),
		cmocka_unit_test_setup_teardown(an_app_has_so_many_bytes_of_rows, make, clean),
		cmocka_unit_test_setup_teardown(places_show_only_what_may_be_shown, make, clean),
		cmocka_unit_test_setup_teardown(one_text_decides, make, clean),
		cmocka_unit_test_setup_teardown(several_texts_are_named, make, clean),
		cmocka_unit_test_setup_teardown(no_file_is_said, make, clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
