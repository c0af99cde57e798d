/* variables: where variables have their values.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

static void
process_environment_counts_where_asked(void **state)
{
	static const char *const environ_[] = { "P=9", "COMPOSE_PROFILES=", NULL };
	static const char *const files[] = { "compose.yaml",
		"services: {a: {image: x, ports: ['${P}:80']}}\n", ".env", "P=8\nCOMPOSE_PROFILES=p\n",
		NULL };
	struct lab lab;

	(void)state;
	lab_lay(&lab, environ_, files);
	lab_ports(lab_service(lab_accepted(&lab), "a")->ports->host_port, "9");
	assert_false(trace_decide(lab_service(lab.p, "a")->ports->host).known);
	lab_clear(&lab);
	lab_lay(&lab, NULL, files);
	lab_ports(lab_service(lab_accepted(&lab), "a")->ports->host_port, "8");
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(process_environment_counts_where_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
