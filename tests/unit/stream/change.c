/* change: written, read back, and refused where a plan is cut short or is none.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "stream/change.h"

static void
every_column_is_read_back(void **state)
{
	static const struct change replace = {
		.action = CHANGE_REPLACE,
		.id.model = STR("beta"),
		.id.app_num = 12,
		.app = STR("b/app12"),
		.service = STR("web"),
		.file = STR("b/app12/.env"),
		.line = 2,
		.column = 14,
		.has_span = true,
		.span = { 0, 4 },
		.has_digest = true,
		.digest = 1,
		.old = STR("50\"03"),
		.new = STR("5,\n001"),
		.reason = REASON_PORT,
		.detail = STR(" why "),
	};
	FILE *f = tmpfile();
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(stream_writer) w = change_writer_open(f);
	AUTO_PTR(change_reader) r = NULL;
	struct change got, start = { .action = CHANGE_FLEET, .new = STR("/srv"), .old = STR("17"),
				.root_id = STR("d7-i8"), .host = STR("h1") },
			   end = { .action = CHANGE_END, .new = STR("3") },
			   copy = { .action = CHANGE_COPY, .file = STR("a/.env") };

	(void)state;
	change_write_header(w);
	change_write(w, &start);
	change_write(w, &replace);
	change_write(w, &copy);
	change_write(w, &end);
	assert_int_equal(stream_flush(w, &err), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
	assert_int_equal(change_reader_open(&r, fileno(f), "in", false, &err), 0);
	assert_true(str_eq(change_reader_root(r), STR("/srv")));
	assert_true(str_eq(change_reader_plan(r), STR("17")));
	assert_true(str_eq(change_reader_root_id(r), STR("d7-i8")));
	assert_true(str_eq(change_reader_host(r), STR("h1")));
	assert_int_equal(change_next(r, &got, &err), 1);
	assert_int_equal(got.action, CHANGE_REPLACE);
	assert_int_equal(got.id.app_num, 12);
	assert_true(got.has_span && got.span.off == 0 && got.span.len == 4);
	assert_true(got.has_digest && got.digest == 1);
	assert_int_equal(got.line, 2);
	assert_int_equal(got.column, 14);
	assert_int_equal(got.reason, REASON_PORT);
	{
		const struct str pairs[][2] = {
			{ got.id.model, replace.id.model }, { got.app, replace.app },
			{ got.service, replace.service },
			{ got.file, replace.file }, { got.old, replace.old }, { got.new, replace.new },
			{ got.detail, replace.detail },
		};

		for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
			assert_true(str_eq(pairs[i][0], pairs[i][1]));
	}
	assert_int_equal(change_reader_line(r), 3);
	assert_int_equal(change_next(r, &got, &err), 1);
	assert_int_equal(got.action, CHANGE_COPY);
	assert_false(got.has_span || got.has_digest);
	assert_int_equal(change_next(r, &got, &err), 0);
	(void)fclose(f);
}

static int
reads(const char *text, bool partial, struct error *err)
{
	FILE *f = scratch_input(text);
	AUTO_PTR(change_reader) r = NULL;
	struct change got;
	int n = 0, more = -1;

	if (change_reader_open(&r, fileno(f), "in", partial, err) == 0)
		while ((more = change_next(r, &got, err)) > 0)
			n++;
	(void)fclose(f);
	return more < 0 ? -1 : n;
}

#define HEAD "action,model,app_num,app,service,file,line,column,offset,length,digest,old,new,reason,detail\n"
#define FLEET "fleet,,,,,,,,,,,1,/srv,,\n"
#define ROW "replace,m,1,m,,m/.env,1,1,2,4,xxh3:0000000000000001,5003,5001,port,\n"

static void
damage_is_named(void **state)
{
	static const char *const cases[] = {
		HEAD FLEET ROW,
		HEAD FLEET ROW "end,,,,,,,,,,,,3,,\n",
		HEAD FLEET "end,,,,,,,,,,,,1,,\n" ROW,
		HEAD ROW,
		HEAD,
		"record,model\n",
		HEAD "fleet,,,,,,,,,,,1,srv,,\n",
		HEAD FLEET "replace,m,1,m,,m/.env,1,1,x,4,,5003,5001,port,\nend,,,,,,,,,,,,2,,\n",
		HEAD FLEET "replace,m,1,m,,m/.env,1,1,2,4,md5,5003,5001,port,\nend,,,,,,,,,,,,2,,\n",
		"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(error) err = ERROR_INIT;

		if (reads(cases[i], false, &err) != -1)
			fail_msg("case %zu was taken", i);
		assert_true(error_is_set(&err));
	}
}

static void
a_part_is_taken_on_purpose(void **state)
{
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(reads(HEAD FLEET ROW, true, &err), 1);
	assert_int_equal(reads(HEAD FLEET ROW "end,,,,,,,,,,,,9,,\n", true, &err), 1);
	assert_int_equal(reads(HEAD ROW, true, &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_is_read_back),
		cmocka_unit_test(damage_is_named),
		cmocka_unit_test(a_part_is_taken_on_purpose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
