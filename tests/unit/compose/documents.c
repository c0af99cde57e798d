/* documents: overrides, extends and includes.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

static void
override_extends_include(void **state)
{
	struct lab lab;
	const struct project *p;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "include: [sub/inc.yaml]\nservices:\n  a:\n    extends: {file: base.yaml, service: b}\n",
	    "compose.override.yml", "services: {a: {container_name: over, ports: !override ['7:7']}}\n",
	    "base.yaml",
	    "services: {b: {image: x, network_mode: host, ports: ['1:1'], environment: "
	    "[URL=http://localhost:1/]}}\n",
	    "sub/inc.yaml", "services: {c: {image: x, ports: ['${P}:80']}}\n", "sub/.env", "P=6\n");
	p = lab_accepted(&lab);
	lab_text(lab_service(p, "a")->network_mode, "host");
	assert_int_equal(lab_service(p, "a")->port_count, 1);
	lab_text(lab_service(p, "a")->environment.items[0].key, "URL");
	lab_decide(lab_service(p, "a")->environment.items[0].value, "app/base.yaml", ORIGIN_LITERAL, "u");
	p = lab_accepted(&lab);
	lab_text(lab_service(p, "a")->environment.items[0].value.text, "u");
	lab_decide(lab_service(p, "c")->ports[0].host, "app/sub/.env", ORIGIN_ENV, "66");
	p = lab_accepted(&lab);
	lab_ports(lab_service(p, "c")->ports[0].host_port, "66");
	assert_int_equal(p->file_count, 7);
	for (size_t i = 0; i < p->file_count; i++)
		assert_int_equal(p->files[i].role,
		    str_ends(p->files[i].path, STR("/compose.yaml"))      ? PROJECT_COMPOSE
			: str_ends(p->files[i].path, STR("override.yml")) ? PROJECT_OVERRIDE
			: str_ends(p->files[i].path, STR("sub/inc.yaml")) ? PROJECT_INCLUDE
			: str_ends(p->files[i].path, STR(".env"))         ? PROJECT_ENV
			: str_ends(p->files[i].path, STR(".env.example")) ? PROJECT_EXAMPLE
									  : PROJECT_BASE);
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(override_extends_include),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
