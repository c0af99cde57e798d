/* merge: what becomes of a value that stands in two files.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

static void
ports_and_mounts_replace_their_like(void **state)
{
	struct lab lab;
	const struct project_service *a;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services: {a: {image: x, ports: ['1:1', '2:2'], volumes: ['va:/d', 'vb:/e']}}\n"
	    "volumes: {va: , vb: , vc: }\n",
	    "compose.override.yaml",
	    "services: {a: {ports: ['3:3', '1:1/tcp', '1:1/udp'], volumes: ['vc:/d/']}}\n");
	a = lab_service(lab_accepted(&lab), "a");
	assert_int_equal(a->port_count, 4);
	lab_text(a->ports[0].mapping, "1:1/tcp");	/* the later one, in the place of the earlier one */
	lab_text(a->ports[1].mapping, "2:2");
	assert_false(lab.p->volumes[0].used);
	assert_true(lab.p->volumes[1].used && lab.p->volumes[2].used);
	lab_clear(&lab);
}

static void
lists_of_pairs(void **state)
{
	struct lab lab;
	const struct project_texts *env;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "services: {a: {image: x, environment: {A: 1, B: , C: $D}}}\n", ".env",
	    "D=3\n", "compose.override.yaml", "services: {a: {environment: [A=2]}}\n");
	env = &lab_service(lab_accepted(&lab), "a")->environment;
	assert_int_equal(env->count, 3);
	lab_text(env->items[0].key, "A");
	lab_text(env->items[1].key, "C");
	lab_decide(env->items[1].value, "app/.env", ORIGIN_ENV, "4");
	lab_text(env->items[2].value.text, "2");
	lab_clear(&lab);
}

static void
kinds_that_do_not_fit(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "services: {a: {image: x, cap_add: [y]}}\n", "compose.override.yaml",
	    "services: {a: {cap_add: {y: 1}}}\n");
	(void)lab_refused(&lab, "cannot override services.a.cap_add: it is a list before and a mapping here");
	lab_clear(&lab);
}

/* A dot within a key parts no path: the rule of `services.*.environment` holds for the service my.web, and
 * that of `networks.*.labels` does not for the network a.labels. */
static void
dots_in_keys(void **state)
{
	struct lab lab;
	const struct project_texts *env;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services: {my.web: {image: x, command: [a], environment: {A: 1}, networks: [a.labels]}}\n"
	    "networks: {a.labels: {name: n}}\n",
	    "compose.override.yaml",
	    "services: {my.web: {command: b, environment: [B=2]}}\n"
	    "networks: {a.labels: {attachable: true}}\n");
	env = &lab_service(lab_accepted(&lab), "my.web")->environment;
	assert_int_equal(env->count, 2);
	lab_text(env->items[1].key, "B");
	assert_int_equal(lab.p->network_count, 1);
	lab_text(lab.p->networks[0].name, "n");
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(ports_and_mounts_replace_their_like),
		scratch_test(lists_of_pairs),
		scratch_test(kinds_that_do_not_fit),
		scratch_test(dots_in_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
