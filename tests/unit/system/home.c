/* home: the nearest .berth is found, and made for one person and not for git.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "system/home.h"

/* Whether somebody who owns the folder around it puts a link in the place of what is made in it. */
static bool is_swapped;

/* In place of the C library's: nobody could come more exactly between this call and the next. */
int
mkdir(const char *path, mode_t mode)
{
	int result = mkdirat(AT_FDCWD, path, mode);

	if (result == 0 && is_swapped) {
		assert_int_equal(rename(path, "made"), 0);
		assert_int_equal(symlink("theirs", path), 0);
	}
	return result;
}

static void
found(const char *root, const char *want, bool is_far)
{
	AUTO(buf) b = BUF_INIT;

	assert_int_equal(home_find(root, &b), is_far);
	assert_string_equal(b.ptr, want);
}

static void
the_nearest_is_found(void **state)
{
	(void)state;
	assert_int_equal(mkdir("top", 0755), 0);
	assert_int_equal(mkdir("top/in", 0755), 0);
	found(NULL, ".berth/berth.db", false);
	found("top/in", ".berth/berth.db", false);
	assert_int_equal(mkdir("top/.berth", 0700), 0);
	found("top/in", "top/in/../.berth/berth.db", true);
	found("top", "top/.berth/berth.db", true);
	assert_int_equal(chdir("top/in"), 0);
	found(NULL, "../.berth/berth.db", false);
	scratch_put("berth.db", "");
	found(NULL, "berth.db", false);
	found("..", "berth.db", false);
	assert_int_equal(chdir("../.."), 0);
}

static void
it_is_made_once_and_only_where_it_is_ours(void **state)
{
	AUTO(error) err = ERROR_INIT;
	struct stat st;

	(void)state;
	assert_int_equal(home_make("berth.db", &err), 0);
	assert_int_equal(home_make("x/berth.db", &err), 0);
	scratch_holds("x/.gitignore", NULL);
	assert_int_equal(home_make(".berth/berth.db", &err), 0);
	scratch_holds(".berth/.gitignore", "*\n");
	assert_int_equal(stat(".berth", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(home_make(".berth/berth.db", &err), 0);
}

static void
nothing_is_written_where_a_link_leads_that_took_its_place(void **state)
{
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(mkdir("theirs", 0755), 0);
	is_swapped = true;
	assert_int_equal(home_make(".berth/berth.db", &err), -1);
	is_swapped = false;
	assert_int_equal(access("theirs/.gitignore", F_OK), -1);
	assert_non_null(strstr(err.what, "cannot write into the folder .berth"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(the_nearest_is_found),
		scratch_test(it_is_made_once_and_only_where_it_is_ours),
		scratch_test(nothing_is_written_where_a_link_leads_that_took_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
