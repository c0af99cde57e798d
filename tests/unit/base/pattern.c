/* pattern: matches, groups, and an end for what would take for ever.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/pattern.h"

static void
groups(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(pattern) p = NULL;
	AUTO_PTR(match) m = match_open();
	struct span s;

	(void)state;
	assert_int_equal(pattern_open(&p, "(?<model>[a-z]+)/app(?<app_num>[0-9]+)(-x)?", 0, &err), 0);
	assert_int_equal(pattern_group(p, "model"), 1);
	assert_int_equal(pattern_group(p, "app_num"), 2);
	assert_int_equal(pattern_group(p, "other"), -1);
	assert_int_equal(pattern_match(p, m, STR("./beta/app12/"), 0, &err), 1);
	assert_true(match_span(m, 0, &s));
	assert_int_equal(s.off, 2);
	assert_int_equal(s.len, 10);
	assert_true(str_eq(match_str(m, 1), STR("beta")));
	assert_true(str_eq(match_str(m, 2), STR("12")));
	assert_false(match_span(m, 3, &s));
	assert_int_equal(match_str(m, 3).len, 0);
	assert_false(match_span(m, 99, &s));
	assert_int_equal(pattern_match(p, m, STR("beta/app12"), 5, &err), 0);
	assert_false(match_span(m, 0, &s));
	assert_int_equal(pattern_match(p, m, (struct str)STR_INIT, 0, &err), 0);
}

static void
flags(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(pattern) fold = NULL;
	AUTO_PTR(pattern) anchored = NULL;
	AUTO_PTR(pattern) utf = NULL;
	AUTO_PTR(match) m = match_open();

	(void)state;
	assert_int_equal(pattern_open(&fold, " port  # comment", PATTERN_FOLD | PATTERN_EXTENDED, &err), 0);
	assert_int_equal(pattern_match(fold, m, STR("WEB_PORT"), 0, &err), 1);
	assert_int_equal(pattern_open(&anchored, "b", PATTERN_ANCHORED, &err), 0);
	assert_int_equal(pattern_match(anchored, m, STR("ab"), 0, &err), 0);
	assert_int_equal(pattern_match(anchored, m, STR("ab"), 1, &err), 1);
	assert_int_equal(pattern_open(&utf, "^.$", PATTERN_UTF, &err), 0);
	assert_int_equal(pattern_match(utf, m, STR("\xc3\xa9"), 0, &err), 1);
	assert_int_equal(pattern_match(utf, m, STR("\xc3"), 0, &err), -1);
	assert_non_null(strstr(err.what, "UTF-8"));
}

static void
a_wrong_pattern_is_the_users(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(pattern) p = NULL;

	(void)state;
	assert_int_equal(pattern_open(&p, "a(b", 0, &err), -1);
	assert_non_null(strstr(err.what, "'a(b' is wrong at byte 3"));
	assert_null(p);
}

static void
backtracking_ends(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(pattern) p = NULL;
	AUTO_PTR(match) m = match_open();
	static char text[4000];

	(void)state;
	memset(text, 'a', sizeof text);
	assert_int_equal(pattern_open(&p, "^(a+)+$", 0, &err), 0);
	text[sizeof text - 1] = 'b';
	assert_int_equal(pattern_match(p, m, (struct str){ text, sizeof text }, 0, &err), -1);
	assert_non_null(strstr(err.what, "intricate"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups),
		cmocka_unit_test(flags),
		cmocka_unit_test(a_wrong_pattern_is_the_users),
		cmocka_unit_test(backtracking_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
