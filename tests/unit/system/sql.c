/* sql: values and rows by type, failures that stay and name their statement, transactions, texts of others.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "system/sql.h"

enum { Q_PUT, Q_ALL, Q_FIND, Q_WRONG, Q_PUT_ROW, Q_COUNT };

static const struct sql_statement statements[] = {
	[Q_PUT] = { "INSERT INTO t VALUES (?1, ?2, ?3, ?4)", "putting a row" },
	[Q_ALL] = { "SELECT a, b, c, d FROM t ORDER BY a", "reading the rows" },
	[Q_FIND] = { "SELECT b FROM t WHERE a = ?1", "finding a row" },
	[Q_PUT_ROW] = { "INSERT INTO t SELECT c1, c2, c3, c4 FROM berth_rows", "putting rows" },
	[Q_WRONG] = { "SELECT z FROM t", "reading what is not there" },
};

static struct sql *
open_at(const char *path, enum sql_mode mode)
{
	const struct sql_options o = { .path = path, .mode = mode, .statements = statements,
		.count = Q_COUNT };
	AUTO(error) err = ERROR_INIT;
	struct sql *db = NULL;

	assert_int_equal(sql_open(&db, &o, &err), 0);
	return db;
}

/* A table in memory. */
static struct sql *
open_table(void)
{
	struct sql *db = open_at(NULL, SQL_MEMORY);
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(sql_script(db, "CREATE TABLE t (a UNIQUE, b NOT NULL, c, d)", "making t", &err), 0);
	return db;
}

static int
put(struct sql *db, int64_t a, struct str b, struct error *err)
{
	struct sql_query q = sql_query(db, Q_PUT, err);

	sql_bind_int(&q, a);
	sql_bind_str(&q, b);
	return sql_run(&q);
}

static void
says(struct error *err, const char *wanted)
{
	AUTO(buf) b = BUF_INIT;

	error_format(err, &b);
	assert_string_equal(b.ptr, wanted);
	error_release(err);
}

static void
counts(struct sql *db, int64_t wanted)
{
	AUTO(error) err = ERROR_INIT;
	int64_t n = -1;

	assert_int_equal(sql_number(db, "SELECT count(*) FROM t", "counting", &n, &err), 1);
	assert_int_equal(n, wanted);
}

static void
values_come_back_by_type(void **state)
{
	AUTO_PTR(sql) db = open_table();
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) arena = ARENA_INIT;
	struct sql_query q = sql_query(db, Q_PUT, &err);
	struct str copy;

	(void)state;
	sql_bind_int(&q, INT64_MIN);
	sql_bind_str(&q, (struct str){ "a\0b", 3 });
	sql_bind_bytes(&q, (struct str){ "\xff\0", 2 });
	sql_bind_optional(&q, true, UINT64_MAX);
	assert_int_equal(sql_run(&q), 0);
	assert_int_equal(sql_changes(db), 1);
	assert_int_equal(sql_last_id(db), 1);
	sql_bind_optional(&q, true, 70000);	/* the same statement again */
	SQL_BIND_STRS(&q, STR(""), (struct str)STR_INIT);
	assert_int_equal(sql_run(&q), 0);	/* what is not bound is NULL, whatever it was before */

	q = sql_query(db, Q_ALL, &err);
	assert_int_equal(sql_column_count(&q), 4);
	assert_true(str_eq(sql_column_name(&q, 3), STR("d")));
	assert_int_equal(sql_next(&q), 1);
	assert_true(sql_column_int(&q, 0) == INT64_MIN);
	assert_int_equal(sql_column_uint(&q, 0, UINT16_MAX), 0);
	copy = sql_column_copy(&q, 1, &arena);
	assert_true(str_eq(sql_column_str(&q, 1), (struct str){ "a\0b", 3 }));
	assert_true(str_eq(sql_column_str(&q, 2), (struct str){ "\xff\0", 2 }));
	assert_int_equal(sql_column_type(&q, 2), SQL_BYTES);
	assert_int_equal(sql_column_type(&q, 3), SQL_NULL);
	assert_int_equal(sql_next(&q), 1);
	assert_int_equal(sql_column_uint(&q, 0, UINT16_MAX), 0);
	assert_int_equal(sql_column_uint(&q, 0, 70000), 70000);
	assert_int_equal(sql_column_type(&q, 1), SQL_BYTES);
	assert_int_equal(sql_column_type(&q, 3), SQL_NULL);
	assert_int_equal(sql_next(&q), 0);
	assert_int_equal(copy.ptr[copy.len], '\0');
	assert_true(str_eq(copy, (struct str){ "a\0b", 3 }));
}

