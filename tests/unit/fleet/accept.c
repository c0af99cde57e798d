/* accept: the lines of a list, and which of them nothing needs.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "fleet/accept.h"

static int
read_text(struct accept *list, const char *text, struct error *err)
{
	scratch_put("list", text);
	return accept_read(list, "list", err);
}

static void
lines_are_read(void **state)
{
	AUTO(accept) list = ACCEPT_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(read_text(&list,
	    "\xef\xbb\xbf# a comment\n\nm/app1 n/app2 5432/tcp # never at once\r\n"
	    "\t\"my \\\"blog\\\"\", \"b#c\"\nx y # \n", &err), 0);
	assert_int_equal(list.count, 3);
	assert_true(str_eq(list.items[0].a, STR("m/app1")) && str_eq(list.items[0].b, STR("n/app2")));
	assert_true(str_eq(list.items[0].what, STR("5432/tcp")));
	assert_true(str_eq(list.items[0].reason, STR("never at once")));
	assert_int_equal(list.items[0].line, 3);
	assert_true(str_eq(list.items[1].a, STR("my \"blog\"")) && str_eq(list.items[1].b, STR("b#c")));
	assert_int_equal(list.items[1].what.len, 0);
	assert_int_equal(list.items[2].reason.len, 0);
}

static void
a_line_that_is_none_is_refused(void **state)
{
	static const char *const bad[] = { "one\n", "a b c d\n", "\"a b\n", "a # b\n" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		AUTO(accept) list = ACCEPT_INIT;
		AUTO(error) err = ERROR_INIT;

		assert_int_equal(read_text(&list, bad[i], &err), -1);
	}
}

static void
what_nothing_needs_is_told(void **state)
{
	AUTO(accept) list = ACCEPT_INIT;
	AUTO(error) err = ERROR_INIT;
	size_t at = 0;

	(void)state;
	assert_int_equal(read_text(&list, "a b\nc d\n", &err), 0);
	accept_meet(&list, &list.items[0]);
	assert_ptr_equal(accept_next_idle(&list, &at), &list.items[1]);
	assert_null(accept_next_idle(&list, &at));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(lines_are_read),
		scratch_test(a_line_that_is_none_is_refused),
		scratch_test(what_nothing_needs_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
