/* worker: what one app's files become where calls fail, somebody saves, or its folder goes; all or none.
 * SPDX-License-Identifier: MIT */
#include "unit/apply/recorded_run.h"

#include "unit/fault.h"

#include "base/buf.h"

#ifdef __linux__
/* What becomes of a run of two apps where calls fail for the first of them. */
struct trial {
	const char *what;
	enum run_direction direction;
	bool is_retry, is_forced, is_half, is_taken; /* half: its compose.yaml is there already */
	enum run_app_state wanted, other; /* of app 0, and of app 1 */
	const char *blame, *detail; /* parts of what is said of app 0; NULL: nothing is */
	const char *error; /* a part of what the batch says; NULL: it is well */
	const char *compose, *env; /* what app 0 holds then; NULL: it has no such file */
	mode_t mode; /* of its compose.yaml then; 0: as it was */
	const char *left, *left_env; /* what their temporary files hold before; NULL: there is none */
	struct fault faults[3];
};

#define OLD .compose = "old"
#define NEW .compose = "new", .env = "A=1\n"
#define FAILED .wanted = RUN_FAILED, .other = RUN_DONE
#define DONE .wanted = RUN_DONE, .other = RUN_DONE
#define STALE .wanted = RUN_STALE, .other = RUN_DONE
#define TORN .wanted = RUN_TORN, .other = RUN_DONE
#define OF_COMPOSE .blame = "app0/compose.yaml"
#define OF_ENV .blame = "app0/.env"

static void
save(void)
{
	scratch_put("app0/compose.yaml", "saved");
}
static void
save_env(void)
{
	scratch_put("app0/.env", "saved");
}
static void
take(void)
{
	assert_int_equal(unlink("app0/compose.yaml"), 0);
}
static void
open_up(void)
{
	assert_int_equal(chmod("app0/compose.yaml", 0666), 0);
}

static void
holds(const struct trial *t, const char *path, const char *text)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	enum file_outcome got = file_read(AT_FDCWD, path, 100, &b, &err);

	if (got != (text ? FILE_READ : FILE_ABSENT) || (text && !str_eq(buf_str(&b), str_from(text))))
		fail_msg("%s: %s holds '%s'", t->what, path, b.ptr ? b.ptr : "");
}

static void
said(const struct trial *t, const char *where, struct str got, const char *part)
{
	if (part ? str_search(got, 0, str_from(part)) >= got.len : got.len > 0)
		fail_msg("%s: %s is '%.*s', not '%s'", t->what, where, STR_ARG(got), part ? part : "");
}

/* The apps' files as they are before the run. */
static void
lay(const struct trial *t)
{
	bool back = t->direction == RUN_BACK;

	for (int i = 0; i < 2; i++) {
		char path[40];

		(void)snprintf(path, sizeof path, "app%d/compose.yaml", i);
		scratch_put(path, back != (t->is_half && i == 0) ? "new" : "old");
		assert_int_equal(chmod(path, 0640), 0);
		(void)snprintf(path, sizeof path, "app%d/.env", i);
		(void)unlink(path);
		if (back && !(t->is_taken && i == 0))
			scratch_put(path, "A=1\n");
	}
}

