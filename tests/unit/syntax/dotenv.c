/* dotenv: every row of Compose's .env grammar, with the place of each value.
 * SPDX-License-Identifier: MIT */
#include "unit/traced.h"

#include "base/buf.h"
#include "syntax/dotenv.h"
#include "syntax/env.h"
#include "base/error.h"

struct reading {
	struct arena arena;
	struct source source;
	struct env process, env;
	struct interpolation *ip;
	struct dotenv_reader *reader;
	struct dotenv file;
};

static void
check_statement(struct reading *r, const struct dotenv_statement *s)
{
	struct str raw = text_span(&r->source.text, s->value), text = text_str(&r->source.text);

	assert_traced(s->resolved);
	assert_true(s->offset == 0 || s->offset == text_bom(&r->source.text) ||
	    text.ptr[s->offset - 1] == '\n');
	if (s->quote) {
		assert_int_equal(text.ptr[s->value.off - 1], s->quote);
		assert_int_equal(text.ptr[span_end(s->value)], s->quote);
	}
	/* A value in which nothing is to be resolved is its own raw text. */
	if (!s->is_bare && str_find(raw, 0, '\\') == raw.len && str_find(raw, 0, '$') == raw.len) {
		assert_true(str_eq(raw, s->resolved.text));
		assert_true(trace_decide(s->resolved).known);
		assert_int_equal(trace_decide(s->resolved).span.off, s->value.off);
		assert_int_equal(trace_decide(s->resolved).span.len, s->value.len);
		assert_int_equal(trace_decide(s->resolved).origin, ORIGIN_ENV);
	}
}

static void
open_reading(struct reading *r, struct str text, const char *const *environ)
{
	AUTO(error) err = ERROR_INIT;

	*r = (struct reading){ .arena = ARENA_INIT };
	r->source = source_of(".env", text, true);
	env_init(&r->process, &r->arena, NULL);
	env_init(&r->env, &r->arena, &r->process);
	if (environ)
		env_set_environ(&r->process, environ);
	assert_int_equal(interpolation_open(&r->ip, &err), 0);
	interpolation_reset(r->ip, &r->arena);
	assert_int_equal(dotenv_reader_open(&r->reader, r->ip, &err), 0);
	dotenv_read(r->reader, &r->source, &r->env, &r->file);
	for (size_t i = 0; i < r->file.count; i++)
		check_statement(r, &r->file.statements[i]);
}

static void
close_reading(struct reading *r)
{
	dotenv_reader_close(r->reader);
	interpolation_close(r->ip);
	text_release(&r->source.text);
	arena_release(&r->arena);
}

struct row {
	const char *in;
	const char *out[9];		/* names and values; NULL value: not set; first name NULL: refused */
	const char *environ[3];
};

