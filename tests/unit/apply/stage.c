/* stage: new content waits under a name of this run alone, then takes a place or none.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "apply/stage.h"

static const struct stage one = { AT_FDCWD, { "0123456789abcdef", 16 }, 3, 14 };
static const char waiting[] = ".berth-0123456789abcdef-3-14.tmp";
static const struct confine_meta unknown = { .is_known = false };

static void
names_differ(void **state)
{
	struct stage largest = { AT_FDCWD, { "ffffffffffffffff", 16 }, SIZE_MAX, SIZE_MAX }, other = one;
	char last[100];
	AUTO(error) err = ERROR_INIT;

	(void)state;
	other.app = 31, other.file = 4;
	assert_int_equal(stage_write(one, STR("1"), &unknown, -1, &err), 0);
	assert_int_equal(stage_write(other, STR("2"), &unknown, -1, &err), 0);
	assert_int_equal(stage_write(largest, STR("3"), &unknown, -1, &err), 0);
	scratch_holds(waiting, "1");
	scratch_holds(".berth-0123456789abcdef-31-4.tmp", "2");
	(void)snprintf(last, sizeof last, ".berth-ffffffffffffffff-%zu-%zu.tmp", SIZE_MAX, SIZE_MAX);
	scratch_holds(last, "3");
}

static void
it_waits_and_takes_its_place(void **state)
{
	AUTO(error) err = ERROR_INIT;
	struct confine_meta meta = { .is_known = true, .mode = 0604, .uid = geteuid(), .gid = getegid() };
	struct stat st;

	(void)state;
	scratch_put("file", "old");
	assert_int_equal(stage_write(one, STR("new\0"), &meta, -1, &err), 0);
	scratch_holds("file", "old");
	assert_int_equal(stat(waiting, &st), 0);
	assert_int_equal(st.st_size, 4);
	assert_int_equal(st.st_mode & 07777, 0604);
	assert_int_equal(stage_flush(one, &err), 0);
	assert_int_equal(stage_place(one, "file", true, &err), 0);
	scratch_holds("file", "new");
	scratch_holds(waiting, NULL);
}

static void
what_must_be_new_replaces_nothing(void **state)
{
	AUTO(error) err = ERROR_INIT;

	(void)state;
	scratch_put("file", "old");
	assert_int_equal(stage_write(one, STR("new"), &unknown, -1, &err), 0);
	assert_int_equal(stage_place(one, "file", false, &err), -1);
	assert_int_equal(err.errnum, EEXIST);
	scratch_error(&err, NULL, 0, "cannot put");
	scratch_holds("file", "old");
	assert_int_equal(symlink("nowhere", "link"), 0);
	/* a link that leads nowhere stands there too */
	assert_int_equal(stage_place(one, "link", false, &err), -1);
	error_release(&err);
	assert_int_equal(stage_place(one, "absent", false, &err), 0);
	scratch_holds("absent", "new");
	scratch_holds(waiting, NULL);
}

/* What a killed process left is overwritten, never written through. */
static void
leftovers_go(void **state)
{
	AUTO(error) err = ERROR_INIT;

	(void)state;
	scratch_put("victim", "mine");
	assert_int_equal(symlink("victim", waiting), 0);
	assert_int_equal(stage_write(one, STR("new"), &unknown, -1, &err), 0);
	scratch_holds("victim", "mine");
	scratch_put(waiting, "a longer leftover");
	assert_int_equal(stage_write(one, STR("new"), &unknown, -1, &err), 0);
	scratch_holds(waiting, "new");
	stage_remove(one);
	scratch_holds(waiting, NULL);
	stage_remove(one);
	assert_int_equal(stage_flush(one, &err), -1);
	scratch_error(&err, NULL, 0, "cannot open");
	assert_int_equal(stage_place(one, "victim", true, &err), -1);
	scratch_error(&err, NULL, 0, "cannot put");
	scratch_holds("victim", "mine");
	assert_int_equal(mkdir(waiting, 0755), 0);	/* nothing of ours is a folder */
	assert_int_equal(stage_write(one, STR("new"), &unknown, -1, &err), -1);
	scratch_error(&err, NULL, 0, "cannot make a file");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(names_differ),
		scratch_test(it_waits_and_takes_its_place),
		scratch_test(what_must_be_new_replaces_nothing),
		scratch_test(leftovers_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
