/* error: one line with its place, whatever bytes are in it.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"

static void
formats_as(const struct error *err, const char *want)
{
	AUTO(buf) b = BUF_INIT;

	error_format(err, &b);
	assert_string_equal(b.ptr, want);
}

static void
places(void **state)
{
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_false(error_is_set(&err));
	assert_int_equal(error_set(&err, "no %s here", "port"), -1);
	assert_true(error_is_set(&err));
	formats_as(&err, "no port here");
	assert_int_equal(error_file(&err, STR("a/.env")), -1);
	formats_as(&err, "a/.env: no port here");
	(void)error_at_line(&err, STR("b/.env"), 3);
	formats_as(&err, "b/.env:3: no port here");
	(void)error_place(&err, STR("b/.env"), 3, 7);
	formats_as(&err, "b/.env:3:7: no port here");
	assert_int_equal(error_about(&err, "x"), -1);
	formats_as(&err, "b/.env:3:7: no port here");
}

static void
the_later_message_stands(void **state)
{
	AUTO(error) err = ERROR_INIT;

	(void)state;
	(void)error_set(&err, "first");
	(void)error_place(&err, STR("x"), 1, 1);
	assert_int_equal(error_errno(&err, ENOENT, "cannot open %d", 2), -1);
	assert_int_equal(err.errnum, ENOENT);
	formats_as(&err, "cannot open 2: No such file or directory");
	error_release(&err);
	assert_false(error_is_set(&err));
	error_release(&err);
}

/* A file's name may not move the cursor of a terminal, nor break the line. */
static void
hostile_bytes_are_made_visible(void **state)
{
	AUTO(error) err = ERROR_INIT;

	(void)state;
	(void)error_set(&err, "bad\nline\x7f caf\xc3\xa9");
	(void)error_at_line(&err, STR("a\x1b[2J\xff"), 1);
	formats_as(&err, "a\\x1b[2J\\xff:1: bad\\nline\\x7f caf\xc3\xa9");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places),
		cmocka_unit_test(the_later_message_stands),
		cmocka_unit_test(hostile_bytes_are_made_visible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
