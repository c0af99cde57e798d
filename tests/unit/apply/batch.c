/* batch: a run is carried out there and back, each app wholly or not at all, and finished after a kill.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "unit/fault.h"

#include <glob.h>

#include "apply/batch.h"
#include "base/buf.h"
#include "system/confine.h"
#include "base/error.h"
#include "journal/journal.h"
#include "system/interrupt.h"
#include "system/progress.h"

#ifdef __linux__
#include <sys/xattr.h>
#endif

enum { APPS = 12 };

static size_t jobs = 1;	/* how many threads carry a run out */

static int
make(void **state)
{
	char path[64];

	assert_int_equal(scratch_make(state), 0);
	for (int i = 0; i < APPS; i++) {
		(void)snprintf(path, sizeof path, "app%d", i);
		assert_int_equal(mkdir(path, 0755), 0);
		(void)snprintf(path, sizeof path, "app%d/compose.yaml", i);
		scratch_put(path, "old");
	}
	return 0;
}

/* Every app's compose.yaml becomes new, and a .env is made beside it. */
static void
fill(struct run *r, const struct scratch *s, size_t apps)
{
	r->plan = STR("p");
	r->root = str_from(s->root);
	r->apps = arena_zero(&r->arena, apps, sizeof *r->apps);
	r->count = apps;
	for (size_t i = 0; i < apps; i++) {
		struct run_app *a = &r->apps[i];

		a->folder = arena_printf(&r->arena, "app%zu", i);
		a->id.model = STR("m");
		a->files = arena_zero(&r->arena, 2, sizeof *a->files);
		a->count = 2;
		run_file_place(r, &a->files[0], arena_printf(&r->arena, "app%zu/compose.yaml", i));
		run_file_place(r, &a->files[1], arena_printf(&r->arena, "app%zu/.env", i));
		a->files[0].before = STR("old");
		a->files[0].after = STR("new");
		a->files[1].after = STR("A=1\n");
		a->files[1].is_made = true;
	}
}

static void
commit(struct journal *j, struct run *r, enum run_direction d)
{
	AUTO(confine) c = CONFINE_INIT;
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(confine_open(&c, r->root.ptr, &(struct folder_id){ "" }, &err), 0);
	assert_int_equal(batch_commit(r, &c, d, jobs, &err), 0);
	assert_int_equal(journal_settle(j, r, d, &err), 0);
}

static size_t
count_names(void)
{
	size_t n = 0;
	FILE *p = popen("find . -type f ! -name 'r.db*' | wc -l", "r");

	assert_non_null(p);
	assert_int_equal(fscanf(p, "%zu", &n), 1);
	(void)pclose(p);
	return n;
}

/* A run as fill makes it, as if it stood in the journal. */
static void
fill_recorded(struct run *r, const struct scratch *s, size_t apps)
{
	fill(r, s, apps);
	r->token = STR("0123456789abcdef");
	for (size_t i = 0; i < apps; i++)
		r->apps[i].number = i;
}

#ifdef __linux__
static size_t
count_temporary(void)
{
	glob_t found;
	int got = glob("*/.berth-*", 0, NULL, &found);
	size_t n = got == 0 ? found.gl_pathc : 0;

	assert_true(got == 0 || got == GLOB_NOMATCH);
	globfree(&found);
	return n;
}
#endif

