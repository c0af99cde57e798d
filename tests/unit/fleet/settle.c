/* settle: a file that two apps read, by its name or through a symlink, is neither's own.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "fleet/inventory.h"

static void
reads(struct inventory *v, struct str app, struct str path, struct str target)
{
	AUTO(error) err = ERROR_INIT;
	struct finding f = { .record = FINDING_FILE, .app = app, .id = { app, 1 }, .place.file = path,
		.target = target };

	assert_int_equal(inventory_add(v, &f, &err), 0);
}

static uint32_t
readers(const struct inventory *v, struct str path)
{
	return inventory_file(v, inventory_lookup(v, path))->readers;
}

static void
each_app_counts_once(void **state)
{
	AUTO(inventory) v = INVENTORY_INIT;

	(void)state;
	reads(&v, STR("a"), STR("a/.env"), STR(""));
	reads(&v, STR("a"), STR("a/.env"), STR(""));
	reads(&v, STR("a"), STR("base.yml"), STR(""));
	reads(&v, STR("b"), STR("base.yml"), STR(""));
	reads(&v, STR("b"), STR("b/.env"), STR("a/.env"));
	reads(&v, STR("c"), STR("c/.env"), STR("/etc/outside"));
	inventory_settle(&v);
	assert_int_equal(readers(&v, STR("a/.env")), 2);
	assert_int_equal(readers(&v, STR("base.yml")), 2);
	assert_int_equal(readers(&v, STR("b/.env")), 1);
	assert_int_equal(readers(&v, STR("c/.env")), 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_app_counts_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
