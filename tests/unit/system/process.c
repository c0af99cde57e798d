/* process: programs run with the descriptors they were given, and how they ended is told.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"
#include "system/process.h"

static int
shell(const char *script, int in, int out, struct error *err)
{
	AUTO(process_args) args = { NULL, 0, 0 };
	struct process_end end = { -1, 0 };

	process_args_add(&args, "sh");
	process_args_add(&args, "-c");
	process_args_add(&args, script);
	assert_int_equal(process_run("/bin/sh", &args, in, out, &end, err), 0);
	return end.status;
}

static void
status_is_told(void **state)
{
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(shell("exit 0", -1, -1, &err), 0);
	assert_int_equal(shell("exit 7", -1, -1, &err), 7);
	assert_int_equal(shell("kill -9 $$", -1, -1, &err), 128 + 9);
}

static void
one_program_leaves_to_the_next(void **state)
{
	AUTO(error) err = ERROR_INIT;
	int first = process_scratch(&err), second = process_scratch(&err);
	char got[8];

	(void)state;
	assert_true(first >= 0 && second >= 0);
	assert_int_equal(shell("printf abc", -1, first, &err), 0);
	assert_int_equal(lseek(first, 0, SEEK_SET), 0);
	assert_int_equal(shell("tr a-c x-z", first, second, &err), 0);
	assert_int_equal(lseek(second, 0, SEEK_SET), 0);
	assert_int_equal(read(second, got, sizeof got), 3);
	assert_memory_equal(got, "xyz", 3);
	(void)close(first);
	(void)close(second);
}

static void
what_can_not_start_is_named(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(process_args) args = { NULL, 0, 0 };
	AUTO(buf) path = BUF_INIT;
	struct process_end end;

	(void)state;
	process_args_add(&args, "x");
	assert_int_equal(process_run("/no/such/program", &args, -1, -1, &end, &err), -1);
	assert_non_null(strstr(err.what, "/no/such/program"));
	assert_int_equal(process_tool_path("no-such-tool", &path, &err), -1);
	assert_non_null(strstr(err.what, "no-such-tool"));
}

/* What a program says is kept in a file without a name, in the folder that TMPDIR names. */
static void
a_folder_that_takes_no_scratch_file_is_named(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(process_args) args = { NULL, 0, 0 };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;

	(void)state;
	process_args_add(&args, "sh");
	process_args_add(&args, "-c");
	process_args_add(&args, "echo said; echo why >&2; exit 3");
	assert_int_equal(setenv("TMPDIR", "/no/such/folder", 1), 0);
	assert_int_equal(process_ask("sh", &args, &answer, &err), -1);
	assert_non_null(strstr(err.what, "in /no/such/folder (TMPDIR names another folder)"));
	error_release(&err);
	assert_int_equal(setenv("TMPDIR", "", 1), 0);	/* names none */
	assert_int_equal(process_ask("sh", &args, &answer, &err), 0);
	assert_string_equal(answer.out.ptr, "said\n");
	assert_string_equal(answer.why.ptr, "why\n");
	assert_int_equal(answer.end.status, 3);
	assert_int_equal(unsetenv("TMPDIR"), 0);
	assert_int_equal(process_ask("/no/such/program", &args, &answer, &err), -1);
	assert_non_null(strstr(err.what, "/no/such/program"));
	assert_int_equal(answer.out.len, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_is_told),
		cmocka_unit_test(one_program_leaves_to_the_next),
		cmocka_unit_test(what_can_not_start_is_named),
		cmocka_unit_test(a_folder_that_takes_no_scratch_file_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
