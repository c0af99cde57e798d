/* resolve: merge keys, tags and casts of one document.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

static void
own_keys_come_before_merged_ones(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "x-a: &a {container_name: far, network_mode: host}\nx-b: &b {container_name: near}\n"
	    "services: {a: {image: x, <<: [*b, *a]}, b: {<<: *a, image: x, container_name: own}}\n");
	lab_text(lab_service(lab_accepted(&lab), "a")->container_name.text, "near");
	lab_text(lab_service(lab.p, "a")->network_mode, "host");
	lab_text(lab_service(lab.p, "b")->container_name.text, "own");
	lab_clear(&lab);
}

static void
many_keys_are_told_apart(void **state)
{
	AUTO(buf) text = BUF_INIT;
	struct lab lab;

	(void)state;
	buf_add_str(&text, STR("services:\n"));
	for (int i = 0; i < 40; i++)
		buf_printf(&text, "  s%d: {image: x}\n", i);
	LAB_LAY(&lab, "compose.yaml", text.ptr);
	assert_int_equal(lab_accepted(&lab)->service_count, 40);
	lab_clear(&lab);
	buf_add_str(&text, STR("  s3: {image: x}\n"));
	LAB_LAY(&lab, "compose.yaml", text.ptr);
	assert_int_equal(lab_refused(&lab, "mapping key \"s3\" already defined at line 5")->line, 42);
	lab_clear(&lab);
}

static void
casts(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "services: {a: {image: x, scale: '${N}', privileged: "
	    "'${T}'}}\n", ".env",
	    "N=3\nT=Yes\n");
	assert_int_equal(lab_service(lab_accepted(&lab), "a")->replicas, 3);
	lab_clear(&lab);
	LAB_LAY(&lab, "compose.yaml", "services: {a: {image: x, scale: '${N}'}}\n", ".env", "N=three\n");
	(void)lab_refused(&lab, "services.a.scale: '${N}' is no number");
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(own_keys_come_before_merged_ones),
		scratch_test(many_keys_are_told_apart),
		scratch_test(casts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