static const struct row rows[] = {
	{ "A = 1\n\tC\t=\t3\n", { "A", "1", "C", "3" }, { NULL } },
	{ "export\tC=3\nexportD=4\nexport export=1", { "C", "3", "exportD", "4", "export", "1" }, { NULL } },
	{ "export=1", { "export", "1" }, { NULL } },
	{ "export\nA=1\n", { "A", "1", "export", NULL }, { NULL } },
	{ "export \nA=1\n", { "A", "1" }, { NULL } },
	{ "A: 1\nB:2\nC : 3\nD: http://x:1", { "A", "1", "B", "2", "C", "3", "D", "http://x:1" }, { NULL } },
	{ "A=b:c\nD:e=f\nE:=1", { "A", "b:c", "D", "e=f", "E", "=1" }, { NULL } },
	{ "A\n", { "A", "os" }, { "A=os", NULL } }, { "export A\n", { "A", "os" }, { "A=os", NULL } },
	{ "A\n", { "A", NULL }, { NULL } }, { "A=1\nA\n", { "A", "1" }, { NULL } },
	{ "B=1\nA", { "A", NULL, "B", "1" }, { NULL } },
	{ "B=1\nA B", { "A", NULL, "B", "1" }, { NULL } }, { "=1\nB=2\n", { "B", "2" }, { NULL } },
	{ "A=\nB=   \nC:\n", { "A", "", "B", "", "C", "" }, { NULL } },
	{ "A=\n  B=2\n", { "A", "", "B", "2" }, { NULL } },
	{ "A=1 # c\nB=1 #c\nC=1# c\nD=1\t# c\n", { "A", "1", "B", "1", "C", "1# c", "D", "1\t# c" },
	    { NULL } },
	{ "A=a#b\nB=#c\nC= #c\n", { "A", "a#b", "B", "#c", "C", "#c" }, { NULL } },
	{ "A=\"1\" # c\nB=\"1\"# c\nC=\"a # b\"\nD='a # b'\n",
	    { "A", "1", "B", "1", "C", "a # b", "D", "a # b" }, { NULL } },
	{ "A=\"1\" x\n", { "A", "1", "x", NULL }, { NULL } },
	{ "A=\"1\" x\n", { "A", "1", "x", "os" }, { "x=os", NULL } },
	{ "A=\"1\"B=2\n", { "A", "1", "B", "2" }, { NULL } },
	{ "A=\"1\" x=3\n", { "A", "1", "x", "3" }, { NULL } },
	{ "A=\"x\" \"y\"\n", { NULL }, { NULL } }, { "A=\"x\";B=1\n", { NULL }, { NULL } },
	{ "A=a\"b\"\nB=it's\nC=\"it's\"\nD='say \"x\"'\n",
	    { "A", "a\"b\"", "B", "it's", "C", "it's", "D", "say \"x\"" }, { NULL } },
	{ "A='a\\'b'\nB='a\\\\b'\nC='a\\nb'\n", { "A", "a'b", "B", "a\\\\b", "C", "a\\nb" }, { NULL } },
	{ "A='C:\\dir\\'\n", { NULL }, { NULL } },
	{ "A=C:\\new\nB=\"C:\\new\"\n", { "A", "C:\\new", "B", "C:\new" }, { NULL } },
	{ "A=\"a\\$X\"\nB=\"\\\\$X\"\nC=\"\\\\\\$X\"\n", { "A", "a$X", "B", "\\os", "C", "\\$X" },
	    { "X=os", NULL } },
	{ "A=\\$X\nB=$$X\nC=\"$$X\"\nD='$$X'\n", { "A", "\\1", "B", "$X", "C", "$X", "D", "$$X" },
	    { "X=1", NULL } },
	{ "A=\"\\0101\"\nB=\"\\07z\"\nC=\"x\\0y\"\n", { "A", "A", "B", "\\7z", "C", "x\\y" }, { NULL } },
	{ "A=\"\\0377\\0200\"\nB=\"\\0400\"\nC=\"\\0189\"\nD=\"\\0044X\"\n",
	    { "A", "\xc3\xbf\xc2\x80", "B", "\\400", "C", "\\189", "D", "os" }, { "X=os", NULL } },
	{ "A=\"\\a\\b\\f\\r\\t\\v\\\\\\\"\\c\\e\\x41\\u0041\\'\\q\"\n",
	    { "A", "\a\b\f\r\t\v\\\"\\c\\e\\x41\\u0041\\'\\q" }, { NULL } },
	{ "A=\"$\\$X\"\n", { "A", "$os" }, { "X=os", NULL } },
	{ "A=\"l1\nl2\n# no\nl3\"\nB='l1\n# l2'\n", { "A", "l1\nl2\n# no\nl3", "B", "l1\n# l2" }, { NULL } },
	{ "A=\"abc\nB=2\n", { NULL }, { NULL } },
	{ "A=1\nB=$A-${A}-${Z:-d}-$Z.\n", { "A", "1", "B", "1-1-d-." }, { NULL } },
	{ "A=a$\nB=a$ b\nC=p$1w\nD=$(date)\n", { "A", "a$", "B", "a$ b", "C", "p$1w", "D", "$(date)" },
	    { NULL } },
	{ "A=${}\n", { NULL }, { NULL } }, { "A=${X\n", { NULL }, { NULL } },
	{ "A=${B:-a # b}\n", { NULL }, { NULL } },
	{ "A=\"${B:-a # b}\"\nC=${B:-\"x y\"}\n", { "A", "a # b", "C", "\"x y\"" }, { NULL } },
	{ "B=$A\nA=1\n", { "A", "1", "B", "" }, { NULL } },
	{ "A=1\nA=2\nB=$A\n", { "A", "2", "B", "2" }, { NULL } },
	{ "A=1\nB=$A\nA=2\n", { "A", "2", "B", "1" }, { NULL } },
	{ "A=1\nA=${A}2\n", { "A", "12" }, { NULL } },
	{ "A=file\nB=$A\n", { "A", "os", "B", "os" }, { "A=os", NULL } },
	{ "A=file\nC=${A:-x}\n", { "A", "", "C", "x" }, { "A=", NULL } },
	{ "A=$B\n", { "A", "$C" }, { "B=$C", NULL } }, { "B='$C'\nA=$B\n", { "A", "$C" }, { NULL } },
	{ "A=${Z:?msg}\n", { NULL }, { NULL } },
	{ "A=1\r\nB=\"x\r\ny\"\r\nC=3 \r\n", { "A", "1", "B", "x\r\ny", "C", "3" }, { NULL } },
	{ "A=1\rB=2\n", { "A", "1\rB=2" }, { NULL } },
	{ "\xef\xbb\xbf" "A=1\n", { "A", "1" }, { NULL } },
	{ "A=1\n\xef\xbb\xbf" "B=1\n", { NULL }, { NULL } },
	{ "\xff\xfe" "A", { NULL }, { NULL } },
	{ "a.b=1\na-b=2\na[0]=3\n1A=4\n", { "a.b", "1", "a-b", "2", "a[0]", "3", "1A", "4" }, { NULL } },
	{ "\xc3\xa9=1\nx\xc2\xa0=2\n\xd9\xa3=3\n", { "\xc3\xa9", "1", "x", "2", "\xd9\xa3", "3" }, { NULL } },
	{ "A!=1\n", { NULL }, { NULL } }, { "a/b=1\n", { NULL }, { NULL } },
	{ "\"A\"=1\n", { NULL }, { NULL } },
	{ "a@b=1\n", { NULL }, { NULL } }, { "; c\n", { NULL }, { NULL } }, { "// c\n", { NULL }, { NULL } },
	{ "A B=1\n", { NULL }, { NULL } }, { "A B\n", { NULL }, { NULL } },
	{ "export A B=1\n", { NULL }, { NULL } },
	{ "set -a\n", { NULL }, { NULL } }, { "A\tB=1\n", { "A\tB", "1" }, { NULL } },
	{ "B=1\nexport ", { NULL }, { NULL } },
	{ "A=\xff\n", { "A", "\xff" }, { NULL } }, { "\xff=1\n", { NULL }, { NULL } },
	{ "\xe2\x80\x83\xc2\xa0" "A=1\xe2\x80\x83\xe3\x80\x80\xc2\x85 \n", { "A", "1" }, { NULL } },
	{ "A=\xc2\xa0\x31\n", { "A", "1" }, { NULL } },
	{ "A=\xe2\x80\x83" "1\n", { "A", "\xe2\x80\x83" "1" }, { NULL } },
	{ "# only\n\n   # this", { "A", NULL }, { NULL } }, { "", { "A", NULL }, { NULL } },
	{ "\n\n", { "A", NULL }, { NULL } },
	{ "A='", { NULL }, { NULL } }, { "A=\"\\", { NULL }, { NULL } },
	{ "A=\"\"B=''\n", { "A", "", "B", "" }, { NULL } },
	{ "A=1 \\\nB=2\n", { "A", "1 \\", "B", "2" }, { NULL } },
};

