/* ports: what is free is what nobody holds and nobody may be given, run by run and pair by pair.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "fleet/inventory.h"
#include "report/load.h"
#include "report/ports.h"
#include "system/sql.h"

/* Each holds ports in its own way; the range is one mapping that may take any of it. */
static const char holders[] =
    "INSERT INTO findings (record, host_port, after) VALUES ('port', '5432', ''), ('port', '7000-7009', "
    "NULL),"
    " ('port', '5500', '5600'), ('port', '', ''), ('name', '5700', '5800');"
    "INSERT INTO port_configurations (model, app_num, backend_port, frontend_port) VALUES ('m', 1, 5001, "
    "8001);"
    "INSERT INTO berth_ports (port) VALUES (5005);"
    "INSERT INTO listeners VALUES (8007)";

static struct sql *
laid(const char *more)
{
	const struct sql_options memory = { .mode = SQL_MEMORY };
	AUTO(error) err = ERROR_INIT;
	struct sql *sql = NULL;

	assert_int_equal(sql_open(&sql, &memory, &err), 0);
	assert_int_equal(load_tables(sql, &err), 0);
	assert_int_equal(sql_script(sql, more, NULL, &err), 0);
	return sql;
}

static void
filled(struct sql *sql, const char *proc)
{
	AUTO(error) err = ERROR_INIT;

	if (ports_fill(sql, proc, true, &err) < 0)
		fail_msg("%s", err.what);
}

static long
number(struct sql *sql, const char *query)
{
	AUTO(error) err = ERROR_INIT;
	int64_t n = 0;

	assert_int_equal(sql_number(sql, query, NULL, &n, &err), 1);
	return (long)n;
}

/* Runs lie apart, neither empty nor side by side; no port is in two pairs, and each of a pair is free. */
static void
is_sound(struct sql *sql)
{
	assert_int_equal(
	    number(sql,
		"SELECT count(*) FROM free_ports WHERE last_port < port OR port < 1024 OR last_port > 65535"),
	    0);
	assert_int_equal(number(sql,
			     "SELECT count(*) FROM free_ports a JOIN free_ports b ON b.port > a.port AND"
			     " b.port <= a.last_port + 1"),
	    0);
	assert_int_equal(
	    number(sql,
		"SELECT count(*) - count(DISTINCT p) FROM (SELECT backend_port AS p FROM free_pairs UNION ALL"
		" SELECT frontend_port FROM free_pairs)"),
	    0);
	assert_int_equal(
	    number(sql,
		"SELECT count(*) FROM (SELECT backend_port AS p FROM free_pairs UNION ALL SELECT "
		"frontend_port"
		" FROM free_pairs) WHERE NOT EXISTS (SELECT 1 FROM free_ports WHERE p BETWEEN port AND "
		"last_port)"),
	    0);
}

/* LOW to HIGH are not free, and what lies on either side is. */
static void
is_held(struct sql *sql, int low, int high)
{
	char query[200];

	(void)snprintf(query, sizeof query,
	    "SELECT count(*) FROM free_ports WHERE last_port = %d OR port = %d", low - 1, high + 1);
	if (number(sql, query) != 2)
		fail_msg("not just %d to %d", low, high);
	(void)snprintf(query, sizeof query,
	    "SELECT count(*) FROM free_ports WHERE port <= %d AND last_port >= %d", high, low);
	assert_int_equal(number(sql, query), 0);
}

static void
runs_end_where_a_port_is_held(void **state)
{
	static const int held[][2] = { { 5432, 5432 }, { 7000, 7009 }, { 5500, 5500 }, { 5600, 5600 },
		{ 5001, 5001 }, { 8001, 8001 },
		{ 5005, 5005 }, { 8007, 8007 }, { 5060, 5061 }, { 32768, 60999 } };
	AUTO_PTR(sql) sql = laid(holders);

	(void)state;
	filled(sql, NULL);
	is_sound(sql);
	for (size_t i = 0; i < sizeof held / sizeof *held; i++)
		is_held(sql, held[i][0], held[i][1]);
	assert_int_equal(number(sql, "SELECT min(port) FROM free_ports"), 1024);
	assert_int_equal(number(sql, "SELECT max(last_port) FROM free_ports"), 65535);
	assert_int_equal(
	    number(sql, "SELECT count(*) FROM free_ports WHERE 5700 BETWEEN port AND last_port"), 1);
}

