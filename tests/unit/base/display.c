/* display: nothing that is shown moves the cursor, and its columns are counted.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "base/display.h"

static void
shown(struct str s, const char *want, size_t width)
{
	AUTO(buf) b = BUF_INIT;

	display_add(&b, s);
	assert_string_equal(b.ptr, want);
	assert_int_equal(display_width(buf_str(&b)), width);
}

static void
what_moves_is_written_out(void **state)
{
	(void)state;
	shown(STR("a\n\t\r\x1b[31m\x7f"), "a\\n\\t\\r\\x1b[31m\\x7f", 19);
	shown(STR("\xe2\x80\xae" "ab"), "\\u202eab", 8);
	shown(STR("\xc2\x85"), "\\u0085", 6);
	shown(STR("\xf3\xa0\x81\x81"), "\\U000e0041", 10);
	shown(STR("\xff" "a\xc3"), "\\xffa\\xc3", 9);
	shown(STR("\0"), "\\x00", 4);
	shown(STR("\xed\xa0\x80"), "\\xed\\xa0\\x80", 12);
}

static void
lines_stay_lines(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	display_add_lines(&b, STR("a\tb\r\n\rc\x1b\n\n\xff\r"));
	assert_string_equal(b.ptr, "a\tb\r\n\\rc\\x1b\n\n\\xff\\r");
}

/* Every byte alone, and every code point that is one. */
static void
all_of_it_is_printable(void **state)
{
	(void)state;
	for (unsigned c = 0; c < 0x3000; c++) {
		char bytes[3] = { (char)c };
		struct str s = { bytes, 1 };
		AUTO(buf) b = BUF_INIT;

		if (c >= 0x800)
			bytes[0] = (char)(0xe0 | c >> 12), bytes[1] = (char)(0x80 | (c >> 6 & 0x3f)),
			bytes[2] = (char)(0x80 | (c & 0x3f)), s.len = 3;
		else if (c >= 0x100)
			bytes[0] = (char)(0xc0 | c >> 6), bytes[1] = (char)(0x80 | (c & 0x3f)), s.len = 2;
		display_add(&b, s);
		assert_true(str_is_utf8(buf_str(&b)));
		for (size_t i = 0; i < b.len; i++)
			assert_true((unsigned char)b.ptr[i] >= 0x20 && b.ptr[i] != 0x7f);
		assert_true(c < 0x20 || c >= 0x7f || b.len == 1);
	}
}

static void
columns_are_counted(void **state)
{
	(void)state;
	assert_int_equal(display_width(STR("abc")), 3);
	assert_int_equal(display_width(STR("e\xcc\x81")), 1);
	assert_int_equal(display_width(STR("\xe6\xbc\xa2\xe5\xad\x97")), 4);
	assert_int_equal(display_width(STR("\xf0\x9f\x9a\xa2")), 2);
	assert_int_equal(display_width(STR("")), 0);
}

static void
fits(const char *s, size_t width, const char *mark, const char *want)
{
	AUTO(buf) b = BUF_INIT;

	display_fit(&b, str_from(s), width, str_from(mark));
	assert_string_equal(b.ptr ? b.ptr : "", want);
	assert_true(display_width(buf_str(&b)) <= width);
}

static void
the_middle_gives_way(void **state)
{
	(void)state;
	fits("abcdef", 6, "..", "abcdef");
	fits("abcdefg", 6, "..", "ab..fg");
	fits("abcdefg", 5, "..", "ab..g");
	fits("abcdefg", 2, "..", "ab");
	fits("abcdefg", 0, "..", "");
	fits("\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2", 5, ".", "\xe6\xbc\xa2.\xe6\xbc\xa2");
	fits("\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2", 4, ".", "\xe6\xbc\xa2.");
	fits("e\xcc\x81" "bcdee\xcc\x81", 3, ".", "e\xcc\x81.e\xcc\x81");
}

static void
a_mark_is_never_cut_from_its_letter(void **state)
{
	char text[41] = "";

	(void)state;
	for (int i = 0; i < 10; i++)
		(void)strcat(text, "a\xcc\x81");
	for (size_t width = 0; width <= 12; width++) {
		AUTO(buf) b = BUF_INIT;

		display_fit(&b, str_from(text), width, STR("."));
		assert_int_equal(display_width(buf_str(&b)), width < 10 ? width : 10);
		assert_true(b.len == 0 || (unsigned char)b.ptr[0] < 0x80);
		if (width > 1 && width < 10)
			assert_null(strstr(b.ptr, ".\xcc\x81"));
	}
}

static void
code_points_are_stepped_through(void **state)
{
	struct str s = STR("a\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x9a\xa2\xe6\xbc");
	static const uint32_t want[] = { 'a', 0xe9, 0x6f22, 0x1f6a2, 0xfffd, 0xfffd };
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < sizeof want / sizeof *want; i++)
		assert_int_equal(display_next(s, &at), want[i]);
	assert_int_equal(at, s.len);
}

static void
of_a_path_the_end_stays(void **state)
{
	static const char path[] = "generated/apps/anthropic_claude/app12";

	(void)state;
	fits(path, 37, "..", path);
	fits(path, 36, "..", "../apps/anthropic_claude/app12");
	fits(path, 25, "..", "../anthropic_claude/app12");
	fits(path, 24, "..", "../anthrop..claude/app12");
	fits(path, 13, "..", "../a..e/app12");
	fits(path, 12, "..", "gener..app12");
	fits("anthropic_claude/app12", 15, "..", "anth..ude/app12");
	fits("8080/tcp of a b", 10, "..", "8080.. a b");
	fits("no_path_at_all", 8, "..", "no_..all");
}

static void
lines_end_at_a_blank(void **state)
{
	(void)state;
	assert_int_equal(display_wrap(STR("one two three"), 9), 7);
	assert_int_equal(display_wrap(STR("one two three"), 13), 13);
	assert_int_equal(display_wrap(STR("onetwothree"), 4), 4);
	assert_int_equal(display_wrap(STR("\xe6\x97\xa5\xe6\x9c\xac"), 1), 6);	/* no room for one: all */
	assert_int_equal(display_wrap(STR(""), 4), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_at_a_blank),
		cmocka_unit_test(of_a_path_the_end_stays),
		cmocka_unit_test(what_moves_is_written_out),
		cmocka_unit_test(lines_stay_lines),
		cmocka_unit_test(all_of_it_is_printable),
		cmocka_unit_test(columns_are_counted),
		cmocka_unit_test(the_middle_gives_way),
		cmocka_unit_test(a_mark_is_never_cut_from_its_letter),
		cmocka_unit_test(code_points_are_stepped_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
