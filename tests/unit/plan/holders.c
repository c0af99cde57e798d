/* holders: what the registry gave to another, or an app has that is not planned for, nobody else keeps.
 * SPDX-License-Identifier: MIT */
#include "unit/plan/lab.h"

/* Whom the first port of the first app runs into; empty: nobody. */
static void
runs_into(struct lab *lab, const char *rows, const char *who)
{
	struct holders *h;
	const struct holder *found;

	lab_pairs(lab, rows);
	h = holders_gather(&lab->d);
	found = holders_find(h, &lab->d, 0);
	assert_true(str_eq(found ? found->who : STR(""), str_from(who)));
}

#define PORT(app, ip, port, protocol) LAB_PORT_IN(app, "", "s", ip, port, protocol, app "/c", "20")

static void
a_pair_of_the_registry_is_its_apps(void **state)
{
	static const struct {
		const char *rows, *who;
	} cases[] = {
		{ PORT("a", "", "5001", "tcp"), "z/app1 in the database" },
		{ PORT("a", "10.0.0.1", "8001", "tcp"), "z/app1 in the database" },	/* on each address */
		{ PORT("a", "", "5001", "udp"), "" },
		{ PORT("a", "", "5002", "tcp"), "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		LAB(lab);
		lab_pair(&lab, "z", 5001, 8001);
		runs_into(&lab, cases[i].rows, cases[i].who);
	}
}

static void
a_row_has_the_address_of_its_app(void **state)
{
	static const struct {
		const char *address, *who;
	} cases[] = {
		{ "127.0.0.1", "" },
		{ "10.0.0.1", "b/app1 in the database" },
		{ "", "b/app1 in the database" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(arena) a = ARENA_INIT;
		LAB(lab);

		lab_pair(&lab, "b", 5001, 8001);
		runs_into(&lab, arena_printf(&a, PORT("a", "10.0.0.1", "5001", "tcp") LAB_APP("b")
		    LAB_PORT_IN("b", "backend", "s", "%s", "5003", "tcp", "b/c", "20")
		    LAB_PORT_IN("b", "frontend", "t", "", "8003", "tcp", "b/c", "40"), cases[i].address).ptr,
		    cases[i].who);
	}
}

static void
the_half_of_its_own_pair_is_an_apps_own(void **state)
{
	LAB(half);
	LAB(twice);
	LAB(both);

	(void)state;
	lab_pair(&half, "a", 5001, 8001);
	runs_into(&half, LAB_APP("a") LAB_PORT_IN("a", "backend", "s", "", "5001", "tcp", "a/c", "20"), "");
	/* what another row gives out as well is another's, whether the registry has its folder yet or not */
	lab_pair(&twice, "a", 8001, 11001);
	lab_pair(&twice, "z", 5001, 8001);
	runs_into(&twice, LAB_APP("a") LAB_PORT_IN("a", "backend", "s", "", "8001", "tcp", "a/c", "20"),
	    "z/app1 in the database");
	/* whoever has both gets them by the row, and this is another port of it */
	lab_pair(&both, "a", 5001, 8001);
	runs_into(&both, LAB_APP("a") LAB_PORT("a", "db", "5001", "10")
	    LAB_PORT_IN("a", "backend", "s", "", "5003", "tcp", "a/c", "20")
	    LAB_PORT_IN("a", "frontend", "t", "", "8003", "tcp", "a/c", "40"), "a/app1 in the database");
}

static void
a_row_counts_while_its_app_is_not_here(void **state)
{
	LAB(absent);
	LAB(present);

	(void)state;
	lab_row(&absent, "z", "s", "", 5432, 5432);
	runs_into(&absent, PORT("a", "", "5432", "tcp"), "/r/z in the database");
	/* of those that are here keep.c decides */
	lab_row(&present, "b", "s", "", 5432, 5432);
	runs_into(&present, PORT("a", "", "5432", "tcp") PORT("b", "", "5432", "tcp"), "");
}

static void
who_is_not_planned_for_keeps_its_ports(void **state)
{
	static const char *const only[] = { "a" };
	static const struct {
		const char *rows, *who;
	} cases[] = {
		{ PORT("a", "", "5432", "tcp") PORT("b", "", "5432", "tcp"), "b" },
		{ PORT("a", "", "5432", "tcp") PORT("b", "", "5432", "udp"), "" },
		{ PORT("a", "10.0.0.1", "5432", "tcp") PORT("b", "10.0.0.2", "5432", "tcp"), "" },
		{ PORT("a", "10.0.0.1", "5432", "tcp") PORT("b", "", "5432", "tcp"), "b" },
		/* of several the first is named */
		{ PORT("a", "", "5432", "tcp") PORT("b", "", "5432", "tcp") PORT("c", "", "5432", "tcp"),
		    "b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		LAB(lab);
		lab.options.only = only;
		lab.options.only_count = 1;
		runs_into(&lab, cases[i].rows, cases[i].who);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_of_the_registry_is_its_apps),
		cmocka_unit_test(the_half_of_its_own_pair_is_an_apps_own),
		cmocka_unit_test(a_row_has_the_address_of_its_app),
		cmocka_unit_test(a_row_counts_while_its_app_is_not_here),
		cmocka_unit_test(who_is_not_planned_for_keeps_its_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
