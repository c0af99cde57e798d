/* services: names, profiles and replicas of services.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

static void
name_through_an_anchor(void **state)
{
	struct lab lab;
	const struct project_service *a;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "x-a: &a\n  container_name: \"caf\xc3\xa9-\\x61\"\nservices:\n  a:\n    <<: *a\n    image: x\n");
	a = lab_service(lab_accepted(&lab), "a");
	lab_text(a->container_name.text, "caf\xc3\xa9-a");
	lab_text(text_span(&a->name_source->text, a->name_site), "caf\xc3\xa9-\\x61");
	lab_decide(a->container_name, "app/compose.yaml", ORIGIN_LITERAL, "tea");
	lab_text(lab_service(lab_accepted(&lab), "a")->container_name.text, "tea");
	lab_clear(&lab);
}

static void
profiles_and_replicas(void **state)
{
	struct lab lab;
	const struct project *p;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services:\n  a: {image: x, profiles: [p, q], deploy: {replicas: '${N:-3}'}}\n"
	    "  b: {image: x, scale: 2}\n"
	    "  c: {image: x, profiles: [r]}\n",
	    ".env", "COMPOSE_PROFILES=q\n");
	p = lab_accepted(&lab);
	assert_true(lab_service(p, "a")->enabled);
	lab_text(lab_service(p, "a")->profiles, "p,q");
	assert_int_equal(lab_service(p, "a")->replicas, 3);
	assert_int_equal(lab_service(p, "b")->replicas, 2);
	assert_false(lab_service(p, "c")->enabled);
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(name_through_an_anchor),
		scratch_test(profiles_and_replicas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
