/* lay: an app is laid out whole, with the modes and links of its template, or not at all.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "new/lay.h"
#include "new/template.h"

/* Lays template t out as DEST in the test's folder. */
static int
lay(void **state, const char *dest, struct error *err)
{
	const struct template_values values = { .id = { STR("m"), 4 }, .backend = 5001,
		.frontend = 8001, .project = STR("m-app4") };
	AUTO_PTR(template) t = NULL;
	AUTO(buf) path = BUF_INIT;

	buf_printf(&path, "%s/%s", ((struct scratch *)*state)->root, dest);
	assert_int_equal(template_open(&t, &values, err), 0);
	return lay_app(t, "t", path.ptr, err);
}

static void
files_modes_and_links_are_kept(void **state)
{
	AUTO(error) err = ERROR_INIT;
	char target[20] = "";
	struct stat st;

	scratch_put("t/compose.yaml", "# {{BACKEND_PORT}}\n");
	scratch_put("t/bin/run", "#!/bin/sh\n");
	scratch_put("t/.git/config", "x");
	assert_int_equal(chmod("t/bin/run", 0750), 0);
	assert_int_equal(symlink("../compose.yaml", "t/bin/up"), 0);
	assert_int_equal(lay(state, "m/app4", &err), 0);
	scratch_holds("m/app4/compose.yaml", "# 5001\n");
	assert_int_equal(stat("m/app4/bin/run", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
	assert_true(readlink("m/app4/bin/up", target, sizeof target - 1) > 0);
	assert_string_equal(target, "../compose.yaml");
	assert_int_equal(access("m/app4/.git", F_OK), -1);
	assert_int_equal(access("m/app4/.env", F_OK), 0);
	assert_int_equal(lay(state, "m/app4", &err), -1);
	assert_int_equal(err.errnum, EEXIST);
}

static void
nothing_is_left_of_a_failure(void **state)
{
	AUTO(error) err = ERROR_INIT;

	scratch_put("t/a", "1");
	assert_int_equal(mkdir("t/sub", 0755), 0);
	assert_int_equal(symlink("sub/../../out", "t/link"), 0);
	assert_int_equal(lay(state, "m/app4", &err), -1);
	scratch_error(&err, "link", 0, "leads out of the template");
	assert_int_equal(access("m", F_OK), -1);
	assert_int_equal(unlink("t/link"), 0);
	scratch_put("t/sub/.env", "A={{no_such}}\n");
	assert_int_equal(lay(state, "m/app4", &err), -1);
	scratch_error(&err, "sub/.env", 1, "{{no_such}}");
	assert_int_equal(access("m", F_OK), -1);
	assert_int_equal(unlink("t/sub/.env"), 0);
	assert_int_equal(lay(state, "t/inside", &err), -1);
	assert_non_null(strstr(err.what, "in its own template"));
	assert_int_equal(access("t/inside", F_OK), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(files_modes_and_links_are_kept),
		scratch_test(nothing_is_left_of_a_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
