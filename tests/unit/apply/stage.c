/* stage: new content waits under a name of this run alone, then takes a place or none.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "unit/fault.h"

#ifdef __linux__
#include <sys/xattr.h>
#endif

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

/* Names change places, or go from one to the other where nothing is in the way. */
static void
it_takes_and_gives(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("file", "old");
	assert_int_equal(stage_read(one, &b, &err), FILE_ABSENT);
	assert_int_equal(stage_write(one, STR("new"), &unknown, -1, &err), 0);
	assert_int_equal(stage_read(one, &b, &err), FILE_READ);
	assert_string_equal(b.ptr, "new");
	assert_int_equal(stage_take(one, "file"), -1); /* what waits is not lost */
	assert_int_equal(errno, EEXIST);
#ifdef __linux__
	assert_int_equal(stage_swap(one, "file"), 0);
	scratch_holds("file", "new");
	scratch_holds(waiting, "old");
#endif
	stage_remove(one);
	assert_int_equal(stage_swap(one, "file"), -1);
	assert_int_equal(stage_take(one, "file"), 0);
	scratch_holds("file", NULL);
	scratch_put("file", "another");
	assert_int_equal(stage_give(one, "file"), -1);
	assert_int_equal(errno, EEXIST);
	scratch_holds("file", "another");
	assert_int_equal(stage_give(one, "given"), 0);
	scratch_holds(waiting, NULL);
	assert_int_equal(stage_give(one, "given"), -1);
}

/* What a new file gets: as cp gives, and nobody but its owner and group may write it. */
static void
a_new_file_is_like_its_model(void **state)
{
	static const struct {
		mode_t umask, mode, wanted;
	} cases[] = { { 022, 0640, 0640 }, { 022, 0755, 0644 }, { 077, 0644, 0600 }, { 0, 04777, 0664 } };
	struct confine_meta meta = { .is_known = true, .is_model = true, .uid = geteuid(), .gid = getegid() };
	AUTO(error) err = ERROR_INIT;
	struct stat st;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		mode_t was = umask(cases[i].umask);

		meta.mode = cases[i].mode;
		assert_int_equal(stage_write(one, STR("x"), &meta, -1, &err), 0);
		assert_int_equal(stat(waiting, &st), 0);
		assert_int_equal(st.st_mode & 07777, cases[i].wanted);
		assert_int_equal(stage_write(one, STR("x"), &unknown, -1, &err), 0);
		assert_int_equal(stat(waiting, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0664 & ~cases[i].umask);
		(void)umask(was);
	}
}

#ifdef __linux__
static void
attributes_go_along(void **state)
{
	struct confine_meta meta = { .is_known = true, .mode = 0600, .uid = geteuid(), .gid = getegid() };
	AUTO(error) err = ERROR_INIT;
	char value[8] = "";
	int like;

	(void)state;
	scratch_put("file", "old");
	like = open("file", O_RDONLY);
	if (fsetxattr(like, "user.note", "kept", 4, 0) == 0) {
		assert_int_equal(stage_write(one, STR("new"), &meta, like, &err), 0);
		assert_int_equal(getxattr(waiting, "user.note", value, sizeof value), 4);
		assert_string_equal(value, "kept");
		meta.is_model = true; /* a new file has its own */
		assert_int_equal(stage_write(one, STR("new"), &meta, like, &err), 0);
		assert_int_equal(getxattr(waiting, "user.note", value, sizeof value), -1);
		meta.is_model = false;
		assert_int_equal(fremovexattr(like, "user.note"), 0);
	}
	/* where there are none (SELinux gives each file some) nothing is taken away: not all systems can */
	for (int i = 0; i < 2 && flistxattr(like, NULL, 0) == 0; i++) {
		faults[0] = (struct fault){ FAULT_REMOVE_ATTRIBUTE, .errnum = ENOSYS };
		assert_int_equal(stage_write(one, STR("new"), &meta, i ? like : -1, &err), 0);
		assert_int_equal(faults[0].hits, 0);
		(void)memset(faults, 0, sizeof faults);
	}
	assert_int_equal(close(like), 0);
}

/* What the folder's default access control list would give a file that takes another's place is taken away; a
 * new one is made as cp makes it. */
static void
a_folders_list_is_for_new_files(void **state)
{
	static const unsigned char list[] = { 2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255, 2, 0, 4, 0, 1, 0, 0,
		0, 4, 0, 5, 0, 255, 255, 255, 255, 16, 0, 7, 0, 255, 255, 255, 255, 32, 0, 5, 0, 255, 255,
		255, 255 };
	struct confine_meta meta = { .is_known = true, .mode = 0600, .uid = geteuid(), .gid = getegid() };
	AUTO(error) err = ERROR_INIT;
	int like;

	(void)state;
	scratch_put("file", "old");
	like = open("file", O_RDONLY);
	for (int i = 0; i < 3 && setxattr(".", "system.posix_acl_default", list, sizeof list, 0) == 0; i++) {
		meta.is_model = i == 2;
		assert_int_equal(stage_write(one, STR("new"), &meta, i == 1 ? like : -1, &err), 0);
		assert_int_equal(getxattr(waiting, "system.posix_acl_access", NULL, 0) > 0, i == 2);
	}
	assert_int_equal(close(like), 0);
}

