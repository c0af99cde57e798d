/* compat: each call does what it says or says ENOSYS.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "system/compat.h"

static int
beneath(int root, const char *path)
{
	errno = 0;
	return compat_open_beneath(root, path, O_RDONLY | O_CLOEXEC);
}

static void
nothing_leads_out(void **state)
{
	static const char *const ways[] = { "../outside", "in/../../outside", "/etc/passwd", "up/outside",
		"absolute", "in/link" };
	int root, fd;

	(void)state;
	scratch_put("outside", "");
	scratch_put("root/in/file", "");
	root = open("root", O_RDONLY | O_DIRECTORY);
	assert_true(root >= 0);
	assert_int_equal(symlinkat("..", root, "up"), 0);
	assert_int_equal(symlinkat("/etc/passwd", root, "absolute"), 0);
	assert_int_equal(symlinkat("file", root, "in/link"), 0);
	fd = beneath(root, "in/file");
	if (fd < 0) {
		assert_true(errno == ENOSYS || errno == EPERM);	/* the caller takes the longer way */
		assert_int_equal(close(root), 0);
		return;
	}
	assert_int_equal(close(fd), 0);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		fd = beneath(root, ways[i]);
		if (fd >= 0)
			fail_msg("%s leads out", ways[i]);
		assert_true(errno == EXDEV || errno == ELOOP);
	}
	assert_int_equal(beneath(root, "in/absent"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(close(root), 0);
}

static void
a_new_name_takes_no_ones_place(void **state)
{
	int here = open(".", O_RDONLY | O_DIRECTORY);

	(void)state;
	scratch_put("a", "a");
	scratch_put("b", "b");
	assert_int_equal(compat_rename_new(here, "a", "b"), -1);
	assert_int_equal(errno, EEXIST);
	scratch_holds("a", "a");
	scratch_holds("b", "b");
	assert_int_equal(compat_rename_new(here, "a", "c"), 0);
	scratch_holds("a", NULL);
	scratch_holds("c", "a");
	assert_int_equal(compat_rename_new(here, "a", "d"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(close(here), 0);
}

static void
locks_share_or_exclude(void **state)
{
	int a = open(".", O_RDONLY | O_DIRECTORY), b = open(".", O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_int_equal(compat_lock(a, false), 0);
	assert_int_equal(compat_lock(b, false), 0);
	assert_int_equal(compat_lock(b, true), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	assert_int_equal(close(a), 0);
	assert_int_equal(compat_lock(b, true), 0);
	a = open(".", O_RDONLY | O_DIRECTORY);
	assert_int_equal(compat_lock(a, false), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	assert_int_equal(close(b), 0);
	assert_int_equal(compat_lock(a, false), 0);
	assert_int_equal(close(a), 0);
}

static void
paths_are_made_real(void **state)
{
	const struct scratch *s = *state;
	char want[PATH_MAX + 8], *got;

	scratch_put("folder/x", "");
	assert_int_equal(symlink("folder", "link"), 0);
	got = compat_real_path("./link/../folder/../link");
	(void)snprintf(want, sizeof want, "%s/folder", s->root);
	assert_string_equal(got, want);
	free(got);
	errno = 0;
	assert_null(compat_real_path("absent"));
	assert_int_equal(errno, ENOENT);
}

static void
failures_set_errno(void **state)
{
	int here = open(".", O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_true(compat_flush_filesystem(here) == 0 || errno == ENOSYS);
	assert_int_equal(close(here), 0);
	errno = 0;
	assert_int_equal(compat_flush_filesystem(here), -1);
	assert_true(errno == EBADF || errno == ENOSYS);
	errno = 0;
	assert_int_equal(compat_lock(here, true), -1);
	assert_int_equal(errno, EBADF);
}

static void
a_file_without_attributes_gives_none(void **state)
{
	AUTO(error) err = ERROR_INIT;
	int a, b;

	(void)state;
	scratch_put("a", "");
	scratch_put("b", "");
	a = open("a", O_RDWR);
	b = open("b", O_RDWR);
	assert_int_equal(compat_copy_attributes(a, b, &err), 0);
	assert_int_equal(compat_has_attributes(a), compat_has_attributes(b));
	assert_int_equal(compat_drop_acl(b), 0);	/* there is none: nothing to do */
	assert_int_equal(close(a), 0);
	assert_int_equal(close(b), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(nothing_leads_out),
		scratch_test(a_new_name_takes_no_ones_place),
		scratch_test(locks_share_or_exclude),
		scratch_test(paths_are_made_real),
		scratch_test(failures_set_errno),
		scratch_test(a_file_without_attributes_gives_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
