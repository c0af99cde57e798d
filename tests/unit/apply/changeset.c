/* changeset: a plan is read whole, by app and file, or refused with its row named.
 * SPDX-License-Identifier: MIT */
#include "unit/apply/planned.h"

#include "apply/changeset.h"
#include "system/options.h"

static int
read_set(struct changeset *s, struct planned *p, struct error *err)
{
	FILE *f = planned_end(p);
	int got = changeset_read(s, fileno(f), "in", false, err);

	assert_int_equal(fclose(f), 0);
	return got;
}

static void
rows_are_put_together(void **state)
{
	AUTO(planned) p = PLANNED_INIT;
	AUTO(changeset) s = CHANGESET_INIT;
	AUTO(error) err = ERROR_INIT;
	const struct changeset_file *f;

	(void)state;
	planned_begin(&p, "id", "/srv");
	planned_port(&p, "m/app1", "m/app1/c.yml", "80 81", "81", "8001");
	planned_port(&p, "n/app2", "n/app2/c.yml", "80", "80", "8003");
	planned_port(&p, "m/app1", "m/app1/c.yml", "80 81", "80", "8000");
	planned_row(&p, "create", "m/app1", "m/app1/.env,,,,,,,,env-file,");
	planned_row(&p, "insert", "m/app1", "m/app1/.env,,,0,0,,,B=1,port,");
	planned_row(&p, "insert", "m/app1", "m/app1/.env,,,0,0,,,A=2,port,");
	planned_row(&p, "problem", "o/app3", ",,,,,,,what is wrong,,");
	assert_int_equal(read_set(&s, &p, &err), 0);
	assert_string_equal(s.root.ptr, "/srv");
	assert_string_equal(s.plan.ptr, "id");
	assert_int_equal(s.count, 3);
	assert_string_equal(s.apps[0].folder.ptr, "m/app1");
	assert_string_equal(s.apps[0].id.model.ptr, "m");
	assert_int_equal(s.apps[1].id.app_num, 2);
	assert_int_equal(s.apps[0].count, 2);
	f = &s.apps[0].files[0];
	assert_string_equal(f->path.ptr, "m/app1/c.yml");
	assert_string_equal(f->folder.ptr, "m/app1");
	assert_string_equal(f->name.ptr, "c.yml");
	assert_true(f->has_digest && f->digest == text_digest(STR("80 81")) && f->start == CHANGESET_EDIT);
	assert_int_equal(f->row, 3);
	assert_int_equal(f->count, 2);
	assert_string_equal(f->edits[0].new.ptr, "8000");	/* sorted by place */
	assert_string_equal(f->edits[1].old.ptr, "81");
	f = &s.apps[0].files[1];
	assert_true(f->start == CHANGESET_CREATE && !f->has_digest && f->count == 2);
	assert_string_equal(f->edits[0].new.ptr, "B=1");	/* those at one point keep their order */
	assert_true(f->edits[0].is_line && f->edits[0].row == 7);
	assert_int_equal(s.problems, 1);
	assert_int_equal(s.apps[2].count, 0);
	assert_string_equal(s.apps[2].problems[0].ptr, "what is wrong");
	changeset_release(&s);
	assert_true(s.count == 0 && s.problems == 0);
}

/* The edits of every file of every app are in the order of their places, however the rows come. */
static void
all_edits_are_sorted(void **state)
{
	AUTO(planned) p = PLANNED_INIT;
	AUTO(changeset) s = CHANGESET_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	planned_begin(&p, "id", "/srv");
	for (int i = 0; i < 4; i++) {
		const char *folder = i < 2 ? "m/app1" : "n/app2";
		char file[20];

		(void)snprintf(file, sizeof file, "%s/%d", folder, i);
		planned_port(&p, folder, file, "80 81", "81", "8001");
		planned_port(&p, folder, file, "80 81", "80", "8000");
	}
	assert_int_equal(read_set(&s, &p, &err), 0);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(s.apps[i / 2].files[i % 2].edits[0].new.ptr, "8000");
}

static void
many_apps_keep_their_order(void **state)
{
	enum { MANY = 300 };
	AUTO(planned) p = PLANNED_INIT;
	AUTO(changeset) s = CHANGESET_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	planned_begin(&p, "id", "/srv");
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < MANY; i++) {
			char folder[20], file[40];

			(void)snprintf(folder, sizeof folder, "m%d/app1", i);
			(void)snprintf(file, sizeof file, "m%d/app1/%d", i, round);
			planned_port(&p, folder, file, "80", "80", "8000");
		}
	assert_int_equal(read_set(&s, &p, &err), 0);
	assert_int_equal(s.count, MANY);
	for (int i = 0; i < MANY; i++) {
		char folder[20];

		(void)snprintf(folder, sizeof folder, "m%d/app1", i);
		assert_string_equal(s.apps[i].folder.ptr, folder);
		assert_int_equal(s.apps[i].count, 2);
	}
}