static struct stat seen;

static void
look(void)
{
	assert_int_equal(stat(waiting, &seen), 0);
}

/* Nobody reads what they may not, not even for a moment: the mode comes when the content is there. */
static void
the_mode_comes_last(void **state)
{
	struct confine_meta meta = { .is_known = true, .mode = 0666, .uid = geteuid(), .gid = getegid() };
	AUTO(error) err = ERROR_INIT;

	(void)state;
	faults[0] = (struct fault){ FAULT_CHMOD, .before = look };
	assert_int_equal(stage_write(one, STR("new"), &meta, -1, &err), 0);
	(void)memset(faults, 0, sizeof faults);
	assert_int_equal(seen.st_mode & 07777, 0600);
	assert_int_equal(seen.st_size, 3);
	look();
	assert_int_equal(seen.st_mode & 07777, 0666);
}

/* The owner is given where it is another one: a file needs it, a model is content without. */
static void
the_owner_is_kept_or_it_fails(void **state)
{
	struct confine_meta meta = { .is_known = true, .mode = 0600 };
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) want = BUF_INIT;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		meta.uid = geteuid() + (i & 1);
		meta.gid = getegid() + (i >> 1);
		meta.is_model = false;
		faults[0] = (struct fault){ FAULT_CHOWN, .errnum = EPERM, .times = 9 };
		assert_int_equal(stage_write(one, STR("new"), &meta, -1, &err), i ? -1 : 0);
		assert_int_equal(faults[0].hits, i != 0);
		if (i) {
			want.len = 0;
			buf_printf(&want, "cannot keep the owner, %lu:%lu (run as its owner, or as root)",
			    (unsigned long)meta.uid, (unsigned long)meta.gid);
			assert_int_equal(err.errnum, EPERM);
			scratch_error(&err, NULL, 0, want.ptr);
		}
		meta.is_model = true;
		assert_int_equal(stage_write(one, STR("new"), &meta, -1, &err), 0);
		(void)memset(faults, 0, sizeof faults);
	}
}

static void
calls_fail(void **state)
{
	static const struct {
		struct fault fault;
		const char *error; /* NULL: it is well all the same */
	} cases[] = {
		{ { FAULT_CREATE, .errnum = EINTR, .times = 3 }, NULL },
		{ { FAULT_CREATE, .errnum = EEXIST }, NULL },
		{ { FAULT_CREATE, .errnum = EACCES }, "cannot make a file in the folder" },
		{ { FAULT_WRITE, .errnum = EINTR, .times = 3 }, NULL },
		{ { FAULT_WRITE, .errnum = EFBIG }, "cannot write the new file" },
		{ { FAULT_STAT, .errnum = EIO }, "cannot examine the new file" },
		{ { FAULT_CHMOD, .errnum = EPERM }, "cannot keep the mode" },
		{ { FAULT_CLOSE, .errnum = EINTR, .is_done = true }, NULL },
		{ { FAULT_CLOSE, .errnum = EIO, .is_done = true }, "cannot write the new file" },
	};
	struct confine_meta meta = { .is_known = true, .mode = 0640, .uid = geteuid(), .gid = getegid() };
	AUTO(error) err = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		scratch_put(waiting, "left");
		faults[0] = cases[i].fault;
		assert_int_equal(stage_write(one, STR("new"), &meta, -1, &err), cases[i].error ? -1 : 0);
		(void)memset(faults, 0, sizeof faults);
		if (!cases[i].error) {
			scratch_holds(waiting, "new");
			continue;
		}
		assert_int_equal(err.errnum, cases[i].fault.errnum);
		scratch_error(&err, NULL, 0, cases[i].error);
		if (cases[i].fault.call == FAULT_CREATE)
			scratch_holds(waiting, "left"); /* only what is in the way goes */
	}
	faults[0] = (struct fault){ FAULT_SYNC, .errnum = EIO };
	assert_int_equal(stage_flush(one, &err), -1);
	(void)memset(faults, 0, sizeof faults);
	assert_int_equal(err.errnum, EIO);
	scratch_error(&err, NULL, 0, "cannot write the new file out to the disk");
	for (int i = 0; i < 3; i++) { /* tried again, but not where there is none or it went */
		scratch_put(waiting, "");
		faults[0] = (struct fault){ FAULT_UNLINK, .errnum = i == 0 ? EIO : i == 1 ? ENOENT : 0 };
		errno = EIO; /* of whatever was before */
		stage_remove(one);
		assert_int_equal(faults[0].hits, i == 0 ? 2 : 1);
		(void)memset(faults, 0, sizeof faults);
	}
	scratch_holds(waiting, NULL);
}
#endif

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(names_differ),
		scratch_test(it_waits_and_takes_its_place),
		scratch_test(what_must_be_new_replaces_nothing),
		scratch_test(leftovers_go),
		scratch_test(it_takes_and_gives),
		scratch_test(a_new_file_is_like_its_model),
#ifdef __linux__
		scratch_test(attributes_go_along),
		scratch_test(a_folders_list_is_for_new_files),
		scratch_test(the_mode_comes_last),
		scratch_test(the_owner_is_kept_or_it_fails),
		scratch_test(calls_fail),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
