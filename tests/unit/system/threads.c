/* threads: each element has a thread of its own, the first the caller's, and all have ended on return.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdbool.h>

#include "system/threads.h"

enum { MANY = 40 };

struct state {
	pthread_t thread;
	bool ran;
};

static void *
run(void *arg)
{
	struct state *s = arg;

	s->thread = pthread_self();
	s->ran = true;
	return NULL;
}

static void
each_has_its_own(void **state)
{
	(void)state;
	for (size_t count = 1; count <= MANY; count += 13) {
		struct state all[MANY + 1] = { { .ran = false } };

		threads_share(run, all, sizeof *all, count);
		for (size_t i = 0; i < count; i++) {
			assert_true(all[i].ran);
			assert_true((pthread_equal(all[i].thread, pthread_self()) != 0) == (i == 0));
		}
		assert_false(all[count].ran);
	}
}

static void
at_least_one_and_not_too_many(void **state)
{
	(void)state;
	assert_int_equal(threads_count(1), 1);
	assert_int_equal(threads_count(3), 3);
	assert_true(threads_count(0) >= 1);
	assert_true(threads_count(SIZE_MAX / 2) <= THREADS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_its_own),
		cmocka_unit_test(at_least_one_and_not_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
