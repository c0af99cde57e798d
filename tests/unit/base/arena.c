/* arena: blocks stay where they are, are aligned, and are given back as a whole.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void
addresses_stay(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	struct str *kept = NULL;
	size_t count = 0, cap = 0;

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		ARENA_GROW(&a, kept, count, cap);
		kept[count++] = arena_printf(&a, "item %zu", i);
	}
	for (size_t i = 0; i < count; i++) {
		char want[32];

		(void)snprintf(want, sizeof want, "item %zu", i);
		assert_int_equal(kept[i].len, strlen(want));
		assert_string_equal(kept[i].ptr, want);
	}
}

static void
memory_is_aligned_and_apart(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	char *before = NULL;

	(void)state;
	for (size_t size = 0; size < 300; size++) {
		char *p = arena_alloc(&a, size);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		memset(p, 0xee, size);
		if (before)
			assert_true(p >= before || p + size <= before);
		before = p + size;
	}
}

static void
large_blocks_fit(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	char *small = arena_alloc(&a, 10), *large = arena_zero(&a, 1000, 1000), *again;

	(void)state;
	memset(small, 1, 10);
	for (size_t i = 0; i < 1000000; i++)
		assert_int_equal(large[i], 0);
	again = arena_alloc(&a, 5000000);
	memset(again, 2, 5000000);
	assert_int_equal(small[9], 1);
}

static void
copies_end_in_nul(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	struct str s = arena_dup(&a, STR("a\0b")), t = arena_cat(&a, s, STR("cd")),
		   none = arena_dup(&a, (struct str)STR_INIT);

	(void)state;
	assert_int_equal(t.len, 5);
	assert_memory_equal(t.ptr, "a\0bcd", 6);
	assert_int_equal(none.len, 0);
	assert_string_equal(none.ptr, "");
}

static void
reset_starts_over(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	char *first;

	(void)state;
	arena_reset(&a);
	first = arena_alloc(&a, 1);
	for (int i = 0; i < 100; i++)
		(void)arena_alloc(&a, 10000);
	arena_reset(&a);
	assert_int_equal(arena_size(&a), 0);
	assert_ptr_equal(arena_alloc(&a, 1), first);
	assert_true(arena_size(&a) >= 1 && arena_size(&a) < 100);
	(void)arena_alloc(&a, 300000);
	assert_true(arena_size(&a) >= 300001 && arena_size(&a) < 400000);
	arena_release(&a);
	assert_non_null(arena_alloc(&a, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_stay),
		cmocka_unit_test(memory_is_aligned_and_apart),
		cmocka_unit_test(large_blocks_fit),
		cmocka_unit_test(copies_end_in_nul),
		cmocka_unit_test(reset_starts_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
