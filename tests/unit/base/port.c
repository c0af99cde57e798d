/* port: ranges of ports, and texts that give none.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/port.h"

static void
ranges_are_two_numbers_in_order(void **state)
{
	static const char *const bad[] = { "", "abc", "70000", "9-8", "-5", "8-", " 80", "80 ", "80- 81" };
	uint16_t low = 7, high = 7;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(port_range_parse(str_from(bad[i]), false, &low, &high));
	assert_true(low == 7 && high == 7);
	assert_true(port_range_parse(STR("1-65535"), false, &low, &high) && low == 1 && high == 65535);
	assert_true(port_range_parse(STR("80 - 90"), true, &low, &high) && low == 80 && high == 90);
	assert_true(port_range_parse(STR("8080"), false, &low, &high) && low == 8080 && high == 8080);
	assert_true(port_range_parse(STR("8080-8090"), false, &low, &high) && low == 8080 && high == 8090);
}

static void
a_text_comes_back(void **state)
{
	static const struct {
		const char *text;
		uint16_t low, high;
		bool is_single;
	} cases[] = {
		{ "", 0, 0, true }, { "80", 80, 80, true }, { "65535", 65535, 65535, true },
		{ "8000-9000", 8000, 9000, false }, { "8000-8000", 8000, 8000, false }, { "0", 0, 0, true },
		{ "08000", 8000, 8000, true }, { "70000", 0, 0, true }, { "x-y", 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct port_range r = port_range_of(str_from(cases[i].text));
		struct port_range_room room;

		assert_true(str_eq(port_range_text(&room, r), str_from(cases[i].text)));
		assert_true(r.low == cases[i].low && r.high == cases[i].high);
		assert_int_equal(port_range_is_single(r), cases[i].is_single);
		assert_int_equal(port_range_is_given(r), *cases[i].text != '\0');
		assert_true(port_range_eq(r, r));
	}
	assert_true(port_range_eq(port_range_one(80), port_range_of(STR("80"))));
	assert_false(port_range_eq(port_range_one(80), port_range_of(STR("080"))));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_two_numbers_in_order),
		cmocka_unit_test(a_text_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
