/* scalar: where each rule for plain scalars ends; tests/unit/document.c reads them from files.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "syntax/internal.h"
#include "syntax/node.h"
#include "base/error.h"

#define YAML "tag:yaml.org,2002:"

static struct node
typed(const char *text, const char *tag, enum node_style style)
{
	AUTO(error) err = ERROR_INIT;
	struct node n = { .kind = NODE_SCALAR,
		.style = style,
		.value = str_from(text),
		.tag = str_from(tag),
		.number = -7 };

	if (scalar_type(&n, &err) < 0)
		fail_msg("%s", err.what);
	return n;
}

static void
are(enum node_type type, const char *const *texts)
{
	for (; *texts; texts++)
		if (typed(*texts, "", NODE_PLAIN).type != type)
			fail_msg(
			    "'%s' is of type %d, not %d", *texts, typed(*texts, "", NODE_PLAIN).type, type);
}

static void
dates(void **state)
{
	static const char *const times[] = { "2024-02-29", "2000-02-29", "2024-12-31", "2024-11-30",
		"2024-1-1", "0000-01-01", "2024-01-01 23:59:59", "2024-01-01 1:2:3.5", "2024-01-01 1:2:3,5",
		"2024-01-01t1:2:3Z", "2024-01-01T1:2:3.25Z", "2024-01-01t1:2:3+24:60",
		"2024-01-01t1:2:3-05:00", NULL };
	static const char *const strings[] = { "2023-02-29", "1900-02-29", "2024-04-31", "2024-12-32",
		"2024-00-10", "2024-13-01", "2024-01-00", "2024-001-01", "2024-01-011", "2024-01-", "2024-01",
		"20240-01-01", "2024-01-01 24:00:00", "2024-01-01 0:60:0", "2024-01-01 0:0:60",
		"2024-01-01 1:2", "2024-01-01 1:2:3.", "2024-01-01 1:2:3Z", "2024-01-01 1:2:3x",
		"2024-01-01t1:2:3", "2024-01-01t1:2:3Zx", "2024-01-01t1:2:3+25:00", "2024-01-01t1:2:3+00:61",
		"2024-01-01t1:2:3+1:00", "2024-01-01t1:2:3+0100", "2024-01-01t1:2:3+01:00x", NULL };

	(void)state;
	are(NODE_TIME, times);
	are(NODE_STRING, strings);
}

static void
numbers(void **state)
{
	static const struct { const char *text; int64_t number; } integers[] = {
		{ "0xfF", 255 }, { "0XfF", 255 }, { "+0x1F", 31 }, { "0O17", 15 }, { "0B1", 1 }, { "0_", 0 },
		{ "1__0", 10 },
		{ "-_1", -1 }, { "-0", 0 }, { "0xFFFFFFFFFFFFFFFF", INT64_MAX },
		{ "-9223372036854775807", -INT64_MAX },
		{ "-9223372036854775808", INT64_MIN }, { "0xa", 10 }, { "0xA", 10 }, { "9", 9 },
	};
	static const char *const floats[] = { "-9223372036854775809", "-.5", "+.5", ".5e3", "1e+5", "1E-5",
		"1.5", "1_0.5", "09", "+.INF", "-.inf", ".NaN", NULL };
	static const char *const strings[] = { "+-1", ".", "-.", ".e1", ".5e", ".5e400", "1e+", "0b12", "0o8",
		"0xg", "1x", "1.5x", "-", ".Infx", "+.nan", "._5", "1,5", NULL };

	(void)state;
	for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
		struct node n = typed(integers[i].text, "", NODE_PLAIN);

		assert_int_equal(n.type, NODE_INT);
		assert_int_equal(n.number, integers[i].number);
	}
	are(NODE_FLOAT, floats);
	are(NODE_STRING, strings);
}

static void
a_number_has_four_hundred_characters(void **state)
{
	char text[402];

	(void)state;
	memset(text, '0', sizeof text);
	text[399] = '7';
	text[400] = '\0';
	assert_int_equal(typed(text, "", NODE_PLAIN).type, NODE_INT);
	assert_int_equal(typed(text, "", NODE_PLAIN).number, 7);
	text[400] = '7';
	text[401] = '\0';
	assert_int_equal(typed(text, "", NODE_PLAIN).type, NODE_STRING);
}

static void
words(void **state)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
	static const char *const bools[] = { "true", "True", "TRUE", "false", "False", "FALSE", NULL };
	static const char *const strings[] = { "nULL", "~ ", "nullx", "falsey", "tru", "yes", NULL };

	(void)state;
	are(NODE_NULL, nulls);
	are(NODE_BOOL, bools);
	are(NODE_STRING, strings);
	assert_int_equal(typed("True", "", NODE_PLAIN).number, 1);
	assert_int_equal(typed("False", "", NODE_PLAIN).number, 0);
}

static void
quotes_and_tags(void **state)
{
	(void)state;
	assert_int_equal(typed("31", "", NODE_SINGLE).type, NODE_STRING);
	assert_int_equal(typed("31", "!", NODE_PLAIN).type, NODE_INT);
	assert_int_equal(typed("31", "!", NODE_DOUBLE).type, NODE_STRING);
	assert_int_equal(typed("31", "!x", NODE_PLAIN).type, NODE_STRING);
	assert_int_equal(typed("31", YAML "str", NODE_PLAIN).type, NODE_STRING);
	assert_int_equal(typed("31", YAML "int", NODE_DOUBLE).type, NODE_INT);
	assert_int_equal(typed("31", YAML "float", NODE_DOUBLE).type, NODE_FLOAT);
	assert_int_equal(typed("2024-01-01", YAML "timestamp", NODE_DOUBLE).type, NODE_TIME);
	assert_int_equal(typed("true", YAML "bool", NODE_LITERAL).number, 1);
	assert_int_equal(typed("x", YAML "binary", NODE_PLAIN).type, NODE_STRING);
}

static void
tags_that_lie_are_refused(void **state)
{
	static const struct { const char *text, *tag; } cases[] = {
		{ "x", "int" }, { "1.5", "int" }, { "2024-01-01", "int" }, { "31", "bool" }, { "0", "null" },
		{ "x", "float" },
		{ "2024-02-30", "timestamp" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(error) err = ERROR_INIT;
		char tag[40] = YAML;
		struct node n = {
			.kind = NODE_SCALAR, .style = NODE_PLAIN, .value = str_from(cases[i].text)
		};

		strcat(tag, cases[i].tag);
		n.tag = str_from(tag);
		assert_int_equal(scalar_type(&n, &err), -1);
		assert_non_null(strstr(err.what, cases[i].text));
		assert_non_null(strstr(err.what, cases[i].tag));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates),
		cmocka_unit_test(numbers),
		cmocka_unit_test(a_number_has_four_hundred_characters),
		cmocka_unit_test(words),
		cmocka_unit_test(quotes_and_tags),
		cmocka_unit_test(tags_that_lie_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
