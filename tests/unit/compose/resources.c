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
	    "services: {a: {image: x, volumes: ['v:/v', './y:/y', 'uu:/u']}}\n"
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
what_is_not_there(void **state)
{
	static const struct { const char *use, *says; } cases[] = {
		{ "volumes: ['w/x:/w']", "service \"b\" refers to undefined volume w/x" },
		{ "volumes: [{type: volume, source: ww, target: /w}]", "undefined volume ww" },
		{ "networks: [m, n]", "undefined network n" },
		{ "networks: {n: {aliases: [a]}}", "undefined network n" },
		{ "configs: [{source: m}]", "undefined config m" },
		{ "secrets: [m]", "undefined secret m" },
		{ "build: {context: ., secrets: [m]}", "undefined secret m" },
		{ "models: [m]", "undefined model m" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(buf) text = BUF_INIT;
		struct lab lab;

		buf_printf(&text, "services:\n  b: {image: x, %s}\n  c: {image: x, profiles: [p], %s}\n"
		    "networks: {m: }\n", cases[i].use, cases[i].use);
		LAB_LAY(&lab, "compose.yaml", text.ptr);
		(void)lab_refused(&lab, cases[i].says);
		assert_int_equal(lab.p->problem_count, 1);
		lab_clear(&lab);
	}
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
		scratch_test(what_is_not_there),
		scratch_test(the_network_that_nobody_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
