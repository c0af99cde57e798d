/* journal: every run stands there from before its first byte until it is forgotten, and can be gone either
 * way.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"
#include "unit/meddle.h"

#include <time.h>

#include "journal/journal.h"
#include "journal/listing.h"
#include "system/lock.h"
#include "journal/run.h"
#include "base/text.h"

static struct journal *
opened(bool create)
{
	AUTO(error) err = ERROR_INIT;
	struct journal *j = NULL;

	if (journal_open(&j, "r.db", create, &err) < 0)
		fail_msg("%s", err.what);
	return j;
}

/* A run of plan `p` on ROOT: app 0 replaces a file and makes one, app 1 was stale already, app 2 replaces
 * one. */
static void
fill(struct run *r, const char *root)
{
	r->plan = STR("p");
	r->root = str_from(root);
	r->apps = arena_zero(&r->arena, 3, sizeof *r->apps);
	r->count = 3;
	for (size_t i = 0; i < 3; i++) {
		struct run_app *a = &r->apps[i];

		a->folder = arena_printf(&r->arena, "m/app%zu", i + 1);
		a->id.model = STR("m");
		a->id.app_num = i + 1;
		a->count = i == 0 ? 2 : 1;
		a->files = arena_zero(&r->arena, a->count, sizeof *a->files);
		run_file_place(r, &a->files[0], arena_printf(&r->arena, "m/app%zu/c", i + 1));
		a->files[0].before = STR("old\0old");
		a->files[0].after = STR("new");
		a->files[0].edits = 4;
		a->files[0].meta =
		    (struct confine_meta){ .is_known = true, .mode = 0604, .uid = 5, .gid = 6 };
	}
	run_file_place(r, &r->apps[0].files[1], STR("m/app1/.env"));
	r->apps[0].files[1].after = STR("");
	r->apps[0].files[1].is_made = true;
	r->apps[1].state = RUN_STALE;
}

static void
record(struct journal *j, struct run *r, const char *root)
{
	AUTO(error) err = ERROR_INIT;

	fill(r, root);
	assert_int_equal(journal_record(j, r, &err), 0);
	assert_true(r->id > 0 && r->token.len == 16);
}

static struct journal_entry
latest(struct journal *j, struct arena *a, size_t count)
{
	AUTO(error) err = ERROR_INIT;
	struct journal_entry *entries;
	size_t got;

	assert_int_equal(journal_entries(j, a, &entries, &got, &err), 0);
	assert_int_equal(got, count);
	return entries[0];
}