static void
pairs_come_in_the_order_of_plan(void **state)
{
	AUTO_PTR(sql) sql = laid(holders);

	(void)state;
	filled(sql, NULL);
	assert_int_equal(
	    number(sql,
		"SELECT backend_port * 100000 + frontend_port FROM free_pairs ORDER BY position LIMIT 1"),
	    500308003);
	/* 5005 is an app's, 8007 somebody else's */
	assert_int_equal(
	    number(sql,
		"SELECT backend_port * 100000 + frontend_port FROM free_pairs ORDER BY position LIMIT 1 "
		"OFFSET 1"),
	    500908009);
	assert_true(number(sql, "SELECT count(*) FROM free_pairs") > 10000);
}

static void
the_host_has_a_say_where_it_is_asked(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(inventory) claims = INVENTORY_INIT, known = INVENTORY_INIT;
	const struct finding held = {
		.record = FINDING_HELD, .role = ROLE_PORT, .host_port = { 9999, 9999, STR_INIT }
	};
	AUTO_PTR(sql) sql = laid("");

	(void)state;
	assert_int_equal(setenv("PATH", "/nowhere", 1), 0); /* no engine is asked */
	scratch_put("proc/sys/net/ipv4/ip_local_port_range", "20000\t20010\n");
	scratch_put(
	    "proc/net/tcp", "  sl  local_address rem_address   st\n   0: 0100007F:1F90 00000000:0000 0A 0\n");
	assert_int_equal(ports_hold(sql, "proc", &claims, &err), 0);
	assert_int_equal(claims.held_count, 1);
	assert_int_equal(claims.held[0].port, 8080);
	assert_int_equal(number(sql, "SELECT count(*) * 100000 + sum(port) FROM listeners"), 108080);
	/* where the findings say it, this host is not looked at */
	assert_int_equal(inventory_add(&known, &held, &err), 0);
	assert_int_equal(ports_hold(sql, "proc", &known, &err), 0);
	assert_int_equal(known.held_count, 1);
	assert_int_equal(number(sql, "SELECT max(port) FROM listeners"), 9999);
	filled(sql, "proc");
	is_sound(sql);
	is_held(sql, 8080, 8080);
	is_held(sql, 20000, 20010);
	assert_int_equal(
	    number(sql, "SELECT count(*) FROM free_ports WHERE 40000 BETWEEN port AND last_port"), 1);
}

static void
rows_that_are_no_ports_are_passed_over(void **state)
{
	AUTO_PTR(sql) sql = laid("INSERT INTO berth_ports (port) VALUES (0), (-5), (65536), (NULL), (65535);"
	    "INSERT INTO findings (record, host_port) VALUES ('port', '9000-8000'), ('port', '70000')");

	(void)state;
	filled(sql, NULL);
	is_sound(sql);
	assert_int_equal(number(sql, "SELECT max(last_port) FROM free_ports"), 65534);
	assert_int_equal(
	    number(sql, "SELECT count(*) FROM free_ports WHERE 8500 BETWEEN port AND last_port"), 1);
}

static void
a_table_that_is_gone_is_an_error(void **state)
{
	static const char *const drops[] = { "DROP TABLE free_ports", "DROP TABLE free_pairs",
		"DROP TABLE berth_ports" };
	AUTO(inventory) claims = INVENTORY_INIT;
	AUTO(error) none = ERROR_INIT;
	const struct finding held = { .record = FINDING_HELD,
		.role = ROLE_PORT,
		.host_port = { 9999, 9999, STR_INIT } };

	(void)state;
	assert_int_equal(inventory_add(&claims, &held, &none), 0);
	for (size_t i = 0; i < sizeof drops / sizeof *drops; i++) {
		AUTO(error) err = ERROR_INIT;
		AUTO_PTR(sql) sql = laid(drops[i]);

		assert_int_equal(ports_fill(sql, NULL, true, &err), -1);
		scratch_error(&err, NULL, 0, "cannot work out what is free");
		assert_int_equal(sql_script(sql, "DROP TABLE listeners", NULL, &err), 0);
		assert_int_equal(ports_hold(sql, "proc", &claims, &err), -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_end_where_a_port_is_held),
		cmocka_unit_test(pairs_come_in_the_order_of_plan),
		scratch_test(the_host_has_a_say_where_it_is_asked),
		cmocka_unit_test(rows_that_are_no_ports_are_passed_over),
		cmocka_unit_test(a_table_that_is_gone_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
