/* run: the two directions are each other's way back.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "journal/run.h"

static void
directions_mirror_each_other(void **state)
{
	struct run_file f = { .before = STR("old"), .after = STR("new") };
	struct str s, t;

	(void)state;
	for (int made = 0; made < 2; made++) {
		f.is_made = made;
		assert_int_equal(run_file_from(&f, RUN_FORWARD, &s), !made);
		assert_true(made || str_eq(s, STR("old")));
		assert_true(run_file_to(&f, RUN_FORWARD, &s));
		assert_true(str_eq(s, STR("new")));
		assert_true(run_file_from(&f, RUN_BACK, &t));
		assert_true(str_eq(t, STR("new")));
		assert_int_equal(run_file_to(&f, RUN_BACK, &t), !made);
		assert_true(made || str_eq(t, STR("old")));
	}
}

static void
placed(struct run *r, const char *path, const char *folder, const char *name)
{
	char copy[32];
	struct run_file f = { .edits = 0 };

	(void)snprintf(copy, sizeof copy, "%s", path);
	run_file_place(r, &f, str_from(copy));
	(void)memset(copy, 'x', sizeof copy);		/* the run's own copies */
	assert_string_equal(f.path.ptr, path);
	assert_string_equal(f.folder.ptr, folder);
	assert_string_equal(f.name.ptr, name);
	assert_int_equal(f.name.len, strlen(name));
	assert_int_equal(f.folder.len, strlen(folder));
}

static void
paths_are_split(void **state)
{
	AUTO(run) r = RUN_INIT;

	(void)state;
	placed(&r, "m/app1/.env", "m/app1", ".env");
	placed(&r, "m/.env", "m", ".env");
	placed(&r, ".env", ".", ".env");
}

static void
blame_takes_the_error(void **state)
{
	AUTO(run) r = RUN_INIT;
	AUTO(error) err = ERROR_INIT;
	struct run_app a = { .state = RUN_WAITING };

	(void)state;
	(void)error_errno(&err, ENOSPC, "cannot\nwrite");
	(void)error_place(&err, STR("m/.env"), 3, 0);
	run_blame(&r, &a, RUN_FAILED, STR("m/.env"), &err);
	assert_false(error_is_set(&err));
	assert_int_equal(a.state, RUN_FAILED);
	assert_true(str_eq(a.blame, STR("m/.env")));
	assert_non_null(strstr(a.detail.ptr, "m/.env:3: cannot"));
	assert_null(strchr(a.detail.ptr, '\n'));
	assert_non_null(strstr(a.detail.ptr, strerror(ENOSPC)));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(directions_mirror_each_other),
		cmocka_unit_test(paths_are_split),
		cmocka_unit_test(blame_takes_the_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
