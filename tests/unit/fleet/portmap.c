/* portmap: what is never handed out, and the next free one.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "fleet/portmap.h"

/* What portmap_find promises, the slow way. */
static uint16_t
slow_find(const struct portmap *m, uint32_t from, uint32_t width)
{
	for (uint32_t i = from; i + width <= PORTMAP_PORTS; i++) {
		uint32_t n = 0;

		while (n < width && m->state[i + n] == PORT_FREE)
			n++;
		if (n == width)
			return (uint16_t)i;
	}
	return 0;
}

static void
reasons_stay(void **state)
{
	struct portmap *m = mem_alloc(sizeof *m);

	(void)state;
	portmap_init(m);
	assert_false(portmap_is_free(m, 0));
	assert_true(portmap_is_free(m, 1));
	portmap_block_low(m);
	portmap_block_bad(m);
	assert_int_equal(m->state[22], PORT_LOW);
	assert_int_equal(m->state[5061], PORT_BAD);
	assert_int_equal(m->state[6667], PORT_BAD);
	assert_true(portmap_is_free(m, 5062));
	portmap_take(m, 6667, 7);
	portmap_take(m, 6667, 8);
	assert_int_equal(m->state[6667], PORT_BAD);
	assert_int_equal(m->owner[6667], 7);
	assert_false(portmap_is_free(m, PORTMAP_PORTS));
	for (int s = PORT_FREE; s <= PORT_TAKEN; s++)
		assert_true(strlen(portmap_reason((enum port_state)s)) > 3);
	free(m);
}

static void
next_free_is_the_next_free(void **state)
{
	struct portmap *m = mem_alloc(sizeof *m);
	uint32_t seed = 1;

	(void)state;
	portmap_init(m);
	for (int i = 0; i < 3000; i++) {
		uint32_t from, width;

		seed = seed * 1664525 + 1013904223;
		from = 1 + (seed >> 16) % 2000;
		width = 1 + (seed >> 8) % 5;
		assert_int_equal(portmap_find(m, from, width), slow_find(m, from, width));
		portmap_take(m, (uint16_t)(1 + (seed >> 12) % 2100), 0);
	}
	assert_int_equal(portmap_find(m, 65536, 1), 0);
	assert_int_equal(portmap_find(m, 65530, 10), 0);
	assert_int_equal(portmap_find(m, 65535, 1), 65535);
	portmap_block(m, 60000, 70000, PORT_OUTSIDE);
	assert_int_equal(portmap_find(m, 60000, 1), 0);
	free(m);
}

static void
lists_are_reserved_or_refused(void **state)
{
	struct portmap *m = mem_alloc(sizeof *m);
	AUTO(error) err = ERROR_INIT;
	static const char *const bad[] = { "0", "65536", "9-8", "x", "80-", "-80", "1-2-3", "80 81" };

	(void)state;
	portmap_init(m);
	assert_int_equal(portmap_reserve(m, STR(" 5432, 9000-9002,,"), &err), 0);
	assert_int_equal(m->state[5432], PORT_RESERVED);
	assert_int_equal(m->state[9002], PORT_RESERVED);
	assert_true(portmap_is_free(m, 9003));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(portmap_reserve(m, str_from(bad[i]), &err), -1);
	free(m);
}

static void
what_was_blocked_is_reopened(void **state)
{
	static struct portmap m;

	(void)state;
	portmap_init(&m);
	portmap_block(&m, 1, 7999, PORT_LOW);
	portmap_block(&m, 8000, 8999, PORT_IN_RANGE);
	assert_int_equal(portmap_find(&m, 8000, 1), 9000);
	portmap_take(&m, 9000, 1);
	assert_true(portmap_reopen(&m, PORT_IN_RANGE));
	assert_int_equal(portmap_find(&m, 1, 1000), 8000);
	assert_int_equal(portmap_find(&m, 8999, 2), 9001);
	assert_false(portmap_reopen(&m, PORT_IN_RANGE));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_blocked_is_reopened),
		cmocka_unit_test(reasons_stay),
		cmocka_unit_test(next_free_is_the_next_free),
		cmocka_unit_test(lists_are_reserved_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
