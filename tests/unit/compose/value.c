/* value: what Compose takes a text for.
 * SPDX-License-Identifier: MIT */
#include "unit/traced.h"

#include "compose/internal.h"

static void
truths_and_integers(void **state)
{
	int64_t v;

	(void)state;
	assert_true(value_truth(STR("Yes"), &v) && v == 1);
	assert_true(value_truth(STR("OFF"), &v) && v == 0);
	assert_false(value_truth(STR("1"), &v));
	assert_false(value_truth(STR(""), &v));
	assert_true(value_integer(STR("-17"), &v) && v == -17);
	assert_true(value_integer(STR("+9223372036854775807"), &v) && v == INT64_MAX);
	assert_false(value_integer(STR("9223372036854775808"), &v));
	assert_false(value_integer(STR("-"), &v));
	assert_false(value_integer(STR("1.0"), &v));
}

static void
fractions(void **state)
{
	double v;

	(void)state;
	assert_true(value_fraction(STR("1_000.5e0"), &v) && v > 1000.4 && v < 1000.6);
	assert_false(value_fraction(STR("_1"), &v));
	assert_false(value_fraction(STR("1_"), &v));
	assert_false(value_fraction(STR("1__0"), &v));
	assert_false(value_fraction(STR("0x1"), &v));
	assert_false(value_fraction(STR("inf"), &v));
	assert_false(value_fraction(STR("1e999"), &v));
	assert_false(value_fraction(STR(""), &v));
}

static void
durations(void **state)
{
	static const char *const good[] = { "0", "-0", "1m30s", "1.5h", "+2ms", "1\xc2\xb5s", "1w2d", "0s" };
	static const char *const bad[] = { "", "-", "1", "s", "1x", "1m 30s", "15251w", "1..5s" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!value_is_duration(str_from(good[i])))
			fail_msg("'%s' is a duration", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (value_is_duration(str_from(bad[i])))
			fail_msg("'%s' is no duration", bad[i]);
}

static void
commands(void **state)
{
	static const char *const good[] = { "", "a 'b c' \"d\"", "a \\( \\'", "a '(' \"`\" `b (c)`", "a $(b)",
		"a; (b", "2>(x", "a \"$(b)\"", "a $''(b)" };
	static const char *const bad[] = { "it's", "a \"b", "a (b)", "a b)", "a $(b (c))", "a `b", "a \\",
		"a $ (b)", "--rule=Host(`x`)" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!value_is_command(str_from(good[i])))
			fail_msg("'%s' is a command", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (value_is_command(str_from(bad[i])))
			fail_msg("'%s' is no command", bad[i]);
}

static void
sizes(void **state)
{
	static const char *const good[] = { "64", "512m", "1.5 GiB", "1kb", "2B", "0 b" };
	static const char *const bad[] = { "", "m", "1  m", "-1", "1bb", "1xb", "1 mm" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!value_is_size(str_from(good[i])))
			fail_msg("'%s' is a size", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (value_is_size(str_from(bad[i])))
			fail_msg("'%s' is no size", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(truths_and_integers),
		cmocka_unit_test(fractions),
		cmocka_unit_test(durations),
		cmocka_unit_test(commands),
		cmocka_unit_test(sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
