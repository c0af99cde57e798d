/* buf: what is added is there, in order, with a NUL behind it.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void
check(const struct buf *b)
{
	assert_true(b->ptr == NULL || b->len < b->cap);
	assert_true(b->ptr == NULL || b->ptr[b->len] == '\0');
	assert_true(b->ptr != NULL || (b->len == 0 && b->cap == 0));
}

static void
bytes_are_added(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	check(&b);
	assert_int_equal(buf_str(&b).len, 0);
	for (int i = 0; i < 1000; i++) {
		buf_add(&b, "a\0b", 3);
		check(&b);
	}
	buf_add(&b, NULL, 0);
	buf_add_str(&b, STR("cd"));
	buf_add_char(&b, '\0');
	buf_printf(&b, "%d-%s", 42, "x");
	check(&b);
	assert_int_equal(b.len, 3000 + 2 + 1 + 4);
	assert_memory_equal(b.ptr + 2997, "a\0bcd\0" "42-x", 11);
}

static void
room_is_reserved(void **state)
{
	AUTO(buf) b = BUF_INIT;
	char *p;

	(void)state;
	buf_add(&b, "ab", 2);
	p = buf_reserve(&b, 100000);
	memset(p, 'z', 100000);
	b.len += 100000;
	b.ptr[b.len] = '\0';
	check(&b);
	assert_memory_equal(b.ptr, "abzz", 4);
}

static void
clear_keeps_and_release_frees(void **state)
{
	AUTO(buf) b = BUF_INIT;
	char *p;

	(void)state;
	buf_clear(&b);
	check(&b);
	buf_add(&b, "abc", 3);
	p = b.ptr;
	buf_clear(&b);
	check(&b);
	assert_int_equal(b.len, 0);
	assert_ptr_equal(b.ptr, p);
	buf_release(&b);
	check(&b);
	buf_release(&b);
	buf_printf(&b, "%s", "");
	check(&b);
	assert_int_equal(b.len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_added),
		cmocka_unit_test(room_is_reserved),
		cmocka_unit_test(clear_keeps_and_release_frees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
