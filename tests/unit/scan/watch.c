/* watch: a variable has the flags of all that was said of it, through every step of a trace.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "syntax/trace.h"
#include "scan/watch.h"

static void
flags_are_joined(void **state)
{
	AUTO(arena) arena = ARENA_INIT;
	struct watch w = WATCH_INIT(&arena);

	(void)state;
	watch_add(&w, STR("B"), WATCH_PORT);
	watch_add(&w, STR("A"), WATCH_NAME);
	watch_add(&w, STR("A"), WATCH_PORT);
	watch_add(&w, STR("B"), WATCH_ADDRESS);
	assert_int_equal(w.count, 2);
	assert_int_equal(watch_flags(&w, STR("A")), WATCH_NAME | WATCH_PORT);
	assert_int_equal(watch_flags(&w, STR("B")), WATCH_PORT | WATCH_ADDRESS);
	assert_int_equal(watch_flags(&w, STR("C")), 0);
	assert_int_equal(watch_flags(&w, STR("")), 0);
}

static void
empty_watch_knows_nothing(void **state)
{
	AUTO(arena) arena = ARENA_INIT;
	struct watch w = WATCH_INIT(&arena);

	(void)state;
	assert_int_equal(watch_flags(&w, STR("A")), 0);
}

static void
each_step_of_a_trace_counts(void **state)
{
	AUTO(arena) arena = ARENA_INIT;
	struct watch w = WATCH_INIT(&arena);
	const struct trace_step outer = { .variable = STR("OUTER") },
				inner = { .variable = STR("INNER"), .outer = &outer };
	const struct trace_step other = { .variable = STR("OTHER") };
	const struct trace_piece pieces[] = {
		{ .at = 0, .len = 1, .step = &inner }, { .at = 1, .len = 1 },
		{ .at = 2, .len = 0, .step = &other },
	};
	const struct trace t = { STR("ab"), pieces, 3 };

	(void)state;
	watch_add_trace(&w, &t, WATCH_PORT);
	assert_int_equal(w.count, 3);
	assert_int_equal(watch_flags(&w, STR("OUTER")), WATCH_PORT);
	assert_int_equal(watch_flags(&w, STR("INNER")), WATCH_PORT);
	assert_int_equal(watch_flags(&w, STR("OTHER")), WATCH_PORT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_are_joined),
		cmocka_unit_test(empty_watch_knows_nothing),
		cmocka_unit_test(each_step_of_a_trace_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
