/* keypath: where a value stands in a model.
 * SPDX-License-Identifier: MIT */
#include "unit/traced.h"

#include "compose/internal.h"

static void
text_and_parts(void **state)
{
	struct keypath services = keypath_key(NULL, STR("services"));
	struct keypath web = keypath_key(&services, STR("web"));
	struct keypath ports = keypath_key(&web, STR("ports")), item = { &ports, STR_INIT, 2, true, 4 };
	AUTO(arena) a = ARENA_INIT;

	(void)state;
	assert_string_equal(keypath_name(&a, &item), "services.web.ports[2]");
	assert_string_equal(keypath_name(&a, NULL), "");
	assert_str(keypath_text(&a, &item, 2), "ports[2]", 8);
	assert_str(keypath_text(&a, &item, 3), "[2]", 3);
	assert_str(keypath_text(&a, &item, 4), "", 0);
	assert_ptr_equal(keypath_at(&item, 2), &web);
	assert_ptr_equal(keypath_at(&item, 4), &item);
	assert_null(keypath_at(&web, 3));
	assert_null(keypath_at(NULL, 1));
}

static void
patterns(void **state)
{
	struct keypath services = keypath_key(NULL, STR("services"));
	struct keypath web = keypath_key(&services, STR("web"));
	struct keypath ports = keypath_key(&web, STR("ports")), item = { &ports, STR_INIT, 0, true, 4 };

	(void)state;
	assert_true(keypath_matches(&item, STR("services.*.ports.[]")));
	assert_true(keypath_matches(&ports, STR("services.web.*")));
	assert_false(keypath_matches(&item, STR("services.*.ports.*")));
	assert_false(keypath_matches(&ports, STR("services.*.ports.[]")));
	assert_false(keypath_matches(&item, STR("ports.[]")));
	assert_false(keypath_matches(&item, STR("x.services.*.ports.[]")));
	assert_false(keypath_matches(NULL, STR("services")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_parts),
		cmocka_unit_test(patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
