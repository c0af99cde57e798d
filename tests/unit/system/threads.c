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

struct sum {
	size_t count, last;
};

static bool
add(void *state, size_t number)
{
	struct sum *s = state;

	assert_true(s->count == 0 || number > s->last);
	s->count++;
	s->last = number;
	return number != 60;
}

/* Each number goes to one of them, in order; after the one that ends it nothing more is begun. */
static void
numbers_are_dealt_out(void **state)
{
	static const size_t counts[] = { 0, 1, 50, 1000000 };

	(void)state;
	for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
		for (size_t jobs = 1; jobs <= 7; jobs += 3) {
			struct sum sums[7] = { { 0, 0 } };
			size_t done = 0;

			threads_deal(counts[c], add, sums, sizeof *sums, jobs);
			for (size_t i = 0; i < jobs; i++)
				done += sums[i].count;
			assert_true(done >= (counts[c] < 61 ? counts[c] : 61));
			assert_true(done < 1000000);
			assert_true(jobs > 1 || done == (counts[c] < 61 ? counts[c] : 61));
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
	assert_int_equal(threads_to_wait(0, 0), 1);
	assert_int_equal(threads_to_wait(0, 15), 1);
	assert_int_equal(threads_to_wait(0, 100000), 4);
	assert_int_equal(threads_to_wait(2, 1), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_its_own),
		cmocka_unit_test(numbers_are_dealt_out),
		cmocka_unit_test(at_least_one_and_not_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
