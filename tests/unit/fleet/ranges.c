/* ranges: who finds a port of a range, and who does not.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "fleet/clash.h"
#include "fleet/ranges.h"

static void
port(struct inventory *v, const char *app, const char *ip, const char *number, const char *replicas)
{
	AUTO(error) err = ERROR_INIT;
	struct finding x = { .record = FINDING_PORT, .app = str_from(app), .id = { str_from(app), 1 },
		.service = STR("s"), .host_ip = str_from(ip), .host_port = port_range_of(str_from(number)),
		.protocol = STR("tcp"), .replicas = str_from(replicas) };

	x.place = (struct place){ true, x.app, 1, 1, { v->item_count * 10, 4 }, STR_INIT };
	assert_int_equal(inventory_add(v, &x, &err), 0);
}

static int
note(void *context, const struct clash *c, struct error *err)
{
	char *said = context;

	(void)err;
	(void)snprintf(said + strlen(said), 200 - strlen(said), "%.*s:%.*s ", STR_ARG(c->other.id.model),
	    STR_ARG(c->what));
	return 0;
}

static void
clashes(struct inventory *v, const char *want)
{
	char said[200] = "";

	inventory_settle(v);
	assert_int_equal(clash_find(&(struct clash_view){ .inventory = v }, NULL, note, said, NULL), 0);
	assert_string_equal(said, want);
	inventory_release(v);
}

static void
one_free_port_is_enough(void **state)
{
	struct inventory v = INVENTORY_INIT;

	(void)state;
	port(&v, "a", "", "8081", "");
	port(&v, "b", "127.0.0.1", "8082", "");
	port(&v, "c", "", "8081-8083", "");
	port(&v, "d", "10.0.0.1", "8081-8082", "");
	clashes(&v, "");
}

static void
where_none_is_left_it_clashes(void **state)
{
	struct inventory v = INVENTORY_INIT;

	(void)state;
	port(&v, "a", "", "8081", "");
	port(&v, "b", "127.0.0.1", "8082", "");
	port(&v, "c", "", "8081-8082", "");
	clashes(&v, "c:8081-8082/tcp ");
}

/* Whose range ends first is seated first, whatever the order of the fleet. */
static void
as_many_as_can_be_are_seated(void **state)
{
	struct inventory v = INVENTORY_INIT;

	(void)state;
	port(&v, "a", "", "8081-8083", "");
	port(&v, "b", "", "8081-8082", "");
	port(&v, "c", "", "8081-8082", "");
	clashes(&v, "");
	port(&v, "a", "", "8081-8082", "");
	port(&v, "b", "", "8081-8082", "");
	port(&v, "c", "", "8081-8082", "");
	clashes(&v, "c:8081-8082/tcp ");
}

static void
each_replica_needs_one(void **state)
{
	struct inventory v = INVENTORY_INIT;

	(void)state;
	port(&v, "a", "", "3000-3002", "3");
	port(&v, "b", "", "4000-4001", "3");
	port(&v, "c", "", "4000-4001", "0");
	clashes(&v, "b:4000-4001/tcp ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_free_port_is_enough),
		cmocka_unit_test(where_none_is_left_it_clashes),
		cmocka_unit_test(as_many_as_can_be_are_seated),
		cmocka_unit_test(each_replica_needs_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
