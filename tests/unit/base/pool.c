/* pool: what is alike has one number, and what it was stays where it is.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/pool.h"

struct pair {
	uint32_t x, y;
};

enum { MANY = 20 * POOL_PAGE };

static void
what_is_alike_is_kept_once(void **state)
{
	AUTO(pool) p = POOL_INIT(struct pair);

	(void)state;
	for (unsigned round = 0; round < 2; round++)
		for (uint32_t i = 0; i < MANY; i++)
			assert_int_equal(pool_add(&p, &(struct pair){ i / 7, i % 7 }), i);	/* 0: zeros */
	assert_int_equal(p.count, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		const struct pair *pair = pool_at(&p, i);

		assert_int_equal(pair->x, i / 7);
		assert_int_equal(pair->y, i % 7);
	}
}

static void
a_record_stays_where_it_is(void **state)
{
	AUTO(pool) p = POOL_INIT(struct pair);
	const struct pair *first = pool_at(&p, pool_add(&p, &(struct pair){ 3, 4 }));

	(void)state;
	for (uint32_t i = 0; i < MANY; i++)
		(void)pool_add(&p, &(struct pair){ i, 0 });
	assert_ptr_equal(pool_at(&p, 1), first);
	assert_int_equal(first->x, 3);
	assert_int_equal(first->y, 4);
}

static void
zeros_have_the_number_0(void **state)
{
	AUTO(pool) p = POOL_INIT(struct pair);

	(void)state;
	assert_int_equal(pool_add(&p, &(struct pair){ 0, 256 }), 1);
	assert_int_equal(pool_add(&p, &(struct pair){ 0, 0 }), 0);
	assert_int_equal(((const struct pair *)pool_at(&p, 0))->y, 0);
	assert_int_equal(p.count, 2);
}

static void
a_released_pool_is_empty(void **state)
{
	AUTO(pool) p = POOL_INIT(struct pair);

	(void)state;
	(void)pool_add(&p, &(struct pair){ 1, 1 });
	pool_release(&p);
	assert_int_equal(p.count, 0);
	assert_int_equal(pool_add(&p, &(struct pair){ 2, 2 }), 1);
	assert_int_equal(((const struct pair *)pool_at(&p, 1))->x, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_alike_is_kept_once),
		cmocka_unit_test(a_record_stays_where_it_is),
		cmocka_unit_test(zeros_have_the_number_0),
		cmocka_unit_test(a_released_pool_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
