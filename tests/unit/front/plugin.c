/* plugin: the docker client's options become the environment of later clients, and words are completed.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"
#include "front/plugin.h"

#define WORDS(...) (char **)(uintptr_t)(const char *const[]){ "docker-berth", __VA_ARGS__ }

static void
options_come_before_the_name(void **state)
{
	AUTO(error) err = ERROR_INIT;
	int i = 1;

	(void)state;
	assert_int_equal(setenv("DOCKER_HOST", "unix:///old", 1), 0);
	assert_int_equal(plugin_take_options(9, WORDS("-D", "-l", "debug", "--context", "far", "--config=/c",
	    "--tlscacert", "/t/ca.pem"), &i, &err), 0);
	assert_int_equal(i, 9);
	assert_string_equal(getenv("DOCKER_CONTEXT"), "far");
	assert_null(getenv("DOCKER_HOST"));
	assert_string_equal(getenv("DOCKER_CONFIG"), "/c");
	assert_string_equal(getenv("DOCKER_CERT_PATH"), "/t");
	i = 1;
	assert_int_equal(
	    plugin_take_options(5, WORDS("-Htcp://h:1", "berth", "scan", "--host"), &i, &err), 0);
	assert_int_equal(i, 3);	/* what stands behind the name is the tool's */
	assert_string_equal(getenv("DOCKER_HOST"), "tcp://h:1");
	assert_null(getenv("DOCKER_CONTEXT"));
	i = 1;
	assert_int_equal(plugin_take_options(2, WORDS("-H"), &i, &err), -1);
	error_release(&err);
	i = 1;
	assert_int_equal(plugin_take_options(3, WORDS("scan", "-H"), &i, &err), 0);
	assert_int_equal(i, 1);
}

static void
words_are_completed(void **state)
{
	static const struct plugin_word tools[] = { { "scan", "read" }, { "plan", "decide" } };
	AUTO(buf) got = BUF_INIT;
	char scan[] = "scan", s[] = "s", empty[] = "", dash[] = "-";
	char *const first[] = { s }, *const operand[] = { scan, empty }, *const none[] = { scan, dash };

	(void)state;
	plugin_complete(first, 1, tools, 2, &got);
	assert_string_equal(got.ptr, "scan\tread\n:4\n");
	buf_clear(&got);
	plugin_complete(NULL, 0, tools, 2, &got);
	assert_string_equal(got.ptr, "scan\tread\nplan\tdecide\n:4\n");
	buf_clear(&got);
	plugin_complete(operand, 2, tools, 2, &got);
	assert_string_equal(got.ptr, ":0\n");
	buf_clear(&got);
	plugin_complete(none, 2, tools + 1, 1, &got);	/* no tool of that name */
	assert_string_equal(got.ptr, ":4\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_come_before_the_name),
		cmocka_unit_test(words_are_completed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
