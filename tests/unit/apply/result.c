/* result: a row for each file that was changed, one for each app that was left, and a count that holds.
 * SPDX-License-Identifier: MIT */
#include "unit/apply/planned.h"

#include "apply/operation.h"
#include "apply/result.h"

static struct run_file one = {
	.path = STR("m/app1/c"), .before = STR("old"), .after = STR("new"), .edits = 2
};

/* The rows of one app in STATE, with FILE, N for the digits of the new content's digest and O for
 * another's. */
static void
tells(enum run_app_state state, struct run_file *file, enum run_direction d, const char *want)
{
	struct run_app a = { .folder = STR("m/app1"),
		.id.model = STR("m"),
		.id.app_num = 1,
		.files = file,
		.count = 1,
		.state = state,
		.blame = STR("m/app1/b"),
		.detail = STR("why") };
	struct operation o = { .run = { .apps = &a, .count = 1 }, .direction = d };
	struct result_counts n;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) got = BUF_INIT;
	AUTO(buf) all = BUF_INIT;
	char digest[TEXT_DIGEST_SIZE];
	FILE *f = tmpfile();
	struct str s;

	assert_int_equal(result_write(f, &o, false, &n, &err), 0);
	rewind(f);
	assert_int_equal(file_read_fd(fileno(f), 1 << 20, &all, &err), 0);
	assert_int_equal(fclose(f), 0);
	/* behind the header */
	s = str_sub(buf_str(&all), str_find(buf_str(&all), 0, '\n') + 1, all.len);
	text_digest_format(text_digest(STR("new")), digest);
	for (size_t at = 0; at < s.len; at++) {
		buf_add_char(&got, s.ptr[at]);
		if (s.ptr[at] == ':' && str_starts(str_sub(s, at - 4, s.len), STR("xxh3:"))) {
			buf_add_char(
			    &got, str_starts(str_sub(s, at - 4, s.len), str_from(digest)) ? 'N' : 'O');
			at += 16;
		}
	}
	assert_string_equal(got.ptr ? got.ptr : "", want);
	assert_int_equal(n.rows, want[0] != '\0');
	assert_int_equal(n.rows, n.changed + n.unchanged + n.restored + n.stale + n.failed + n.problems);
}

static void
each_state_has_its_row(void **state)
{
	struct run_file made = { .path = STR("m/app1/.env"), .after = STR("new"), .is_made = true },
			same = one, linked = one;
	struct run_file unknown = { .path = STR("m/app1/c") };

	(void)state;
	tells(RUN_DONE, &one, RUN_FORWARD, "changed,m,1,m/app1,m/app1/c,2,xxh3:O,xxh3:N,\n");
	tells(RUN_UNCHANGED, &one, RUN_FORWARD, "unchanged,m,1,m/app1,m/app1/c,2,xxh3:N,xxh3:N,\n");
	tells(RUN_DONE, &one, RUN_BACK, "restored,m,1,m/app1,m/app1/c,2,xxh3:N,xxh3:O,\n");
	tells(RUN_DONE, &made, RUN_FORWARD, "changed,m,1,m/app1,m/app1/.env,0,,xxh3:N,made\n");
	tells(RUN_DONE, &made, RUN_BACK, "restored,m,1,m/app1,m/app1/.env,0,xxh3:N,,removed\n");
	tells(RUN_UNCHANGED, &made, RUN_FORWARD, "unchanged,m,1,m/app1,m/app1/.env,0,xxh3:N,xxh3:N,\n");
	same.before = same.after;
	tells(RUN_DONE, &same, RUN_FORWARD, "unchanged,m,1,m/app1,m/app1/c,2,xxh3:N,xxh3:N,\n");
	linked.meta.links = 2;
	tells(RUN_DONE, &linked, RUN_FORWARD, "changed,m,1,m/app1,m/app1/c,2,xxh3:O,xxh3:N,"
	    "had further hard links: their names keep the other content\n");
	tells(RUN_UNCHANGED, &unknown, RUN_FORWARD, "unchanged,m,1,m/app1,m/app1/c,,,,\n");
	tells(RUN_STALE, &one, RUN_FORWARD, "stale,m,1,m/app1,m/app1/b,0,,,why\n");
	tells(RUN_FAILED, &one, RUN_FORWARD, "failed,m,1,m/app1,m/app1/b,0,,,why\n");
	tells(RUN_TORN, &one, RUN_BACK, "failed,m,1,m/app1,m/app1/b,0,,,why\n");
	tells(RUN_WAITING, &one, RUN_FORWARD, "");
}

static void
a_whole_stream_has_its_end(void **state)
{
	static const char head[] = "status,model,app_num,app,file,edits,digest_before,digest_after,detail\n"
	    "problem,m,1,m/app1,,,,,not by plan\nstale,n,2,n/app2,n/app2/c,0,,,why\n";
	struct run_app left = { .folder = STR("n/app2"),
		.id.model = STR("n"),
		.id.app_num = 2,
		.state = RUN_STALE,
		.blame = STR("n/app2/c"),
		.detail = STR("why") };
	struct str problem = STR("not by plan");
	struct changeset_app a = { .folder = STR("m/app1"),
		.id.model = STR("m"),
		.id.app_num = 1,
		.problems = &problem,
		.problem_count = 1 };
	struct operation o = { .set = { .apps = &a, .count = 1 }, .run = { .apps = &left, .count = 1 } };
	AUTO(error) err = ERROR_INIT;
	struct result_counts n;

	(void)state;
	for (int whole = 0; whole < 2; whole++) {
		FILE *f = tmpfile();
		char want[400];

		(void)memset(&n, 0xff, sizeof n);
		assert_int_equal(result_write(f, &o, whole, &n, &err), 0);
		(void)snprintf(want, sizeof want, "%s%s", head, whole ? "end,,,,,2,,,\n" : "");
		scratch_wrote(f, want);
		assert_true(n.rows == 2 && n.problems == 1 && n.stale == 1 && n.changed == 0);
	}
}

static void
something_is_left_or_not(void **state)
{
	(void)state;
	assert_false(result_remains(
	    &(struct result_counts){ .rows = 3, .changed = 1, .unchanged = 1, .restored = 1 }));
	assert_true(result_remains(&(struct result_counts){ .stale = 1 }));
	assert_true(result_remains(&(struct result_counts){ .failed = 1 }));
	assert_true(result_remains(&(struct result_counts){ .problems = 1 }));
}

static void
a_full_disk_is_told(void **state)
{
	struct operation o = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;
	struct result_counts n;
	FILE *f = fopen("/dev/full", "w");

	(void)state;
	if (!f)
		return;
	assert_int_equal(result_write(f, &o, true, &n, &err), -1);
	assert_int_equal(err.errnum, ENOSPC);
	(void)fclose(f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_state_has_its_row),
		cmocka_unit_test(a_whole_stream_has_its_end),
		cmocka_unit_test(something_is_left_or_not),
		cmocka_unit_test(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
