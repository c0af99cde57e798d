/* operation: a call of apply leaves the fleet as it was, or changed with a run in the journal that takes it
 * back.
 * SPDX-License-Identifier: MIT */
#include "unit/apply/operated.h"

#include <signal.h>

#include "unit/fault.h"

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

/* A preview counts what a person has to see to; and only three words say how it looks. */
static void
a_preview_counts_what_is_left(void **state)
{
	static const char *const hows[] = { "", "patch", "csv", "json", "=csv" };
	const char *root = fleet(state);
	AUTO(error) err = ERROR_INIT;

	scratch_put("m/app2/c", "80 ");
	for (size_t i = 0; i < sizeof hows / sizeof *hows; i++) {
		AUTO(operation) o = OPERATION_INIT;
		AUTO(planned) p = PLANNED_INIT;
		struct result_counts counts;
		FILE *f, *out = tmpfile();
		char said[400] = "";

		planned_begin(&p, "id", root);
		planned_port(&p, "m/app1", "m/app1/c", "80", "80", "8000");
		planned_port(&p, "m/app2", "m/app2/c", "80", "80", "8000");
		planned_row(&p, "problem", "m/app2", ",,,,,,,one,,");
		planned_row(&p, "problem", "m/app3", ",,,,,,,two,,");
		f = planned_end(&p);
		o.db = "r.db";
		o.input = fileno(f);
		o.input_name = "in";
		assert_int_equal(operation_preview(&o, hows[i], out, &counts, &err), i < 3 ? 0 : -1);
		rewind(out);
		assert_int_equal(fread(said, 1, sizeof said - 1, out) > 0, i < 3);
		assert_int_equal(fclose(f), 0);
		assert_int_equal(fclose(out), 0);
		if (i >= 3) {
			scratch_error(&err, NULL, 0, "--dry-run takes nothing, =patch or =csv, not '");
			continue;
		}
		assert_true(o.is_preview && o.is_unregistered);
		assert_int_equal(counts.problems, 2);
		assert_int_equal(counts.stale, 1);
		assert_int_equal(counts.rows, i == 2 ? 4 : 0);
		assert_int_equal(strncmp(said, i == 2 ? "status,model" : "diff --git ", 11), 0);
		both_are("80", "80 ");
	}
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
	assert_int_equal(past_undo(&back, "", &err), 0);
	both("80");
	assert_int_equal(back.run.apps[1].state, RUN_DONE);
	twice.db = "r.db";
	assert_int_equal(past_undo(&twice, "", &err), -1);
	scratch_error(&err, NULL, 0, "no run that was not taken back");
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

/* The registry notes which apps have what the plan gave them, and forgets it with the undo; of a copy it
 * knows nothing. */
static void
the_registry_notes_what_was_done(void **state)
{
	static const char notes[] = "SELECT app, applied FROM berth_plan_apps ORDER BY app",
			  plans[] = "SELECT id, state FROM berth_plans";
	const char *root = fleet(state);
	AUTO(operation) o = OPERATION_INIT;
	AUTO(operation) back = OPERATION_INIT;
	AUTO(operation) copy = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	scratch_put("copy/m/app1/c", "80");
	scratch_put("copy/m/app2/c", "80");
	copy.root = "copy";
	assert_int_equal(apply(&copy, "id", root, &err), 0);
	answers("r.db", notes, "m/app1 0;m/app2 0;");
	scratch_put("m/app2/c", "80 "); /* stale */
	assert_int_equal(apply(&o, "id", root, &err), 0);
	assert_int_equal(o.run.apps[1].state, RUN_STALE);
	answers("r.db", notes, "m/app1 1;m/app2 0;");
	answers("r.db", plans, "id applied;");
	assert_int_equal(undo(&back, "2", NULL, NULL, &err), 0);
	answers("r.db", notes, "m/app1 0;m/app2 0;");
	answers("r.db", plans, "id undone;");
	answers("r.db.runs", "SELECT id, state, elsewhere FROM runs ORDER BY id", "1 1 1;2 3 0;");
}

/* An app of which rows of the plan were left out is noted as that: a file that is made counts with its
 * edits. */
static void
what_was_left_out_is_noted(void **state)
{
	const char *root = fleet(state);
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	meddle("r.db", "UPDATE berth_plan_apps SET changes = 3");
	for (int whole = 0; whole < 2; whole++) {
		AUTO(operation) o = OPERATION_INIT;
		AUTO(operation) back = OPERATION_INIT;
		AUTO(planned) p = PLANNED_INIT;
		FILE *f;

		AUTO_PTR(store) s = NULL;
		struct change c = {
			.action = CHANGE_CREATE, .app = STR("m/app1"), .file = STR("m/app1/.env")
		};

		assert_int_equal(store_open(&s, "r.db", STORE_WRITE, &err), 0);
		assert_int_equal(store_begin(s, &err), 0);
		assert_int_equal(store_put_change(s, STR("id"), &c, &err), 0);
		c = (struct change){ .action = CHANGE_REPLACE,
			.app = STR("m/app1"),
			.file = STR("m/app1/c"),
			.has_span = true,
			.span = { 0, 2 },
			.old = STR("80"),
			.new = STR("8000"),
			.reason = REASON_PORT };
		assert_int_equal(store_put_change(s, STR("id"), &c, &err), 0);
		c = (struct change){ .action = CHANGE_INSERT,
			.app = STR("m/app1"),
			.file = STR("m/app1/.env"),
			.has_span = true,
			.new = STR("A=1"),
			.reason = REASON_PORT };
		assert_int_equal(store_put_change(s, STR("id"), &c, &err), 0);
		assert_int_equal(store_seal_plan(s, STR("id"), &err), 0);
		assert_int_equal(store_end(s, 0, true, &err), 0);
		planned_begin(&p, "id", root);
		planned_port(&p, "m/app1", "m/app1/c", "80", "80", "8000");
		planned_row(&p, "create", "m/app1", "m/app1/.env,,,,,,,,env-file,");
		if (whole)
			planned_row(&p, "insert", "m/app1", "m/app1/.env,,,0,0,,,A=1,port,");
		f = planned_end(&p);
		o.db = "r.db";
		o.input = fileno(f);
		o.input_name = "in";
		if (operation_apply(&o, &err) < 0)
			fail_msg("%s", err.what);
		assert_int_equal(fclose(f), 0);
		assert_int_equal(o.run.apps[0].state, RUN_DONE);
		answers("r.db", "SELECT app, applied FROM berth_plan_apps ORDER BY app",
		    whole ? "m/app1 1;m/app2 0;" : "m/app1 2;m/app2 0;");
		assert_int_equal(undo(&back, "", NULL, NULL, &err), 0);
		answers(
		    "r.db", "SELECT app, applied FROM berth_plan_apps ORDER BY app", "m/app1 0;m/app2 0;");
	}
}

/* A plan for another host is refused, by what this one is called. */
static void
a_plan_is_for_its_host(void **state)
{
	const char *root = fleet(state);
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	for (int here = 0; here < 2; here++) {
		AUTO(operation) o = OPERATION_INIT;
		AUTO(planned) p = PLANNED_INIT;
		FILE *f;

		buf_printf(&p.text,
		    "action,model,app_num,app,service,file,line,column,offset,length,digest,old,new,"
		    "reason,detail,host\nfleet,,,,,,,,,,,id,%s,,berth 0 stream 1,one\nend,,,,,,,,,,,,1,,,\n",
		    root);
		f = scratch_input(p.text.ptr);
		o.db = "r.db";
		o.host = here ? "one" : "two";
		o.input = fileno(f);
		o.input_name = "in";
		assert_int_equal(operation_apply(&o, &err), here ? 0 : -1);
		assert_int_equal(fclose(f), 0);
		if (!here)
			scratch_error(&err, "in", 0, "this plan is for one, and this host is two");
	}
}

/* A plan that changes nothing counts as applied; a run of which nothing came does not. */
static void
a_plan_of_nothing_is_applied(void **state)
{
	const char *root = fleet(state);
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	for (int stale = 1; stale >= 0; stale--) {
		AUTO(operation) o = OPERATION_INIT;
		AUTO(planned) p = PLANNED_INIT;
		FILE *f;

		planned_begin(&p, "id", root);
		if (stale)
			planned_port(&p, "m/app1", "m/app1/c", "80", "80", "8000");
		scratch_put("m/app1/c", "80 ");
		f = planned_end(&p);
		o.db = "r.db";
		o.input = fileno(f);
		o.input_name = "in";
		assert_int_equal(operation_apply(&o, &err), 0);
		assert_int_equal(fclose(f), 0);
		answers("r.db", "SELECT state FROM berth_plans", stale ? "planned;" : "applied;");
		answers("r.db.runs", "SELECT count(*) FROM runs", "0;");
	}
}

/* Where the plan's root leads is where it was planned, or --root says that it is meant. */
static void
the_root_has_to_be_the_one_that_was_meant(void **state)
{
	const char *root = fleet(state);
	AUTO(operation) o = OPERATION_INIT;
	AUTO(operation) meant = OPERATION_INIT;
	AUTO(operation) away = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) link = BUF_INIT;

	buf_printf(&link, "%s/link", root);
	assert_int_equal(symlink(".", "link"), 0);
	know("id", link.ptr);
	assert_int_equal(apply(&o, "id", link.ptr, &err), -1);
	scratch_error(&err, link.ptr, 0, "now: say with --root that this is meant");
	both("80");
	away.root = "nowhere";
	assert_int_equal(apply(&away, "id", link.ptr, &err), -1);
	assert_int_equal(err.errnum, ENOENT);
	scratch_error(&err, "nowhere", 0, "cannot find the fleet's root");
	meant.root = "link";
	assert_int_equal(apply(&meant, "id", link.ptr, &err), 0);
	both("8000");
	assert_true(meant.run.is_elsewhere && str_eq(meant.run.root, str_from(root)));
	answers("r.db", "SELECT count(*) FROM berth_roots", "1;");
}

