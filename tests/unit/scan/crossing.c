/* crossing: a folder that another app includes and that is no project by itself is a part; a compose file
 * that nobody reads is told.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

static const struct survey_options usual = { .backend = NULL };

static void
parts_are_no_apps(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("whole/compose.yaml", "include: [part/compose.yml, ../fine/compose.yaml]\n");
	scratch_put("whole/part/compose.yml", "services:\n  a: {image: x, depends_on: [b]}\n");
	scratch_put("fine/compose.yaml", "services:\n  b: {image: x}\n");
	scratch_put("broken/compose.yaml", "services:\n  a: {image: x, depends_on: [b]}\n");
	scratch_put("own/.env", "COMPOSE_FILE=conf/main.yml\n");
	scratch_put("own/conf/main.yml", "services:\n  a: {image: x, depends_on: [b]}\n");
	assert_int_equal(surveyed(&b, &usual), 2);
	surveyed_has(&b, "app value=own");	/* which is no part of itself */
	surveyed_has(&b, "app role=fragment value=whole/part");
	surveyed_has(&b, "app value=broken");	/* which nobody includes */
	surveyed_has(&b, "app value=fine");	/* which runs by itself as well */
	assert_non_null(strstr(b.ptr, "gap role=fragment value=a part of whole, which includes it"));
}

static void
files_that_nobody_reads_are_told(void **state)
{
	AUTO(buf) b = BUF_INIT;
	const char *first;

	(void)state;
	scratch_put("a/compose.yaml", "services:\n  a: {extends: {file: compose.base.yml, service: a}}\n");
	scratch_put("a/compose.base.yml", "services:\n  a: {image: x}\n");
	scratch_put("a/compose.prod.yml", "services:\n  a: {image: x}\n");
	scratch_put("a/docker-compose.example.yml", "services: {}\n");
	scratch_put("b/.env", "COMPOSE_FILE=docker-compose-dev.yaml\n");
	scratch_put("b/docker-compose-dev.yaml", "services:\n  a: {image: x}\n");
	scratch_put("c/docker-compose_all.yml", "services:\n  a: {image: x}\n");
	scratch_put("d e/docker-compose_all.yml", "services:\n  a: {image: x}\n");
	(void)surveyed(&b, &usual);
	first = strstr(b.ptr, "gap role=file value=nothing that is known reads compose.prod.yml,");
	assert_non_null(first);
	assert_non_null(strstr(first, "gap role=file value=nothing that is known reads docker-compose_all"));
	assert_non_null(strstr(b.ptr, "scan --project 'a -f compose.prod.yml' reads it"));
	assert_non_null(
	    strstr(b.ptr, "scan --project ''\\''d e'\\'' -f docker-compose_all.yml' reads it"));
	assert_null(strstr(b.ptr, "reads compose.base.yml"));
	assert_null(strstr(b.ptr, "reads docker-compose.example.yml"));
	assert_null(strstr(b.ptr, "reads docker-compose-dev.yaml"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(parts_are_no_apps),
		scratch_test(files_that_nobody_reads_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