static void
every_row_of_the_grammar(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *row = &rows[i];
		struct reading r;
		struct trace got;

		open_reading(&r, str_from(row->in), row->environ);
		if ((r.file.problem_count > 0) != !row->out[0])
			fail_msg("%s: %s", row->in,
			    r.file.problem_count ? r.file.problems[0].text.ptr : "taken");
		for (int n = 0; n < 8 && row->out[n]; n += 2) {
			bool found = env_get(&r.env, str_from(row->out[n]), &got);

			if (found != (row->out[n + 1] != NULL))
				fail_msg("%s: %s is %sset", row->in, row->out[n], found ? "" : "not ");
			if (found)
				assert_str(got.text, row->out[n + 1], strlen(row->out[n + 1]));
		}
		close_reading(&r);
	}
}

static void
values_keep_their_places(void **state)
{
	struct str text = STR("\xef\xbb\xbf# c\r\nexport PORT = \"80\\u0030\\t3\" # x\r\n"
	    "EMPTY=   \r\nBARE\r\nURL=http://h:${PORT}/\r\nPORT=1\r\n"
	    "M='a\nb'N=2\n");
	struct reading r;
	const struct dotenv_statement *s;

	(void)state;
	open_reading(&r, text, NULL);
	s = r.file.statements;
	assert_int_equal(r.file.count, 7);
	assert_int_equal(r.file.problem_count, 0);
	assert_str(text_span(&r.source.text, s[0].value), "80\\u0030\\t3", 11);
	assert_str(s[0].resolved.text, "80\\u0030\t3", 10);
	assert_int_equal(s[0].offset, 8);
	assert_int_equal(s[0].quote, '"');
	assert_true(s[0].overridden && !s[4].overridden);
	assert_int_equal(s[1].value.off, str_search(text, 0, STR("EMPTY=")) + 6);
	assert_int_equal(s[1].value.len, 0);
	assert_true(s[2].is_bare && !s[2].is_set);
	/* The URL's middle is decided by PORT's value, not by the URL's own text. */
	assert_ptr_equal(trace_decide_part(s[3].resolved, 0, 9).step, NULL);
	assert_str(trace_decide_part(s[3].resolved, 9, 2).step->variable, "PORT", 4);
	assert_int_equal(trace_decide_part(s[3].resolved, 9, 2).span.off, s[0].value.off);
	assert_int_equal(r.file.expansions.count, 1);
	assert_str(text_span(&r.source.text, r.file.expansions.items[0].span), "${PORT}", 7);
	/* Behind a closing quote the line is that of the value's beginning: nothing may be inserted within
	 * it. */
	assert_int_equal(s[6].offset, s[5].offset);
	assert_str(s[6].key, "N", 1);
	close_reading(&r);
}