#ifdef __linux__
static void
ask_to_end(void)
{
	assert_int_equal(raise(SIGINT), 0);
}

/* Who asks for an end in time gets it: a run that was just begun came to nothing, one that was taken up stays
 * as unfinished as it was. */
static void
a_run_may_be_stopped(void **state)
{
	static const char runs[] = "SELECT state FROM runs ORDER BY id";
	const char *root = fleet(state);
	AUTO(operation) o = OPERATION_INIT;
	AUTO(operation) late = OPERATION_INIT;
	AUTO(operation) back = OPERATION_INIT;
	AUTO(operation) again = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)signal(SIGINT, SIG_DFL); /* whoever started this may have it ignored */
	know("id", root);
	faults[0] = (struct fault){ FAULT_CREATE, "-0-0.tmp", .before = ask_to_end };
	assert_int_equal(apply(&o, "id", root, &err), -1);
	scratch_error(&err, NULL, 0, "every file is as it was");
	assert_int_equal(o.stopped, SIGINT);
	assert_null(o.run.interrupt);
	answers("r.db.runs", runs, "3;");
	both("80");
	faults[0] = (struct fault){ FAULT_SWAP, .before = ask_to_end };
	assert_int_equal(apply(&late, "id", root, &err), 0);
	assert_int_equal(late.stopped, 0);
	both("8000");
	faults[0] = (struct fault){ FAULT_CREATE, "-0-0.tmp", .before = ask_to_end };
	assert_int_equal(undo(&back, "", NULL, NULL, &err), -1);
	scratch_error(&err, NULL, 0, "every file is as it was");
	assert_int_equal(back.stopped, SIGINT);
	answers("r.db.runs", runs, "3;1;");
	both("8000");
	fleet(state);
	interrupt(root);
	again.db = "r.db";
	faults[0] = (struct fault){ FAULT_CREATE, "-1-0.tmp", .before = ask_to_end };
	assert_int_equal(past_resume(&again, &err), -1);
	(void)memset(faults, 0, sizeof faults);
	scratch_error(&err, NULL, 0,
	    "run 3 is not finished, some files of it are new and some old: mend what is "
	    "named here, then `berth apply --resume --db r.db` finishes it and "
	    "`berth apply --undo 3 --db r.db` takes it back");
	assert_int_equal(again.stopped, SIGINT);
	answers("r.db.runs", runs, "3;1;0;");
	scratch_holds("m/app1/c", "8000");
	scratch_holds("m/app2/c", "80");
	assert_int_equal(access(".berth-0000000000000000-0-0.tmp", F_OK), 0);
}

