/* str: borrowed bytes compared, searched and cut.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

static const struct str none = STR_INIT;

static void
compared_by_bytes(void **state)
{
	(void)state;
	assert_true(str_eq(STR("a\0b"), (struct str){ "a\0b", 3 }));
	assert_false(str_eq(STR("a\0b"), STR("a\0c")));
	assert_false(str_eq(STR("a"), STR("ab")));
	assert_true(str_eq(none, STR("")));
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("b"), STR("ab")) > 0);
	assert_true(str_cmp(STR("\x7f"), STR("\x80")) < 0);
	assert_int_equal(str_cmp(none, STR("")), 0);
	assert_true(str_eq_fold(STR("Ab-9"), STR("aB-9")));
	assert_false(str_eq_fold(STR("\xc4"), STR("\xe4")));
	assert_false(str_eq_fold(STR("["), STR("{")));
	assert_int_equal(str_from(NULL).len, 0);
	assert_int_equal(str_from("abc").len, 3);
}

static void
beginnings_and_ends(void **state)
{
	(void)state;
	assert_true(str_starts(STR("abc"), STR("ab")));
	assert_true(str_starts(STR("abc"), none));
	assert_false(str_starts(STR("ab"), STR("abc")));
	assert_true(str_ends(STR("abc"), STR("bc")));
	assert_true(str_ends(none, none));
	assert_false(str_ends(STR("bc"), STR("abc")));
	assert_false(str_ends(STR("abc"), STR("ab")));
}

static void
one_of_some(void **state)
{
	static const char *const words[] = { "a", "bc", NULL }, *const no_words[] = { NULL };

	(void)state;
	assert_true(str_is_one_of(STR("a"), words));
	assert_true(str_is_one_of(STR("bc"), words));
	assert_false(str_is_one_of(STR("b"), words));
	assert_false(str_is_one_of(none, words));
	assert_false(str_is_one_of(none, no_words));
}

static void
found_or_at_the_end(void **state)
{
	struct str s = STR("abcabc");

	(void)state;
	assert_int_equal(str_find(s, 0, 'b'), 1);
	assert_int_equal(str_find(s, 2, 'b'), 4);
	assert_int_equal(str_find(s, 5, 'b'), 6);
	assert_int_equal(str_find(s, 99, 'b'), 6);
	assert_int_equal(str_find(none, 0, 'b'), 0);
	assert_int_equal(str_skip(s, 0, STR("ab")), 2);
	assert_int_equal(str_skip(s, 0, STR("cba")), 6);
	assert_int_equal(str_skip(s, 1, none), 1);
	assert_int_equal(str_skip(s, 99, STR("a")), 6);
	assert_true(str_has(s, 'c'));
	assert_false(str_has(s, '\0'));
	assert_false(str_has(none, 'c'));
	assert_int_equal(str_search(s, 0, STR("ca")), 2);
	assert_int_equal(str_search(s, 1, STR("abc")), 3);
	assert_int_equal(str_search(s, 4, STR("abc")), 6);
	assert_int_equal(str_search(s, 0, STR("cb")), 6);
	assert_int_equal(str_search(s, 0, none), 6);
	assert_int_equal(str_search(STR("aab"), 0, STR("ab")), 1);
}

static void
cut_and_trimmed(void **state)
{
	(void)state;
	assert_true(str_eq(str_sub(STR("abcd"), 1, 2), STR("bc")));
	assert_true(str_eq(str_sub(STR("abcd"), 3, SIZE_MAX), STR("d")));
	assert_true(str_eq(str_sub(STR("abcd"), 4, 1), none));
	assert_true(str_eq(str_sub(STR("abcd"), SIZE_MAX, 1), none));
	assert_true(str_eq(str_trim(STR(" \t\r\n\v\fa b \n")), STR("a b")));
	assert_true(str_eq(str_trim(STR("  ")), none));
	assert_true(str_eq(str_trim(STR("\xc2\xa0x")), STR("\xc2\xa0x")));
}

static void
numbers(void **state)
{
	static const struct {
		struct str s;
		uint64_t max;
		bool good;
		uint64_t value;
	} cases[] = {
		{ STR("0"), 10, true, 0 }, { STR("007"), 10, true, 7 }, { STR("65535"), 65535, true, 65535 },
		{ STR("65536"), 65535, false, 0 }, { STR(""), 10, false, 0 }, { STR("-1"), 10, false, 0 },
		{ STR("+1"), 10, false, 0 }, { STR(" 1"), 10, false, 0 }, { STR("1 "), 10, false, 0 },
		{ STR("1a"), 100, false, 0 }, { STR("18446744073709551615"), UINT64_MAX, true, UINT64_MAX },
		{ STR("18446744073709551616"), UINT64_MAX, false, 0 }, { STR("9"), 8, false, 0 },
		{ STR("1\0"), 99, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t got = 4711;

		assert_int_equal(str_to_uint(cases[i].s, cases[i].max, &got), cases[i].good);
		assert_true(got == (cases[i].good ? cases[i].value : 4711));
	}
}

static void
well_formed_utf8(void **state)
{
	(void)state;
	assert_true(str_is_utf8(none));
	assert_true(str_is_utf8(STR("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf")));
	assert_false(str_is_utf8(STR("\x80")));
	assert_false(str_is_utf8(STR("\xc0\x80")));
	assert_false(str_is_utf8(STR("\xc3")));
	assert_false(str_is_utf8(STR("\xe0\x9f\xbf")));
	assert_false(str_is_utf8(STR("\xed\xa0\x80")));
	assert_false(str_is_utf8(STR("\xf0\x8f\xbf\xbf")));
	assert_false(str_is_utf8(STR("\xf4\x90\x80\x80")));
	assert_false(str_is_utf8(STR("\xf8\x88\x80\x80\x80")));
	assert_false(str_is_utf8(STR("\xe2\x82x")));
	assert_true(str_has_nul(STR("a\0b")));
	assert_false(str_has_nul(STR("ab")));
}

static void
parted(void **state)
{
	struct str s = STR("a,,bc,"), part;
	size_t at = 0;

	(void)state;
	assert_true(str_next_part(s, ',', &at, &part) && str_eq(part, STR("a")));
	assert_true(str_next_part(s, ',', &at, &part) && str_eq(part, none));
	assert_true(str_next_part(s, ',', &at, &part) && str_eq(part, STR("bc")));
	assert_false(str_next_part(s, ',', &at, &part));
	at = 0;
	assert_false(str_next_part(none, ',', &at, &part));
	assert_true(str_next_part(STR("x"), ',', &at, &part) && str_eq(part, STR("x")));
	assert_false(str_next_part(STR("x"), ',', &at, &part));
}

static void
written_in_digits(void **state)
{
	struct str_digits room;

	(void)state;
	assert_true(str_eq(str_from_uint(&room, 0), STR("0")));
	assert_true(str_eq(str_from_uint(&room, 5001), STR("5001")));
	assert_true(str_eq(str_from_uint(&room, UINT64_MAX), STR("18446744073709551615")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compared_by_bytes),
		cmocka_unit_test(beginnings_and_ends),
		cmocka_unit_test(one_of_some),
		cmocka_unit_test(found_or_at_the_end),
		cmocka_unit_test(cut_and_trimmed),
		cmocka_unit_test(parted),
		cmocka_unit_test(written_in_digits),
		cmocka_unit_test(numbers),
		cmocka_unit_test(well_formed_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