static void
there_is_none_until_it_is_made(void **state)
{
	AUTO_PTR(journal) none = opened(false);
	AUTO(error) err = ERROR_INIT;
	struct stat st;

	(void)state;
	assert_null(none);
	scratch_holds("r.db.runs", NULL);
	assert_int_equal(journal_refuse_interrupted("r.db", false, &err), 0);
	(void)umask(0);
	journal_close(opened(true));
	(void)umask(022);
	assert_int_equal(stat("r.db.runs", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	journal_close(opened(false));
	scratch_put("bad.db.runs",
	    "no database at all, but long enough to be looked at as one, which takes a hundred bytes ......");
	assert_int_equal(journal_open(&none, "bad.db", true, &err), -1);
	scratch_error(&err, "bad.db.runs", 0, "is not a journal");
}

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
settled(struct journal *j, struct run *r, enum run_direction d, enum run_app_state first,
    enum run_app_state last, enum journal_state want, size_t left)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	struct journal_entry e;

	r->apps[0].state = first;
	r->apps[r->count - 1].state = last;
	assert_int_equal(journal_settle(j, r, d, &err), 0);
	e = latest(j, &a, 1);
	assert_int_equal(e.state, want);
	assert_int_equal(e.left, left);
}

/* What PATH is after the latest run of PLAN is the text WANT; NULL: no run made it anything. */
static void
outcome_is(struct journal *j, const char *plan, const char *path, const char *want)
{
	AUTO(error) err = ERROR_INIT;
	uint64_t digest = 0;

	assert_int_equal(journal_outcome(j, str_from(plan), str_from(path), &digest, &err), want != NULL);
	assert_true(digest == (want ? text_digest(str_from(want)) : 0));
}

static void
a_run_goes_there_and_back(void **state)
{
	AUTO_PTR(journal) j = opened(true);
	AUTO(run) r = RUN_INIT;
	AUTO(run) back = RUN_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	record(j, &r, "/srv");
	settled(j, &r, RUN_FORWARD, RUN_DONE, RUN_TORN, JOURNAL_COMMITTING, 0);
	settled(j, &r, RUN_FORWARD, RUN_DONE, RUN_WAITING, JOURNAL_COMMITTING, 0);
	outcome_is(j, "p", "m/app1/c", NULL);		/* not settled yet */
	settled(j, &r, RUN_FORWARD, RUN_DONE, RUN_FAILED, JOURNAL_DONE, 1);
	outcome_is(j, "p", "m/app1/c", "new");
	outcome_is(j, "p", "m/app3/c", NULL);		/* it failed */
	outcome_is(j, "q", "m/app1/c", NULL);
	assert_int_equal(journal_load(j, r.id, RUN_BACK, &back, &err), 0);
	assert_int_equal(back.count, 1);
	assert_int_equal(journal_undo(j, r.id, &err), 0);
	settled(j, &back, RUN_BACK, RUN_TORN, RUN_TORN, JOURNAL_UNDOING, 1);
	settled(j, &back, RUN_BACK, RUN_STALE, RUN_STALE, JOURNAL_UNDONE, 1);
	settled(j, &back, RUN_BACK, RUN_DONE, RUN_DONE, JOURNAL_UNDONE, 0);
	outcome_is(j, "p", "m/app1/c", NULL);
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

static bool
has_bytes(const char *path, const char *bytes)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(file_read(AT_FDCWD, path, (size_t)1 << 24, &b, &err), FILE_READ);
	return str_search(buf_str(&b), 0, str_from(bytes)) < b.len;
}

static void
what_is_forgotten_is_gone(void **state)
{
	AUTO_PTR(journal) j = opened(true);
	AUTO(run) r = RUN_INIT;
	AUTO(run) open = RUN_INIT;
	AUTO(arena) a = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	const int64_t later = (int64_t)time(NULL) + 100;
	size_t n;

	(void)state;
	fill(&r, "/srv");
	r.apps[0].files[0].before = STR("PASSWORD=hunter2");
	assert_int_equal(journal_record(j, &r, &err), 0);
	record(j, &open, "/other");
	r.apps[0].state = r.apps[2].state = RUN_DONE;
	assert_int_equal(journal_settle(j, &r, RUN_FORWARD, &err), 0);
	assert_int_equal(journal_forget(j, 1000, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_true(has_bytes("r.db.runs", "hunter2"));
	assert_int_equal(journal_forget(j, later, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(latest(j, &a, 1).id, open.id);		/* an open run is never dropped */
	assert_false(has_bytes("r.db.runs", "hunter2"));
}

static void
is_listed(const char *wanted)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) got = BUF_INIT;
	FILE *f = tmpfile();

	assert_int_equal(listing_write(f, "r.db", &err), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
	assert_int_equal(file_read_fd(fileno(f), 10000, &got, &err), 0);
	assert_non_null(strstr(got.ptr, wanted));
	assert_int_equal(fclose(f), 0);
}

static void
runs_are_listed(void **state)
{
	AUTO_PTR(journal) j = NULL;
	AUTO(run) r = RUN_INIT;
	AUTO(run) s = RUN_INIT;
	AUTO(error) err = ERROR_INIT;
	FILE *f = tmpfile();

	(void)state;
	assert_int_equal(listing_write(f, "r.db", &err), 0);
	scratch_wrote(f, "run,state,started,plan,root,apps,files,left\n");
	scratch_holds("r.db.runs", NULL);		/* who only looks makes none */
	j = opened(true);
	record(j, &r, "/srv");
	record(j, &s, "/a,b");
	r.apps[0].state = RUN_DONE, r.apps[2].state = RUN_FAILED;
	assert_int_equal(journal_settle(j, &r, RUN_FORWARD, &err), 0);
	is_listed("left\n2,interrupted,20");
	is_listed("Z,p,\"/a,b\",2,3,0\n1,done,20");
	is_listed("Z,p,/srv,2,3,1\n");
	assert_int_equal(journal_undo(j, r.id, &err), 0);
	is_listed("1,undo interrupted,20");
	assert_int_equal(journal_give_up(j, r.id, &err), 0);
	is_listed("1,undone,20");
	meddle("r.db.runs", "UPDATE runs SET started = 86400 * 365 + 3661");
	is_listed("2,interrupted,1971-01-01T01:01:01Z,p,");
	f = fopen("/dev/full", "w");
	if (f) {
		assert_int_equal(listing_write(f, "r.db", &err), -1);
		(void)fclose(f);
	}
}

/* Notes a file's folder and contents in CONTEXT, a buf; refuses the third app once much is noted. */
static int
note(void *context, struct str folder, struct str before, struct str after, struct error *err)
{
	buf_printf(context, "%.*s:%zu>%.*s;", STR_ARG(folder), before.len, STR_ARG(after));
	return str_eq(folder, STR("/f/m/app3")) && buf_str(context).len > 200 ? error_set(err, "enough") : 0;
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

/* A journal of an older berth is read and gets what it lacks; one of a newer is left. */
static void
other_versions_are_met(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(run) r = RUN_INIT;
	AUTO(run) got = RUN_INIT;
	struct journal *j = opened(true);
	int64_t n = 0;
	sqlite3 *db;
	sqlite3_stmt *q;

	(void)state;
	record(j, &r, "/srv");
	journal_close(j);
	meddle("r.db.runs",
	    "ALTER TABLE runs DROP COLUMN root_id; ALTER TABLE runs DROP COLUMN journal;"
	    "ALTER TABLE runs DROP COLUMN journal_id; PRAGMA user_version = 1");
	assert_int_equal(chmod("r.db.runs", 0644), 0);
	j = opened(false);
	assert_int_equal(journal_load(j, 1, RUN_FORWARD, &got, &err), 0);
	assert_true(got.root_id.len == 0 && !got.is_copied && got.count == 2);
	journal_close(j);
	assert_int_equal(sqlite3_open("r.db.runs", &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	n = sqlite3_column_int64(q, 0);
	assert_int_equal(sqlite3_finalize(q), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(n, 2);
	meddle("r.db.runs", "PRAGMA user_version = 3");
	assert_int_equal(journal_open(&j, "r.db", false, &err), -1);
	assert_null(j);
	scratch_error(&err, "r.db.runs", 0, "written by a newer berth");
}

static void
it_is_shut_to_others(void **state)
{
	struct stat st;

	(void)state;
	journal_close(opened(true));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(chmod("r.db.runs", i ? 0640 : 0604), 0);
		journal_close(opened(false));
		assert_int_equal(stat("r.db.runs", &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

/* What asks the journal, in the order of the letters below. */
static int
asks(struct journal *j, struct run *r, char what, struct error *err)
{
	AUTO(run) other = RUN_INIT;
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) said = BUF_INIT;
	struct journal_entry *entries;
	struct journal_app *apps;
	struct journal_file *files;
	uint64_t digest;
	size_t n;

	switch (what) {
	case 'r':
		fill(&other, "/other");
		return journal_record(j, &other, err);
	case 's':
		return journal_settle(j, r, RUN_FORWARD, err);
	case 'u':
		return journal_undo(j, r->id, err);
	case 'w':
		return journal_withdraw(j, r->id, RUN_FORWARD, err);
	case 'g':
		return journal_give_up(j, r->id, err);
	case 'l':
		return journal_load(j, r->id, RUN_BACK, &other, err);
	case 'e':
		return journal_entries(j, &a, &entries, &n, err);
	case 'o':
		return journal_outcome(j, STR("p"), STR("m/app1/c"), &digest, err) < 0 ? -1 : 0;
	case 'a':
		return journal_apps(j, &a, &apps, &n, err);
	case 'f':
		return journal_files(j, &a, &files, &n, err);
	case 't':
		return journal_texts(j, note, &said, err);
	case 'd':
		return journal_forget(j, INT64_MAX, &n, err);
	default:
		return journal_refuse_interrupted("r.db", true, err);
	}
}

/* Where the database fails, whatever asks it says so, and what it had begun is taken back. */
static void
a_failing_database_is_told(void **state)
{
	static const struct {
		const char *how, *failing, *reason;
	} cases[] = {
		{ "DROP TABLE files", "rleofti", "no such table" },
		{ "DROP TABLE apps", "rsleoafti", "no such table" },
		{ "DROP TABLE runs", "rsuwgleoaftdi", "no such table" },
		{ "CREATE TRIGGER t BEFORE INSERT ON files BEGIN SELECT RAISE(ABORT, 'no more'); END", "r",
		    "no more" },
		{ "CREATE TRIGGER t BEFORE INSERT ON apps BEGIN SELECT RAISE(ABORT, 'no more'); END", "r",
		    "no more" },
		{ "CREATE TRIGGER t BEFORE INSERT ON runs BEGIN SELECT RAISE(ABORT, 'no more'); END", "r",
		    "no more" },
		{ "CREATE TRIGGER t BEFORE UPDATE ON apps WHEN OLD.app = 2 "
		  "BEGIN SELECT RAISE(ABORT, 'no more'); END",
		    "s", "no more" },
		{ "CREATE TRIGGER t BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'no more'); END", "suwg",
		    "no more" },
		{ "CREATE TRIGGER t BEFORE DELETE ON runs BEGIN SELECT RAISE(ABORT, 'no more'); END", "d",
		    "no more" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (const char *what = cases[i].failing; *what; what++) {
			AUTO_PTR(journal) j = NULL;
			AUTO(run) r = RUN_INIT;
			AUTO(error) err = ERROR_INIT;
			AUTO(arena) a = ARENA_INIT;
			(void)unlink("r.db.runs");
			j = opened(true);
			record(j, &r, "/srv");
			r.apps[0].state = r.apps[2].state = RUN_DONE;
			if (strchr("lafto", *what))
				assert_int_equal(journal_settle(j, &r, RUN_FORWARD, &err), 0);
			else if (*what == 'd')
				assert_int_equal(journal_give_up(j, r.id, &err), 0);
			meddle("r.db.runs", cases[i].how);
			if (asks(j, &r, *what, &err) != -1 || !strstr(err.what, cases[i].reason))
				fail_msg("%s: '%c' says %s", cases[i].how, *what, err.what ? err.what : "");
			error_release(&err);
			if (strncmp(cases[i].how, "DROP", 4) == 0)
				continue;
			if (latest(j, &a, 1).state != (*what == 'd' ? JOURNAL_UNDONE : JOURNAL_COMMITTING))
				fail_msg("%s: '%c' leaves a part", cases[i].how, *what);
			assert_int_equal(asks(j, &r, 'l', &err), 0);
		}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(there_is_none_until_it_is_made),
		scratch_test(a_run_is_read_back),
		scratch_test(a_run_goes_there_and_back),
		scratch_test(an_interrupted_run_is_told_of),
		scratch_test(what_is_forgotten_is_gone),
		scratch_test(runs_are_listed),
		scratch_test(what_runs_wrote_is_told),
		scratch_test(the_ways_out_are_named),
		scratch_test(apps_are_told_with_their_last_run),
		scratch_test(the_latest_outcome_counts),
		scratch_test(a_copy_is_known),
		scratch_test(whose_root_it_is_stays_known),
		scratch_test(other_versions_are_met),
		scratch_test(it_is_shut_to_others),
		scratch_test(a_failing_database_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