/* An app that can neither be done nor taken back, or a disk of which nothing is known, leaves the run open
 * and the fleet marked, until it is finished. */
static void
a_run_stays_open(void **state)
{
	static const struct {
		struct fault faults[2];
		const char *error;
	} cases[] = { { { { FAULT_SWAP, "-1-0.tmp", .errnum = EIO, .is_done = true },
			    { FAULT_RENAME, "-1-0.tmp", .errnum = EIO } },
			  "some files of it are new and some old" },
		{ { { FAULT_SYNC, "m/app2", .errnum = EIO, .skip = 1 } }, "cannot write the folder out" } };
	static const char mark[] = ".berth-0000000000000000-0-0.tmp";
	const char *root = fleet(state);

	know("id", root);
	for (size_t i = 0; i < 2; i++) {
		AUTO(operation) o = OPERATION_INIT;
		AUTO(operation) on = OPERATION_INIT;
		AUTO(error) err = ERROR_INIT;

		(void)fleet(state);
		memcpy(faults, cases[i].faults, sizeof cases[i].faults);
		assert_int_equal(apply(&o, "id", root, &err), -1);
		(void)memset(faults, 0, sizeof faults);
		if (!strstr(err.what, cases[i].error))
			fail_msg("%s", err.what);
		error_release(&err);
		assert_int_equal(access(mark, F_OK), 0);
		answers("r.db.runs", "SELECT state FROM runs ORDER BY id DESC LIMIT 1", "0;");
		on.db = "r.db";
		assert_int_equal(past_resume(&on, &err), 0);
		assert_int_equal(on.run.id, i + 1);
		both("8000");
		scratch_holds(mark, NULL);
		answers("r.db.runs", "SELECT state FROM runs ORDER BY id DESC LIMIT 1", "1;");
	}
}
#endif

