/* consistency: services that need one another.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

static void
each_way_to_need_another(void **state)
{
	static const struct { const char *need, *says; } cases[] = {
		{ "depends_on: [z]", "undefined service \"z\"" },
		{ "links: ['z:alias']", "undefined service \"z\"" },
		{ "volumes_from: ['z:ro']", "undefined service \"z\"" },
		{ "ipc: 'service:z'", "undefined service \"z\"" },
		{ "depends_on: [b]", "service b waits for itself" },
		{ "links: [b]", "service b waits for itself" },
		{ "network_mode: 'service:b'", "service b waits for itself" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(buf) text = BUF_INIT;
		struct lab lab;

		buf_printf(&text, "services:\n  b: {image: x, depends_on: [c]}\n  c: {image: x, %s}\n",
		    cases[i].need);
		LAB_LAY(&lab, "compose.yaml", text.ptr);
		(void)lab_refused(&lab, cases[i].says);
		assert_int_equal(lab.p->problem_count, 1);
		lab_clear(&lab);
	}
}

static void
what_need_not_be_there(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services:\n  b: {image: x, volumes_from: ['container:z'], depends_on: "
	    "{z: {condition: service_started, required: false}}}\n");
	assert_int_equal(lab_accepted(&lab)->service_count, 1);
	lab_clear(&lab);
}

static void
one_container_name_twice(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services: {a: {image: x, container_name: nn}, b: {image: x, container_name: nn}}\n");
	(void)lab_refused(&lab, "container name \"nn\" of service b is already in use by service a");
	lab_clear(&lab);
}

static void
a_network_mode_and_networks(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services:\n  a: {image: x, network_mode: host}\n"
	    "  b: {image: x, networks: [n], extends: {service: a}}\n"
	    "networks: {n: {}}\n");
	(void)lab_refused(&lab, "service b declares mutually exclusive `network_mode` and `networks`");
	lab_clear(&lab);
	LAB_LAY(&lab, "compose.yaml", "services: {a: {image: x, network_mode: host, networks: []}}\n");
	assert_int_equal(lab_accepted(&lab)->service_count, 1);
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(each_way_to_need_another),
		scratch_test(what_need_not_be_there),
		scratch_test(one_container_name_twice),
		scratch_test(a_network_mode_and_networks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
