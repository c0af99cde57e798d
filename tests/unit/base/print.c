/* print: the same bytes as the C library's, whichever conversions a text has.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/print.h"

/* Prints both ways with room for SIZE bytes. */
static void __attribute__((format(printf, 2, 3)))
compare(size_t size, const char *fmt, ...)
{
	char ours[256], theirs[256];
	va_list ap, again;
	int n, m;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = print_into(ours, size, fmt, ap);
	m = vsnprintf(theirs, size, fmt, again);
	va_end(again);
	va_end(ap);
	assert_int_equal(n, m);
	if ((size_t)n < size)
		assert_string_equal(ours, theirs);
}

static void
says_what_printf_says(void **state)
{
	(void)state;
	for (size_t size = 1; size < 64; size++) {
		compare(size, "nothing to put in");
		compare(size, "%s", "");
		compare(size, "%s of %.*s%s", "port", 4, "model/app1", "");
		compare(size, "%u and %zu, %llu", 65535u, SIZE_MAX, UINT64_MAX + 0ull);
		compare(size, "%u%%, %.*s: %d %02X %5u %-4s|%c", 0u, 2, "abc", -7, 10u, 3u, "x", 'y');
		compare(size, "%.*s left, %.*s", 0, "nothing", 7, "a\0b");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_printf_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