/* Where the databases fail an operation says so, and what was done is known as open. */
static void
failing_databases_are_told(void **state)
{
	const char *root = fleet(state);
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	for (int i = 0; i < 3; i++) {
		static const char *const files[] = { "r.db.runs", "r.db", "r.db.runs" };
		static const char *const how[] = {
			"CREATE TRIGGER t BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'no more'); END",
			"CREATE TRIGGER t BEFORE UPDATE ON berth_plan_apps "
			"BEGIN SELECT RAISE(ABORT, 'no more'); END",
			"CREATE TRIGGER t BEFORE INSERT ON runs BEGIN SELECT RAISE(ABORT, 'no more'); END"
		};
		AUTO(operation) first = OPERATION_INIT;
		AUTO(operation) o = OPERATION_INIT;
		AUTO(operation) on = OPERATION_INIT;

		first.db = "r.db";
		assert_int_equal(journal_open(&first.journal, "r.db", true, &err), 0);
		operation_release(&first);
		(void)fleet(state);
		meddle(files[i], how[i]);
		assert_int_equal(apply(&o, "id", root, &err), -1);
		assert_non_null(strstr(err.what, "no more"));
		error_release(&err);
		meddle(files[i], "DROP TRIGGER t");
		both(i == 2 ? "80" : "8000");
		on.db = "r.db";
		assert_int_equal(past_resume(&on, &err), 0);
		assert_int_equal(on.run.id != 0, i == 0);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(a_preview_touches_nothing),
		scratch_test(a_preview_counts_what_is_left),
		scratch_test(what_is_refused_touches_nothing),
		scratch_test(applied_and_taken_back),
		scratch_test(a_copy_elsewhere_is_changed_instead),
		scratch_test(the_registry_notes_what_was_done),
		scratch_test(a_plan_of_nothing_is_applied),
		scratch_test(what_was_left_out_is_noted),
		scratch_test(a_plan_is_for_its_host),
		scratch_test(the_root_has_to_be_the_one_that_was_meant),
#ifdef __linux__
		scratch_test(a_run_may_be_stopped),
		scratch_test(a_run_stays_open),
#endif
		scratch_test(failing_databases_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
