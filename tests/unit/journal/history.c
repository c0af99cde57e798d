/* history: what stands in the journal is read back, and told of each run, app and file.
 * SPDX-License-Identifier: MIT */
#include "unit/journal/recorded.h"

#include <time.h>

#include "system/lock.h"

static void
a_run_is_read_back(void **state)
{
	AUTO_PTR(journal) j = opened(true);
	AUTO(run) r = RUN_INIT;
	AUTO(arena) a = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	struct journal_entry e;

	(void)state;
	record(j, &r, "/srv");
	e = latest(j, &a, 1);
	assert_true(
	    e.id == r.id && e.state == JOURNAL_COMMITTING && e.apps == 2 && e.files == 3 && e.left == 0);
	assert_true(e.started > 0 && e.started <= (int64_t)time(NULL));
	assert_string_equal(e.root.ptr, "/srv");
	for (enum run_direction d = RUN_FORWARD; d <= RUN_BACK; d++) {
		AUTO(run) got = RUN_INIT;
		const struct run_file *f;

		assert_int_equal(journal_load(j, r.id, d, &got, &err), 0);
		assert_true(got.id == r.id && str_eq(got.token, r.token) && !got.is_elsewhere);
		assert_string_equal(got.plan.ptr, "p");
		assert_int_equal(got.count, 2);			/* the stale one was never to be done */
		assert_string_equal(got.apps[1].folder.ptr, "m/app3");
		assert_int_equal(got.apps[1].number, 2);
		assert_int_equal(got.apps[0].state, RUN_WAITING);
		f = &got.apps[0].files[0];
		assert_string_equal(f->name.ptr, "c");
		assert_true(
		    str_eq(f->before, STR("old\0old")) && str_eq(f->after, STR("new")) && f->edits == 4);
		assert_true(f->meta.is_known && f->meta.mode == 0604 && f->meta.uid == 5 &&
		    f->meta.gid == 6 && !f->is_made);
		f = &got.apps[0].files[1];
		assert_true(f->is_made && f->meta.is_model && !f->meta.is_known && f->after.len == 0);
	}
	assert_int_equal(journal_load(j, r.id + 1, RUN_FORWARD, &r, &err), -1);
	scratch_error(&err, NULL, 0, "no run 2");
}

static void
an_interrupted_run_is_told_of(void **state)
{
	const char *root = ((struct scratch *)*state)->root;
	AUTO_PTR(journal) j = opened(true);
	AUTO(run) r = RUN_INIT;
	AUTO(lock) l = LOCK_INIT;
	AUTO(error) err = ERROR_INIT;

	record(j, &r, root);
	assert_int_equal(journal_refuse_interrupted("r.db", false, &err), -1);
	scratch_error(&err, NULL, 0, "run 1 ");
	assert_int_equal(lock_take(&l, "r.db", 0, &err), 0);
	assert_int_equal(journal_refuse_interrupted("r.db", false, &err), 0);	/* someone is at work on it */
	assert_int_equal(journal_refuse_interrupted("r.db", true, &err), -1);	/* it is the caller */
	scratch_error(&err, NULL, 0, "--resume");
	lock_release(&l);
	assert_int_equal(journal_give_up(j, r.id, &err), 0);
	assert_int_equal(journal_refuse_interrupted("r.db", false, &err), 0);
}

