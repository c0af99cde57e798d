/* confine: what lies below the root opens, by no symlink, and nothing else does.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include <errno.h>

#include "base/buf.h"
#include "system/confine.h"
#include "base/error.h"

static int
make(void **state)
{
	assert_int_equal(scratch_make(state), 0);
	assert_int_equal(
	    mkdir("fleet", 0755) | mkdir("fleet/a", 0755) | mkdir("fleet/a/b", 0755) | mkdir("out", 0755), 0);
	assert_int_equal(
	    symlink("../../out", "fleet/a/link") | symlink("b", "fleet/a/near") | symlink("/", "fleet/slash"),
	    0);
	return 0;
}

static void
opens(struct confine *c, const char *path, int want_errno)
{
	AUTO(error) err = ERROR_INIT;
	int result = confine_enter(c, str_from(path), &err);

	assert_int_equal(result, want_errno ? -1 : 0);
	assert_int_equal(err.errnum, want_errno);
	assert_int_equal(c->folder >= 0, !want_errno);
	confine_leave(c);
	assert_int_equal(c->folder, -1);
}

/* Both ways of resolving, the kernel's and ours, say the same. */
static void
only_what_lies_below_opens(void **state)
{
	(void)state;
	for (int walk = 0; walk < 2; walk++) {
		AUTO(confine) c = CONFINE_INIT;
		AUTO(error) err = ERROR_INIT;

		assert_int_equal(confine_open(&c, "fleet", &(struct folder_id){ "" }, &err), 0);
		c.walks = walk;
		opens(&c, ".", 0);
		opens(&c, "a", 0);
		opens(&c, "a/b", 0);
		opens(&c, "a/none", ENOENT);
		opens(&c, "a/../a", EXDEV);
		opens(&c, "..", EXDEV);
		opens(&c, "/tmp", EXDEV);
		opens(&c, "", EXDEV);
		/* openat2 says ELOOP; O_DIRECTORY with O_NOFOLLOW says ENOTDIR, also where the kernel has
		 * no openat2 */
		opens(&c, "a/link", c.walks ? ENOTDIR : ELOOP);
		opens(&c, "a/near", c.walks ? ENOTDIR : ELOOP);
		opens(&c, "slash/tmp", c.walks ? ENOTDIR : ELOOP);
	}
}

static void
reads(int folder, const char *name, enum file_outcome want, const char *text)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	struct confine_meta meta;

	assert_int_equal(confine_read(folder, name, 1000, &b, &meta, &err), want);
	if (want == FILE_READ)
		assert_string_equal(b.ptr, text);
	if (want == FILE_FAILED && !strstr(err.what, text))
		fail_msg("%s: %s", name, err.what);
}

static void
only_regular_files_are_read(void **state)
{
	AUTO(confine) c = CONFINE_INIT;
	AUTO(error) err = ERROR_INIT;
	int folder, fd;

	(void)state;
	assert_int_equal(confine_open(&c, "fleet", &(struct folder_id){ "" }, &err), 0);
	assert_int_equal(confine_enter(&c, STR("a"), &err), 0);
	folder = c.folder;
	assert_int_equal(confine_enter(&c, STR("a"), &err), 0);
	assert_int_equal(c.folder, folder);	/* it was open */
	fd = openat(folder, "file", O_WRONLY | O_CREAT, 0640);
	assert_int_equal(write(fd, "A=1\n", 4), 4);
	assert_int_equal(close(fd), 0);
	fd = openat(folder, "large", O_WRONLY | O_CREAT, 0640);
	assert_int_equal(ftruncate(fd, 5LL << 30), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(mkfifo("fleet/a/fifo", 0600) | symlink("file", "fleet/a/soft"), 0);
	reads(folder, "file", FILE_READ, "A=1\n");
	reads(folder, "none", FILE_ABSENT, "");
	reads(folder, "b", FILE_FAILED, "cannot read");
	reads(folder, "fifo", FILE_FAILED, "not a regular file");
	reads(folder, "soft", FILE_FAILED, "symlink");
	reads(folder, "large", FILE_FAILED, "larger than");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_what_lies_below_opens, make, scratch_clean),
		cmocka_unit_test_setup_teardown(only_regular_files_are_read, make, scratch_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
