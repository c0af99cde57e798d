/* compat: each call does what it says or says ENOSYS.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include <sys/syscall.h>
#include <sys/xattr.h>

#include "system/compat.h"

/* What the kernel shall answer to renameat2; 0: what it does. Both are declared here, as the system's headers
 * do so only where they are asked for more than POSIX has. */
static int rename_error;
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
long syscall(long number, ...);

int
renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
	if (!rename_error)
		return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
	errno = rename_error;
	return -1;
}

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

/* A kernel, or a file system, without the call: a link and the end of the old name. */
static void
an_older_kernel_gives_new_names_too(void **state)
{
	static const int errors[] = { ENOSYS, EINVAL };
	int here = open(".", O_RDONLY | O_DIRECTORY);

	(void)state;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		scratch_put("a", "a");
		scratch_put("b", "b");
		rename_error = errors[i];
		assert_int_equal(compat_rename_new(here, "a", "b"), -1);
		assert_int_equal(errno, EEXIST);
		scratch_holds("a", "a");
		scratch_holds("b", "b");
		assert_int_equal(unlink("b"), 0);
		assert_int_equal(compat_rename_new(here, "a", "b"), 0);
		scratch_holds("a", NULL);
		scratch_holds("b", "a");
	}
	rename_error = EACCES;	/* which is an answer */
	assert_int_equal(compat_rename_new(here, "b", "c"), -1);
	assert_int_equal(errno, EACCES);
	scratch_holds("c", NULL);
	rename_error = 0;
	assert_int_equal(close(here), 0);
}

static bool
has(const char *path, const char *name, const char *value)
{
	char got[64];
	ssize_t len = getxattr(path, name, got, sizeof got);

	return value ? len == (ssize_t)strlen(value) && memcmp(got, value, (size_t)len) == 0 : len < 0;
}

/* What belongs to the owner, to access control and to labels goes along; what tells of the bytes does not. */
static void
attributes_go_along(void **state)
{
	/* rw- for the owner, r-- for user 1, the group, others and the mask */
	static const unsigned char acl[] = { 2, 0, 0, 0, /* its version, and five entries */
		1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 4, 0, 1, 0, 0, 0, 4, 0, 4, 0, 255, 255, 255, 255,
		16, 0, 4, 0, 255, 255, 255, 255, 32, 0, 4, 0, 255, 255, 255, 255 };
	AUTO(error) err = ERROR_INIT;
	int a, b;

	(void)state;
	scratch_put("a", "");
	scratch_put("b", "");
	if (setxattr("a", "user.one", "1", 1, 0) < 0 ||
	    setxattr("a", "system.posix_acl_access", acl, sizeof acl, 0) < 0)
		skip();	/* a file system without */
	assert_int_equal(setxattr("a", "user.same", "same", 4, 0), 0);
	assert_int_equal(setxattr("b", "user.same", "same", 4, 0), 0);
	assert_int_equal(setxattr("b", "user.one", "2", 1, 0), 0);
	if (geteuid() == 0) {
		assert_int_equal(setxattr("a", "trusted.own", "x", 1, 0), 0);
		assert_int_equal(setxattr("a", "security.SMACK64EXEC", "label", 5, 0), 0);
	}
	a = open("a", O_RDWR);
	b = open("b", O_RDWR);
	assert_true(compat_has_acl("a"));
	assert_false(compat_has_acl("b"));
	assert_true(compat_has_attributes(a));
	assert_int_equal(compat_copy_attributes(a, b, &err), 0);
	assert_true(compat_has_acl("b"));
	assert_true(has("b", "user.one", "1"));
	assert_true(has("b", "user.same", "same"));
	assert_true(has("b", "trusted.own", NULL));
	if (geteuid() == 0)
		assert_true(has("b", "security.SMACK64EXEC", "label"));
	/* one whose list is gone takes it away, and leaves the others */
	assert_int_equal(compat_drop_acl(a), 0);
	assert_int_equal(compat_copy_attributes(a, b, &err), 0);
	assert_false(compat_has_acl("b"));
	assert_true(has("b", "user.one", "1"));
	assert_int_equal(close(b), 0);
	assert_int_equal(compat_copy_attributes(a, b, &err), -1);
	scratch_error(&err, NULL, 0, "access control list");
	assert_int_equal(close(a), 0);
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
		scratch_test(an_older_kernel_gives_new_names_too),
		scratch_test(attributes_go_along),
		scratch_test(a_file_without_attributes_gives_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