static void
try(const struct trial *t, const struct scratch *s)
{
	AUTO(run) r = RUN_INIT;
	AUTO(confine) c = CONFINE_INIT;
	AUTO(error) err = ERROR_INIT;
	const struct run_app *a;
	struct stat st;
	int got;

	fill_recorded(&r, s, 2);
	lay(t);
	if (t->left)
		scratch_put("app0/.berth-0123456789abcdef-0-0.tmp", t->left);
	if (t->left_env)
		scratch_put("app0/.berth-0123456789abcdef-0-1.tmp", t->left_env);
	r.is_retry = t->is_retry;
	r.apps[0].is_forced = t->is_forced;
	assert_int_equal(confine_open(&c, ".", &(struct folder_id){ "" }, &err), 0);
	memcpy(faults, t->faults, sizeof t->faults);
	got = batch_commit(&r, &c, t->direction, jobs, &err);
	for (size_t i = 0; i < FAULT_MAX; i++)
		if (faults[i].call && faults[i].hits <= faults[i].skip)
			fail_msg("%s: call %zu was not made", t->what, i);
	(void)memset(faults, 0, sizeof faults);
	a = &r.apps[0];
	if (a->state != t->wanted || r.apps[1].state != t->other)
		fail_msg("%s: states %d and %d, %.*s: %.*s", t->what, (int)a->state, (int)r.apps[1].state,
		    STR_ARG(a->blame), STR_ARG(a->detail));
	said(t, "the batch's word", str_from(err.what ? err.what : ""), t->error);
	assert_int_equal(got, t->error ? -1 : 0);
	said(t, "the file to blame", a->blame, t->blame);
	said(t, "the detail", a->detail, t->detail);
	holds(t, "app0/compose.yaml", t->compose);
	holds(t, "app0/.env", t->env);
	if (t->compose &&
	    (stat("app0/compose.yaml", &st) < 0 || (st.st_mode & 0777) != (t->mode ? t->mode : 0640)))
		fail_msg("%s: mode %o", t->what, (unsigned)st.st_mode);
	if (count_temporary() > 0)
		fail_msg("%s: a temporary file stays", t->what);
}

