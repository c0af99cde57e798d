/* place: which spans share a byte.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/place.h"

static void
spans_that_meet(void **state)
{
	static const struct {
		struct span a, b;
		bool overlap;
	} cases[] = {
		{ { 0, 2 }, { 1, 2 }, true }, { { 0, 2 }, { 2, 2 }, false }, { { 5, 1 }, { 0, 9 }, true },
		{ { 3, 0 }, { 3, 2 }, false },
		{ { 4, 0 }, { 3, 2 }, true }, { { 5, 0 }, { 3, 2 }, false }, { { 3, 0 }, { 3, 0 }, false },
		{ { 1, 1 }, { 1, 1 }, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(span_overlaps(cases[i].a, cases[i].b), cases[i].overlap);
		assert_int_equal(span_overlaps(cases[i].b, cases[i].a), cases[i].overlap);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(spans_that_meet) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