/* What a run has written is told file by file; of what it left as it was nothing is. */
static void
what_runs_wrote_is_told(void **state)
{
	static const char *const paths[] = { "/f/m/app1/.env", "/f/m/app1/c", "/f/m/app3/c" };
	AUTO_PTR(journal) j = opened(true);
	AUTO(run) r = RUN_INIT;
	AUTO(arena) a = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) said = BUF_INIT;
	struct journal_file *files;
	size_t count;

	(void)state;
	record(j, &r, "/f");
	assert_int_equal(journal_files(j, &a, &files, &count, &err), 0);
	assert_int_equal(count, 0);
	r.apps[0].state = r.apps[2].state = RUN_DONE;
	assert_int_equal(journal_settle(j, &r, RUN_FORWARD, &err), 0);
	assert_int_equal(journal_files(j, &a, &files, &count, &err), 0);
	assert_int_equal(count, 3);
	for (size_t i = 0; i < 3; i++) {
		bool is_there = false;

		for (size_t k = 0; k < 3; k++)
			is_there |= str_eq(files[k].path, str_from(paths[i])) &&
			    str_starts(files[k].path, files[k].folder);
		assert_true(is_there);
	}
	assert_int_equal(journal_texts(j, note, &said, &err), 0);
	assert_non_null(strstr(said.ptr, "/f/m/app1:7>new;"));
	assert_non_null(strstr(said.ptr, "/f/m/app1:0>;"));
	assert_non_null(strstr(said.ptr, "/f/m/app3:7>new;"));
	assert_null(strstr(said.ptr, "app2"));
	while (said.len <= 200)
		buf_add_char(&said, '-');
	assert_int_equal(journal_texts(j, note, &said, &err), -1);
	assert_string_equal(err.what, "enough");
}

/* An open run is told of also where a later one is done, with the commands that end it. */
static void
the_ways_out_are_named(void **state)
{
	const char *root = ((struct scratch *)*state)->root;
	AUTO_PTR(journal) j = opened(true);
	AUTO(run) r = RUN_INIT;
	AUTO(run) later = RUN_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) want = BUF_INIT;

	record(j, &r, root);
	record(j, &later, root);
	assert_int_equal(journal_give_up(j, later.id, &err), 0);
	for (int gone = 0; gone < 2; gone++) {
		want.len = 0;
		if (gone) {
			meddle("r.db.runs", "UPDATE runs SET root = '/no/where'");
			buf_printf(&want,
			    "run 1 on /no/where was interrupted, and that folder is not there: mount it, "
			    "or, where it is gone for good, give the run up with "
			    "`berth apply --abandon 1 --db r.db`; "
			    "nothing else is done before");
		} else {
			buf_printf(&want,
			    "run 1 on %s was interrupted: `berth apply --resume --db r.db` finishes it, "
			    "`berth apply --undo 1 --db r.db` takes it back; nothing else is done before",
			    root);
		}
		assert_int_equal(journal_refuse_interrupted("r.db", false, &err), -1);
		assert_string_equal(err.what, want.ptr);
		error_release(&err);
	}
	/* one that cannot be looked at may be there */
	scratch_put("file", "");
	meddle("r.db.runs", "UPDATE runs SET root = 'file/below'");
	assert_int_equal(journal_refuse_interrupted("r.db", false, &err), -1);
	scratch_error(&err, NULL, 0, "--resume");
}

/* Each app that a run changed or took back is told once, with the last run that did. */
static void
apps_are_told_with_their_last_run(void **state)
{
	AUTO_PTR(journal) j = opened(true);
	AUTO(run) first = RUN_INIT;
	AUTO(run) second = RUN_INIT;
	AUTO(run) other = RUN_INIT;
	AUTO(arena) a = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) said = BUF_INIT;
	struct journal_app *apps;
	size_t count;

	(void)state;
	record(j, &first, "/srv");
	record(j, &second, "/srv");
	record(j, &other, "/a");
	assert_int_equal(journal_apps(j, &a, &apps, &count, &err), 0);
	assert_int_equal(count, 0);
	first.apps[0].state = first.apps[2].state = second.apps[0].state = RUN_DONE;
	second.apps[2].state = RUN_FAILED;
	other.apps[0].state = RUN_KEPT;
	other.apps[2].state = RUN_UNCHANGED;
	assert_int_equal(journal_settle(j, &first, RUN_FORWARD, &err), 0);
	assert_int_equal(journal_settle(j, &second, RUN_BACK, &err), 0);
	assert_int_equal(journal_settle(j, &other, RUN_FORWARD, &err), 0);
	assert_int_equal(journal_apps(j, &a, &apps, &count, &err), 0);
	for (size_t i = 0; i < count; i++)
		buf_printf(&said, "%s %s %s/app%zu by %d;", apps[i].root.ptr, apps[i].folder.ptr,
		    apps[i].id.model.ptr, (size_t)apps[i].id.app_num, (int)apps[i].run);
	assert_string_equal(
	    said.ptr, "/a m/app3 m/app3 by 3;/srv m/app1 m/app1 by 2;/srv m/app3 m/app3 by 2;");
	meddle("r.db.runs", "UPDATE apps SET app_num = -1 WHERE run = 3");
	assert_int_equal(journal_apps(j, &a, &apps, &count, &err), 0);
	assert_int_equal(apps[0].id.app_num, 0);
}