static void
a_statement_is_free_again(void **state)
{
	AUTO_PTR(sql) db = open_table();
	AUTO(error) err = ERROR_INIT;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(put(db, i, STR("x"), &err), 0);
	for (int i = 0; i < 3; i++) {
		AUTO(sql_query) q = sql_query(db, Q_ALL, &err);

		assert_int_equal(sql_next(&q), 1);	/* and the rest is left */
		assert_int_equal(sql_column_int(&q, 0), 0);
	}
	assert_int_equal(sql_script(db, "DROP TABLE t", "dropping t", &err), 0);	/* nothing holds it */
}

static void
the_first_failure_stays(void **state)
{
	AUTO_PTR(sql) db = open_table();
	AUTO(error) err = ERROR_INIT;
	struct sql_query q = sql_query(db, Q_WRONG, &err);
	int64_t n = 7;

	(void)state;
	sql_bind_int(&q, 1);
	assert_int_equal(put(db, 1, STR("x"), &(struct error)ERROR_INIT), 0);	/* another one, in between */
	assert_int_equal(sql_next(&q), -1);
	assert_int_equal(sql_run(&q), -1);
	says(&err, "reading what is not there: no such column: z");

	q = sql_query(db, Q_FIND, &err);
	sql_bind_int(&q, 1);
	sql_bind_int(&q, 2);	/* one too many */
	assert_int_equal(sql_next(&q), -1);
	says(&err, "finding a row: column index out of range");
	q = sql_query(db, Q_FIND, &err);
	sql_bind_int(&q, 1);
	assert_int_equal(sql_next(&q), 1);
	assert_true(str_eq(sql_column_str(&q, 0), STR("x")));
	sql_query_release(&q);

	assert_int_equal(put(db, 1, STR("y"), &err), -1);
	says(&err, "putting a row: UNIQUE constraint failed: t.a");
	assert_int_equal(put(db, 2, STR("y"), &err), 0);
	assert_int_equal(sql_number(db, "SELECT 1 WHERE 0", "asking", &n, &err), 0);
	assert_int_equal(n, 7);
	assert_int_equal(sql_number(db, "SELECT unknown", "asking", &n, &err), -1);
	says(&err, "asking: no such column: unknown");
}

static void
transactions_end_both_ways(void **state)
{
	AUTO_PTR(sql) db = open_table();
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(sql_begin(db, &err), 0);
	assert_int_equal(sql_end(db, put(db, 1, STR("x"), &err), &err), 0);
	counts(db, 1);
	assert_int_equal(sql_begin(db, &err), 0);
	assert_int_equal(put(db, 2, STR("x"), &err), 0);
	assert_int_equal(sql_end(db, put(db, 1, STR("x"), &err), &err), -1);
	says(&err, "putting a row: UNIQUE constraint failed: t.a");
	counts(db, 1);
	sql_rollback(db);	/* nothing was begun */
	assert_int_equal(sql_end(db, 0, &err), -1);
	says(&err, "committing: cannot commit - no transaction is active");
}

static void
explain(const struct sql_failure *f, struct error *err)
{
	(void)error_set(err, "%d, %s", (int)f->trouble, f->doing);
}

static void
troubles_are_told(void **state)
{
	struct sql_options o = { .path = "none/db", .mode = SQL_CREATE, .explain = explain };
	AUTO_PTR(sql) one = open_at("db", SQL_CREATE);
	AUTO_PTR(sql) two = NULL;
	AUTO_PTR(sql) three = NULL;
	AUTO(error) err = ERROR_INIT;
	char wanted[80];

	(void)state;
	assert_int_equal(sql_open(&two, &o, &err), -1);
	(void)snprintf(wanted, sizeof wanted, "none/db: %d, opening the database", (int)SQL_UNWRITABLE);
	says(&err, wanted);
	assert_null(two);

	o.path = "db";
	assert_int_equal(sql_open(&two, &o, &err), 0);
	assert_int_equal(sql_begin(one, &err), 0);
	assert_int_equal(sql_begin(two, &err), -1);
	(void)snprintf(wanted, sizeof wanted, "db: %d, taking the write lock", (int)SQL_HELD);
	says(&err, wanted);

	scratch_put("text",
	    "this is sixteen bytes and more, and not a database at all: no header of one begins so\n");
	o.path = "text";
	assert_int_equal(sql_open(&three, &o, &err), 0);
	assert_int_equal(sql_script(three, "CREATE TABLE t (a)", "making t", &err), -1);
	(void)snprintf(wanted, sizeof wanted, "text: %d, making t", (int)SQL_NO_DATABASE);
	says(&err, wanted);
}

