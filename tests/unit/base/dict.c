/* dict: each text keeps the first number that it was given, however many there are.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/dict.h"

enum { MANY = 5000 };

/* Adds MANY keys and finds each of them, and no other. */
static void
fill(struct dict *d, struct arena *a)
{
	for (uint32_t i = 0; i < MANY; i++) {
		struct str key = arena_printf(a, "Key %u", i);

		assert_int_equal(dict_find(d, key), DICT_NONE);
		assert_int_equal(dict_add(d, key, 2 * i), 2 * i);
		assert_int_equal(dict_add(d, key, 7), i == 0 ? 0 : 2 * i);
		assert_int_equal(d->count, i + 1);
	}
	for (uint32_t i = 0; i < MANY; i++) {
		assert_int_equal(dict_find(d, arena_printf(a, "Key %u", i)), 2 * i);
		assert_int_equal(d->entries[i].number, 2 * i);
		assert_true(str_eq(d->entries[i].key, arena_printf(a, "Key %u", i)));
	}
	assert_int_equal(dict_find(d, STR("Key")), DICT_NONE);
	assert_int_equal(dict_find(d, (struct str)STR_INIT), DICT_NONE);
}

static void
what_was_added_is_found(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(dict) on_heap = DICT_INIT;
	struct dict in_arena = DICT_IN(&a);

	(void)state;
	fill(&on_heap, &a);
	fill(&in_arena, &a);
	dict_release(&on_heap);
	assert_int_equal(dict_find(&on_heap, STR("Key 1")), DICT_NONE);
	assert_int_equal(dict_add(&on_heap, STR("Key 1"), 5), 5);
	assert_int_equal(dict_find(&on_heap, STR("Key 1")), 5);
}

static void
any_bytes_are_a_key(void **state)
{
	AUTO(dict) d = DICT_INIT;

	(void)state;
	assert_int_equal(dict_add(&d, (struct str)STR_INIT, 1), 1);
	assert_int_equal(dict_add(&d, STR(""), 2), 1);
	assert_int_equal(dict_add(&d, STR("a\0b"), 3), 3);
	assert_int_equal(dict_add(&d, STR("a\0c"), 4), 4);
	assert_int_equal(dict_find(&d, STR("a")), DICT_NONE);
	assert_int_equal(dict_find(&d, STR("a\0c")), 4);
}

static void
letters_may_count_as_small(void **state)
{
	AUTO(dict) d = { .folds = true };

	(void)state;
	assert_int_equal(dict_add(&d, STR("Web-1"), 1), 1);
	assert_int_equal(dict_add(&d, STR("wEB-1"), 2), 1);
	assert_int_equal(dict_find(&d, STR("WEB-1")), 1);
	assert_int_equal(dict_find(&d, STR("web-2")), DICT_NONE);
	dict_release(&d);
	assert_true(d.folds);
}

static void
a_key_may_be_copied(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(dict) d = DICT_INIT;
	char key[] = "abc";

	(void)state;
	assert_int_equal(dict_add_copy(&d, &a, str_from(key), 0), 0);
	key[0] = 'x';
	assert_int_equal(dict_find(&d, STR("abc")), 0);
	assert_int_equal(dict_find(&d, str_from(key)), DICT_NONE);
	assert_string_equal(d.entries[0].key.ptr, "abc");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_is_found),
		cmocka_unit_test(any_bytes_are_a_key),
		cmocka_unit_test(letters_may_count_as_small),
		cmocka_unit_test(a_key_may_be_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