/* The latest run of a plan that is done says what a file is; what was taken back or is open says nothing. */
static void
the_latest_outcome_counts(void **state)
{
	AUTO_PTR(journal) j = opened(true);
	AUTO(error) err = ERROR_INIT;

	(void)state;
	for (int i = 0; i < 4; i++) {
		AUTO(run) r = RUN_INIT;

		fill(&r, "/srv");
		r.apps[0].files[0].after = i == 0 ? STR("one") : i == 1 ? STR("two") : STR("three");
		assert_int_equal(journal_record(j, &r, &err), 0);
		r.apps[0].state = r.apps[2].state = RUN_DONE;
		if (i < 3)
			assert_int_equal(journal_settle(j, &r, i < 2 ? RUN_FORWARD : RUN_BACK, &err), 0);
		outcome_is(j, "p", "m/app1/c", i == 0 ? "one" : "two");
	}
}

/* One file under another name was moved, another one of that name was brought back; any other is a copy. */
static void
a_copy_is_known(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(run) r = RUN_INIT;
	struct journal *j = opened(true);

	(void)state;
	record(j, &r, "/srv");
	journal_close(j);
	for (int i = 0; i < 4; i++) {
		static const char *const steps[] = { "true", "mv r.db.runs s.db.runs",
			"cp s.db.runs t.db.runs", "mv s.db.runs away && cp away r.db.runs" };
		static const char *const names[] = { "r.db", "s.db", "t.db", "r.db" };
		AUTO(run) got = RUN_INIT;

		assert_int_equal(system(steps[i]), 0);
		assert_int_equal(journal_open(&j, names[i], false, &err), 0);
		assert_int_equal(journal_load(j, 1, RUN_FORWARD, &got, &err), 0);
		assert_int_equal(got.is_copied, i == 2);
		journal_close(j);
	}
	meddle("r.db.runs", "UPDATE runs SET journal = '', elsewhere = 1, root_id = 'x'");
	j = opened(false);
	for (int i = 0; i < 2; i++) {
		AUTO(run) got = RUN_INIT;

		assert_int_equal(journal_load(j, 1, RUN_FORWARD, &got, &err), 0);
		assert_true(!got.is_copied && got.is_elsewhere && str_eq(got.root_id, STR("x")));
	}
	journal_close(j);
}

/* A run that is recorded elsewhere, on a root that is known, stands there as that. */
static void
whose_root_it_is_stays_known(void **state)
{
	AUTO_PTR(journal) j = opened(true);
	AUTO(run) r = RUN_INIT;
	AUTO(run) got = RUN_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	fill(&r, "/srv");
	r.is_elsewhere = true;
	r.root_id = STR("12:34");
	assert_int_equal(journal_record(j, &r, &err), 0);
	assert_int_equal(journal_load(j, r.id, RUN_BACK, &got, &err), 0);
	assert_true(got.is_elsewhere && !got.is_copied && str_eq(got.root_id, STR("12:34")));
	assert_string_equal(got.root.ptr, "/srv");
	assert_int_equal(got.apps[0].id.app_num, 1);
	assert_string_equal(got.apps[0].id.model.ptr, "m");
	assert_string_equal(got.apps[0].files[1].path.ptr, "m/app1/.env");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(a_run_is_read_back),
		scratch_test(an_interrupted_run_is_told_of),
		scratch_test(what_runs_wrote_is_told),
		scratch_test(the_ways_out_are_named),
		scratch_test(apps_are_told_with_their_last_run),
		scratch_test(the_latest_outcome_counts),
		scratch_test(a_copy_is_known),
		scratch_test(whose_root_it_is_stays_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