static void
is_refused(struct sql *db, const char *text, size_t line, const char *wanted)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(sql_query) q = sql_select(db, str_from(text), &err);

	assert_int_equal(sql_next(&q), -1);
	assert_int_equal(err.line, line);
	assert_string_equal(err.what, wanted);
}

static void
one_select_of_others(void **state)
{
	AUTO_PTR(sql) db = open_table();
	AUTO(error) err = ERROR_INIT;
	AUTO(sql_query) q = SQL_QUERY_INIT;

	(void)state;
	sql_only_read(db, true);
	is_refused(db, "SELECT 1\n,\nunknown", 3, "no such column: unknown");
	is_refused(db, "", 0, "holds no SELECT");
	is_refused(db, "-- only words\n", 0, "holds no SELECT");
	is_refused(db, "SELECT 1; SELECT 2", 0, "more than one statement: a report is one SELECT");
	is_refused(db, "DELETE FROM t", 0, "not authorized");
	is_refused(db, "SELECT load_extension('x')", 1, "not authorized to use function: load_extension");
	q = sql_select(db, STR("SELECT 1"), &err);
	assert_int_equal(sql_next(&q), 1);
	sql_query_release(&q);
	q = sql_select(db, STR("SELECT 0.5;\n-- and no more\n"), &err);
	assert_int_equal(sql_next(&q), 1);
	assert_int_equal(sql_column_type(&q, 0), SQL_REAL);
	assert_true(str_eq(sql_column_str(&q, 0), STR("0.5")));
	assert_int_equal(sql_next(&q), 0);
	sql_only_read(db, false);
	assert_int_equal(put(db, 1, STR("x"), &err), 0);
}

static void
another_database_is_attached(void **state)
{
	AUTO_PTR(sql) file = open_at("a ?#%.db", SQL_CREATE);
	AUTO_PTR(sql) db = open_table();
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(
	    sql_script(file, "CREATE TABLE u (a); INSERT INTO u VALUES (1)", "making u", &err), 0);
	assert_int_equal(sql_attach(db, "a ?#%.db", "other", "attaching", &err), 0);
	assert_int_equal(sql_script(db, "INSERT INTO t SELECT a, 2, 3, 4 FROM other.u", "copying", &err), 0);
	counts(db, 1);
	assert_int_equal(sql_script(db, "DELETE FROM other.u", "deleting", &err), -1);
	says(&err, "deleting: attempt to write a readonly database");
	assert_int_equal(sql_attach(db, "none.db", "third", "attaching", &err), -1);
	says(&err, "attaching: unable to open database: file:none.db?mode=ro");
}

static void
a_settled_wal_is_read(void **state)
{
	AUTO_PTR(sql) file = open_at("wal.db", SQL_CREATE);
	AUTO_PTR(sql) db = open_table();
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(
	    sql_script(file, "PRAGMA journal_mode = WAL; CREATE TABLE u (a)", "making u", &err), 0);
	sql_close(file);
	file = NULL;
	assert_int_equal(access("wal.db-wal", F_OK), -1);
	assert_int_equal(sql_attach(db, "wal.db", "other", "attaching", &err), 0);
	assert_int_equal(access("wal.db-wal", F_OK), -1);	/* and none was made for it */
}

