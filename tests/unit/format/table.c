/* table: columns line up, fit the width, and no cell moves the cursor.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/display.h"
#include "format/rows.h"
#include "format/table.h"

static void
fill(struct rows *r, const char *const *names, size_t columns, const char *const *cells, size_t count)
{
	struct str heads[8];

	for (size_t c = 0; c < columns; c++)
		heads[c] = str_from(names[c]);
	rows_columns(r, heads, columns);
	for (size_t i = 0; i < count; i++) {
		struct cell *row = rows_add(r);

		for (size_t c = 0; c < columns; c++) {
			struct str s = str_from(cells[i * columns + c]);
			uint64_t n;

			row[c] = (struct cell){ s, false, str_to_uint(s, UINT64_MAX, &n) };
		}
	}
}

static void
check(const char *const *names, size_t columns, const char *const *cells, size_t count,
    struct table_options opt, const char *want)
{
	AUTO(rows) r = ROWS_INIT;
	AUTO(buf) b = BUF_INIT;

	fill(&r, names, columns, cells, count);
	table_add(&b, &r, &opt);
	assert_string_equal(b.ptr, want);
	if (opt.width)
		for (size_t at = 0, end; at < b.len; at = end + 1) {
			end = str_find(buf_str(&b), at, '\n');
			assert_true(display_width(str_sub(buf_str(&b), at, end - at)) <= opt.width);
		}
}

static const char *const names[] = { "model", "port" };
static const char *const cells[] = { "a", "5001", "anthropic_claude-4.5-haiku-20251001", "80" };

static void
numbers_stand_right(void **state)
{
	(void)state;
	check(names, 2, cells, 2, (struct table_options){ 0, false, false, NULL, NULL },
	    "model                                port\n"
	    "-----------------------------------  ----\n"
	    "a                                    5001\n"
	    "anthropic_claude-4.5-haiku-20251001    80\n");
}

static void
texts_are_shortened_in_the_middle(void **state)
{
	(void)state;
	check(names, 2, cells, 2, (struct table_options){ 20, false, true, NULL, NULL },
	    "model           port\n"
	    "--------------  ----\n"
	    "a               5001\n"
	    "anthro...51001    80\n");
	check(names, 2, cells, 2, (struct table_options){ 21, false, false, NULL, NULL },
	    "model            port\n"
	    "---------------  ----\n"
	    "a                5001\n"
	    "anthrop\xe2\x80\xa6" "0251001    80\n");
}

static void
narrow_is_a_block_each(void **state)
{
	(void)state;
	check(names, 2, cells, 2, (struct table_options){ 13, false, true, NULL, NULL },
	    "model  a\n"
	    "port   5001\n"
	    "\n"
	    "model  an...1\n"
	    "port   80\n");
}

static void
right_by_wish_and_bold(void **state)
{
	static const bool right[] = { true, false };
	static const char *const mixed[] = { "8000-9000", "x", "80", "y" };

	(void)state;
	check(names, 2, mixed, 2, (struct table_options){ 0, true, false, right, NULL },
	    "\x1b[1m    model  port\x1b[0m\n"
	    "---------  ----\n"
	    "8000-9000  x\n"
	    "       80  y\n");
}

static void
cells_cannot_move_the_cursor(void **state)
{
	static const char *const hostile[] = { "\x1b[2J\x07\n\r\t\x7f", "a\xff\xc3",
		"\xe2\x80\xae"
		"x",
		"\xc2\x9b"
		"1m" };

	(void)state;
	check(names, 2, hostile, 2, (struct table_options){ 0, false, false, NULL, NULL },
	    "model                  port\n"
	    "---------------------  ---------\n"
	    "\\x1b[2J\\x07\\n\\r\\t\\x7f  a\\xff\\xc3\n"
	    "\\u202ex                \\u009b1m\n");
}

static void
width_is_what_a_terminal_takes(void **state)
{
	(void)state;
	assert_int_equal(display_width(STR("abc")), 3);
	assert_int_equal(display_width(STR("\xe6\x97\xa5\xe6\x9c\xac")), 4);
	assert_int_equal(display_width(STR("e\xcc\x81")), 1);
	assert_int_equal(display_width(STR("\xf0\x9f\x90\xb3")), 2);
	assert_int_equal(display_width(STR("\xc3\xa9\xe2\x80\xa6")), 2);
}

/* Whatever the width, the shortened text fits it, is UTF-8, and keeps both ends where it can. */
static void
fits_any_width(void **state)
{
	struct str s = STR("caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e e\xcc\x81 \xf0\x9f\x90\xb3 end");

	(void)state;
	for (size_t width = 0; width < 24; width++) {
		AUTO(buf) b = BUF_INIT;

		buf_add_char(&b, '|');
		display_fit(&b, s, width, STR("\xe2\x80\xa6"));
		assert_true(str_is_utf8(buf_str(&b)));
		assert_true(display_width(buf_str(&b)) <= width + 1);
		if (width >= 3)
			assert_true(str_ends(buf_str(&b), STR("d")) && str_starts(buf_str(&b), STR("|c")));
	}
}

static void
messages_go_on_in_the_next_line(void **state)
{
	static const char *const heads[] = { "app", "message", "line" };
	static const char *const rows[] = { "m/app1", "a text that is longer than its column", "7",
		"n", "short", "80" };
	const bool wrap[] = { false, true, false };

	(void)state;
	check(heads, 3, rows, 2, (struct table_options){ 32, false, true, NULL, wrap },
	    "app     message             line\n"
	    "------  ------------------  ----\n"
	    "m/app1  a text that is         7\n"
	    "        longer than its\n"
	    "        column\n"
	    "n       short                 80\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_go_on_in_the_next_line),
		cmocka_unit_test(numbers_stand_right),
		cmocka_unit_test(texts_are_shortened_in_the_middle),
		cmocka_unit_test(narrow_is_a_block_each),
		cmocka_unit_test(right_by_wish_and_bold),
		cmocka_unit_test(cells_cannot_move_the_cursor),
		cmocka_unit_test(width_is_what_a_terminal_takes),
		cmocka_unit_test(fits_any_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
