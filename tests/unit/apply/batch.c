/* batch: a run is carried out there and back, each app wholly or not at all, and finished after a kill.
 * SPDX-License-Identifier: MIT */
#include "unit/apply/recorded_run.h"

#include "unit/fault.h"

#include "base/buf.h"
#include "system/interrupt.h"
#include "system/progress.h"

#ifdef __linux__
#include <sys/xattr.h>
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
	assert_string_equal(r.apps[2].detail.ptr, "was edited since; would be left as it is: "
	    "--undo --force APP puts back what was there before the run");
	assert_string_equal(r.apps[3].blame.ptr, "app3/compose.yaml");
	assert_string_equal(r.apps[3].detail.ptr, "cannot read: Is a directory");
	assert_null(r.apps[5].detail.ptr);
	assert_int_equal(strncmp(r.apps[7].detail.ptr, "is gone; would be left", 22), 0);
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
	assert_string_equal(r.apps[0].detail.ptr, "is gone");
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
		cmocka_unit_test_setup_teardown(folders_are_asked_once, make, scratch_clean),
		cmocka_unit_test_setup_teardown(few_files_are_flushed_one_by_one, make, scratch_clean),
		cmocka_unit_test_setup_teardown(threads_suit_the_run, make, scratch_clean),
		cmocka_unit_test_setup_teardown(many_files_are_flushed_at_once, make, scratch_clean),
		cmocka_unit_test_setup_teardown(
		    a_file_system_that_cannot_be_flushed_ends_it, make, scratch_clean),
		cmocka_unit_test_setup_teardown(it_may_be_stopped_in_time, make, scratch_clean),
#endif
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
