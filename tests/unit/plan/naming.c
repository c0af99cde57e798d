/* naming: what projects, their volumes and the containers that are named after them are called afterwards.
 * SPDX-License-Identifier: MIT */
#include "unit/plan/lab.h"

/* Names all, and says each project, volume and container by its name afterwards; behind a container that an
 * edit of its own renames stands a `!`. */
static void
are_called(struct lab *lab, const char *want)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;

	projects_name(&lab->d.naming, &lab->d);
	assert_int_equal(expanded_follow(&lab->d.naming, &lab->d.view, &err), 0);
	containers_name(&lab->d.naming, &lab->d);
	for (uint32_t i = 0; i < lab->inventory.item_count; i++) {
		uint8_t record = lab->inventory.items[i].record;

		if (record == FINDING_PROJECT || record == FINDING_VOLUME || record == FINDING_NAME)
			buf_printf(&b, "%.*s%s ", STR_ARG(naming_after(&lab->d.naming, &lab->d.view, i)),
			    lab->d.naming.is_edited[i] ? "!" : "");
	}
	assert_string_equal(b.ptr ? b.ptr : "", want);
}

/* Of ROWS, which may be a part of the fleet. */
static void
calls(struct lab *lab, const char *rows, const char *want)
{
	lab_pairs(lab, rows);
	are_called(lab, want);
}

/* Of ROWS, which are the whole fleet: a folder of the registry that is not in them is gone. */
static void
calls_all(struct lab *lab, const char *rows, const char *want)
{
	lab_pairs(lab, rows);
	lab->inventory.is_part = false;
	are_called(lab, want);
}

#define PROJECT(app, name) LAB_OF("project", app, "") ",,,,,,,,,,,,,,,," name "\n"
#define VOLUME(app, key, name, role, written) \
	LAB_OF("volume", app, role) ",,,,,,," key ",,,,," app "/c,5,9," written "," name "\n"
#define CONTAINER(app, service, name, at) \
	LAB_OF("name", app, "") "," service ",,,,,literal,," app "/c," at ",4," name "," app "/c," at ",4," \
	    name "," name "\n"

static void
the_layout_names_by_model_and_number(void **state)
{
	LAB(lab);
	LAB(twins);
	LAB(keeping);

	(void)state;
	calls(&lab, LAB_APP("Shop") PROJECT("Shop", "app1"), "shop-app1 ");
	assert_true(lab.d.naming.of_app[0].changes);
	/* two models that are one to Docker */
	calls(&twins, LAB_APP("a.b") PROJECT("a.b", "x") LAB_APP("a_b") PROJECT("a_b", "y"),
	    "a-b-app1 a-b-app1-2 ");
	keeping.options.keep_project_names = true;
	calls(&keeping, LAB_APP("Shop") PROJECT("Shop", "app1"), "app1 ");
	assert_false(keeping.d.naming.of_app[0].changes);
}

static void
others_keep_what_they_have_first(void **state)
{
	LAB(lab);
	LAB(cases);

	(void)state;
	calls(&lab, LAB_OUTSIDE("a") PROJECT("a", "web") LAB_OUTSIDE("b") PROJECT("b", "web")
	    LAB_OUTSIDE("c") PROJECT("c", "db"), "web b db ");
	assert_false(lab.d.naming.of_app[0].changes);
	assert_true(lab.d.naming.of_app[1].changes);
	/* the path's name is taken as well */
	calls(&cases, LAB_OUTSIDE("a") PROJECT("a", "b") LAB_OUTSIDE("b") PROJECT("b", "b"), "b b-2 ");
}

static void
who_has_a_name_keeps_it_from_who_comes_to_it(void **state)
{
	LAB(lab);

	(void)state;
	/* a copy of .env.example would make a `web`, which b is today */
	lab.options.make_env = true;
	calls(&lab, LAB_OUTSIDE("a") LAB_FILE("a", "example", "a/.env.example")
	    LAB_OF("gap", "a", "env") ",,,,,,,,a/.env\n"
	    LAB_OF("setting", "a", "example") ",,,,,,,COMPOSE_PROJECT_NAME,a/.env.example,2,3,web,,,,,web\n"
	    PROJECT("a", "old") LAB_OUTSIDE("b") PROJECT("b", "web"), "a web ");
	assert_true(str_eq(lab.d.naming.of_app[0].copied, STR("web")));
}

static void
the_registry_keeps_names(void **state)
{
	static const char *const only[] = { "b" };
	LAB(own);
	LAB(other);
	LAB(later);
	LAB(foreign);
	LAB(unplanned);

	(void)state;
	lab_name(&own, "a_b", "a-b-app1");
	calls(&own, LAB_APP("a.b") PROJECT("a.b", "x") LAB_APP("a_b") PROJECT("a_b", "y"),
	    "a-b-app1-2 a-b-app1 ");
	/* one that is not made of its model is none of its own */
	lab_name(&other, "a", "b-app1");
	calls(&other, LAB_APP("a") PROJECT("a", "x") LAB_APP("b") PROJECT("b", "y"), "a-app1 b-app1 ");
	lab_name(&later, "b", "web");
	calls(&later, LAB_OUTSIDE("a") PROJECT("a", "web") LAB_OUTSIDE("b") PROJECT("b", "web"), "a web ");
	lab_name(&foreign, "z", "web");
	calls(&foreign, LAB_OUTSIDE("a") PROJECT("a", "web"), "a ");
	unplanned.options.only = only;
	unplanned.options.only_count = 1;
	calls(&unplanned, LAB_OUTSIDE("b") PROJECT("b", "web") LAB_OUTSIDE("c") PROJECT("c", "web"),
	    "b web ");
}