/* The plan of the rows in P so far is refused at LINE. */
static void
refused(struct planned *p, size_t line, const char *why)
{
	AUTO(changeset) s = CHANGESET_INIT;
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(read_set(&s, p, &err), -1);
	scratch_error(&err, "in", line, why);
	buf_clear(&p->text);
	planned_begin(p, "id", "/srv");
}

static void
wrong_rows_are_named(void **state)
{
	AUTO(planned) p = PLANNED_INIT;

	(void)state;
	planned_begin(&p, "id", "/srv");
	planned_port(&p, "m/app1", "m/app1/c.yml", "80", "80", "x: y");
	refused(&p, 3, "not what its reason");
	planned_port(&p, "m/app1", "../c.yml", "80", "80", "8000");
	refused(&p, 3, "clean path");
	planned_port(&p, "m/app1", "m/app1/c.yml", "80", "80", "8000");
	planned_port(&p, "m/app1", "m/app1/c.yml", "80 81", "81", "8001");
	refused(&p, 4, "digest");
	planned_port(&p, "m/app1", "m/app1/.env", "80", "80", "8000");
	planned_row(&p, "create", "m/app1", "m/app1/.env,,,,,,,,env-file,");
	refused(&p, 4, "must come before");
	planned_row(&p, "insert", "m/app1", "m/app1/.env,,,0,0,,,A=1,port,");
	refused(&p, 3, "needs the digest");
	planned_port(&p, "m/app1", "m/app1/c.yml", "80", "80", "8000");
	buf_add_str(
	    &p.text, STR("replace,other,1,m/app1,,m/app1/d,1,1,0,2,xxh3:0000000000000000,80,81,port,\n"));
	p.rows++;
	refused(&p, 4, "another model");
	planned_row(&p, "copy", "m/app1", "m/app1/.env,,,,,xxh3:0000000000000000,,,env-file,");
	planned_row(&p, "insert", "m/app1", "m/app1/.env,,,0,0,xxh3:0000000000000001,,A=1,port,");
	refused(&p, 4, "digest is not that");
	planned_row(&p, "create", "m/app1", "m/app1/.env,,,,,,,,env-file,");
	planned_row(&p, "insert", "m/app1", "m/app1/.env,,,0,0,xxh3:0000000000000001,,A=1,port,");
	refused(&p, 4, "digest is not that");
	planned_row(&p, "create", "m/app1", "m/app1/.env,,,,,,,,env-file,");
	planned_row(&p, "create", "m/app1", "m/app1/.env,,,,,,,,env-file,");
	refused(&p, 4, "a create must come before");
	planned_port(&p, "m/app1/app2", "m/app1/app2/c", "80", "80", "8000");
	planned_port(&p, "n/app2", "n/app2/c", "80", "80", "8000");
	planned_port(&p, "m/app1", "m/app1/app2/c", "80", "80", "8000");
	refused(&p, 5, "two apps change this file");
	planned_port(&p, "m/app1", "m/app1/z", "80", "80", "8000");
	planned_port(&p, "m/app1", "m/app1/app2/c", "80", "80", "8000");
	planned_port(&p, "m/app1/app2", "m/app1/app2/a", "80", "80", "8000");
	planned_port(&p, "m/app1/app2", "m/app1/app2/c", "80", "80", "8000");
	refused(&p, 6, "two apps change this file");
	planned_port(&p, "m/app1", "m/app1/app2/c", "80", "80", "8000");
	planned_port(&p, "m/app1/app2", "m/app1/app2/c", "80", "80", "8000");
	refused(&p, 4, "two apps");
}

static void
an_early_end_is_refused_unless_it_is_meant(void **state)
{
	AUTO(planned) p = PLANNED_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	planned_begin(&p, "id", "/srv");
	planned_port(&p, "m/app1", "m/app1/c.yml", "80", "80", "8000");
	for (int partial = 0; partial < 2; partial++) {
		AUTO(changeset) s = CHANGESET_INIT;
		FILE *f = scratch_input(p.text.ptr);

		assert_int_equal(changeset_read(&s, fileno(f), "in", partial, &err), partial ? 0 : -1);
		assert_int_equal(fclose(f), 0);
		assert_int_equal(error_is_set(&err), !partial);
		error_release(&err);
	}
}

