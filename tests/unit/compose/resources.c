/* resources: volumes and networks, their names and who uses them.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

static void
names_on_the_host(void **state)
{
	struct lab lab;
	const struct project *p;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services: {a: {image: x, volumes: ['v:/v', 'w/x:/w', './y:/y', 'uu:/u']}}\n"
	    "volumes: {v: , uu: {name: fixed}, e: {external: true}}\n");
	p = lab_accepted(&lab);
	assert_int_equal(p->volume_count, 3);
	lab_text(p->volumes[0].name, "app_v");
	assert_false(p->volumes[0].used);		/* one letter is a drive */
	lab_text(p->volumes[1].explicit_name.text, "fixed");
	assert_true(p->volumes[1].used);
	assert_true(p->volumes[2].external);
	lab_text(p->volumes[2].name, "e");
	lab_clear(&lab);
}

static void
the_network_that_nobody_writes(void **state)
{
	struct lab lab;
	const struct project *p;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "services: {a: {image: x}}\n");
	p = lab_accepted(&lab);
	assert_int_equal(p->network_count, 1);
	lab_text(p->networks[0].name, "app_default");
	assert_true(p->networks[0].used);
	lab_clear(&lab);
	LAB_LAY(&lab, "compose.yaml",
	    "services: {a: {image: x, networks: [n]}, b: {image: x, network_mode: host}}\n"
	    "networks: {n: , m: }\n");
	p = lab_accepted(&lab);
	assert_int_equal(p->network_count, 2);
	assert_true(p->networks[0].used);
	assert_false(p->networks[1].used);
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(names_on_the_host),
		scratch_test(the_network_that_nobody_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
