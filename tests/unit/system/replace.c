/* replace: a file is replaced as a whole or not at all, and nothing is left beside it.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "system/replace.h"

static void
holds(const char *path, const char *want)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(file_read(AT_FDCWD, path, 1 << 20, &b, &err), FILE_READ);
	assert_string_equal(b.ptr, want);
	assert_int_equal(access(".page.new", F_OK), -1);
}

static void
whole_or_not_at_all(void **state)
{
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(replace_file(AT_FDCWD, (struct str){ "page.html", 4 }, STR("first, and "
	    "long"), &err), 0);
	holds("page", "first, and long");
	assert_int_equal(replace_file(AT_FDCWD, STR("page"), STR("second"), &err), 0);
	holds("page", "second");
	assert_int_equal(mkdir("folder", 0777), 0);
	assert_int_equal(replace_file(AT_FDCWD, STR("folder"), STR("x"), &err), -1);
	assert_int_equal(err.errnum, EISDIR);
	assert_string_equal(err.what, "cannot write");
	assert_int_equal(access(".folder.new", F_OK), -1);
	error_release(&err);
	assert_int_equal(replace_file(AT_FDCWD, STR("none/page"), STR("x"), &err), -1);
	assert_int_equal(err.errnum, ENOENT);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole_or_not_at_all, scratch_make, scratch_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
