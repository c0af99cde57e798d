/* stage: new content waits under a name of this run alone, then takes a place or none.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "apply/stage.h"

static const struct stage one = { { "0123456789abcdef", 16 }, 3, 14 };
static const char waiting[] = ".berth-0123456789abcdef-3-14.tmp";
static const struct confine_meta unknown = { .is_known = false };

static int
here(void)
{
	int fd = open(".", O_RDONLY | O_DIRECTORY);

	assert_true(fd >= 0);
	return fd;
}

static void
names_differ(void **state)
{
	struct stage largest = { { "ffffffffffffffff", 16 }, SIZE_MAX, SIZE_MAX }, other = one;
	char name[STAGE_NAME_SIZE], second[STAGE_NAME_SIZE];

	(void)state;
	stage_name(one, name);
	assert_string_equal(name, waiting);
	other.app = 31, other.file = 4;
	stage_name(other, second);
	assert_string_not_equal(name, second);
	stage_name(largest, name);
	assert_true(strlen(name) < STAGE_NAME_SIZE - 1 && strstr(name, ".tmp"));
	assert_null(strchr(name, '/'));
}

static void
it_waits_and_takes_its_place(void **state)
{
	AUTO(error) err = ERROR_INIT;
	struct confine_meta meta = { .is_known = true, .mode = 0604, .uid = geteuid(), .gid = getegid() };
	struct stat st;
	int fd = here();

	(void)state;
	scratch_put("file", "old");
	assert_int_equal(stage_write(fd, one, STR("new\0"), &meta, "file", &err), 0);
	scratch_holds("file", "old");
	assert_int_equal(stat(waiting, &st), 0);
	assert_int_equal(st.st_size, 4);
	assert_int_equal(st.st_mode & 07777, 0604);
	assert_int_equal(stage_flush(fd, one, &err), 0);
	assert_int_equal(stage_place(fd, one, "file", true, &err), 0);
	scratch_holds("file", "new");
	scratch_holds(waiting, NULL);
	assert_int_equal(close(fd), 0);
}

static void
what_must_be_new_replaces_nothing(void **state)
{
	AUTO(error) err = ERROR_INIT;
	int fd = here();

	(void)state;
	scratch_put("file", "old");
	assert_int_equal(stage_write(fd, one, STR("new"), &unknown, "file", &err), 0);
	assert_int_equal(stage_place(fd, one, "file", false, &err), -1);
	assert_int_equal(err.errnum, EEXIST);
	scratch_error(&err, NULL, 0, "cannot put");
	scratch_holds("file", "old");
	assert_int_equal(symlink("nowhere", "link"), 0);
	/* a link that leads nowhere stands there too */
	assert_int_equal(stage_place(fd, one, "link", false, &err), -1);
	error_release(&err);
	assert_int_equal(stage_place(fd, one, "absent", false, &err), 0);
	scratch_holds("absent", "new");
	scratch_holds(waiting, NULL);
	assert_int_equal(close(fd), 0);
}

/* What a killed process left is overwritten, never written through. */
static void
leftovers_go(void **state)
{
	AUTO(error) err = ERROR_INIT;
	int fd = here();

	(void)state;
	scratch_put("victim", "mine");
	assert_int_equal(symlink("victim", waiting), 0);
	assert_int_equal(stage_write(fd, one, STR("new"), &unknown, "victim", &err), 0);
	scratch_holds("victim", "mine");
	scratch_put(waiting, "a longer leftover");
	assert_int_equal(stage_write(fd, one, STR("new"), &unknown, "victim", &err), 0);
	scratch_holds(waiting, "new");
	stage_remove(fd, one);
	scratch_holds(waiting, NULL);
	stage_remove(fd, one);
	assert_int_equal(stage_flush(fd, one, &err), -1);
	scratch_error(&err, NULL, 0, "cannot open");
	assert_int_equal(stage_place(fd, one, "victim", true, &err), -1);
	scratch_error(&err, NULL, 0, "cannot put");
	scratch_holds("victim", "mine");
	assert_int_equal(mkdir(waiting, 0755), 0);	/* nothing of ours is a folder */
	assert_int_equal(stage_write(fd, one, STR("new"), &unknown, "victim", &err), -1);
	scratch_error(&err, NULL, 0, "cannot make a file");
	assert_int_equal(close(fd), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_differ),
		scratch_test(it_waits_and_takes_its_place),
		scratch_test(what_must_be_new_replaces_nothing),
		scratch_test(leftovers_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
