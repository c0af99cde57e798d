/* file: the journal is made when it is wanted, shut to others, and of this version.
 * SPDX-License-Identifier: MIT */
#include "unit/journal/recorded.h"

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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(there_is_none_until_it_is_made),
		scratch_test(other_versions_are_met),
		scratch_test(it_is_shut_to_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
