/* project: what Compose refuses is a problem with a place, and the rest is read.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

static void
problems_have_a_place_and_the_rest_is_read(void **state)
{
	static const struct { const char *text, *what; size_t line;
	} cases[] = {
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {image: x, ports: ['70000:1']}\n",
		    "70000", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {image: '${'}\n", "services.b.image", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {image: '${U:?why}'}\n",
		    "U has no value: set it in .env", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {image: x, image: y}\n",
		    "already defined", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: [\n", "flow", 4 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {image: 5}\n", "string", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  5: {image: x}\n", "non-string key", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {extends: zz}\n", "not found", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {extends: c}\n  c: {extends: b}\n",
		    "Circular", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\ninclude: [nope.yaml]\n", "nope.yaml", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\ninclude: [compose.yaml]\n", "cycle", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {<<: 5}\n", "merge", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n---\n", "mapping", 4 },
		{ "name: '...'\nservices:\n  a: {image: x, ports: ['1:1']}\n", "name must not be empty", 1 },
		{ "services:\n  a: {image: x, ports: ['1:1'], env_file: no.env}\n", "no.env", 2 },
		{ "services:\n  a: {image: x, ports: ['1:1'], depends_on: [a]}\n", "cycle", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct project_message *m;
		struct lab lab;

		LAB_LAY(&lab, "compose.yaml", cases[i].text);
		m = lab_refused(&lab, cases[i].what);
		lab_text(m->file, "app/compose.yaml");
		assert_int_equal(m->line, cases[i].line);
		lab_ports(lab_service(lab.p, "a")->ports->host_port, "1");
		lab_clear(&lab);
	}
}

static void
a_wrong_env_leaves_the_services(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "services: {a: {image: x}}\n", ".env", "A=\"never closed\n");
	lab_text(lab_refused(&lab, "failed to read .env")->file, "app/.env");
	assert_int_equal(lab.p->problem_count, 1);
	assert_int_equal(lab.p->service_count, 1);
	lab_clear(&lab);
}

static void
an_empty_file_is_named(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "# nothing\n", "compose.override.yaml", "\n");
	lab_text(lab_refused(&lab, "empty compose file")->file, "app/compose.yaml");
	assert_int_equal(lab.p->problem_count, 1);
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(problems_have_a_place_and_the_rest_is_read),
		scratch_test(a_wrong_env_leaves_the_services),
		scratch_test(an_empty_file_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
