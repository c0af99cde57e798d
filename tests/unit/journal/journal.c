/* journal: every run stands there from before its first byte until it is forgotten, and can be gone either
 * way.
 * SPDX-License-Identifier: MIT */
#include "unit/journal/recorded.h"

#include <time.h>

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
		scratch_test(a_run_goes_there_and_back),
		scratch_test(what_is_forgotten_is_gone),
		scratch_test(a_failing_database_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
