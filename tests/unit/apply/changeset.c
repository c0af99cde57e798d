/* changeset: a plan is read whole, by app and file, or refused with its row named.
 * SPDX-License-Identifier: MIT */
#include "unit/apply/planned.h"

#include "apply/changeset.h"

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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_put_together),
		cmocka_unit_test(many_apps_keep_their_order),
		cmocka_unit_test(wrong_rows_are_named),
		cmocka_unit_test(an_early_end_is_refused_unless_it_is_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
