/* held: what the host holds is found by port, protocol and address, or by name.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "base/arena.h"
#include "fleet/held.h"

static void
hold(struct inventory *v, enum finding_role role, uint16_t port, const char *ip, const char *value)
{
	const struct finding f = { .record = FINDING_HELD, .role = role,
		.host_port = { port, port, STR_INIT }, .host_ip = str_from(ip), .protocol = STR("tcp"),
		.value = str_from(value) };
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(inventory_add(v, &f, &err), 0);
}

static void
ports_and_names(void **state)
{
	AUTO(inventory) v = INVENTORY_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct held held, none = { .first = NULL };

	(void)state;
	hold(&v, ROLE_PORT, 80, "127.0.0.1", "80");
	hold(&v, ROLE_LISTENER, 80, "10.0.0.1", "80");
	hold(&v, ROLE_SOCKET, 81, "", "81");
	hold(&v, ROLE_CONTAINER, 0, "", "web");
	hold(&v, ROLE_VOLUME, 0, "", "data");
	inventory_settle(&v);
	held_index(&held, &v, &a);
	assert_ptr_equal(held_port(&held, 80, STR("tcp"), STR("127.0.0.1")), &v.held[0]);
	assert_ptr_equal(held_port(&held, 80, STR("tcp"), STR("10.0.0.1")), &v.held[1]);
	assert_ptr_equal(held_port(&held, 80, STR("tcp"), STR("")), &v.held[0]);
	assert_null(held_port(&held, 80, STR("tcp"), STR("10.0.0.2")));
	assert_null(held_port(&held, 80, STR("udp"), STR("")));
	assert_null(held_port(&held, 81, STR("tcp"), STR("")));	/* it may be the fleet's own */
	assert_ptr_equal(held_name(&held, ROLE_CONTAINER, STR("web")), &v.held[3]);
	assert_null(held_name(&held, ROLE_PROJECT, STR("web")));
	assert_ptr_equal(held_name(&held, ROLE_VOLUME, STR("data")), &v.held[4]);
	none.inventory = &v;
	assert_null(held_port(&none, 80, STR("tcp"), STR("")));
	assert_null(held_name(&none, ROLE_CONTAINER, STR("web")));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(ports_and_names) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
