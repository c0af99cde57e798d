/* asked: which tables of an audit reports ask is what SQLite says that they read.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "report/asked.h"
#include "report/report.h"

/* What the report of the file's TEXT asks, a letter each. */
static void
asks(const char *text, const char *letters)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(report) r = REPORT_INIT;
	char got[5] = "";
	size_t n = 0;

	assert_int_equal(report_parse(&r, STR("x"), STR("x.sql"), str_from(text), &err), 0);
	asked_find(&r, 1);
	if (r.asks.findings)
		got[n++] = 'f';
	if (r.asks.free)
		got[n++] = 'r';
	if (r.asks.hosts)
		got[n++] = 'h';
	if (r.asks.placements)
		got[n++] = 'p';
	if (strcmp(got, letters) != 0)
		fail_msg("'%s' asks '%s', not '%s'", text, got, letters);
}

static void
what_is_read_is_asked(void **state)
{
	(void)state;
	asks("SELECT 1", "");
	asks("SELECT 1 FROM hosts", "h");
	asks("SELECT 1 FROM main.\"Hosts\"/**/, [placements]", "hp");
	asks("SELECT app FROM ports WHERE app IN (SELECT host FROM hosts)", "h");
	asks("SELECT app, (SELECT count(*) FROM findings) FROM ports", "f");
	asks("WITH x AS (SELECT host FROM apps JOIN (hosts JOIN ports)) SELECT 1 FROM x", "h");
	asks("SELECT port FROM free_ports UNION SELECT backend_port FROM free_pairs", "r");
	asks("-- fails: SELECT count(*) FROM hosts\nSELECT app FROM ports", "h");
	asks("-- fails: rows\n-- note: SELECT host FROM placements\nSELECT app FROM ports", "p");
}

static void
a_view_or_a_word_asks_nothing(void **state)
{
	(void)state;
	asks("SELECT app FROM ports", "");
	asks("SELECT 'of hosts', 'it''s hosts' -- hosts\n/* findings */ FROM ports", "");
	asks("SELECT count(*) AS hosts FROM ports GROUP BY app ORDER BY hosts", "");
	asks("WITH hosts AS (SELECT 1 AS a) SELECT a FROM hosts", "");
}

static void
what_cannot_be_read_asks_all(void **state)
{
	(void)state;
	asks("SELECT 1 FROM a_table_of_mine", "frhp");
	asks("SELECT hosts FROM ports WHERE (", "frhp");
	asks("DELETE FROM findings", "frhp");
	asks("-- note: SELECT\nSELECT 1", "frhp");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_read_is_asked),
		cmocka_unit_test(a_view_or_a_word_asks_nothing),
		cmocka_unit_test(what_cannot_be_read_asks_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
