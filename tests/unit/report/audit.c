/* audit: a stream and a database become the same tables, and nothing that is asked of them can write.
 * SPDX-License-Identifier: MIT */
#include "unit/report/audited.h"

#include <sqlite3.h>

#include "store/store.h"

static void
a_stream_becomes_tables(void **state)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);

	(void)state;
	assert_true(audit_has_findings(a) && !audit_has_database(a));
	assert_true(str_eq(audit_root(a), STR("/srv/x")));
	assert_int_equal(audit_problems(a), 1);
	audited_asks(a, "SELECT count(*) FROM apps", "2");
	audited_asks(a,
	    "SELECT port || ' ' || last_port || ' ' || protocol FROM ports WHERE role = 'frontend'",
	    "8000 8009 tcp");
	audited_asks(a, "SELECT kind || ' ' || value || ' ' || app || ' ' || other_app FROM conflicts",
	    "port 5000/tcp n m/app1");
	audited_asks(a, "SELECT backend_port || ' ' || frontend_port FROM allocations", "5000 8000");
	audited_asks(a, "SELECT message || line FROM problems", "<bad>9");
	audited_asks(a, "SELECT count(*) FROM port_configurations", "0");
	audited_asks(a, "SELECT count(*) FROM berth_changes", "0");
}

static void
refuses(struct audit *a, const char *sql, const char *why)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(rows) rows = ROWS_INIT;

	assert_int_equal(audit_query(a, str_from(sql), STR("test"), &rows, &err), -1);
	if (!strstr(err.what, why))
		fail_msg("%s: %s", sql, err.what);
}

static void
a_database_is_read_and_never_written(void **state)
{
	char path[] = "/tmp/audit %23?-XXXXXX";	/* every byte that a URI would take for something else */
	int fd = mkstemp(path);
	sqlite3 *db;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db,
		"CREATE TABLE port_configurations (id INTEGER PRIMARY KEY, model, app_num, backend_port,"
		" frontend_port); INSERT INTO port_configurations VALUES (1, 'm', 1, 5001, 8001), (2, 'n', "
		"1, 8001, 9001);"
		"CREATE TABLE mine (x); INSERT INTO mine VALUES (7)",
		NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	{
		AUTO_PTR(audit) a = audited(NULL, path);

		assert_true(audit_has_database(a) && !audit_has_findings(a));
		audited_asks(a, "SELECT count(*) FROM allocations", "2");
		audited_asks(a, "SELECT kind || value FROM conflicts", "role8001/tcp");
		audited_asks(a, "SELECT x FROM mine", "7");
		refuses(a, "INSERT INTO mine VALUES (8)", "only reads");
		refuses(a, "DROP TABLE registry.mine", "only reads");
		refuses(a, "ATTACH ':memory:' AS other", "only reads");
		refuses(a, "DETACH registry", "only reads");
		refuses(a, "BEGIN", "only reads");
		refuses(a, "PRAGMA registry.user_version = 3", "only reads");
		refuses(a, "WITH x AS (SELECT 1) DELETE FROM findings RETURNING 1", "only reads");
		refuses(a, "EXPLAIN DELETE FROM mine", "only reads");
		refuses(a, "SELECT 1; DROP TABLE mine", "more than one");
		refuses(a, "", "no SELECT");
		refuses(a, "SELECT nowhere FROM mine", "no such column");
		audited_asks(a, "SELECT x FROM mine; -- behind it, a comment", "7");
	}
	{
		AUTO_PTR(audit) a = audited(audited_stream, path);

		audited_asks(a, "SELECT count(*) FROM clashes WHERE kind = 'drift' AND moment = 'now'", "2");
		audited_asks(a, "SELECT count(*) FROM conflicts WHERE kind = 'role'", "0");
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(close(fd), 0);
}

static void
neither_is_empty(void **state)
{
	AUTO_PTR(audit) a = audited(NULL, "/nowhere/berth.db");

	(void)state;
	assert_true(!audit_has_findings(a) && !audit_has_database(a));
	audited_asks(a, "SELECT count(*) FROM findings", "0");
}

/* The names of the columns of TABLE, each with a blank before it. */
static void
columns_of(struct audit *a, struct str table, struct buf *ret)
{
	AUTO(buf) sql = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(rows) rows = ROWS_INIT;

	buf_printf(&sql, "SELECT * FROM %.*s", STR_ARG(table));
	if (audit_query(a, buf_str(&sql), STR("test"), &rows, &err) < 0)
		fail_msg("%s", err.what);
	buf_clear(ret);
	for (size_t c = 0; c < rows.column_count; c++)
		buf_printf(ret, " %.*s", STR_ARG(rows.columns[c]));
}

/* A report may ask for every table and column of the registry, whether or not there is one. */
static void
what_the_registry_lacks_is_empty(void **state)
{
	static const char tables[] = "SELECT name FROM registry.sqlite_schema WHERE type = 'table'"
	    " AND (name GLOB 'berth_*' OR name = 'port_configurations')";
	AUTO(error) err = ERROR_INIT;
	AUTO(rows) rows = ROWS_INIT;
	AUTO_PTR(audit) with = NULL;
	AUTO_PTR(audit) without = audited(NULL, NULL);
	AUTO_PTR(store) store = NULL;

	(void)state;
	assert_int_equal(store_open(&store, "made.db", STORE_WRITE, &err), 0);
	with = audited(NULL, "made.db");
	assert_int_equal(audit_query(with, str_from(tables), STR("test"), &rows, &err), 0);
	assert_true(rows.count > 8);
	for (size_t i = 0; i < rows.count; i++) {
		AUTO(buf) there = BUF_INIT;
		AUTO(buf) here = BUF_INIT;

		columns_of(with, rows_cell(&rows, i, 0)->text, &there);
		columns_of(without, rows_cell(&rows, i, 0)->text, &here);
		assert_string_equal(here.ptr, there.ptr);
	}
}

static void
damage_is_told(void **state)
{
	FILE *f = scratch_input(
	    "record,model,app_num,app,value,file,offset,length\nfleet,,,,/srv,,,\napp,m,1,m,m,,,\n");
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(audit) a = NULL;
	struct audit_options opt = { .findings = fileno(f), .findings_name = "in" };

	(void)state;
	assert_int_equal(audit_open(&a, &opt, &err), -1);
	assert_non_null(strstr(err.what, "no end record"));
	(void)fclose(f);
}

static void
two_are_compared(void **state)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);
	AUTO_PTR(audit) b = audited(
	    "record,model,app_num,app,value,file,offset,length\nfleet,,,,/srv,,,\nend,,,,1,,,\n", NULL);
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(audit_compare(b, "earlier", a, "now", &err), 0);
	assert_int_equal(audit_compare(b, "later", b, "now", &err), 0);
	audited_asks(b, "SELECT count(*) || min(side) FROM compared", "2earlier");
	refuses(b, "DELETE FROM compared", "only reads");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_becomes_tables),
		cmocka_unit_test(a_database_is_read_and_never_written),
		cmocka_unit_test(neither_is_empty),
		scratch_test(what_the_registry_lacks_is_empty),
		cmocka_unit_test(damage_is_told),
		cmocka_unit_test(two_are_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