static void
a_row_goes_over_by_column(void **state)
{
	AUTO_PTR(sql) from = open_table();
	AUTO_PTR(sql) to = open_table();
	AUTO(error) err = ERROR_INIT;
	struct sql_query rows, q = sql_query(to, Q_PUT, &err);

	(void)state;
	assert_int_equal(put(from, 1, STR("x"), &err), 0);
	rows = sql_query(from, Q_ALL, &err);
	while (sql_next(&rows) > 0) {
		for (int c = 0; c < 4; c++)
			sql_bind_column(&q, &rows, c);
		assert_int_equal(sql_run(&q), 0);
	}
	q = sql_query(to, Q_ALL, &err);
	assert_int_equal(sql_next(&q), 1);
	assert_int_equal(sql_column_type(&q, 0), SQL_INTEGER);
	assert_true(str_eq(sql_column_str(&q, 1), STR("x")));
	sql_query_release(&q);
}

static int
put_row(struct sql *db, int64_t a, struct str b, struct error *err)
{
	struct sql_query q = sql_query(db, Q_PUT_ROW, err);

	sql_of_rows(&q);
	sql_bind_int(&q, a);
	sql_bind_str(&q, b);
	sql_bind_optional(&q, false, 7);
	return sql_run(&q);
}

static void
rows_wait(void **state)
{
	AUTO_PTR(sql) db = open_table();
	AUTO(error) err = ERROR_INIT;
	struct sql_query q;
	char text[3] = "x1";

	(void)state;
	assert_int_equal(put_row(db, 2, (struct str){ text, 2 }, &err), 0);
	text[1] = '2';	/* it was copied */
	assert_int_equal(put_row(db, 1, (struct str){ "a\0b", 3 }, &err), 0);
	assert_int_equal(put_row(db, 3, STR(""), &err), 0);
	counts(db, 3);	/* now they are there */
	q = sql_query(db, Q_ALL, &err);
	assert_int_equal(sql_next(&q), 1);
	assert_int_equal(sql_column_type(&q, 0), SQL_INTEGER);
	assert_true(str_eq(sql_column_str(&q, 1), (struct str){ "a\0b", 3 }));
	assert_int_equal(sql_column_type(&q, 2), SQL_NULL);	/* as it was said */
	assert_int_equal(sql_column_type(&q, 3), SQL_NULL);	/* as nothing was said */
	assert_int_equal(sql_next(&q), 1);
	assert_true(str_eq(sql_column_str(&q, 1), STR("x1")));
	assert_int_equal(sql_next(&q), 1);
	assert_int_equal(sql_column_type(&q, 1), SQL_BYTES);
	assert_int_equal(sql_next(&q), 0);

	for (int64_t i = 4; i <= 1000; i++)
		assert_int_equal(put_row(db, i, STR("more than wait at a time"), &err), 0);
	counts(db, 1000);
}

static void
rows_fail_with_what_comes_next(void **state)
{
	AUTO_PTR(sql) db = open_table();
	AUTO(error) err = ERROR_INIT;
	int64_t n;

	(void)state;
	assert_int_equal(put_row(db, 1, STR("x"), &err), 0);
	assert_int_equal(put_row(db, 1, STR("y"), &err), 0);
	assert_int_equal(sql_number(db, "SELECT 1", "asking", &n, &err), -1);
	says(&err, "putting rows: UNIQUE constraint failed: t.a");
	counts(db, 0);	/* neither of them */

	assert_int_equal(sql_begin(db, &err), 0);
	assert_int_equal(put_row(db, 1, STR("x"), &err), 0);
	assert_int_equal(put(db, 1, STR("x"), &err), -1);	/* it came first */
	says(&err, "putting a row: UNIQUE constraint failed: t.a");
	sql_rollback(db);
	counts(db, 0);
	assert_int_equal(sql_begin(db, &err), 0);
	assert_int_equal(put_row(db, 1, STR("x"), &err), 0);
	sql_rollback(db);	/* while it waits */
	counts(db, 0);
	assert_int_equal(sql_begin(db, &err), 0);
	assert_int_equal(sql_end(db, put_row(db, 1, STR("x"), &err), &err), 0);
	counts(db, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_back_by_type),
		cmocka_unit_test(a_statement_is_free_again),
		cmocka_unit_test(the_first_failure_stays),
		cmocka_unit_test(transactions_end_both_ways),
		scratch_test(troubles_are_told),
		cmocka_unit_test(one_select_of_others),
		scratch_test(another_database_is_attached),
		scratch_test(a_settled_wal_is_read),
		cmocka_unit_test(a_row_goes_over_by_column),
		cmocka_unit_test(rows_wait),
		cmocka_unit_test(rows_fail_with_what_comes_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