/* Whether nothing can be set in a file that holds TEXT, of which Compose refuses so many PROBLEMS. */
static bool
is_broken(struct str text, size_t problems)
{
	struct reading r;

	open_reading(&r, text, NULL);
	bool broken = r.file.is_broken;

	assert_int_equal(r.file.problem_count, problems);
	close_reading(&r);
	return broken;
}

static void
what_is_no_text_takes_no_line(void **state)
{
	(void)state;
	assert_false(is_broken(STR("A=1\nB!=2\nC='x'\nD=\"\n\"\n"), 1));
	assert_true(is_broken(STR("A=1\nB='x\nC=1\n"), 1));
	assert_true(is_broken(STR("B=\"x\\\"\n"), 1));
	assert_true(is_broken(STR("\xff\xfe" "A\0=\0" "1\0\n\0"), 1));
	assert_true(is_broken(STR("\xfe\xff\0A\0=\0" "1\0\n"), 1));
	assert_true(is_broken(STR("A=a\0b\n"), 0));
}

static void
bad_lines_do_not_hide_the_others(void **state)
{
	struct reading r;
	struct trace got;

	(void)state;
	open_reading(&r, STR("A=1\nB!=2\nC D=3\nE=${\nF=$A\nG='x\nH=4\n"), NULL);
	assert_int_equal(r.file.problem_count, 4);
	for (size_t i = 0; i < 4; i++) {
		static const size_t lines[] = { 2, 3, 4, 6 };

		assert_int_equal(r.file.problems[i].line, lines[i]);
		assert_int_equal(r.file.problems[i].text.len, strlen(r.file.problems[i].text.ptr));
	}
	assert_true(env_get(&r.env, STR("F"), &got) && str_eq(got.text, STR("1")));
	assert_true(env_get(&r.env, STR("H"), &got) && str_eq(got.text, STR("4")));
	assert_false(env_get(&r.env, STR("E"), &got));
	close_reading(&r);
}

static void
a_later_file_wins_and_sees_the_earlier(void **state)
{
	struct source second = source_of("b.env", STR("W=$V-x\nV=e2\n"), true);
	struct reading r;
	struct dotenv file;
	struct trace got;

	(void)state;
	open_reading(&r, STR("V=e1\n"), NULL);
	dotenv_read(r.reader, &second, &r.env, &file);
	assert_true(env_get(&r.env, STR("V"), &got) && str_eq(got.text, STR("e2")));
	assert_true(env_get(&r.env, STR("W"), &got) && str_eq(got.text, STR("e1-x")));
	assert_ptr_equal(trace_decide_part(got, 0, 2).source, &r.source);
	assert_traced(got);
	assert_false(r.file.statements[0].overridden);
	text_release(&second.text);
	close_reading(&r);
}

