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

/* Whoever runs Compose has HOME and USER: what it refuses without them alone is no problem. */
static void
what_only_home_and_user_decide_is_not_refused(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "name: $HOME\nservices:\n"
	    "  a: {image: x, container_name: '${USER:?say}', env_file: ['${HOME}/v']}\n"
	    "  b: {image: x, container_name: '$USER', ports: ['${USER:?}:80']}\n");
	assert_int_equal(lab_accepted(&lab)->name.text.len, 0);
	assert_int_equal(lab.p->networks[0].name.len, 0);
	lab_clear(&lab);
	LAB_LAY(&lab, "compose.yaml",
	    "services:\n  a: {image: x, env_file: ['${HOME}/v'], command: '${USER:?}'}\n");
	assert_string_equal(lab_accepted(&lab)->warnings[0].text.ptr,
	    "env file ${HOME}/v: where that is, who runs Compose says: it was not read");
	lab_clear(&lab);
	LAB_LAY(&lab, "compose.yaml",
	    "name: $HOME\nservices:\n  a: {image: x, container_name: '${NONE}', ports: ['x:80']}\n");
	(void)lab_refused(&lab, "services.a.container_name '${NONE}' is not what a container may be called");
	assert_int_equal(lab.p->problem_count, 2);
	lab_clear(&lab);
	LAB_LAY(&lab, "compose.yaml", "name: $HOME\nservices: {a: {image: x}}\n", ".env", "HOME=\n");
	(void)lab_refused(&lab, "project name must not be empty");
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(process_environment_counts_where_asked),
		scratch_test(what_only_home_and_user_decide_is_not_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
