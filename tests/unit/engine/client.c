/* client: what the docker client is told, and what it has to say about a failure.
 * SPDX-License-Identifier: MIT */
#include "unit/docker.h"

#include "engine/client.h"
#include "system/process.h"

static void
words_are_handed_on(void **state)
{
	static const char *const words[] = { "volume", "a b", NULL };
	const struct str more[] = { STR_OF("it's"), STR_OF("") };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	AUTO(error) err = ERROR_INIT;

	docker_is(state, "#!/bin/sh\nprintf '<%s>' \"$@\"; echo why >&2; exit 3\n");
	assert_int_equal(client_ask_about(words, more, 2, &answer, &err), 0);
	assert_string_equal(answer.out.ptr, "<volume><a b><it's><>");
	assert_string_equal(client_reason(&answer).ptr, "why\n");
	assert_int_equal(answer.end.status, 3);
	assert_int_equal(client_ask(words, &answer, &err), 0);
	assert_string_equal(answer.out.ptr, "<volume><a b>");
}

static void
no_client_is_an_error(void **state)
{
	static const char *const words[] = { "ps", NULL };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	AUTO(error) err = ERROR_INIT;

	docker_is(state, NULL);
	assert_int_equal(client_ask(words, &answer, &err), -1);
	assert_true(error_is_set(&err));
}

static void
reason(const char *said, const char *want)
{
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;

	buf_add_str(&answer.why, str_from(said));
	if (!str_eq(client_reason(&answer), str_from(want)))
		fail_msg("'%s' gives '%.*s'", said, STR_ARG(client_reason(&answer)));
}

static void
the_reason_is_the_last_line(void **state)
{
	(void)state;
	reason("WARNING: x\nError response from daemon: no such volume: v\n", "no such volume: v");
	reason("docker: Error response from daemon: Conflict.\n\nRun 'docker run --help' for more\n",
	    "Conflict.");
	reason("Error: No such container: x", "No such container: x");
	reason("plain\n \n", "plain");
	reason("", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(words_are_handed_on),
		scratch_test(no_client_is_an_error),
		cmocka_unit_test(the_reason_is_the_last_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
