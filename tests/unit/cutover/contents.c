/* contents: what a volume holds is told, and two that differ in anything that matters have different sums.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include <sys/stat.h>

#include "base/arena.h"
#include "cutover/internal.h"

static struct contents
of(const char *path, struct arena *a)
{
	struct contents c;

	contents_of_folder(path, a, &c);
	return c;
}

static void
what_is_there_is_counted(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	const struct timespec old[2] = { { 1000, 0 }, { 1000, 0 } }, late[2] = { { 2000, 0 }, { 2000, 0 } };
	struct contents c;

	(void)state;
	scratch_put("v/a", "12345");
	scratch_put("v/d/b", "123");
	assert_int_equal(utimensat(AT_FDCWD, "v/a", late, 0), 0);
	assert_int_equal(utimensat(AT_FDCWD, "v/d/b", old, 0), 0);
	c = of("v", &a);
	assert_true(c.is_known);
	assert_int_equal(c.files, 3);
	assert_int_equal(c.bytes, 8);
	assert_true(str_eq(c.newest, STR("a")));
	assert_string_equal(c.when.ptr, "1970-01-01 00:33:20");
	assert_string_equal(contents_text(&a, &c).ptr,
	    "3 files, 8 bytes, the newest a of 1970-01-01 00:33:20 UTC");
	assert_false(of("nowhere", &a).is_known);
}

/* What is no regular file counts without bytes; one that was changed later within the same second is
 * newer. */
static void
all_kinds_are_told(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	const struct timespec at[2] = { { 1000, 5 }, { 1000, 5 } }, later[2] = { { 1000, 6 }, { 1000, 6 } };
	struct contents c;
	uint64_t sum;

	(void)state;
	assert_int_equal(mkdir("v", 0755), 0);
	c = of("v", &a);
	assert_true(c.is_known);
	assert_string_equal(contents_text(&a, &c).ptr, "0 files");
	scratch_put("v/one", "1");
	scratch_put("v/two", "2");
	assert_int_equal(mkfifo("v/pipe", 0600), 0);
	assert_int_equal(symlink("nowhere", "v/link"), 0);
	assert_int_equal(utimensat(AT_FDCWD, "v/one", later, 0), 0);
	assert_int_equal(utimensat(AT_FDCWD, "v/two", at, 0), 0);
	assert_int_equal(utimensat(AT_FDCWD, "v/pipe", at, 0), 0);
	assert_int_equal(utimensat(AT_FDCWD, "v/link", at, AT_SYMLINK_NOFOLLOW), 0);
	c = of("v", &a);
	sum = c.digest;
	assert_true(c.is_known);
	assert_int_equal(c.files, 4);
	assert_int_equal(c.bytes, 2);
	assert_true(str_eq(c.newest, STR("one")));
	assert_int_equal(utimensat(AT_FDCWD, "v/one", at, 0), 0);
	assert_int_equal(utimensat(AT_FDCWD, "v/two", later, 0), 0);
	assert_true(str_eq(of("v", &a).newest, STR("two")));	/* whichever comes first */
	assert_int_equal(utimensat(AT_FDCWD, "v/one", later, 0), 0);
	assert_int_equal(utimensat(AT_FDCWD, "v/two", at, 0), 0);
	assert_true(of("v", &a).digest == sum);
	assert_int_equal(unlink("v/link"), 0);
	assert_int_equal(symlink("nowhere/else", "v/link"), 0);
	assert_int_equal(utimensat(AT_FDCWD, "v/link", at, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(of("v", &a).digest != sum);
}

/* Folders within folders without end are not followed, and then it is not known what there is. */
static void
what_lies_too_deep_is_not_known(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	int fd = open(".", O_RDONLY | O_DIRECTORY);

	(void)state;
	for (int i = 0; i < 210; i++) {
		int next;

		assert_int_equal(mkdirat(fd, "d", 0755), 0);
		next = openat(fd, "d", O_RDONLY | O_DIRECTORY);
		assert_int_equal(close(fd), 0);
		fd = next;
	}
	assert_int_equal(close(fd), 0);
	assert_false(of("d", &a).is_known);
}

static void
sums_tell_what_differs(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	const struct timespec at[2] = { { 1000, 0 }, { 1000, 0 } }, later[2] = { { 1000, 0 }, { 1000, 1 } };
	uint64_t sum;

	(void)state;
	scratch_put("x/f", "one");
	scratch_put("y/f", "one");
	assert_int_equal(utimensat(AT_FDCWD, "x/f", at, 0), 0);
	assert_int_equal(utimensat(AT_FDCWD, "y/f", at, 0), 0);
	sum = of("x", &a).digest;
	assert_true(of("y", &a).digest == sum);
	assert_int_equal(utimensat(AT_FDCWD, "y/f", later, 0), 0);
	assert_true(of("y", &a).digest != sum);
	assert_int_equal(utimensat(AT_FDCWD, "y/f", at, 0), 0);
	assert_int_equal(chmod("y/f", 0600), 0);
	assert_int_equal(chmod("x/f", 0640), 0);
	assert_true(of("y", &a).digest != of("x", &a).digest);
	assert_int_equal(chmod("y/f", 0640), 0);
	assert_true(of("y", &a).digest == of("x", &a).digest);
	assert_int_equal(rename("y/f", "y/g"), 0);
	assert_true(of("y", &a).digest != of("x", &a).digest);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(what_is_there_is_counted),
		scratch_test(all_kinds_are_told),
		scratch_test(what_lies_too_deep_is_not_known),
		scratch_test(sums_tell_what_differs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