static void
there_and_back(const struct scratch *s, size_t apps)
{
	AUTO_PTR(journal) j = NULL;
	AUTO(run) r = RUN_INIT;
	AUTO(run) back = RUN_INIT;
	AUTO(error) err = ERROR_INIT;
	struct stat st;

	fill(&r, s, apps);
	assert_int_equal(journal_open(&j, "r.db", true, &err), 0);
	assert_int_equal(stat("r.db.runs", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(journal_record(j, &r, &err), 0);
	assert_int_equal(journal_refuse_interrupted("r.db", false, &err), -1);
	error_release(&err);
	commit(j, &r, RUN_FORWARD);
	assert_int_equal(journal_refuse_interrupted("r.db", false, &err), 0);
	for (size_t i = 0; i < apps; i++)
		assert_int_equal(r.apps[i].state, RUN_DONE);
	scratch_holds("app0/compose.yaml", "new");
	scratch_holds("app0/.env", "A=1\n");
	assert_int_equal(stat("app0/compose.yaml", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(count_names(), APPS + apps);

	assert_int_equal(journal_load(j, r.id, RUN_BACK, &back, &err), 0);
	assert_int_equal(back.count, apps);
	assert_int_equal(journal_undo(j, r.id, &err), 0);
	assert_int_equal(journal_refuse_interrupted("r.db", false, &err), -1);
	error_release(&err);
	commit(j, &back, RUN_BACK);
	scratch_holds("app0/compose.yaml", "old");
	scratch_holds("app0/.env", NULL);
	assert_int_equal(count_names(), APPS);
}

/* Few files are flushed one by one, many with their file system. */
static void
a_run_is_done_and_undone(void **state)
{
	there_and_back(*state, 2);
	there_and_back(*state, APPS);
}

/* Threads that are more than there are processors, and more than there are apps. */
static void
several_threads_do_the_same(void **state)
{
	for (jobs = 2; jobs <= APPS + 4; jobs += 7) {
		there_and_back(*state, 2);
		there_and_back(*state, APPS);
	}
	jobs = 1;
}

#ifdef __linux__
/* NFS and older FUSE have no flags, a kernel may have no such call; what else it says is an error. */
static void
where_names_cannot_be_exchanged_they_are_replaced(void **state)
{
	static const int answers[] = { EINVAL, ENOSYS };

	for (size_t i = 0; i < 2; i++) {
		faults[0] = (struct fault){ .call = FAULT_SWAP, .errnum = answers[i], .times = 99 };
		faults[1] = (struct fault){ .call = FAULT_RENAME_NEW, .errnum = answers[i], .times = 99 };
		there_and_back(*state, 2);
		assert_true(faults[0].hits > 0 && faults[1].hits > 0);
	}
}

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
	if (stat("app0/compose.yaml", &st) < 0 || (st.st_mode & 0777) != (t->mode ? t->mode : 0640))
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
		    OF_COMPOSE, .detail = "was edited since; left as it is",
		    .faults = { { FAULT_OPEN, "compose.yaml", .before = save } } },
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

/* Files that lie beside one another have one folder, which is noted and flushed once. */
static void
folders_are_asked_once(void **state)
{
	static const char *const paths[] = { "app0/a", "app0/b", "app0/sub/c", "app0/d" };
	static const size_t noted[] = { 2, 1 };

	for (int fails = 0; fails < 2; fails++) {
		AUTO(run) r = RUN_INIT;
		AUTO(confine) c = CONFINE_INIT;
		AUTO(error) err = ERROR_INIT;

		fill_recorded(&r, *state, 1);
		r.apps[0].count = 4;
		r.apps[0].files = arena_zero(&r.arena, 4, sizeof *r.apps[0].files);
		for (size_t i = 0; i < 4; i++) {
			scratch_put(paths[i], "old");
			run_file_place(&r, &r.apps[0].files[i], str_from(paths[i]));
			r.apps[0].files[i].before = STR("old");
			r.apps[0].files[i].after = STR("new");
		}
		assert_int_equal(confine_open(&c, ".", &(struct folder_id){ "" }, &err), 0);
		faults[0] = (struct fault){ FAULT_STAT, "app0$", .errnum = 0 };
		faults[1] = (struct fault){ FAULT_STAT, "sub$", .errnum = fails ? EIO : 0 };
		faults[2] = (struct fault){ FAULT_SYNC, "app0$", .errnum = 0 };
		faults[3] = (struct fault){ FAULT_SYNC, "sub$", .errnum = 0 };
		assert_int_equal(batch_commit(&r, &c, RUN_FORWARD, jobs, &err), 0);
		for (size_t i = 0; i < 4 && !fails; i++)
			assert_int_equal(faults[i].hits, noted[i % 2]);
		(void)memset(faults, 0, sizeof faults);
		assert_int_equal(r.apps[0].state, fails ? RUN_FAILED : RUN_DONE);
		if (fails)
			assert_string_equal(
			    r.apps[0].detail.ptr, "cannot examine the folder: Input/output error");
	}
}

/* Of many files the file system is flushed, before the first rename and behind the last; where that cannot be
 * had, each file. */
static void
many_files_are_flushed_at_once(void **state)
{
	static const struct {
		int errnum;
		bool is_each; /* by their files and folders */
	} cases[] = { { 0, false }, { EINTR, false }, { ENOSYS, true }, { EOPNOTSUPP, true },
		{ EPERM, true } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(run) r = RUN_INIT;
		AUTO(confine) c = CONFINE_INIT;
		AUTO(error) err = ERROR_INIT;

		fill_recorded(&r, *state, APPS);
		for (size_t k = 0; k < APPS; k++) {
			scratch_put(r.apps[k].files[0].path.ptr, "old");
			(void)unlink(r.apps[k].files[1].path.ptr);
		}
		assert_int_equal(confine_open(&c, ".", &(struct folder_id){ "" }, &err), 0);
		faults[0] = (struct fault){ .call = FAULT_SYNC_ALL, .errnum = cases[i].errnum };
		faults[1] = (struct fault){ .call = FAULT_SYNC, .path = ".tmp$" };
		faults[2] = (struct fault){ .call = FAULT_SYNC, .path = "app3" };
		assert_int_equal(batch_commit(&r, &c, RUN_FORWARD, jobs, &err), 0);
		assert_int_equal(r.apps[APPS - 1].state, RUN_DONE);
		assert_int_equal(faults[0].hits, cases[i].is_each ? 1 : cases[i].errnum ? 3 : 2);
		assert_int_equal(faults[1].hits, cases[i].is_each ? 2 * APPS : 0);
		assert_int_equal(faults[2].hits, cases[i].is_each ? 3 : 0);
		(void)memset(faults, 0, sizeof faults);
	}
}

/* Up to sixteen files are flushed by themselves; those of apps that are not to be done do not count. */
static void
few_files_are_flushed_one_by_one(void **state)
{
	for (size_t apps = 8; apps < 10; apps++) {
		AUTO(run) r = RUN_INIT;
		AUTO(confine) c = CONFINE_INIT;
		AUTO(error) err = ERROR_INIT;

		fill_recorded(&r, *state, apps + 1);
		r.apps[apps].state = RUN_STALE;
		for (size_t k = 0; k < apps; k++) {
			scratch_put(r.apps[k].files[0].path.ptr, "old");
			(void)unlink(r.apps[k].files[1].path.ptr);
		}
		assert_int_equal(confine_open(&c, ".", &(struct folder_id){ "" }, &err), 0);
		faults[0] = (struct fault){ FAULT_SYNC_ALL, .errnum = 0 };
		assert_int_equal(batch_commit(&r, &c, RUN_FORWARD, jobs, &err), 0);
		assert_int_equal(faults[0].hits, apps == 8 ? 0 : 2);
		(void)memset(faults, 0, sizeof faults);
	}
}

static size_t threads; /* how many there were when the first file was made */

static void
count_threads(void)
{
	glob_t found;

	assert_int_equal(glob("/proc/self/task/*", 0, NULL, &found), 0);
	threads = found.gl_pathc;
	globfree(&found);
}

/* Where nobody says how many threads there are, there is one for each sixteen apps, and four at most. */
static void
threads_suit_the_run(void **state)
{
	static const struct {
		size_t apps, wanted;
	} cases[] = { { 1, 1 }, { 15, 1 }, { 16, 2 }, { 33, 3 }, { 100, 4 } };

	size_t others;		/* the thread sanitizer has one of its own */

	if (access("/proc/self/task", F_OK) < 0)
		return;
	count_threads();
	others = threads - 1;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(run) r = RUN_INIT;
		AUTO(confine) c = CONFINE_INIT;
		AUTO(error) err = ERROR_INIT;

		fill_recorded(&r, *state, cases[i].apps);
		for (size_t k = 1; k < cases[i].apps; k++)
			r.apps[k].state = RUN_STALE;
		scratch_put("app0/compose.yaml", "old");
		(void)unlink("app0/.env");
		assert_int_equal(confine_open(&c, ".", &(struct folder_id){ "" }, &err), 0);
		faults[0] = (struct fault){ FAULT_SYNC_ALL, .errnum = 0 };
		faults[1] = (struct fault){ FAULT_CREATE, .before = count_threads, .errnum = 0 };
		assert_int_equal(batch_commit(&r, &c, RUN_FORWARD, 0, &err), 0);
		(void)memset(faults, 0, sizeof faults);
		threads -= others;
		if (threads > cases[i].wanted || (cases[i].wanted == 1 && threads != 1))
			fail_msg("%zu threads for %zu apps", threads, cases[i].apps);
		assert_int_equal(r.apps[0].state, RUN_DONE);
	}
}

/* Before the first rename nothing has changed; behind the last one it is not known what is on the disk. */
static void
a_file_system_that_cannot_be_flushed_ends_it(void **state)
{
	for (int skip = 0; skip < 2; skip++) {
		AUTO(run) r = RUN_INIT;
		AUTO(confine) c = CONFINE_INIT;
		AUTO(error) err = ERROR_INIT;

		fill_recorded(&r, *state, APPS);
		r.apps[1].state = RUN_STALE;
		scratch_put("app2/compose.yaml", "edited");
		assert_int_equal(confine_open(&c, ".", &(struct folder_id){ "" }, &err), 0);
		faults[0] = (struct fault){ .call = FAULT_SYNC_ALL, .errnum = EIO, .skip = skip };
		assert_int_equal(batch_commit(&r, &c, RUN_FORWARD, jobs, &err), -1);
		(void)memset(faults, 0, sizeof faults);
		scratch_error(&err, NULL, 0, "cannot write the file system out to the disk");
		for (size_t i = 0; i < APPS; i++)
			assert_int_equal(r.apps[i].state,
			    i == 1 || i == 2 ? RUN_STALE
				: skip       ? RUN_WAITING
					     : RUN_FAILED);
		scratch_holds("app0/compose.yaml", skip ? "new" : "old");
		assert_int_equal(count_temporary(), 0);
		if (!skip)
			assert_string_equal(r.apps[3].detail.ptr,
			    "cannot write the file system out to the disk: Input/output error");
	}
}

static void
interrupt(void)
{
	assert_int_equal(raise(SIGINT), 0);
}

/* Who asks for an end while the new files are written gets it, and nothing is changed; later it is done
 * first. */
static void
it_may_be_stopped_in_time(void **state)
{
	(void)signal(SIGINT, SIG_DFL); /* whoever started this may have it ignored */
	for (int late = 0; late < 2; late++) {
		AUTO(run) r = RUN_INIT;
		AUTO(confine) c = CONFINE_INIT;
		AUTO(error) err = ERROR_INIT;

		fill_recorded(&r, *state, 2);
		assert_int_equal(confine_open(&c, ".", &(struct folder_id){ "" }, &err), 0);
		faults[0] = (struct fault){ .call = late ? FAULT_SWAP : FAULT_CREATE, .before = interrupt };
		if (!late)
			faults[1] = (struct fault){ FAULT_CREATE, "-1-0.tmp", .errnum = 0 };
		r.interrupt = interrupt_begin((struct interrupt_answer){ NULL, NULL });
		assert_int_equal(batch_commit(&r, &c, RUN_FORWARD, jobs, &err), late ? 0 : -1);
		assert_int_equal(interrupt_end(r.interrupt), late ? 0 : SIGINT);
		assert_int_equal(faults[1].hits, 0); /* nor is anything more written */
		(void)memset(faults, 0, sizeof faults);
		if (!late)
			scratch_error(&err, NULL, 0, "every file is as it was");
		for (size_t i = 0; i < 2; i++)
			assert_int_equal(r.apps[i].state, late ? RUN_DONE : RUN_WAITING);
		scratch_holds("app0/compose.yaml", late ? "new" : "old");
		assert_int_equal(count_temporary(), 0);
	}
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

/* What a run would do is told, and nothing is touched. */
static void
it_is_foreseen(void **state)
{
	static const enum run_app_state wanted[] = { RUN_WAITING, RUN_UNCHANGED, RUN_STALE, RUN_FAILED,
		RUN_WAITING, RUN_WAITING, RUN_KEPT, RUN_STALE };
	enum { COUNT = sizeof wanted / sizeof *wanted };
	AUTO(run) r = RUN_INIT;
	AUTO(confine) c = CONFINE_INIT;
	AUTO(error) err = ERROR_INIT;

	fill(&r, *state, COUNT);
	scratch_put("app1/compose.yaml", "new");
	scratch_put("app1/.env", "A=1\n");
	scratch_put("app2/.env", "by hand");
	assert_int_equal(unlink("app3/compose.yaml"), 0);
	assert_int_equal(mkdir("app3/compose.yaml", 0755), 0);
	scratch_put("app4/compose.yaml", "new"); /* half done */
	scratch_put("app5/compose.yaml", "by hand");
	r.apps[5].is_forced = true;
	r.apps[6].state = RUN_KEPT;
	scratch_put("app6/compose.yaml", "by hand");
	assert_int_equal(unlink("app7/compose.yaml"), 0);
	assert_int_equal(rmdir("app7"), 0);
	assert_int_equal(confine_open(&c, ".", &(struct folder_id){ "" }, &err), 0);
	batch_foresee(&r, &c, RUN_FORWARD);
	for (size_t i = 0; i < COUNT; i++)
		if (r.apps[i].state != wanted[i])
			fail_msg("app%zu is %d", i, (int)r.apps[i].state);
	assert_string_equal(r.apps[2].blame.ptr, "app2/.env");
	assert_string_equal(r.apps[2].detail.ptr, "was edited since; would be left as it is");
	assert_string_equal(r.apps[3].blame.ptr, "app3/compose.yaml");
	assert_string_equal(r.apps[3].detail.ptr, "cannot read: Is a directory");
	assert_null(r.apps[5].detail.ptr);
	scratch_holds("app0/compose.yaml", "old");
	scratch_holds("app0/.env", NULL);
}

/* What is told of how far it is: which part, and how many of the apps are behind it. */
static void
watch(void *context, const char *doing, size_t done, size_t total)
{
	if (done == 0)
		buf_printf(context, "%s of %zu; ", doing, total);
}

static void
it_says_how_far_it_is(void **state)
{
	AUTO(run) r = RUN_INIT;
	AUTO(confine) c = CONFINE_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) told = BUF_INIT;
	const struct progress progress = { watch, &told };

	fill_recorded(&r, *state, 3);
	r.progress = &progress;
	assert_int_equal(confine_open(&c, ".", &(struct folder_id){ "" }, &err), 0);
	assert_int_equal(batch_commit(&r, &c, RUN_FORWARD, jobs, &err), 0);
	assert_string_equal(told.ptr, "apps written of 3; apps put in place of 3; ");
}

/* A folder that somebody took away, or put a file or a link in place of, is a change like any other; one that
 * cannot be looked at is none. */
static void
a_folder_that_is_gone_is_stale(void **state)
{
	static const enum run_app_state wanted[] = { RUN_STALE, RUN_STALE, RUN_STALE, RUN_DONE };
	AUTO(run) r = RUN_INIT;
	AUTO(confine) c = CONFINE_INIT;
	AUTO(error) err = ERROR_INIT;

	fill_recorded(&r, *state, 4);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(unlink(r.apps[i].files[0].path.ptr), 0);
		assert_int_equal(rmdir(r.apps[i].folder.ptr), 0);
	}
	scratch_put("app1", "a file");
	assert_int_equal(symlink("app11", "app2"), 0);
	assert_int_equal(confine_open(&c, ".", &(struct folder_id){ "" }, &err), 0);
	assert_int_equal(batch_commit(&r, &c, RUN_FORWARD, jobs, &err), 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(r.apps[i].state, wanted[i]);
	assert_string_equal(r.apps[0].detail.ptr, "changed meanwhile");
	scratch_holds("app11/compose.yaml", "old");
}

#ifdef __linux__
/* What prepare has read is staged without another look; what happens to it meanwhile is seen all the same. */
static void
what_was_just_read_is_looked_at_once_more(void **state)
{
	AUTO_PTR(journal) j = NULL;
	AUTO(run) r = RUN_INIT;
	AUTO(error) err = ERROR_INIT;
	bool can;

	fill(&r, *state, 5);
	for (size_t i = 0; i < 5; i++)
		for (size_t n = 0; n < 2; n++) {
			r.apps[i].files[n].is_fresh = true;
			r.apps[i].files[n].meta = (struct confine_meta){ .is_known = n == 0, .mode = 0640,
				.uid = geteuid(), .gid = getegid() };
		}
	scratch_put("app1/compose.yaml", "edited");
	assert_int_equal(chmod("app2/compose.yaml", 0600), 0);
	scratch_put("app3/.env", "mine");
	can = setxattr("app4/compose.yaml", "user.note", "x", 1, 0) == 0;
	assert_int_equal(journal_open(&j, "r.db", true, &err), 0);
	assert_int_equal(journal_record(j, &r, &err), 0);
	commit(j, &r, RUN_FORWARD);
	assert_int_equal(r.apps[0].state, RUN_DONE);
	scratch_holds("app0/compose.yaml", "new");
	for (size_t i = 1; i < 4; i++)
		assert_int_equal(r.apps[i].state, RUN_STALE);
	assert_int_equal(r.apps[4].state, can ? RUN_STALE : RUN_DONE);
	scratch_holds("app1/compose.yaml", "edited");
	scratch_holds("app2/compose.yaml", "old");
	scratch_holds("app3/compose.yaml", "old");
	assert_int_equal(count_names(), APPS + 2 + !can);
}
#endif

/* R as a kill leaves it: recorded in *RET, with the first of its files in place. */
static void
half_done(struct journal **ret, struct run *r, const struct scratch *s)
{
	AUTO(error) err = ERROR_INIT;

	fill(r, s, 1);
	assert_int_equal(journal_open(ret, "r.db", true, &err), 0);
	assert_int_equal(journal_record(*ret, r, &err), 0);
	scratch_put("app0/compose.yaml", "new");
}

/* The state that a kill between two renames leaves: one file new, one not made, temporary files about. */
static void
an_interrupted_run_is_taken_up(void **state)
{
	for (enum run_direction d = RUN_FORWARD; d <= RUN_BACK; d++) {
		AUTO_PTR(journal) j = NULL;
		AUTO(run) r = RUN_INIT;
		AUTO(run) again = RUN_INIT;
		AUTO(error) err = ERROR_INIT;
		AUTO(buf) left = BUF_INIT;

		half_done(&j, &r, *state);
		buf_printf(&left, "app0/.berth-%.*s-0-1.tmp", STR_ARG(r.token));
		scratch_put(left.ptr, "A=");
		assert_int_equal(journal_load(j, r.id, d, &again, &err), 0);
		again.is_retry = true;
		commit(j, &again, d);
		scratch_holds("app0/compose.yaml", d == RUN_FORWARD ? "new" : "old");
		scratch_holds("app0/.env", d == RUN_FORWARD ? "A=1\n" : NULL);
		assert_int_equal(count_names(), d == RUN_FORWARD ? APPS + 1 : APPS);
		scratch_put("app0/compose.yaml", "old");
		(void)unlink("app0/.env");
	}
}

static void
a_half_done_app_stays_open(void **state)
{
	AUTO_PTR(journal) j = NULL;
	AUTO(run) r = RUN_INIT;
	AUTO(run) again = RUN_INIT;
	AUTO(error) err = ERROR_INIT;

	half_done(&j, &r, *state);
	assert_int_equal(mkdir("app0/.env", 0755), 0);
	assert_int_equal(journal_load(j, r.id, RUN_FORWARD, &again, &err), 0);
	again.is_retry = true;
	commit(j, &again, RUN_FORWARD);
	assert_int_equal(again.apps[0].state, RUN_TORN);
	assert_int_equal(journal_refuse_interrupted("r.db", false, &err), -1);
}

/* A kill between exchanging the names and looking: what somebody had saved waits under the temporary name. */
static void
what_was_saved_meanwhile_gets_its_place_back(void **state)
{
	AUTO_PTR(journal) j = NULL;
	AUTO(run) r = RUN_INIT;
	AUTO(run) again = RUN_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) left = BUF_INIT;

	half_done(&j, &r, *state);
	buf_printf(&left, "app0/.berth-%.*s-0-0.tmp", STR_ARG(r.token));
	scratch_put(left.ptr, "saved by somebody");
	assert_int_equal(journal_load(j, r.id, RUN_FORWARD, &again, &err), 0);
	again.is_retry = true;
	commit(j, &again, RUN_FORWARD);
	scratch_holds("app0/compose.yaml", "saved by somebody");
	scratch_holds("app0/.env", NULL);
	assert_int_equal(again.apps[0].state, RUN_STALE);
	assert_int_equal(count_names(), APPS);
}

/* Of an app that is half done a file was edited: nothing is done with it until its user says what. */
static void
an_edited_half_stays_open(void **state)
{
	static const struct {
		bool is_forced;
		enum run_app_state given, wanted;
		const char *text;
	} cases[] = { { false, RUN_WAITING, RUN_TORN, "edited" }, { true, RUN_WAITING, RUN_DONE, "old" },
		{ false, RUN_KEPT, RUN_KEPT, "edited" } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO_PTR(journal) j = NULL;
		AUTO(run) r = RUN_INIT;
		AUTO(run) again = RUN_INIT;
		AUTO(error) err = ERROR_INIT;

		scratch_put("app0/compose.yaml", "old");
		(void)unlink("app0/.env");
		fill(&r, *state, 1);
		assert_int_equal(journal_open(&j, "r.db", true, &err), 0);
		assert_int_equal(journal_record(j, &r, &err), 0);
		scratch_put("app0/.env", "A=1\n");
		scratch_put("app0/compose.yaml", "edited");
		assert_int_equal(journal_load(j, r.id, RUN_BACK, &again, &err), 0);
		again.is_retry = true;
		again.apps[0].is_forced = cases[i].is_forced;
		again.apps[0].state = cases[i].given;
		commit(j, &again, RUN_BACK);
		assert_int_equal(again.apps[0].state, cases[i].wanted);
		scratch_holds("app0/compose.yaml", cases[i].text);
		scratch_holds("app0/.env", cases[i].is_forced ? NULL : "A=1\n");
		assert_int_equal(journal_refuse_interrupted("r.db", false, &err),
		    cases[i].wanted == RUN_TORN ? -1 : 0);
		error_release(&err);
		assert_int_equal(journal_give_up(j, r.id, &err), 0);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_run_is_done_and_undone, make, scratch_clean),
		cmocka_unit_test_setup_teardown(several_threads_do_the_same, make, scratch_clean),
#ifdef __linux__
		cmocka_unit_test_setup_teardown(
		    where_names_cannot_be_exchanged_they_are_replaced, make, scratch_clean),
		cmocka_unit_test_setup_teardown(calls_fail, make, scratch_clean),
		cmocka_unit_test_setup_teardown(calls_fail_again, make, scratch_clean),
		cmocka_unit_test_setup_teardown(somebody_saves, make, scratch_clean),
		cmocka_unit_test_setup_teardown(leftovers_are_told_apart, make, scratch_clean),
		cmocka_unit_test_setup_teardown(folders_are_asked_once, make, scratch_clean),
		cmocka_unit_test_setup_teardown(few_files_are_flushed_one_by_one, make, scratch_clean),
		cmocka_unit_test_setup_teardown(threads_suit_the_run, make, scratch_clean),
		cmocka_unit_test_setup_teardown(a_folder_that_goes_fails, make, scratch_clean),
		cmocka_unit_test_setup_teardown(a_folder_that_goes_is_not_flushed, make, scratch_clean),
		cmocka_unit_test_setup_teardown(many_files_are_flushed_at_once, make, scratch_clean),
		cmocka_unit_test_setup_teardown(
		    a_file_system_that_cannot_be_flushed_ends_it, make, scratch_clean),
		cmocka_unit_test_setup_teardown(it_may_be_stopped_in_time, make, scratch_clean),
#endif
		cmocka_unit_test_setup_teardown(an_app_that_fails_is_left_as_it_was, make, scratch_clean),
		cmocka_unit_test_setup_teardown(
		    an_app_that_fails_beside_others_is_left_as_it_was, make, scratch_clean),
		cmocka_unit_test_setup_teardown(it_is_foreseen, make, scratch_clean),
		cmocka_unit_test_setup_teardown(it_says_how_far_it_is, make, scratch_clean),
		cmocka_unit_test_setup_teardown(a_folder_that_is_gone_is_stale, make, scratch_clean),
#ifdef __linux__
		cmocka_unit_test_setup_teardown(
		    what_was_just_read_is_looked_at_once_more, make, scratch_clean),
#endif
		cmocka_unit_test_setup_teardown(an_interrupted_run_is_taken_up, make, scratch_clean),
		cmocka_unit_test_setup_teardown(a_half_done_app_stays_open, make, scratch_clean),
		cmocka_unit_test_setup_teardown(
		    what_was_saved_meanwhile_gets_its_place_back, make, scratch_clean),
		cmocka_unit_test_setup_teardown(an_edited_half_stays_open, make, scratch_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
