/* columns: a record comes back from the rows of a table that has some of its columns.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "store/columns.h"
#include "stream/finding.h"
#include "system/sql.h"

static void
a_record_comes_back(void **state)
{
	struct finding f = { .record = FINDING_PORT,
		.id = { STR("m"), 7 },
		.role = ROLE_BACKEND,
		.host_ip = STR("::1"),
		.origin = ORIGIN_ENV,
		.place = { true, STR(".env"), 3, 0, { 0, 4 }, STR_INIT } };
	struct finding got = { .record = FINDING_OTHER };
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(sql) db = NULL;
	union column_room rooms[COLUMN_MAX];
	struct columns columns;
	size_t at = 1;

	(void)state;
	assert_int_equal(sql_open(&db, &(struct sql_options){ .mode = SQL_MEMORY }, &err), 0);
	assert_int_equal(sql_script(db,
	    "CREATE TABLE t (mine, record, model, app_num, role, host_ip, origin, file, line, \"column\", "
	    "\"offset\", length, after)",
	    "making", &err), 0);
	{
		AUTO(sql_query) all = sql_prepare(db, "SELECT * FROM t", "reading", &err);
		AUTO(sql_query) put = sql_prepare(db, "INSERT INTO t VALUES "
		    "(?,?,?,?,?,?,?,?,?,?,?,?,?)", "writing", &err);

		columns_find(&columns, &all, &finding_table);
		assert_int_equal(columns.count, 13);
		sql_bind_int(&put, 1);
		columns_bind(&columns, &at, &f, rooms, &put);
		assert_int_equal(at, 12);
		sql_bind_str(&put, STR("later"));
		assert_int_equal(sql_run(&put), 0);
		assert_int_equal(sql_next(&all), 1);
		assert_int_equal(sql_column_type(&all, 9), SQL_NULL);
		assert_true(str_eq(sql_column_str(&all, 12), STR("later")));
		columns_read(&columns, &all, &got);
		assert_true(
		    got.record == FINDING_PORT && identity_eq(got.id, f.id) && got.role == ROLE_BACKEND);
		assert_true(
		    str_eq(got.host_ip, STR("::1")) && got.origin == ORIGIN_ENV && got.service.len == 0);
		assert_true(got.place.known && str_eq(got.place.file, STR(".env")) && got.place.line == 3);
		assert_true(got.place.column == 0 && got.place.span.off == 0 && got.place.span.len == 4);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