/* The plan of apps m/app1 and n/app2, and a problem of each and of o/app3. */
static void
read_three(struct changeset *s)
{
	AUTO(planned) p = PLANNED_INIT;
	AUTO(error) err = ERROR_INIT;

	planned_begin(&p, "id", "/srv");
	planned_port(&p, "m/app1", "m/app1/c", "80", "80", "8000");
	planned_row(&p, "problem", "m/app1", ",,,,,,,one,,");
	planned_row(&p, "problem", "m/app1", ",,,,,,,,,two");
	planned_port(&p, "n/app2", "n/app2/c", "80", "80", "8001");
	planned_row(&p, "problem", "n/app2", ",,,,,,,new,,detail");
	planned_row(&p, "problem", "o/app3", ",,,,,,,four,,");
	planned_row(&p, "note", "p/app4", ",,,,,,,nothing to do,,");
	assert_int_equal(read_set(s, &p, &err), 0);
}

static void
what_a_person_has_to_see_to_is_kept(void **state)
{
	AUTO(changeset) s = CHANGESET_INIT;

	(void)state;
	read_three(&s);
	assert_int_equal(s.count, 3);
	assert_int_equal(s.problems, 4);
	assert_int_equal(s.apps[0].problem_count, 2);
	assert_string_equal(s.apps[0].problems[0].ptr, "one");
	assert_string_equal(s.apps[0].problems[1].ptr, "two");
	assert_string_equal(s.apps[1].problems[0].ptr, "new");
	assert_string_equal(s.apps[2].folder.ptr, "o/app3");
}

/* The patterns FIRST and SECOND (or NULL) leave the apps of the FOLDERS, with PROBLEMS; or are refused. */
static void
selected(const char *first, const char *second, const char *folders, size_t problems, const char *refusal)
{
	AUTO(changeset) s = CHANGESET_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) left = BUF_INIT;
	const char *items[] = { first, second };
	const struct option_list only = { .items = items, .count = !first ? 0 : second ? 2 : 1 };

	read_three(&s);
	assert_int_equal(changeset_select(&s, &only, &err), refusal ? -1 : 0);
	if (refusal) {
		assert_string_equal(err.what, refusal);
		return;
	}
	for (size_t i = 0; i < s.count; i++)
		buf_printf(&left, "%s ", s.apps[i].folder.ptr);
	assert_string_equal(left.ptr, folders);
	assert_int_equal(s.problems, problems);
}

static void
some_apps_alone_are_left(void **state)
{
	(void)state;
	selected(NULL, NULL, "m/app1 n/app2 o/app3 ", 4, NULL);
	selected("n/app2", NULL, "n/app2 ", 1, NULL);
	selected("o/app3", "m/app1", "m/app1 o/app3 ", 3, NULL);
	selected("?/app[12]", NULL, "m/app1 n/app2 ", 3, NULL);
	selected("*", "m/app1", "m/app1 n/app2 o/app3 ", 4, NULL);
	selected("m/app1", "x*", NULL, 0,
	    "--only 'x*' is none of the 3 apps of the plan: write MODEL/appN, a folder, "
	    "or a pattern for either, as in 'x**'");
	selected("p/app4", NULL, NULL, 0,
	    "--only 'p/app4' is none of the 3 apps of the plan: write MODEL/appN, "
	    "a folder, or a pattern for either, as in 'p/app4*'");
}

/* A plan for another host is refused, as far as both are known. */
static void
it_is_for_one_host(void **state)
{
	static const struct {
		struct str host;
		const char *here;
		bool is_well;
	} cases[] = { { STR("one"), "one", true }, { STR("one"), "", true }, { STR(""), "two", true },
		{ STR("one"), "two", false }, { STR("one"), "on", false } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(error) err = ERROR_INIT;
		struct changeset s = { .host = cases[i].host, .name = STR("in") };

		assert_int_equal(changeset_check_host(&s, cases[i].here, &err), cases[i].is_well ? 0 : -1);
		if (!cases[i].is_well)
			scratch_error(&err, "in", 0, "this plan is for one, and this host is ");
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_put_together),
		cmocka_unit_test(all_edits_are_sorted),
		cmocka_unit_test(many_apps_keep_their_order),
		cmocka_unit_test(wrong_rows_are_named),
		cmocka_unit_test(an_early_end_is_refused_unless_it_is_meant),
		cmocka_unit_test(what_a_person_has_to_see_to_is_kept),
		cmocka_unit_test(some_apps_alone_are_left),
		cmocka_unit_test(it_is_for_one_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
