/* batch: a run is carried out there and back, each app wholly or not at all, and finished after a kill.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "apply/batch.h"
#include "base/buf.h"
#include "system/confine.h"
#include "base/error.h"
#include "journal/journal.h"

#ifdef __linux__
#include <sys/syscall.h>
#endif

enum { APPS = 12 };

static size_t jobs = 1;	/* how many threads carry a run out */

#ifdef __linux__
/* What the file system answers where two names are to be exchanged, or a new one is not to replace another;
 * 0: it can. */
static int no_flags;

int renameat2(int from, const char *old, int to, const char *new, unsigned flags);
long syscall(long number, ...);

/* In place of the C library's. */
int
renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
	if (flags && no_flags) {
		errno = no_flags;
		return -1;
	}
	return (int)syscall(SYS_renameat2, from, old, to, new, flags);
}
#endif

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
	AUTO_PTR(journal) j = NULL;
	AUTO(run) r = RUN_INIT;
	AUTO(error) err = ERROR_INIT;

	no_flags = EINVAL;
	there_and_back(*state, 2);
	no_flags = ENOSYS;
	there_and_back(*state, 2);
	no_flags = EIO;
	fill(&r, *state, 2);
	r.apps[0].count = 1;	/* what is made beside it would fail as well */
	scratch_put("app1/compose.yaml", "new");	/* as it is to be, before this run */
	assert_int_equal(journal_open(&j, "r.db", true, &err), 0);
	assert_int_equal(journal_record(j, &r, &err), 0);
	commit(j, &r, RUN_FORWARD);
	no_flags = 0;
	assert_int_equal(r.apps[0].state, RUN_FAILED);
	scratch_holds("app0/compose.yaml", "old");
	assert_int_equal(r.apps[1].state, RUN_FAILED);
	scratch_holds("app1/compose.yaml", "new");
	assert_int_equal(count_names(), APPS);
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
		scratch_put(left.ptr, "half of i");
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
#endif
		cmocka_unit_test_setup_teardown(an_app_that_fails_is_left_as_it_was, make, scratch_clean),
		cmocka_unit_test_setup_teardown(
		    an_app_that_fails_beside_others_is_left_as_it_was, make, scratch_clean),
		cmocka_unit_test_setup_teardown(an_interrupted_run_is_taken_up, make, scratch_clean),
		cmocka_unit_test_setup_teardown(a_half_done_app_stays_open, make, scratch_clean),
		cmocka_unit_test_setup_teardown(
		    what_was_saved_meanwhile_gets_its_place_back, make, scratch_clean),
		cmocka_unit_test_setup_teardown(an_edited_half_stays_open, make, scratch_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
