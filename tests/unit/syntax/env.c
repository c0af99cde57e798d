/* env: what was set is found, the layer above first.
 * SPDX-License-Identifier: MIT */
#include "unit/traced.h"

#include "syntax/env.h"

static void
many_names_are_found(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	struct env e;
	struct trace got;

	(void)state;
	env_init(&e, &a, NULL);
	assert_false(env_get(&e, STR("N0"), &got));
	for (int i = 0; i < 5000; i++)
		assert_int_equal(env_set(&e, arena_printf(&a, "N%d", i),
		    trace_none(arena_printf(&a, "v%d", i))), i);
	assert_int_equal(env_set(&e, STR("N7"), trace_none(STR("new"))), 7);
	assert_int_equal(e.count, 5000);
	for (int i = 0; i < 5000; i++) {
		struct str want = i == 7 ? STR("new") : arena_printf(&a, "v%d", i);

		assert_true(env_get(&e, arena_printf(&a, "N%d", i), &got));
		assert_true(str_eq(got.text, want));
	}
	assert_false(env_get(&e, STR("N5000"), &got));
	assert_false(env_get(&e, STR("n1"), &got));
	assert_false(env_get(&e, STR(""), &got));
	assert_false(env_get(NULL, STR("N1"), &got));
}

static void
the_upper_layer_wins_even_if_empty(void **state)
{
	static const char *const environ[] = { "A=", "B=x=y", "no equals sign", "B=later", NULL };
	AUTO(arena) a = ARENA_INIT;
	struct env process, file, included;
	struct trace got;

	(void)state;
	env_init(&process, &a, NULL);
	env_init(&file, &a, &process);
	env_init(&included, &a, &file);
	env_set_environ(&process, environ);
	(void)env_set(&file, STR("A"), trace_none(STR("file")));
	(void)env_set(&file, STR("C"), trace_none(STR("file")));
	(void)env_set(&included, STR("C"), trace_none(STR("included")));
	(void)env_set(&included, STR("D"), trace_none(STR("included")));
	assert_true(env_get(&included, STR("A"), &got) && !got.text.len);
	assert_true(env_get(&included, STR("B"), &got) && str_eq(got.text, STR("later")));
	assert_true(env_get(&included, STR("C"), &got) && str_eq(got.text, STR("file")));
	assert_true(env_get(&included, STR("D"), &got) && str_eq(got.text, STR("included")));
	assert_false(env_get(&file, STR("D"), &got));
	assert_true(env_get_own(&file, STR("A"), &got) && str_eq(got.text, STR("file")));
	assert_false(env_get_own(&file, STR("B"), &got));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_names_are_found),
		cmocka_unit_test(the_upper_layer_wins_even_if_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
