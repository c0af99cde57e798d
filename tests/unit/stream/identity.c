/* identity: which app of which model a path names.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "stream/identity.h"
#include "base/pattern.h"

static bool
ask(const char *regex, struct str path, struct identity *ret)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(layout) layout = NULL;
	AUTO_PTR(match) match = match_open();

	assert_int_equal(layout_open(&layout, regex, &err), 0);
	return layout_match(layout, match, path, ret);
}

static void
default_takes_model_and_number(void **state)
{
	static const struct {
		const char *path, *model;	/* NULL: outside */
		uint64_t app_num;
	} cases[] = {
		{ "/srv/apps/openai_gpt-5/app1", "openai_gpt-5", 1 },
		{ "/m/app10", "m", 10 },
		{ "/m/app007", "m", 7 },
		{ "/m/app9223372036854775807", "m", INT64_MAX },
		{ "/m/app9223372036854775808", NULL, 0 },
		{ "/app1", NULL, 0 }, { "/m/app", NULL, 0 }, { "/m/app1x", NULL, 0 },
		{ "/m/app1\n", NULL, 0 }, { "/m/app1/sub", NULL, 0 }, { "/m/myapp1", NULL, 0 },
		{ "/m\nn/app2", "m\nn", 2 }, { "/\xff/app2", "\xff", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct identity id;
		bool got = ask(NULL, str_from(cases[i].path), &id);

		assert_int_equal(got, cases[i].model != NULL);
		if (!got)
			continue;
		assert_true(str_eq(id.model, str_from(cases[i].model)));
		assert_int_equal(id.app_num, cases[i].app_num);
	}
}

static void
users_layout_is_asked(void **state)
{
	struct identity id;

	(void)state;
	assert_true(ask("/pr-(?<app_num>\\d+)/(?<model>\\w+)$", STR("/x/pr-12/shop"), &id));
	assert_true(str_eq(id.model, STR("shop")));
	assert_int_equal(id.app_num, 12);
	assert_false(ask("/(?<model>\\w*)/(?<app_num>\\w+)$", STR("/x/shop/two"), &id));
	assert_false(ask("/(?<model>\\w*)/(?<app_num>\\d+)$", STR("//2"), &id));
}

static void
layout_that_is_none_is_refused(void **state)
{
	static const char *const bad[] = { "(", "/(?<model>.*)", "/(?<app_num>\\d+)", "" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		AUTO(error) err = ERROR_INIT;
		AUTO_PTR(layout) layout = NULL;

		assert_int_equal(layout_open(&layout, bad[i], &err), -1);
		assert_true(error_is_set(&err));
		assert_null(layout);
	}
}

static void
order_is_by_bytes_then_number(void **state)
{
	(void)state;
	assert_true(
	    identity_compare((struct identity){ STR("a"), 9 }, (struct identity){ STR("a"), 10 }) < 0);
	assert_true(identity_compare((struct identity){ STR("a"), 9 }, (struct identity){ STR("B"), 1 }) > 0);
	assert_true(
	    identity_compare((struct identity){ STR("a"), 9 }, (struct identity){ STR("aa"), 1 }) < 0);
	assert_int_equal(
	    identity_compare((struct identity){ STR("a"), 9 }, (struct identity){ STR("a"), 9 }), 0);
}

static void
parses(const char *text, const char *model, uint64_t num)
{
	AUTO(error) err = ERROR_INIT;
	struct identity id = { STR("untouched"), 99 };

	assert_int_equal(identity_parse(&id, text, &err), model ? 0 : -1);
	assert_true(str_eq(id.model, str_from(model ? model : "untouched")));
	assert_int_equal(id.app_num, model ? num : 99);
	if (!model)
		assert_non_null(strstr(err.what, "write MODEL/appN"));
}

static void
apps_are_named(void **state)
{
	(void)state;
	parses("m/app1", "m", 1);
	parses("/srv/apps/openai_gpt-5/app12", "openai_gpt-5", 12);
	parses("app1", NULL, 0);
	parses("m/app", NULL, 0);
	parses("m/app1/", NULL, 0);
	parses("m/1", NULL, 0);
	parses("m/app-1", NULL, 0);
	parses("/app1", NULL, 0);
	parses("", NULL, 0);
}

static void
text_is_written_in_one_way(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	struct identity id = { STR("m/n"), 12 };

	(void)state;
	assert_string_equal(identity_text(&a, id).ptr, "m/n/app12");
	assert_true(identity_is_text(id, STR("m/n/app12")));
	assert_false(identity_is_text(id, STR("m/n/app012")));
	assert_false(identity_is_text(id, STR("m/n/app1")));
	assert_false(identity_is_text(id, STR("n/app12")));
}

static void
found_in_a_sorted_list(void **state)
{
	static const struct {
		int before;
		struct identity id;
	} apps[] = {
		{ 0, { STR("a"), 1 } }, { 0, { STR("a"), 2 } }, { 0, { STR("a"), 2 } }, { 0, { STR("b"), 1 } }
	};
	size_t size = sizeof *apps;

	(void)state;
	assert_int_equal(identity_find(&apps->id, size, 4, (struct identity){ STR("a"), 1 }), 0);
	assert_int_equal(identity_find(&apps->id, size, 4, (struct identity){ STR("a"), 2 }), 1);
	assert_int_equal(identity_find(&apps->id, size, 4, (struct identity){ STR("b"), 1 }), 3);
	assert_int_equal(identity_find(&apps->id, size, 4, (struct identity){ STR("b"), 2 }), 4);
	assert_int_equal(identity_find(&apps->id, size, 0, (struct identity){ STR("a"), 1 }), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(default_takes_model_and_number),
		cmocka_unit_test(users_layout_is_asked),
		cmocka_unit_test(layout_that_is_none_is_refused),
		cmocka_unit_test(apps_are_named),
		cmocka_unit_test(text_is_written_in_one_way),
		cmocka_unit_test(found_in_a_sorted_list),
		cmocka_unit_test(order_is_by_bytes_then_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
