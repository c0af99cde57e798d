/* pairs: an app's backend and frontend, its row of the registry, and rows that contradict each other.
 * SPDX-License-Identifier: MIT */
#include "unit/plan/lab.h"

#define BACKEND(app, port) LAB_PORT_IN(app, "backend", "api", "", port, "tcp", app "/c", "20")
#define FRONTEND(app, port) LAB_PORT_IN(app, "frontend", "web", "", port, "tcp", app "/c", "40")
#define BOTH(app, backend, frontend) LAB_APP(app) BACKEND(app, backend) FRONTEND(app, frontend)

static uint16_t
number_of(const struct lab *lab, uint32_t unit)
{
	return unit == INVENTORY_NONE ? 0 : lab->d.units.items[unit].low;
}

/* App N of the lab: which of its ports are its pair, and which numbers its row has. */
static void
has(const struct lab *lab, uint32_t n, const char *want)
{
	const struct pair_of_app *pair = &lab->d.pairs.of_app[n];
	const struct pair_numbers *row = pairs_row(&lab->d.pairs, n);
	AUTO(buf) b = BUF_INIT;

	buf_printf(&b, "%u,%u", number_of(lab, pair->backend), number_of(lab, pair->frontend));
	if (row)
		buf_printf(&b, " row %u,%u%s", row->backend, row->frontend,
		    pair->is_adopted ? " adopted" : "");
	assert_string_equal(b.ptr, want);
	for (uint32_t u = lab->d.units.first[n]; u < lab->d.units.first[n + 1]; u++)
		assert_int_equal(
		    pairs_has(&lab->d.pairs, &lab->d.units, u), u == pair->backend || u == pair->frontend);
}

/* What the pairs' only problem says; there is none where it is empty. */
static void
tells(const struct lab *lab, const char *what)
{
	assert_int_equal(lab->plan.count, *what != 0);
	if (*what) {
		struct change c = plan_change(&lab->plan, 0);

		assert_int_equal(c.action, CHANGE_PROBLEM);
		assert_true(str_search(c.new, 0, str_from(what)) < c.new.len);
	}
}

static void
an_app_of_the_layout_has_both_or_none(void **state)
{
	LAB(lab);

	(void)state;
	lab_pairs(&lab, BOTH("a", "5001", "8001") LAB_APP("b") BACKEND("b", "5001")
	    LAB_OUTSIDE("c") BACKEND("c", "5001") FRONTEND("c", "8001") LAB_APP("d") BACKEND("d", "5001")
	    LAB_PORT_IN("d", "frontend", "web", "", "8001", "tcp", "far/d", "40")
	    LAB_APP("e") LAB_PORT_IN("e", "backend", "api", "", "5001", "tcp", "far/e", "20")
	    FRONTEND("e", "8001"));
	has(&lab, 0, "5001,8001");
	has(&lab, 1, "0,0");
	has(&lab, 2, "0,0");
	has(&lab, 3, "0,0");		/* its frontend cannot be moved */
	has(&lab, 4, "0,0");		/* nor can its backend */
	tells(&lab, "");
}

static void
pairs_are_for_all_where_that_is_asked(void **state)
{
	LAB(lab);

	(void)state;
	lab.options.pairs_all = true;
	lab_pairs(&lab, LAB_OUTSIDE("c") BACKEND("c", "5001") FRONTEND("c", "8001"));
	has(&lab, 0, "5001,8001");
}

static void
a_row_is_its_apps(void **state)
{
	LAB(lab);

	(void)state;
	lab_pair(&lab, "a", 5003, 8003);
	lab_pair(&lab, "b", 5005, 5005);
	lab_pair(&lab, "z", 5007, 8007);
	lab_pairs(&lab, BOTH("a", "5001", "8001") BOTH("b", "5001", "8001"));
	has(&lab, 0, "5001,8001 row 5003,8003");
	has(&lab, 1, "5001,8001");		/* a row of one port is none */
	tells(&lab, "");
}

