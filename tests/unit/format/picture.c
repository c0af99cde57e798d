/* picture: who holds which port is drawn, and the drawing stays small.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "format/picture.h"

static size_t
count(const struct buf *b, const char *needle)
{
	size_t n = 0;

	for (const char *p = b->ptr; (p = strstr(p, needle)); p++)
		n++;
	return n;
}

static void
picture_shows_who_holds_what(void **state)
{
	AUTO_PTR(picture) p = picture_open();
	AUTO(buf) b = BUF_INIT;

	(void)state;
	picture_add(p, 0, STR("nobody"), true);
	picture_add(p, 1, STR("first"), false);
	picture_add(p, 5003, STR("<a>"), true);
	picture_add(p, 5003, STR("b"), true);
	picture_add(p, 65535, STR("last"), false);
	picture_draw(&b, p, "x", "A map");
	assert_non_null(strstr(b.ptr, "3 ports are held, 1 of them by more than one"));
	assert_non_null(strstr(b.ptr, "<title>5003: &lt;a&gt;; b</title>"));
	assert_non_null(strstr(b.ptr, "<title>65535: last</title>"));
	assert_null(strstr(b.ptr, "nobody"));
	assert_int_equal(count(&b, "<g class=\"held\">"), 2);
	assert_int_equal(count(&b, "<g class=\"clash\">"), 1);
	assert_int_equal(count(&b, "<g "), count(&b, "</g>"));
}

static void
a_crowd_is_counted(void **state)
{
	AUTO_PTR(picture) p = picture_open();
	AUTO(buf) b = BUF_INIT;

	(void)state;
	for (int i = 0; i < 10000; i++)
		picture_add(p, 80, STR("one of many"), true);
	picture_draw(&b, p, "x", "A map");
	assert_non_null(
	    strstr(b.ptr, "one of many; one of many; one of many; one of many; one of many and 9995 more"));
	buf_clear(&b);
	for (unsigned port = 1; port < 65536; port++)
		picture_add(p, (uint16_t)port, STR("all"), false);
	picture_draw(&b, p, "x", "A map");
	assert_null(strstr(b.ptr, "one of many"));	/* each is drawn, and none named */
	assert_non_null(strstr(b.ptr, "<path class=\"clash\" d=\"M"));
	assert_non_null(strstr(b.ptr, "and 416 hundreds more"));
	assert_true(b.len < (size_t)1 << 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(picture_shows_who_holds_what),
		cmocka_unit_test(a_crowd_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
