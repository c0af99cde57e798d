/* names: the name of a project.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

static void
name_of_a_file(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "name: My.App-1\nservices: {a: {image: x}}\n");
	lab_text(lab_accepted(&lab)->name.text, "myapp-1");
	assert_true(lab.p->name_is_explicit);
	lab_decide(lab.p->name, "app/compose.yaml", ORIGIN_LITERAL, "other");
	lab_text(lab_accepted(&lab)->name.text, "other");
	lab_clear(&lab);
}

/* What Compose leaves out hides from nobody what the name is made of. */
static void
name_of_several_texts(void **state)
{
	struct lab lab;
	const struct trace *name;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "name: -My ${A_KEY}!\nservices: {a: {image: x}}\n", ".env",
	    "A_KEY=_X\n");
	name = &lab_accepted(&lab)->name;
	lab_text(name->text, "my_x");
	assert_false(trace_decide(*name).known);
	lab_text(trace_decide(*name).source->path, "app/compose.yaml");
	assert_int_equal(name->count, 3);
	lab_text(name->pieces[1].step->variable, "A_KEY");
	lab_clear(&lab);
}

static void
the_variable_comes_first(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "name: no\nservices: {a: {image: x}}\n", ".env",
	    "COMPOSE_PROJECT_NAME=p9\n");
	lab_decide(lab_accepted(&lab)->name, "app/.env", ORIGIN_ENV, "p10");
	lab_text(lab_accepted(&lab)->name.text, "p10");
	lab_clear(&lab);
	LAB_LAY(&lab, "compose.yaml", "services: {a: {image: x}}\n", ".env", "COMPOSE_PROJECT_NAME=P9\n");
	(void)lab_refused(&lab, "invalid project name \"P9\"");
	lab_clear(&lab);
}

static void
the_folder_comes_last(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "services: {a: {image: x}}\n");
	lab_text(lab_accepted(&lab)->name.text, "app");
	assert_false(lab.p->name_is_explicit);
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(name_of_a_file),
		scratch_test(name_of_several_texts),
		scratch_test(the_variable_comes_first),
		scratch_test(the_folder_comes_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