static void
placeholders_for_numbers_are_filled_in_where_asked(void **state)
{
	static const struct str text = STR_OF("P={{P|5001}}\nQ=\"{{ q | 80 }}\"\nB={{Backend_Port}}\n"
	    "T={{T|word}}\nN={{N}}\nU=http://h:${P}\nM=x{{P|1}}\nL={{L|65536}}\n");
	static const char *const filled[] = { "5001", "80", "5001", "{{T|word}}", "{{N}}", "http://h:5001",
		"x{{P|1}}", "{{L|65536}}" };
	struct reading r;
	struct dotenv file;

	(void)state;
	open_reading(&r, text, NULL);
	assert_true(str_eq(r.file.statements[0].resolved.text, STR("{{P|5001}}")));
	dotenv_reader_fill(r.reader, true);
	dotenv_read(r.reader, &r.source, &r.env, &file);
	assert_int_equal(file.count, sizeof filled / sizeof *filled);
	for (size_t i = 0; i < file.count; i++) {
		const struct dotenv_statement *s = &file.statements[i];
		struct trace_decision d = trace_decide(s->resolved);

		assert_true(str_eq(s->resolved.text, str_from(filled[i])));
		if (i < 3)	/* all of it is what gives the number */
			assert_true(d.known && d.span.off == s->value.off && d.span.len == s->value.len);
	}
	close_reading(&r);
}

static void
large_files_are_quick(void **state)
{
	static const char *const units[] = { "A=1\n", "# c\n", "A!=1\n", "A='x\n", "A=\"\\\"\n", "\n",
	    "A=$B\n", "B=$B$E\n",
		"A=x #", "A=\"\\n\\$\\x\"\n", "A= x", "A=\\\n", "\xe2\x80\x83", "\xc3\xa9", "A=1 # $\n" };

	(void)state;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		AUTO(buf) b = BUF_INIT;
		struct reading r;

		while (b.len < 1000000)
			buf_add(&b, units[i], strlen(units[i]));
		open_reading(&r, buf_str(&b), NULL);
		for (size_t n = 0; n < r.file.problem_count; n++)
			assert_null(strstr(r.file.problems[n].text.ptr, "limits"));
		assert_true(r.file.count <= 100000);
		close_reading(&r);
	}
}

static void
raw_files_are_taken_byte_for_byte(void **state)
{
	static const struct { const char *key, *value; } want[] = {
		{ "A", "\"1\" # c" }, { "B", "$X" }, { "C", " 2 " }, { "D", "os" }, { "E", "" },
		{ "F", "a=b" },
	};
	const char *environ[] = { "D=os", NULL };
	struct reading r;

	(void)state;
	open_reading(&r, STR("\xef\xbb\xbf" "A=\"1\" # c\r\n\n # no\n\tB=$X\nC= 2 \nD\nE=\n"
	    "G: 1\n=1\nF=a=b"), environ);
	dotenv_read_raw(&r.source, &r.env, &r.file);
	assert_int_equal(r.file.count, sizeof want / sizeof *want);
	for (size_t i = 0; i < r.file.count; i++) {
		check_statement(&r, &r.file.statements[i]);
		assert_true(str_eq(r.file.statements[i].key, str_from(want[i].key)));
		assert_true(str_eq(r.file.statements[i].resolved.text, str_from(want[i].value)));
	}
	/* `G: 1` has no = and a blank, `=1` no name */
	assert_int_equal(r.file.problem_count, 2);
	close_reading(&r);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_grammar),
		cmocka_unit_test(values_keep_their_places),
		cmocka_unit_test(what_is_no_text_takes_no_line),
		cmocka_unit_test(bad_lines_do_not_hide_the_others),
		cmocka_unit_test(a_later_file_wins_and_sees_the_earlier),
		cmocka_unit_test(placeholders_for_numbers_are_filled_in_where_asked),
		cmocka_unit_test(raw_files_are_taken_byte_for_byte),
		cmocka_unit_test(large_files_are_quick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
