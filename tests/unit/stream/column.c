/* column: what each type of column holds, from its text and back.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stream/column.h"

enum level { LEVEL_NONE, LEVEL_HIGH, LEVEL_LOW, LEVEL_OTHER };

struct thing {
	enum level level;
	struct str other, text;
	uint64_t number, digest;
	size_t position, off, len;
	bool has_digest, has_span;
};

static const struct str levels[] = { STR_INIT, COLUMN_WORD_INIT("high"), COLUMN_WORD_INIT("low") };
static const struct column_words open = { levels, LEVEL_OTHER, .is_sorted = true, .is_open = true };
static const struct column_words shut = { levels, LEVEL_OTHER, .is_sorted = false, .is_open = false };

#define OFFSET(name) offsetof(struct thing, name)

static const struct column level = { "level", COLUMN_WORD, .member = OFFSET(level), .words = &open,
	.other = OFFSET(other) },
			   strict = { "level", COLUMN_WORD, .member = OFFSET(level), .words = &shut },
			   text = { "text", COLUMN_TEXT, .member = OFFSET(text) },
			   number = { "number", COLUMN_NUMBER, .member = OFFSET(number) },
			   digest = { "digest", COLUMN_DIGEST, .member = OFFSET(digest),
				   .flag = OFFSET(has_digest) },
			   position = { "position", COLUMN_POSITION, .member = OFFSET(position) },
			   off = { "off", COLUMN_OFFSET, .member = OFFSET(off), .flag = OFFSET(has_span) },
			   len = { "len", COLUMN_LENGTH, .member = OFFSET(len), .flag = OFFSET(has_span) };

/* TEXT, set in a zeroed thing, is written as WANT; NULL: it is refused. */
static void
becomes(const struct column *c, const char *from, const char *want)
{
	struct thing thing = { .has_span = c == &len };
	union column_room room;
	int got = column_set(c, &thing, str_from(from));

	assert_int_equal(got, want ? 0 : -1);
	if (want && !str_eq(column_text(c, &thing, &room), str_from(want)))
		fail_msg("%s: '%s' becomes '%.*s'", c->name, from, STR_ARG(column_text(c, &thing, &room)));
}

static void
texts_come_back(void **state)
{
	(void)state;
	becomes(&text, " any text ", " any text ");
	becomes(&level, "", "");
	becomes(&level, "low", "low");
	becomes(&level, "middle", "middle");
	becomes(&strict, "high", "high");
	becomes(&strict, "middle", NULL);
	becomes(&number, "0", "0");
	becomes(&number, "", "0");
	becomes(&number, "1x", NULL);
	becomes(&number, "18446744073709551615", NULL);
	becomes(&position, "0", "");
	becomes(&position, "12", "12");
	becomes(&off, "0", "0");
	becomes(&off, "", "");
	becomes(&off, "-1", NULL);
	becomes(&len, "7", "7");
	becomes(&digest, "xxh3:0123456789abcdef", "xxh3:0123456789abcdef");
	becomes(&digest, "", "");
	becomes(&digest, "xxh3:12", NULL);
}

static void
a_flag_says_what_is_there(void **state)
{
	struct thing thing = { .position = 3, .off = 4, .number = 5 };
	bool known;

	(void)state;
	assert_int_equal(column_number(&position, &thing, &known), 3);
	assert_true(known);
	assert_int_equal(column_number(&number, &thing, &known), 5);
	assert_true(known);
	(void)column_number(&off, &thing, &known);
	assert_false(known);
	assert_int_equal(column_set(&len, &thing, STR("9")), 0);
	assert_false(thing.has_span);
	assert_int_equal(column_set(&off, &thing, STR("9")), 0);
	assert_true(thing.has_span);
	assert_true(column_is_number(&off) && column_is_number(&number));
	assert_false(column_is_number(&text) || column_is_number(&digest) || column_is_number(&level));
}

static void
columns_are_found_by_name(void **state)
{
	const struct column columns[] = { text, number };
	const struct column_table table = { columns, 2 };

	(void)state;
	assert_ptr_equal(column_find(&table, STR("number")), &columns[1]);
	assert_null(column_find(&table, STR("num")));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_come_back),
		cmocka_unit_test(a_flag_says_what_is_there),
		cmocka_unit_test(columns_are_found_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
