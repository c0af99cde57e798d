/* text: a file's bytes, the lines in them, and their digest.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

static void
at(struct text *t, size_t off, size_t line, size_t column)
{
	size_t l, c;

	text_position(t, off, &l, &c);
	assert_int_equal(l, line);
	assert_int_equal(c, column);
}

static void
positions(void **state)
{
	AUTO(text) t = TEXT_INIT;

	(void)state;
	text_copy(&t, STR("ab\r\n\ncd\re\n"));
	at(&t, 0, 1, 1);
	at(&t, 3, 1, 4);
	at(&t, 4, 2, 1);
	at(&t, 5, 3, 1);
	at(&t, 8, 3, 4);
	at(&t, 10, 4, 1);
	text_copy(&t, STR(""));
	at(&t, 0, 1, 1);
	text_copy(&t, STR("no newline"));
	at(&t, 10, 1, 11);
}

static void
a_mark_is_no_column(void **state)
{
	AUTO(text) t = TEXT_INIT;

	(void)state;
	text_copy(&t, STR("\xef\xbb\xbf" "a\nb"));
	assert_int_equal(text_bom(&t), 3);
	at(&t, 0, 1, 1);
	at(&t, 2, 1, 1);
	at(&t, 3, 1, 1);
	at(&t, 4, 1, 2);
	at(&t, 5, 2, 1);
	text_copy(&t, STR("\xef\xbb"));
	assert_int_equal(text_bom(&t), 0);
}

static void
comments(void **state)
{
	AUTO(text) t = TEXT_INIT;

	(void)state;
	text_copy(&t, STR("a # b\n \t# c\n\n#"));
	assert_false(text_is_comment(&t, 4));
	assert_true(text_is_comment(&t, 6));
	assert_true(text_is_comment(&t, 10));
	assert_true(text_is_comment(&t, 11));
	assert_false(text_is_comment(&t, 12));
	assert_true(text_is_comment(&t, 13));
	text_copy(&t, STR(""));
	assert_false(text_is_comment(&t, 0));
}

static void
spans(void **state)
{
	AUTO(text) t = TEXT_INIT;

	(void)state;
	text_copy(&t, STR("a\0bc"));
	assert_int_equal(t.ptr[4], '\0');
	assert_true(str_eq(text_str(&t), STR("a\0bc")));
	assert_true(str_eq(text_span(&t, (struct span){ 1, 2 }), STR("\0b")));
	assert_true(str_eq(text_span(&t, (struct span){ 4, 0 }), STR("")));
}

/* The values are those of the xxhsum program: xxhsum -H3. */
static void
digests(void **state)
{
	char s[TEXT_DIGEST_SIZE];
	uint64_t d = 0;

	(void)state;
	text_digest_format(text_digest(STR("")), s);
	assert_string_equal(s, "xxh3:2d06800538d394c2");
	text_digest_format(text_digest((struct str)STR_INIT), s);
	assert_string_equal(s, "xxh3:2d06800538d394c2");
	text_digest_format(text_digest(STR("BACKEND_PORT=5003\n")), s);
	assert_true(text_digest_parse(str_from(s), &d));
	assert_true(d == text_digest(STR("BACKEND_PORT=5003\n")));
	assert_false(text_digest_parse(STR("xxh3:2d06800538d394c"), &d));

	AUTO_PTR(text_digester) parts = text_digester_open();

	assert_true(text_digester_end(parts) == text_digest(STR("")));
	text_digester_add(parts, STR("BACKEND_"));
	text_digester_add(parts, (struct str)STR_INIT);
	text_digester_add(parts, STR("PORT=5003\n"));
	assert_true(text_digester_end(parts) == text_digest(STR("BACKEND_PORT=5003\n")));
	assert_false(text_digest_parse(STR("xxh3:2d06800538d394c22"), &d));
	assert_false(text_digest_parse(STR("xxh3:2D06800538D394C2"), &d));
	assert_false(text_digest_parse(STR("md5_:2d06800538d394c2"), &d));
	assert_false(text_digest_parse(STR(""), &d));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(positions),
		cmocka_unit_test(a_mark_is_no_column),
		cmocka_unit_test(comments),
		cmocka_unit_test(spans),
		cmocka_unit_test(digests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
