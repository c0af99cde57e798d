/* progress: when a line is due, and what it says.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "system/progress.h"

static void
quick_work_says_nothing(void **state)
{
	struct progress_meter m = { .began = 1, .width = 80 };
	AUTO(buf) b = BUF_INIT;

	(void)state;
	assert_false(progress_line(&m, "apps read", 0, 100, 1, &b));
	assert_false(progress_line(&m, "apps read", 99, 100, 1000, &b));
	assert_int_equal(b.len, 0);
}

static void
long_work_says_rate_and_time(void **state)
{
	struct progress_meter m = { .began = 1, .width = 80 };
	AUTO(buf) b = BUF_INIT;

	(void)state;
	assert_false(progress_line(&m, "apps read", 0, 10000, 1, &b));
	assert_true(progress_line(&m, "apps read", 500, 10000, 1001, &b));
	assert_string_equal(b.ptr, "apps read: 500 of 10000, 500/s, 20 s left");
	assert_false(progress_line(&m, "apps read", 520, 10000, 1100, &b));		/* too soon */
	assert_true(progress_line(&m, "apps read", 10000, 10000, 2001, &b));
	assert_string_equal(b.ptr, "apps read: 10000 of 10000, 5000/s");
}

static void
a_new_part_has_a_rate_of_its_own(void **state)
{
	struct progress_meter m = { .began = 1, .width = 80 };
	AUTO(buf) b = BUF_INIT;

	(void)state;
	assert_true(progress_line(&m, "apps read", 10, 10, 5001, &b));
	assert_string_equal(b.ptr, "apps read: 10 of 10");	/* one look is no rate */
	assert_false(progress_line(&m, "files written", 4, 20, 5002, &b));
	assert_true(progress_line(&m, "files written", 8, 20, 7002, &b));
	assert_string_equal(b.ptr, "files written: 8 of 20, 2/s, 7 s left");
}

static void
slow_work_says_minutes_and_hours(void **state)
{
	struct progress_meter m = { .began = 1, .width = 80 };
	AUTO(buf) b = BUF_INIT;

	(void)state;
	assert_false(progress_line(&m, "x", 0, 1000, 1, &b));
	assert_true(progress_line(&m, "x", 10, 1000, 1001, &b));
	assert_string_equal(b.ptr, "x: 10 of 1000, 10/s, 1 min 40 s left");
	assert_true(progress_line(&m, "x", 11, 1000, 100001, &b));
	assert_string_equal(b.ptr, "x: 11 of 1000, 2 h 29 min left");
	m.width = 7;
	assert_true(progress_line(&m, "x", 12, 1000, 200001, &b));
	assert_string_equal(b.ptr, "x: 12 o");
}

static void
count(void *context, const char *doing, size_t done, size_t total)
{
	(void)doing;
	*(size_t *)context += done + total;
}

static void
nobody_need_watch(void **state)
{
	size_t told = 0;
	const struct progress nobody = { NULL, NULL }, somebody = { count, &told };

	(void)state;
	progress_tell(NULL, "x", 1, 2);
	progress_tell(&nobody, "x", 1, 2);
	progress_tell(&somebody, "x", 1, 2);
	assert_int_equal(told, 3);
	assert_true(progress_now() > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quick_work_says_nothing),
		cmocka_unit_test(long_work_says_rate_and_time),
		cmocka_unit_test(a_new_part_has_a_rate_of_its_own),
		cmocka_unit_test(slow_work_says_minutes_and_hours),
		cmocka_unit_test(nobody_need_watch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