static void
volumes_follow_their_project(void **state)
{
	LAB(lab);

	(void)state;
	calls(&lab, LAB_APP("a") PROJECT("a", "old") VOLUME("a", "data", "old_data", "derived", "")
	    VOLUME("a", "mine", "old_mine", "explicit", "old_mine")
	    VOLUME("a", "rest", "older_rest", "explicit", "${X:-older}_rest")
	    VOLUME("a", "spelt", "old_x", "explicit", "${STACK:-old}_x")
	    VOLUME("a", "made", "old-d", "explicit", "${COMPOSE_PROJECT_NAME}-d")
	    VOLUME("a", "nested", "y_z", "explicit", "${PROJECT_NAME:-${X:-y}}_z"),
	    "a-app1 a-app1_data a-app1-d old_mine a-app1_z older_rest old_x ");
}

static void
of_two_containers_with_one_name_one_is_renamed(void **state)
{
	static struct clash_accepted one = { .a = STR_OF("a"), .b = STR_OF("b"), .what = STR_OF("db") };
	static bool is_met;
	struct accept accepted = { .items = &one, .count = 1, .is_met = &is_met };
	LAB(lab);
	LAB(fixed);
	LAB(shared);

	(void)state;
	calls(&lab, LAB_OUTSIDE("a") PROJECT("a", "a") CONTAINER("a", "s", "db", "20")
	    LAB_OUTSIDE("b") PROJECT("b", "b") CONTAINER("b", "s", "db", "20"), "db a b_s! b ");
	/* the text of the second is another's, so it stays */
	calls(&fixed, LAB_OUTSIDE("a") PROJECT("a", "a") CONTAINER("a", "s", "db", "20")
	    LAB_OUTSIDE("b") PROJECT("b", "b")
	    LAB_OF("name", "b", "") ",s,,,,,literal,,far/c,20,2,db,far/c,20,2,db,db\n", "a_s! a db b ");
	shared.options.accepted = &accepted;
	calls(&shared, LAB_OUTSIDE("a") PROJECT("a", "a") CONTAINER("a", "s", "db", "20")
	    LAB_OUTSIDE("b") PROJECT("b", "b") CONTAINER("b", "s", "db", "20"), "db a db b ");
}

static void
containers_are_renamed_by_what_they_are_made_of(void **state)
{
	LAB(lab);

	(void)state;
	calls(&lab, LAB_APP("a") PROJECT("a", "old")
	    LAB_OF("name", "a", "") ",s,,,,,,PROJECT_NAME,,,,,a/c,20,22,${PROJECT_NAME:-x}_db,x_db\n"
	    LAB_OF("name", "a", "") ",t,,,,,,OTHER,,,,,a/c,50,22,${OTHER:-x}_web,x_web\n",
	    "a-app1_db x_web a-app1 ");
}

#define UNNAMED(app, name, services) \
	LAB_OF("project", app, "") ",,,,,,,,,,,,,,,," name "," services "\n"

static void
containers_are_not_called_like_others_that_may_be_there(void **state)
{
	LAB(made);
	LAB(gone);
	LAB(borne);
	LAB(given);

	(void)state;
	/* what Compose calls the second's service; nor does a new name become what it calls a third's */
	calls(&made, LAB_OUTSIDE("a") PROJECT("a", "a") CONTAINER("a", "s", "b-t-1", "20")
	    LAB_OUTSIDE("b") UNNAMED("b", "b", "t"), "a_s! a b ");
	calls(&given, LAB_OUTSIDE("a") PROJECT("a", "a") CONTAINER("a", "b-s-1", "db", "20")
	    LAB_OUTSIDE("a_b") UNNAMED("a_b", "a_b", "s")
	    LAB_OUTSIDE("0") PROJECT("0", "0") CONTAINER("0", "s", "db", "20"), "db 0 a_b-s-1-2! a a_b ");
	/* that of an app that is gone may still be there, unless one is called so now */
	lab_name_of(&gone, "gone", "container", "s", "b_s");
	calls_all(&gone, LAB_OUTSIDE("a") PROJECT("a", "a") CONTAINER("a", "s", "db", "20")
	    LAB_OUTSIDE("b") PROJECT("b", "b") CONTAINER("b", "s", "db", "20"), "db a b_s-2! b ");
	lab_name_of(&borne, "gone", "container", "s", "db");
	calls_all(&borne, LAB_OUTSIDE("a") PROJECT("a", "a") CONTAINER("a", "s", "db", "20"), "db a ");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_layout_names_by_model_and_number),
		cmocka_unit_test(others_keep_what_they_have_first),
		cmocka_unit_test(who_has_a_name_keeps_it_from_who_comes_to_it),
		cmocka_unit_test(the_registry_keeps_names),
		cmocka_unit_test(volumes_follow_their_project),
		cmocka_unit_test(of_two_containers_with_one_name_one_is_renamed),
		cmocka_unit_test(containers_are_renamed_by_what_they_are_made_of),
		cmocka_unit_test(containers_are_not_called_like_others_that_may_be_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
