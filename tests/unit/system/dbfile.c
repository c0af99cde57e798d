/* dbfile: what a database's files say before it is opened, and who rolls back what a killed writer began.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include <signal.h>
#include <sys/wait.h>

#include "system/dbfile.h"
#include "system/sql.h"

static void
make(const char *path, const char *script)
{
	const struct sql_options options = { .path = path, .mode = SQL_CREATE, .busy_ms = 100 };
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(sql) db = NULL;

	assert_int_equal(sql_open(&db, &options, &err), 0);
	assert_int_equal(sql_script(db, script, NULL, &err), 0);
}

static void
made_for_its_owner(void **state)
{
	struct stat st;

	(void)state;
	dbfile_make("new.db");
	assert_int_equal(stat("new.db", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	scratch_put("old.db", "content");
	assert_int_equal(chmod("old.db", 0640), 0);
	dbfile_make("old.db");
	assert_int_equal(stat("old.db", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(st.st_size, 7);
}

static void
headers(void **state)
{
	(void)state;
	make("8.db", "CREATE TABLE t (x)");
	make("16.db", "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (x)");
	make("wal.db", "PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
	scratch_put("short.db", "SQLite format 3");
	assert_false(dbfile_is_utf16("8.db"));
	assert_true(dbfile_is_utf16("16.db"));
	assert_false(dbfile_is_utf16("short.db"));
	assert_false(dbfile_is_utf16("none.db"));
	assert_false(dbfile_is_settled_wal("8.db"));
	assert_true(dbfile_is_settled_wal("wal.db"));
	assert_false(dbfile_is_settled_wal("short.db"));
	scratch_put("wal.db-wal", "");
	assert_false(dbfile_is_settled_wal("wal.db"));	/* somebody has it open */
	assert_false(dbfile_has_journal("8.db"));
	scratch_put("8.db-journal", "");
	assert_true(dbfile_has_journal("8.db"));
}

/* Leaves r.db as a writer does that is killed once its pages are in the file: they do not fit its cache. */
static void
leave_hot(void)
{
	pid_t child;
	int status;

	make("r.db", "CREATE TABLE IF NOT EXISTS t (x); DELETE FROM t; INSERT INTO t VALUES ('kept')");
	if ((child = fork()) == 0) {
		const struct sql_options options = { .path = "r.db", .mode = SQL_WRITE, .busy_ms = 100 };
		struct error err = ERROR_INIT;
		struct sql *db;

		if (sql_open(&db, &options, &err) == 0 &&
		    sql_script(db, "PRAGMA cache_size = 1; BEGIN; DELETE FROM t; WITH RECURSIVE n(i) AS "
		    "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO t SELECT "
		    "hex(randomblob(500)) FROM n", NULL, &err) == 0)
			(void)kill(getpid(), SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_true(dbfile_has_journal("r.db"));
}

static void
kept_is_read(struct sql *db)
{
	AUTO(error) err = ERROR_INIT;
	int64_t n = 0;

	assert_int_equal(sql_number(db, "SELECT count(*) FROM t WHERE x = 'kept'", NULL, &n, &err), 1);
	assert_int_equal(n, 1);
	assert_false(dbfile_has_journal("r.db"));
}

static void
reader_recovers(void **state)
{
	const struct sql_options read = { .path = "r.db", .mode = SQL_READ, .busy_ms = 100 };
	const struct sql_options memory = { .mode = SQL_MEMORY };
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(sql) db = NULL;
	AUTO_PTR(sql) other = NULL;

	(void)state;
	leave_hot();
	assert_int_equal(sql_open(&db, &read, &err), 0);
	kept_is_read(db);
	leave_hot();
	assert_int_equal(sql_open(&other, &memory, &err), 0);
	assert_int_equal(sql_attach(other, "r.db", "registry", "cannot read", &err), 0);
	kept_is_read(other);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(made_for_its_owner),
		scratch_test(headers),
		scratch_test(reader_recovers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
