/* view: what a stage may ask of an app, and of nobody beside it.
 * SPDX-License-Identifier: MIT */
#include "unit/plan/lab.h"

#define SETTING(app, role, key, file, at, value) \
	LAB_OF("setting", app, role) ",,,,,,," key "," file "," at ",4," value ",,,,," value "\n"

static void
is_known_as(const struct lab *lab, const char *folder, const char *model, bool in_layout)
{
	uint32_t app = view_app_of_folder(&lab->d.view, str_from(folder));

	assert_int_not_equal(app, INVENTORY_NONE);
	assert_true(identity_eq(lab->d.view.apps[app].id, (struct identity){ str_from(model), 1 }));
	assert_int_equal(lab->d.view.apps[app].in_layout, in_layout);
}

static void
of_two_apps_with_one_identity_one_goes_by_its_folder(void **state)
{
	static const char *const rows = "app,m,1,x/m/app1,layout\n"
					"app,m,1,y/m/app1,layout\n";
	LAB(lab);
	LAB(known);

	(void)state;
	lab_view(&lab, rows);
	is_known_as(&lab, "/r/x/m/app1", "m", true);
	is_known_as(&lab, "/r/y/m/app1", "y/m/app1", false);
	/* whom the registry knows keeps it */
	lab_known(&known, "m", STR("/r/y/m/app1"));
	lab_view(&known, rows);
	is_known_as(&known, "/r/x/m/app1", "x/m/app1", false);
	is_known_as(&known, "/r/y/m/app1", "m", true);
}

static void
a_project_name_is_its_own_apps(void **state)
{
	LAB(lab);

	(void)state;
	lab_view(&lab, LAB_PORT("a", "s", "5432", "20")
	    SETTING("b", "env", "PROJECT_NAME", "b/.env", "13", "b")
	    LAB_PORT("c", "s", "5434", "20"));
	assert_false(view_has_project_name(&lab.d.view, 0));
	assert_true(view_has_project_name(&lab.d.view, 1));
	assert_false(view_has_project_name(&lab.d.view, 2));
}

static void
what_a_copy_will_publish_stands_where_the_example_says(void **state)
{
	LAB(lab);
	struct finding f = { 0 };
	uint32_t port;

	(void)state;
	lab.options.make_env = true;
	lab_view(&lab, LAB_OUTSIDE("a") LAB_FILE("a", "example", "a/.env.example")
	    LAB_OF("gap", "a", "env") ",,,,,,,,a/.env\n"
	    LAB_OF("port", "a", "") ",s,,,80,tcp,default,P,,,,,a/c,20,4,${P},,,${P}:80\n"
	    SETTING("a", "example", "P", "a/.env.example", "12", "7000"));
	port = view_first(&lab.d.view, 0, FINDING_PORT);
	assert_int_equal(view_item(&lab.d.view, port)->low, 7000);
	view_finding(&lab.d.view, port, &f);
	assert_true(str_eq(f.place.file, STR("a/.env")));
	assert_int_equal(f.place.span.off, 12);
	assert_int_equal(f.place.span.len, 4);
	assert_true(str_eq(f.place.raw, STR("7000")));
}

static void
no_more_is_made_than_there_is_room_for(void **state)
{
	LAB(lab);
	AUTO(buf) rows = BUF_INIT;
	uint32_t made[VIEW_MADE_MAX + 1];

	(void)state;
	buf_add_str(&rows, STR(LAB_OUTSIDE("a")));
	for (int i = 0; i < VIEW_MADE_MAX + 3; i++)
		buf_printf(&rows, "use,a,1,a,host-port,s,,,,,,A,a/.env,%d,4,${A},a/.env,%d,4,${A},,C%d\n",
		    100 + 9 * i, 100 + 9 * i, i);
	lab_view(&lab, rows.ptr);
	made[VIEW_MADE_MAX] = 77;
	assert_int_equal(view_made_of(
	    &lab.d.view, 0, inventory_lookup(&lab.inventory, STR("A")), made), VIEW_MADE_MAX);
	assert_int_equal(made[VIEW_MADE_MAX], 77);
	assert_true(str_eq(view_str(&lab.d.view, made[0]), STR("A")));
	assert_true(str_eq(view_str(&lab.d.view, made[1]), STR("C0")));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_two_apps_with_one_identity_one_goes_by_its_folder),
		cmocka_unit_test(a_project_name_is_its_own_apps),
		cmocka_unit_test(what_a_copy_will_publish_stands_where_the_example_says),
		cmocka_unit_test(no_more_is_made_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
