/* operation: a call of apply leaves the fleet as it was, or changed with a run in the journal that takes it
 * back.
 * SPDX-License-Identifier: MIT */
#include "unit/apply/planned.h"

#include "stream/change.h"
#include "journal/journal.h"
#include "apply/operation.h"
#include "apply/result.h"
#include "store/store.h"

#include <sqlite3.h>

/* The registry knows plan ID, for ROOT, of the one row that planned_port makes below, for app1 and app2. */
static void
know(const char *id, const char *root)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(store) s = NULL;
	struct change c = { .action = CHANGE_REPLACE,
		.id.model = STR("m"),
		.id.app_num = 1,
		.has_span = true,
		.span = { 0, 2 },
		.old = STR("80"),
		.new = STR("8000"),
		.reason = REASON_PORT };

	assert_int_equal(store_open(&s, "r.db", STORE_WRITE, &err), 0);
	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(store_put_plan(s, str_from(id), str_from(root), &err), 0);
	for (int i = 1; i <= 2; i++) {
		c.app = i == 1 ? STR("m/app1") : STR("m/app2");
		c.file = i == 1 ? STR("m/app1/c") : STR("m/app2/c");
		assert_int_equal(store_put_plan_app(s, str_from(id), c.app, 1, &err), 0);
		assert_int_equal(store_put_change(s, str_from(id), &c, &err), 0);
	}
	assert_int_equal(store_seal_plan(s, str_from(id), &err), 0);
	assert_int_equal(store_end(s, 0, true, &err), 0);
}

/* Plan ID on ROOT, to move 80 of app1 and app2 to 8000. */
static FILE *
plan(const char *id, const char *root)
{
	AUTO(planned) p = PLANNED_INIT;

	planned_begin(&p, id, root);
	planned_port(&p, "m/app1", "m/app1/c", "80", "80", "8000");
	planned_port(&p, "m/app2", "m/app2/c", "80", "80", "8000");
	return planned_end(&p);
}

static const char *
fleet(void **state)
{
	scratch_put("m/app1/c", "80");
	scratch_put("m/app2/c", "80");
	return ((struct scratch *)*state)->root;
}

/* Both files are TEXT. */
static void
both(const char *text)
{
	scratch_holds("m/app1/c", text);
	scratch_holds("m/app2/c", text);
}

static int
apply(struct operation *o, const char *id, const char *root, struct error *err)
{
	FILE *f = plan(id, root);
	int got;

	o->db = "r.db";
	o->input = fileno(f);
	o->input_name = "in";
	got = operation_apply(o, err);
	assert_int_equal(fclose(f), 0);
	return got;
}

static void
a_preview_touches_nothing(void **state)
{
	AUTO(operation) o = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;
	FILE *f = plan("id", fleet(state)), *out = tmpfile();
	struct result_counts counts;
	char diff[400] = "";

	o.db = "r.db";
	o.input = fileno(f);
	o.input_name = "in";
	assert_int_equal(operation_preview(&o, "patch", out, &counts, &err), 0);
	rewind(out);
	assert_true(fread(diff, 1, sizeof diff - 1, out) > 0);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(diff, "-80\n"));
	assert_non_null(strstr(diff, "+8000\n"));
	assert_int_equal(counts.stale, 0);
	assert_int_equal(counts.problems, 0);
	assert_int_equal(o.run.count, 2);
	assert_string_equal(o.run.apps[1].files[0].after.ptr, "8000");
	assert_int_equal(o.run.apps[1].state, RUN_WAITING);
	both("80");
	scratch_holds("r.db", NULL);
	scratch_holds("r.db.runs", NULL);
	assert_int_equal(fclose(f), 0);
}

static void
what_is_refused_touches_nothing(void **state)
{
	const char *root = fleet(state);
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	for (int i = 0; i < 2; i++) {
		AUTO(operation) o = OPERATION_INIT;

		assert_int_equal(apply(&o, i ? "id" : "other", i ? "/nowhere/at/all" : root, &err), -1);
		scratch_error(&err, i ? "/nowhere/at/all" : "in", i ? 0 : 2, i ? "--root" : "knows no plan");
		both("80");
		scratch_holds("r.db.runs", NULL);
	}
}

static void
applied_and_taken_back(void **state)
{
	const char *root = fleet(state);
	AUTO(operation) o = OPERATION_INIT;
	AUTO(operation) again = OPERATION_INIT;
	AUTO(operation) back = OPERATION_INIT;
	AUTO(operation) twice = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	assert_int_equal(apply(&o, "id", root, &err), 0);
	both("8000");
	assert_int_equal(o.run.apps[0].state, RUN_DONE);
	assert_int_equal(apply(&again, "id", root, &err), 0);
	assert_int_equal(again.run.apps[0].state, RUN_UNCHANGED);
	back.db = "r.db";
	assert_int_equal(operation_undo(&back, "", &err), 0);
	both("80");
	assert_int_equal(back.run.apps[1].state, RUN_DONE);
	twice.db = "r.db";
	assert_int_equal(operation_undo(&twice, "", &err), -1);
	scratch_error(&err, NULL, 0, "no run that was not taken back");
}

static void
undo_is_by_app(void **state)
{
	const char *root = fleet(state);
	AUTO(operation) o = OPERATION_INIT;
	AUTO(operation) back = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	assert_int_equal(apply(&o, "id", root, &err), 0);
	scratch_put("m/app1/c", "edited");
	back.db = "r.db";
	assert_int_equal(operation_undo(&back, "1", &err), 0);
	assert_int_equal(back.run.apps[0].state, RUN_STALE);
	scratch_holds("m/app1/c", "edited");
	scratch_holds("m/app2/c", "80");
}

