/* migration: what it tells before and after it runs a program; tests/cli/migrate.t runs them all.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "front/migration.h"

static void
what_it_holds_is_given_back(void **state)
{
	struct migration m = MIGRATION_INIT;
	int fds[3];

	(void)state;
	migration_release(&m);		/* nothing yet */
	for (int i = 0; i < 3; i++)
		assert_true((fds[i] = dup(2)) >= 0);
	m.findings = fds[0];
	m.changes = fds[1];
	m.results = fds[2];
	migration_release(&m);
	for (int i = 0; i < 3; i++)
		assert_int_equal(fcntl(fds[i], F_GETFD), -1);
	assert_true(m.findings == -1 && m.changes == -1 && m.results == -1);
	migration_release(&m);		/* twice is as once */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_holds_is_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
