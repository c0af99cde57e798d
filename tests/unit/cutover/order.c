/* order: who frees a port goes before who wants it, and those in a circle are one group.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "base/arena.h"
#include "cutover/internal.h"

/* The tables that waits.sql asks, with what each app has and wants. */
static const char tables[] =
    "CREATE TABLE apps (id INTEGER, project TEXT);"
    "CREATE TABLE olds (id TEXT, app INTEGER, name TEXT, project TEXT);"
    "CREATE TABLE published (id TEXT, host_ip TEXT, host_port INTEGER, protocol TEXT);"
    "CREATE TABLE wants (app INTEGER, service TEXT, host_ip TEXT, port INTEGER, protocol TEXT);"
    "CREATE TABLE services (app INTEGER, name TEXT); CREATE TABLE mounts (id TEXT, volume TEXT);"
    "CREATE TABLE sources (app INTEGER, service TEXT, destination TEXT, volume TEXT);"
    "CREATE TABLE targets (app INTEGER, service TEXT, destination TEXT, volume TEXT);"
    "CREATE TABLE displaced (app INTEGER, of INTEGER);"
    "INSERT INTO olds SELECT 'c' || value, value, '', 'p' || value FROM json_each('[1,2,3,4,5,6]');"
    "INSERT INTO published SELECT 'c' || value, '', 100 * value, 'tcp' FROM json_each('[1,2,3,4,5,6]');";

/* Orders six apps of which WANTS says who wants what; *RET: their ids and groups. */
static void
ordered(const char *wants, struct cutover_app ret[static 6])
{
	const struct sql_options memory = { .mode = SQL_MEMORY };
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(sql) sql = NULL;
	struct cutover c = { .arena = ARENA_INIT };

	assert_int_equal(sql_open(&sql, &memory, &err), 0);
	assert_int_equal(sql_script(sql, tables, NULL, &err), 0);
	assert_int_equal(sql_script(sql, wants, NULL, &err), 0);
	c.sql = sql;
	for (int i = 0; i < 6; i++)
		ret[i] = (struct cutover_app){ .id = 6 - i };
	assert_int_equal(order_apps(&c, ret, 6, &err), 0);
	arena_release(&c.arena);
}

static size_t
place(const struct cutover_app *apps, int64_t id)
{
	for (size_t i = 0; i < 6; i++)
		if (apps[i].id == id)
			return i;
	fail_msg("no app %lld", (long long)id);
	return 0;
}

static void
who_frees_goes_first(void **state)
{
	struct cutover_app apps[6];

	(void)state;
	ordered("INSERT INTO wants VALUES (1, 's', '', 200, 'tcp'), (2, 's', '127.0.0.1', 300, 'tcp'),"
		" (3, 's', '', 300, 'tcp'), (5, 's', '', 600, 'udp')", apps);
	assert_true(place(apps, 3) < place(apps, 2));
	assert_true(place(apps, 2) < place(apps, 1));
	for (size_t i = 1; i < 6; i++)
		assert_true(apps[i].group != apps[i - 1].group);
}

static void
what_is_put_aside_is_of_one_at_rest(void **state)
{
	struct cutover_app apps[6];

	(void)state;
	ordered("INSERT INTO displaced VALUES (2, 5)", apps);
	assert_true(apps[place(apps, 2)].group == apps[place(apps, 5)].group);
	assert_true(apps[place(apps, 3)].group != apps[place(apps, 5)].group);
}

static void
a_circle_is_one_group(void **state)
{
	struct cutover_app apps[6];

	(void)state;
	ordered("INSERT INTO wants VALUES (1, 's', '', 300, 'tcp'), (3, 's', '', 500, 'tcp'),"
		" (5, 's', '', 100, 'tcp'), (2, 's', '', 100, 'tcp');"
		"INSERT INTO apps VALUES (4, 'p2')", apps);
	assert_true(apps[place(apps, 1)].group == apps[place(apps, 3)].group);
	assert_true(apps[place(apps, 1)].group == apps[place(apps, 5)].group);
	assert_true(apps[place(apps, 2)].group != apps[place(apps, 1)].group);
	assert_true(place(apps, 2) > place(apps, 5));
	assert_true(place(apps, 4) > place(apps, 2));	/* it waits for the project's name */
	for (size_t i = 1; i < 6; i++)
		assert_true(apps[i].group >= apps[i - 1].group);
}

static void
what_was_shared_is_copied_at_rest(void **state)
{
	struct cutover_app apps[6];

	(void)state;
	ordered("INSERT INTO mounts VALUES ('c1', 'v'), ('c2', 'v');"
		"INSERT INTO sources VALUES (2, 's', '/d', 'v');"
		"INSERT INTO targets VALUES (2, 's', '/d', 'w'), (1, 's', '/d', 'v')", apps);
	assert_true(apps[place(apps, 1)].group == apps[place(apps, 2)].group);
	assert_true(apps[place(apps, 3)].group != apps[place(apps, 2)].group);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_frees_goes_first),
		cmocka_unit_test(a_circle_is_one_group),
		cmocka_unit_test(what_is_put_aside_is_of_one_at_rest),
		cmocka_unit_test(what_was_shared_is_copied_at_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