/* A run that was recorded, and of which one file got its place before the kill. */
static void
interrupt(const char *root)
{
	AUTO(operation) o = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;
	FILE *f = plan("id", root), *out = tmpfile();
	struct result_counts counts;

	o.db = "r.db";
	o.input = fileno(f);
	o.input_name = "in";
	assert_int_equal(operation_preview(&o, "", out, &counts, &err), 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(fclose(f), 0);
	if (!o.journal)
		assert_int_equal(journal_open(&o.journal, "r.db", true, &err), 0);
	assert_int_equal(journal_record(o.journal, &o.run, &err), 0);
	scratch_put("m/app1/c", "8000");
}

static void
an_interrupted_run_comes_first(void **state)
{
	const char *root = fleet(state);
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	for (int back = 0; back < 2; back++) {
		AUTO(operation) o = OPERATION_INIT;
		AUTO(operation) other = OPERATION_INIT;
		AUTO(operation) none = OPERATION_INIT;

		interrupt(root);
		assert_int_equal(apply(&other, "id", root, &err), -1);
		scratch_error(&err, NULL, 0, "was interrupted");
		o.db = none.db = "r.db";
		if (back) {
			assert_int_equal(operation_undo(&o, "", &err), 0);
		} else {
			assert_int_equal(operation_resume(&o, &err), 0);
			assert_int_not_equal(o.run.id, 0);
		}
		both(back ? "80" : "8000");
		assert_int_equal(operation_resume(&none, &err), 0);
		assert_int_equal(none.run.id, 0);
		fleet(state);
	}
}

static void
a_copy_elsewhere_is_changed_instead(void **state)
{
	const char *root = fleet(state);
	AUTO(operation) o = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	scratch_put("copy/m/app1/c", "80");
	scratch_put("copy/m/app2/c", "80");
	o.root = "copy";
	assert_int_equal(apply(&o, "id", root, &err), 0);
	both("80");
	scratch_holds("copy/m/app1/c", "8000");
	assert_true(o.run.is_elsewhere);
}

static void
numbers_and_ages_are_held_to_their_form(void **state)
{
	static const char *const ids[] = { "0", "x", "-1", "1x" },
				 *const ages[] = { "", "d", "1y", "-1d", "1dd", "9999999w" };
	AUTO(error) err = ERROR_INIT;
	AUTO(operation) o = OPERATION_INIT;
	size_t n;

	(void)state;
	o.db = "r.db";
	assert_int_equal(operation_undo(&o, "", &err), -1);
	scratch_error(&err, "r.db", 0, "there is no journal");
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		assert_int_equal(operation_undo(&o, ids[i], &err), -1);
		scratch_error(&err, NULL, 0, "takes the number of a run");
	}
	for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
		assert_int_equal(operation_forget(&o, ages[i], &n, &err), -1);
		scratch_error(&err, NULL, 0, "--forget takes an age");
	}
}

static size_t
forget(const char *age)
{
	AUTO(operation) o = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;
	size_t n;

	o.db = "r.db";
	if (operation_forget(&o, age, &n, &err) < 0)
		fail_msg("%s", err.what);
	return n;
}

static int
abandon(const char *id, struct error *err)
{
	struct operation o = OPERATION_INIT;
	int result;

	o.db = "r.db";
	result = operation_abandon(&o, id, err);
	operation_release(&o);
	return result;
}

static void
old_and_lost_runs_are_forgotten(void **state)
{
	const char *root = fleet(state);
	sqlite3 *db;
	AUTO(operation) o = OPERATION_INIT;
	AUTO(operation) late = OPERATION_INIT;
	AUTO(run) lost = RUN_INIT;
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	assert_int_equal(apply(&o, "id", root, &err), 0);
	assert_int_equal(forget("1"), 0);
	assert_int_equal(forget("1h"), 0);
	operation_release(&o);
	assert_int_equal(sqlite3_open("r.db.runs", &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "UPDATE runs SET started = started - 5000", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(forget("1w"), 0);
	assert_int_equal(forget("2h"), 0);
	assert_int_equal(forget("1h"), 1);
	fleet(state);
	interrupt(root);
	assert_int_equal(forget("0s"), 0);			/* its root is there */
	late.db = "r.db";
	assert_int_equal(journal_open(&late.journal, "r.db", false, &err), 0);
	lost.plan = STR("id");
	lost.root = STR("/nowhere/at/all");
	assert_int_equal(journal_record(late.journal, &lost, &err), 0);
	operation_release(&late);
	assert_int_equal(forget("0s"), 0);			/* nor one whose root is not there now */
	assert_int_equal(abandon("1", &err), -1);
	scratch_error(&err, NULL, 0, "no run 1 was interrupted");
	assert_int_equal(abandon("3", &err), 0);
	assert_int_equal(forget("0s"), 1);
	assert_int_equal(abandon("2", &err), -1);
	scratch_error(&err, root, 0, "is there");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(a_preview_touches_nothing),
		scratch_test(what_is_refused_touches_nothing),
		scratch_test(applied_and_taken_back),
		scratch_test(undo_is_by_app),
		scratch_test(an_interrupted_run_comes_first),
		scratch_test(a_copy_elsewhere_is_changed_instead),
		scratch_test(numbers_and_ages_are_held_to_their_form),
		scratch_test(old_and_lost_runs_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
