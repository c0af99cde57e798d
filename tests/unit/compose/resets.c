/* resets: values that !reset and !override take out of the files before.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

static void
of_an_override(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "services: {a: {image: x, container_name: nn, ports: ['1:1']}}\n",
	    "compose.override.yaml",
	    "services: {a: {container_name: !reset null, ports: !override ['2:2']}}\n");
	assert_int_equal(lab_service(lab_accepted(&lab), "a")->container_name.text.len, 0);
	assert_int_equal(lab_service(lab.p, "a")->port_count, 1);
	lab_ports(lab_service(lab.p, "a")->ports->host_port, "2");
	lab_clear(&lab);
}

static void
of_what_is_extended(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services:\n  a: {image: x, ports: ['1:1']}\n"
	    "  b: {extends: a, ports: !override ['2:2']}\n  c: {extends: a, ports: ['3:3']}\n");
	assert_int_equal(lab_service(lab_accepted(&lab), "a")->port_count, 1);
	assert_int_equal(lab_service(lab.p, "b")->port_count, 1);
	assert_int_equal(lab_service(lab.p, "c")->port_count, 2);
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(of_an_override),
		scratch_test(of_what_is_extended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