/* Whatever call fails, an app has all its old files or all its new ones, and says so; else it is torn. */
static void
calls_fail(void **state)
{
	static const struct trial trials[] = {
		{ "nothing", DONE, NEW },
		{ "nothing, back", RUN_BACK, DONE, OLD },
		{ "look", FAILED, OLD, OF_COMPOSE, .detail = "cannot open: Input",
		    .faults = { { FAULT_OPEN, "compose.yaml", EIO } } },
		{ "read", FAILED, OLD, OF_COMPOSE, .detail = "cannot read: Input",
		    .faults = { { FAULT_READ, "app0/compose.yaml", EIO } } },
		{ "look again", FAILED, OLD, OF_COMPOSE, .detail = "cannot open: Input",
		    .faults = { { FAULT_OPEN, "compose.yaml", EIO, .skip = 2 } } },
		{ "make", FAILED, OLD, OF_COMPOSE, .detail = "cannot make a file in the folder: Perm",
		    .faults = { { FAULT_CREATE, "-0-0.tmp", EACCES } } },
		{ "make is forbidden", FAILED, OLD, OF_COMPOSE,
		    .detail = "in the folder (lsattr -d tells whether it or its folder is immutable): Oper",
		    .faults = { { FAULT_CREATE, "-0-0.tmp", EPERM } } },
		{ "make after a signal", DONE, NEW, .faults = { { FAULT_CREATE, "-0-0.tmp", EINTR } } },
		{ "make the second", FAILED, OLD, OF_ENV, .detail = "cannot make a file in the folder: No sp",
		    .faults = { { FAULT_CREATE, "-0-1.tmp", ENOSPC } } },
		{ "write", FAILED, OLD, OF_ENV, .detail = "cannot write the new file: No space",
		    .faults = { { FAULT_WRITE, "-0-1.tmp", ENOSPC } } },
		{ "write after a signal", DONE, NEW, .faults = { { FAULT_WRITE, "-0-1.tmp", EINTR } } },
		{ "examine", FAILED, OLD, OF_COMPOSE, .detail = "cannot examine the new file: Input",
		    .faults = { { FAULT_STAT, "-0-0.tmp", EIO } } },
		{ "mode", FAILED, OLD, OF_COMPOSE, .detail = "cannot keep the mode: Oper",
		    .faults = { { FAULT_CHMOD, "-0-0.tmp", EPERM } } },
		{ "close", FAILED, OLD, OF_COMPOSE, .detail = "cannot write the new file: Disk quota",
		    .faults = { { FAULT_CLOSE, "-0-0.tmp", EDQUOT, .is_done = true } } },
		{ "close after a signal", DONE, NEW,
		    .faults = { { FAULT_CLOSE, "-0-0.tmp", EINTR, .is_done = true } } },

		{ "flush", .wanted = RUN_FAILED, .other = RUN_FAILED, OLD, OF_COMPOSE,
		    .detail = "cannot write the new file out to the disk: Input",
		    .error = "cannot write the new file out to the disk",
		    .faults = { { FAULT_SYNC, "-0-1.tmp", EIO } } },
		{ "flush after a signal", DONE, NEW, .faults = { { FAULT_SYNC, "-0-1.tmp", EINTR } } },
		{ "open to flush", .wanted = RUN_FAILED, .other = RUN_FAILED, OLD, OF_COMPOSE,
		    .detail = "cannot open the new file to write it out: Input",
		    .error = "cannot open the new file", .faults = { { FAULT_OPEN, "-1-0.tmp", EIO } } },
		{ "flush the folder", .wanted = RUN_WAITING, .other = RUN_WAITING, NEW,
		    .error = "cannot write the folder out",
		    .faults = { { FAULT_SYNC, "app0", EIO, .skip = 2 } } },
		{ "the folder cannot be flushed", DONE, NEW,
		    .faults = { { FAULT_SYNC, "app0", EINVAL, .skip = 2 } } },
		{ "flush the other folder", .wanted = RUN_WAITING, .other = RUN_WAITING, NEW,
		    .error = "cannot write the folder out",
		    .faults = { { FAULT_SYNC, "app1", EIO, .skip = 2 } } },

		{ "swap", FAILED, OLD, OF_COMPOSE, .detail = "cannot put the new file in its place: Input",
		    .faults = { { FAULT_SWAP, "-0-0.tmp", EIO } } },
		{ "swap is forbidden", FAILED, OLD, OF_COMPOSE, .detail = "in its place (lsattr -d tells",
		    .faults = { { FAULT_SWAP, "-0-0.tmp", EPERM } } },
		{ "swap is done", FAILED, OLD, OF_COMPOSE, .detail = "in its place: Input",
		    .faults = { { FAULT_SWAP, "-0-0.tmp", EIO, .is_done = true } } },
		{ "place", FAILED, OLD, OF_ENV, .detail = "cannot put the new file in its place: Input",
		    .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", EIO } } },
		{ "place, beside what was there", .is_half = true, FAILED, .compose = "new", OF_ENV,
		    .detail = "in its place: Input", .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", EIO } } },
		{ "place is done", FAILED, OLD, OF_ENV, .detail = "in its place: Input",
		    .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", EIO, .is_done = true } } },
		{ "place, and look to put back", TORN, .compose = "new", OF_ENV,
		    .detail = "in its place: Input",
		    .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", EIO },
			{ FAULT_OPEN, "compose.yaml", EIO, .skip = 3 } } },
		{ "place, and make to put back", TORN, .compose = "new", OF_ENV,
		    .detail = "in its place: Input",
		    .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", EIO },
			{ FAULT_CREATE, "-0-0.tmp", EIO, .skip = 1 } } },
		{ "place, and flush to put back", TORN, .compose = "new", OF_ENV,
		    .detail = "in its place: Input",
		    .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", EIO },
			{ FAULT_SYNC, "-0-0.tmp", EIO, .skip = 1 } } },
		{ "place, and put back", TORN, .compose = "new", OF_ENV, .detail = "in its place: Input",
		    .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", EIO }, { FAULT_RENAME, "-0-0.tmp", EIO } } },
		{ "place is done, and cannot be removed", TORN, .compose = "old", .env = "A=1\n", OF_ENV,
		    .detail = "in its place: Input",
		    .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", EIO, .is_done = true },
			{ FAULT_UNLINK, ".env", EIO } } },

		{ "take", RUN_BACK, FAILED, NEW, OF_ENV, .detail = "cannot remove the file: Input",
		    .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", EIO } } },
		{ "take is forbidden", RUN_BACK, FAILED, NEW, OF_ENV,
		    .detail = "remove the file (lsattr -d tells",
		    .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", EPERM } } },
		{ "take is done", RUN_BACK, FAILED, NEW, OF_ENV, .detail = "cannot remove the file: Input",
		    .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", EIO, .is_done = true } } },
		{ "a leftover that stays for a moment", DONE, NEW,
		    .faults = { { FAULT_UNLINK, "-0-0.tmp", EIO } } },
	};

	for (size_t i = 0; i < sizeof trials / sizeof *trials; i++)
		try(&trials[i], *state);
}

/* What somebody saves while the run is at work is theirs, and their app is as it was. */
static void
somebody_saves(void **state)
{
	static const char late[] = "changed while this run was at work";
	static const struct trial trials[] = {
		{ "before it is staged", STALE, .compose = "saved", OF_COMPOSE, .detail = "changed meanwhile",
		    .faults = { { FAULT_OPEN, "compose.yaml", .before = save } } },
		{ "before it is staged, back", RUN_BACK, STALE, .compose = "saved", .env = "A=1\n",
		    OF_COMPOSE, .detail = "was edited since; left as it is: --undo --force APP puts back",
		    .faults = { { FAULT_OPEN, "compose.yaml", .before = save } } },
		{ "gone before it is staged", STALE, OF_COMPOSE, .detail = "is gone",
		    .faults = { { FAULT_OPEN, "compose.yaml", .before = take } } },
		{ "gone before it is staged, back", RUN_BACK, STALE, .env = "A=1\n", OF_COMPOSE,
		    .detail = "is gone; left as it is: --undo --force APP puts back",
		    .faults = { { FAULT_OPEN, "compose.yaml", .before = take } } },
		{ "when it is staged", STALE, .compose = "saved", OF_COMPOSE, .detail = late,
		    .faults = { { FAULT_SYNC, "-0-1.tmp", .before = save } } },
		{ "other rights", STALE, OLD, .mode = 0666, OF_COMPOSE, .detail = late,
		    .faults = { { FAULT_SYNC, "-0-1.tmp", .before = open_up } } },
		{ "a file that is to be made", STALE, .compose = "old", .env = "saved", OF_ENV,
		    .detail = late, .faults = { { FAULT_SYNC, "-0-1.tmp", .before = save_env } } },
		{ "at the swap", STALE, .compose = "saved", OF_COMPOSE, .detail = late,
		    .faults = { { FAULT_SWAP, "-0-0.tmp", .before = save } } },
		{ "at the swap, forced", DONE, .is_forced = true, NEW,
		    .faults = { { FAULT_SWAP, "-0-0.tmp", .before = save } } },
		{ "at the second place", FAILED, .compose = "old", .env = "saved", OF_ENV,
		    .detail = "in its place: File exists",
		    .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", .before = save_env } } },
		{ "behind its back", FAILED, .compose = "saved", OF_ENV, .detail = "in its place: Input",
		    .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", EIO, .before = save } } },
		{ "when it is taken away", RUN_BACK, STALE, .compose = "new", .env = "saved", OF_ENV,
		    .detail = late, .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", .before = save_env } } },
		{ "when it is taken away, forced", RUN_BACK, .is_forced = true, DONE, OLD,
		    .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", .before = save_env } } },
	};

	for (size_t i = 0; i < sizeof trials / sizeof *trials; i++)
		try(&trials[i], *state);
}

/* An app that was half done when the run was interrupted is torn where it cannot be done now. */
static void
calls_fail_again(void **state)
{
	static const struct trial trials[] = {
		{ "half", .is_retry = true, .is_half = true, DONE, NEW },
		{ "half, back", RUN_BACK, .is_retry = true, .is_half = true, DONE, OLD },
		{ "make", .is_retry = true, .is_half = true, TORN, .compose = "new", OF_ENV,
		    .detail = "cannot make a file in the folder: Perm",
		    .faults = { { FAULT_CREATE, "-0-1.tmp", EACCES } } },
		{ "none of it was done", .is_retry = true, TORN, OLD, OF_COMPOSE,
		    .detail = "cannot make a file", .faults = { { FAULT_CREATE, "-0-0.tmp", EACCES } } },
		{ "place", .is_retry = true, .is_half = true, TORN, .compose = "new", OF_ENV,
		    .detail = "in its place: Input", .faults = { { FAULT_RENAME_NEW, "-0-1.tmp", EIO } } },
		{ "edited", .is_retry = true, STALE, .compose = "saved", OF_COMPOSE,
		    .detail = "changed meanwhile",
		    .faults = { { FAULT_OPEN, "compose.yaml", .before = save } } },
		{ "the other half is edited", .is_retry = true, .is_half = true, TORN, .compose = "new",
		    .env = "saved", OF_ENV,
		    .detail = "was edited while the run was interrupted, and other files",
		    .faults = { { FAULT_OPEN, "compose.yaml", .before = save_env } } },
	};

	for (size_t i = 0; i < sizeof trials / sizeof *trials; i++)
		try(&trials[i], *state);
}

/* What a process that was killed left beside a file is somebody's where it is neither the old content nor a
 * beginning of the new one, and the new one stands in its place. */
static void
leftovers_are_told_apart(void **state)
{
	static const struct trial trials[] = {
		{ "saved", .is_retry = true, .is_half = true, STALE, .compose = "saved", OF_COMPOSE,
		    .detail = "changed meanwhile", .left = "saved" },
		{ "the old one", .is_retry = true, .is_half = true, DONE, NEW, .left = "old" },
		{ "a part of it", .is_retry = true, .is_half = true, DONE, NEW, .left = "ol" },
		{ "the new one", .is_retry = true, .is_half = true, DONE, NEW, .left = "new" },
		{ "a part of it", .is_retry = true, .is_half = true, DONE, NEW, .left = "n" },
		{ "nothing", .is_retry = true, .is_half = true, DONE, NEW, .left = "" },
		{ "the old one has its place", .is_retry = true, DONE, NEW, .left = "saved" },
		{ "not taken up", .is_half = true, DONE, NEW, .left = "saved" },
		{ "beside what is made", .is_retry = true, .is_half = true, DONE, NEW, .left_env = "saved" },
		{ "of what was taken away", RUN_BACK, .is_retry = true, .is_taken = true, TORN,
		    .compose = "new", .env = "saved", OF_ENV,
		    .detail = "edited while the run was interrupted", .left_env = "saved" },
		{ "what was taken away", RUN_BACK, .is_retry = true, .is_taken = true, DONE, OLD,
		    .left_env = "A=1\n" },
		{ "a part of what was to be made", RUN_BACK, .is_retry = true, .is_taken = true, DONE, OLD,
		    .left_env = "A" },
		{ "beside what is taken away", RUN_BACK, .is_retry = true, .is_half = true, DONE, OLD,
		    .left_env = "saved" },
		{ "saved, back", RUN_BACK, .is_retry = true, .is_half = true, TORN, .compose = "saved",
		    .env = "A=1\n", OF_COMPOSE, .detail = "edited while the run was interrupted",
		    .left = "saved" },
	};

	for (size_t i = 0; i < sizeof trials / sizeof *trials; i++)
		try(&trials[i], *state);
}

static void
drop(void)
{
	assert_int_equal(rename("app0", "gone"), 0);
}

/* The folder of an app that failed may be gone when folders are flushed; that of one that is done has to be
 * there. */
static void
a_folder_that_goes_is_not_flushed(void **state)
{
	for (int done = 0; done < 2; done++) {
		AUTO(run) r = RUN_INIT;
		AUTO(confine) c = CONFINE_INIT;
		AUTO(error) err = ERROR_INIT;

		fill_recorded(&r, *state, 2);
		assert_int_equal(confine_open(&c, ".", &(struct folder_id){ "" }, &err), 0);
		faults[0] = (struct fault){ FAULT_RENAME_NEW, "-0-1.tmp", .before = drop,
			.errnum = done ? 0 : EIO };
		assert_int_equal(batch_commit(&r, &c, RUN_FORWARD, jobs, &err), done ? -1 : 0);
		(void)memset(faults, 0, sizeof faults);
		if (done)
			scratch_error(&err, "app0/compose.yaml", 0, "cannot open the folder");
		assert_int_equal(r.apps[0].state, done ? RUN_WAITING : RUN_FAILED);
		assert_int_equal(r.apps[1].state, done ? RUN_WAITING : RUN_DONE);
		scratch_holds("gone/compose.yaml", done ? "new" : "old");
		assert_int_equal(rename("gone", "app0"), 0);
		scratch_put("app1/compose.yaml", "old");
		assert_int_equal(unlink("app1/.env"), 0);
	}
}

static void
drop_sub(void)
{
	assert_int_equal(rename("app0/sub", "gone"), 0);
}

/* An app whose second folder goes while it is at work keeps its first file. */
static void
a_folder_that_goes_fails(void **state)
{
	AUTO(run) r = RUN_INIT;
	AUTO(confine) c = CONFINE_INIT;
	AUTO(error) err = ERROR_INIT;

	fill_recorded(&r, *state, 1);
	run_file_place(&r, &r.apps[0].files[1], STR("app0/sub/.env"));
	scratch_put("app0/sub/x", "");
	assert_int_equal(confine_open(&c, ".", &(struct folder_id){ "" }, &err), 0);
	faults[0] = (struct fault){ FAULT_SWAP, .before = drop_sub, .errnum = 0 };
	assert_int_equal(batch_commit(&r, &c, RUN_FORWARD, jobs, &err), 0);
	(void)memset(faults, 0, sizeof faults);
	assert_int_equal(r.apps[0].state, RUN_FAILED);
	assert_string_equal(r.apps[0].blame.ptr, "app0/sub/.env");
	assert_non_null(strstr(r.apps[0].detail.ptr, "cannot open the folder"));
	scratch_holds("app0/compose.yaml", "old");
}
#endif

static void
leaves_what_fails(void **state)
{
	AUTO_PTR(journal) j = NULL;
	AUTO(run) r = RUN_INIT;
	AUTO(error) err = ERROR_INIT;

	fill(&r, *state, 3);
	scratch_put("app0/compose.yaml", "edited");		/* since it was read */
	assert_int_equal(mkdir("app1/.env", 0755), 0);	/* in the way */
	assert_int_equal(journal_open(&j, "r.db", true, &err), 0);
	assert_int_equal(journal_record(j, &r, &err), 0);
	commit(j, &r, RUN_FORWARD);
	assert_int_equal(r.apps[0].state, RUN_STALE);
	assert_int_equal(r.apps[1].state, RUN_FAILED);
	assert_int_equal(r.apps[2].state, RUN_DONE);
	scratch_holds("app0/compose.yaml", "edited");
	scratch_holds("app0/.env", NULL);
	scratch_holds("app1/compose.yaml", "old");
	scratch_holds("app2/compose.yaml", "new");
	assert_int_equal(journal_refuse_interrupted("r.db", false, &err), 0);
}

static void
an_app_that_fails_is_left_as_it_was(void **state)
{
	leaves_what_fails(state);
}

static void
an_app_that_fails_beside_others_is_left_as_it_was(void **state)
{
	jobs = 3;
	leaves_what_fails(state);
	jobs = 1;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
#ifdef __linux__
		cmocka_unit_test_setup_teardown(calls_fail, make, scratch_clean),
		cmocka_unit_test_setup_teardown(calls_fail_again, make, scratch_clean),
		cmocka_unit_test_setup_teardown(somebody_saves, make, scratch_clean),
		cmocka_unit_test_setup_teardown(leftovers_are_told_apart, make, scratch_clean),
		cmocka_unit_test_setup_teardown(a_folder_that_goes_fails, make, scratch_clean),
		cmocka_unit_test_setup_teardown(a_folder_that_goes_is_not_flushed, make, scratch_clean),
#endif
		cmocka_unit_test_setup_teardown(an_app_that_fails_is_left_as_it_was, make, scratch_clean),
		cmocka_unit_test_setup_teardown(
		    an_app_that_fails_beside_others_is_left_as_it_was, make, scratch_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