static void
the_registry_knows_a_backend_that_scan_does_not(void **state)
{
	LAB(lab);

	(void)state;
	lab_pair(&lab, "a", 5003, 8001);
	lab_row(&lab, "a", "old", "backend", 5003, 5001);
	lab_pairs(&lab, BOTH("a", "5001", "8001") LAB_PORT("a", "old", "5003", "60"));
	has(&lab, 0, "5003,8001 row 5003,8001");
	assert_int_equal(lab.d.pairs.role[0], ROLE_NONE);
	assert_int_equal(lab.d.pairs.role[2], ROLE_BACKEND);
}

static void
of_two_rows_with_one_port_the_later_gives_way(void **state)
{
	static const char *const only[] = { "a/app1" };
	LAB(both);
	LAB(earlier);
	LAB(neither);

	(void)state;
	lab_pair(&both, "a", 5001, 8001);
	lab_pair(&both, "b", 8001, 8003);	/* in another role */
	lab_pairs(&both, BOTH("a", "5001", "8001") BOTH("b", "5003", "8003"));
	has(&both, 0, "5001,8001 row 5001,8001");
	has(&both, 1, "5003,8003");
	assert_true(str_starts(both.d.pairs.of_app[1].lost_row,
	    STR("overlap: 8001 of its row 8001 and 8003")));
	assert_true(both.d.pairs.rows[1].backend == 0 && both.d.pairs.rows[1].frontend == 0);
	tells(&both, "");

	lab_pair(&earlier, "a", 5001, 8001);
	lab_pair(&earlier, "b", 8001, 8003);
	earlier.options.only = only;
	earlier.options.only_count = 1;
	lab_pairs(&earlier, BOTH("a", "5001", "8001") BOTH("b", "5003", "8003"));
	has(&earlier, 0, "5001,8001");	/* b is not planned for */
	has(&earlier, 1, "0,0 row 8001,8003");
	tells(&earlier, "");

	lab_pair(&neither, "y", 5001, 8001);
	lab_pair(&neither, "z", 8001, 8003);
	lab_pairs(&neither, BOTH("a", "5001", "8001"));
	has(&neither, 0, "5001,8001");
	tells(&neither, "the database gives 8001 to both z/app1 and y/app1");
}

static void
what_the_files_have_is_adopted(void **state)
{
	LAB(lab);
	LAB(taken);
	LAB(twice);

	(void)state;
	lab.options.adopt = true;
	lab_pair(&lab, "a", 5003, 8003);
	lab_pair(&lab, "b", 5005, 8005);
	/* a gives up 5003 and 8003 before b's turn comes */
	lab_pairs(&lab, BOTH("a", "5001", "8001") BOTH("b", "5003", "8003"));
	has(&lab, 0, "5001,8001 row 5001,8001 adopted");
	has(&lab, 1, "5003,8003 row 5003,8003 adopted");
	tells(&lab, "");

	taken.options.adopt = true;
	lab_pair(&taken, "a", 5003, 8003);
	lab_pair(&taken, "z", 5001, 8005);
	lab_pairs(&taken, BOTH("a", "5001", "8001"));
	has(&taken, 0, "5001,8001 row 5003,8003");
	tells(&taken, "5001 and 8001 cannot be adopted");

	twice.options.adopt = true;
	lab_pair(&twice, "a", 5003, 8003);
	lab_pair(&twice, "b", 5005, 8005);
	lab_pairs(&twice, BOTH("a", "5001", "8001") BOTH("b", "5001", "8001"));
	has(&twice, 0, "5001,8001 row 5001,8001 adopted");
	has(&twice, 1, "5001,8001 row 5005,8005");
	tells(&twice, "5001 and 8001 cannot be adopted");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_app_of_the_layout_has_both_or_none),
		cmocka_unit_test(pairs_are_for_all_where_that_is_asked),
		cmocka_unit_test(a_row_is_its_apps),
		cmocka_unit_test(the_registry_knows_a_backend_that_scan_does_not),
		cmocka_unit_test(of_two_rows_with_one_port_the_later_gives_way),
		cmocka_unit_test(what_the_files_have_is_adopted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
