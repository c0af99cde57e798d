/* port_set: a set of numbers, filled from a project's ports and emptied again.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scan/port_set.h"

static void
ports_are_a_set(void **state)
{
	static struct port_set set;
	static struct project_port ports[] = { { .host_port = { 8000, 8000, STR_INIT } },
		{ .host_port = PORT_RANGE_INIT },
		{ .host_port = { 65535, 65535, STR_INIT } } };
	static struct project_service web = { .ports = ports, .port_count = 3 };
	static const struct project p = { .services = &web, .service_count = 1 };

	(void)state;
	port_set_put_project(&set, &p, true);
	assert_true(port_set_has(&set, 8000) && port_set_has(&set, 65535));
	assert_false(port_set_has(&set, 0) || port_set_has(&set, 7999) || port_set_has(&set, 8064));
	assert_false(port_set_has(&set, 65536) || port_set_has(&set, (uint64_t)1 << 40));
	port_set_put_project(&set, &p, false);
	for (size_t i = 0; i < sizeof set.bits / sizeof *set.bits; i++)
		assert_int_equal(set.bits[i], 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_are_a_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
