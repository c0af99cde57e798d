/* placeholder: what is one, what it is made of, and what is left of it where nobody fills it in.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "base/error.h"
#include "base/pattern.h"
#include "syntax/placeholder.h"

static struct placeholder_rule *rule;
static struct match *match;

static bool
finds(const char *text, size_t from, struct placeholder *ret)
{
	AUTO(error) err = ERROR_INIT;

	return placeholder_find(rule, match, str_from(text), from, ret, &err) > 0;
}

static void
assert_str(struct str s, const char *want)
{
	assert_int_equal(s.len, strlen(want));
	assert_memory_equal(s.ptr ? s.ptr : "", want, s.len);
}

static void
is_found_in_a_text(void **state)
{
	struct placeholder p;

	(void)state;
	assert_true(finds("a {{x}} {{ KEY_1 | 50 00 }}b", 0, &p));
	assert_int_equal(p.all.off, 2);
	assert_int_equal(p.all.len, 5);
	assert_str(p.key, "x");
	assert_false(p.has_default);
	assert_true(finds("a {{x}} {{ KEY_1 | 50 00 }}b", 3, &p));
	assert_int_equal(p.all.off, 8);
	assert_int_equal(p.all.len, 19);
	assert_str(p.key, "KEY_1");
	assert_true(p.has_default);
	assert_str(p.fallback, " 50 00 ");
	assert_true(finds("{{{{x|}}", 0, &p));
	assert_int_equal(p.all.off, 2);
	assert_true(p.has_default);
	assert_str(p.fallback, "");
}

static void
other_braces_are_none(void **state)
{
	static const char *const texts[] = { "", "{{", "{x}", "{{}}", "{{1x}}", "{{x-y}}", "{{x|a}b}}",
		"{{x|\n}}", "{{x}", "{ {x}}", "{{ x y }}" };
	struct placeholder p;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_false(finds(texts[i], 0, &p));
}

static void
is_taken_apart(void **state)
{
	struct placeholder p;

	(void)state;
	assert_true(placeholder_parse(STR("{{ a b | 1|2 }}"), &p));
	assert_str(p.key, "a b");
	assert_true(p.has_default);
	assert_str(p.fallback, " 1|2 ");
	assert_true(placeholder_parse(STR("{{}}"), &p));
	assert_str(p.key, "");
	assert_false(p.has_default);
	assert_false(placeholder_parse(STR("{{}"), &p));
	assert_false(placeholder_parse(STR(" {{a}}"), &p));
	assert_false(placeholder_parse(STR(""), &p));
}

static void
leaves_its_default(void **state)
{
	(void)state;
	assert_str(placeholder_default(STR("{{backend_port| 5000 }}")), "5000");
	assert_str(placeholder_default(STR("{{backend_port}}")), "");
	assert_str(placeholder_default(STR("5000")), "5000");
	assert_str(placeholder_default(STR("{{a}} b")), "{{a}} b");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_found_in_a_text),
		cmocka_unit_test(other_braces_are_none),
		cmocka_unit_test(is_taken_apart),
		cmocka_unit_test(leaves_its_default),
	};
	AUTO(error) err = ERROR_INIT;
	int failed;

	if (placeholder_rule_open(&rule, &err) < 0)
		return 1;
	match = match_open();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	match_close(match);
	placeholder_rule_close(rule);
	return failed;
}
