/* nearest: a mistyped word leads to the one that was meant, and a strange one to none.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/nearest.h"

static void
nearest(void **state)
{
	static const char *const names[] = { "conflicts", "allocations", "ports" };

	(void)state;
	assert_string_equal(nearest_find("conflict", names, 3), "conflicts");
	assert_string_equal(nearest_find("alocatoins", names, 3), "allocations");
	assert_string_equal(nearest_find("ports", names, 3), "ports");
	assert_null(nearest_find("summary", names, 3));
	assert_null(nearest_find("x", names, 0));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
