/* prepare: what a plan makes of the files as they stand, app by app; nothing is written.
 * SPDX-License-Identifier: MIT */
#include "unit/apply/planned.h"

#include "apply/changeset.h"
#include "system/confine.h"
#include "journal/journal.h"
#include "apply/prepare.h"
#include "journal/run.h"
#include "system/progress.h"

static size_t jobs = 1;	/* how many threads do it */

/* Prepares plan P on the scratch folder. */
static int
prepared(struct run *r, struct planned *p, struct journal *j, struct error *err)
{
	AUTO(changeset) s = CHANGESET_INIT;
	AUTO(confine) c = CONFINE_INIT;
	FILE *f = planned_end(p);
	int got;

	assert_int_equal(changeset_read(&s, fileno(f), "in", false, err), 0);
	assert_int_equal(confine_open(&c, ".", &(struct folder_id){ "" }, err), 0);
	got = prepare_run(r, &s, &c, j, jobs, err);
	assert_int_equal(fclose(f), 0);
	return got;
}

static void
content_is_made(void **state)
{
	AUTO(planned) p = PLANNED_INIT;
	AUTO(run) r = RUN_INIT;
	AUTO(error) err = ERROR_INIT;
	char digest[TEXT_DIGEST_SIZE], rest[200];
	const struct run_file *f;

	(void)state;
	scratch_put("m/app1/c.yml", "a 80 b");
	scratch_put("m/app1/.env.example", "X=1\n");
	assert_int_equal(chmod("m/app1/c.yml", 0604), 0);
	text_digest_format(text_digest(STR("X=1\n")), digest);
	planned_begin(&p, "id", "/srv");
	planned_port(&p, "m/app1", "m/app1/c.yml", "a 80 b", "80", "8000");
	(void)snprintf(rest, sizeof rest, "m/app1/.env,,,,,%s,,,env-file,", digest);
	planned_row(&p, "copy", "m/app1", rest);
	(void)snprintf(rest, sizeof rest, "m/app1/.env,,,4,0,%s,,Y=2,port,", digest);
	planned_row(&p, "insert", "m/app1", rest);
	planned_row(&p, "problem", "n/app1", ",,,,,,,no file changes here,,");
	assert_int_equal(prepared(&r, &p, NULL, &err), 0);
	assert_int_equal(r.count, 1);
	assert_int_equal(r.apps[0].state, RUN_WAITING);
	assert_string_equal(r.plan.ptr, "id");
	f = &r.apps[0].files[0];
	assert_true(!f->is_made && f->meta.is_known && !f->meta.is_model && (f->meta.mode & 0777) == 0604);
	assert_string_equal(f->before.ptr, "a 80 b");
	assert_string_equal(f->after.ptr, "a 8000 b");
	assert_true(f->edits == 1 && f->regions[0].new.off == 2 && f->regions[0].new.len == 4);
	f = &r.apps[0].files[1];
	assert_true(f->is_fresh && !f->meta.has_attributes);
	assert_true(f->is_made && f->meta.is_known && f->meta.is_model && !f->before.len);
	assert_string_equal(f->after.ptr, "X=1\nY=2\n");
	scratch_holds("m/app1/c.yml", "a 80 b");
	scratch_holds("m/app1/.env", NULL);
}

static void
what_changed_since_is_stale(void **state)
{
	AUTO(planned) p = PLANNED_INIT;
	AUTO(run) r = RUN_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	scratch_put("m/app1/c.yml", "80 ");
	scratch_put("m/app2/.env", "mine");
	scratch_put("m/app4/x", "");
	scratch_put("m/app5/real", "80");
	scratch_put("m/app6/c.yml", "80");
	assert_int_equal(symlink("real", "m/app5/c.yml"), 0);
	planned_begin(&p, "id", "/srv");
	planned_port(&p, "m/app1", "m/app1/c.yml", "80", "80", "8000");		/* another digest */
	planned_row(&p, "create", "m/app2", "m/app2/.env,,,,,,,,env-file,");	/* there now */
	planned_port(&p, "m/app3", "m/app3/c.yml", "80", "80", "8000");		/* no folder */
	planned_port(&p, "m/app4", "m/app4/c.yml", "80", "80", "8000");		/* no file */
	planned_port(&p, "m/app5", "m/app5/c.yml", "80", "80", "8000");		/* a link */
	planned_port(&p, "m/app6", "m/app6/c.yml", "80", "80", "8000");
	assert_int_equal(prepared(&r, &p, NULL, &err), 0);
	assert_false(error_is_set(&err));
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(r.apps[i].state, RUN_STALE);
	assert_int_equal(r.apps[4].state, RUN_FAILED);
	assert_int_equal(r.apps[5].state, RUN_WAITING);
	assert_string_equal(r.apps[0].blame.ptr, "m/app1/c.yml");
	assert_non_null(strstr(r.apps[0].detail.ptr, "changed since the scan"));
	assert_non_null(strstr(r.apps[1].detail.ptr, "is there now"));
	assert_non_null(strstr(r.apps[3].detail.ptr, "not there any more"));
}

/* The digest is right, so the plan itself is wrong: all of it is refused. */
static void
a_plan_that_does_not_fit_is_refused(void **state)
{
	AUTO(planned) p = PLANNED_INIT;
	AUTO(run) r = RUN_INIT;
	AUTO(error) err = ERROR_INIT;
	char digest[TEXT_DIGEST_SIZE], rest[200];

	(void)state;
	scratch_put("m/app1/c.yml", "80");
	scratch_put("m/app2/c.yml", "80 81");
	text_digest_format(text_digest(STR("80 81")), digest);
	planned_begin(&p, "id", "/srv");
	planned_port(&p, "m/app1", "m/app1/c.yml", "80", "80", "8000");
	(void)snprintf(rest, sizeof rest, "m/app2/c.yml,1,1,1,2,%s,80,8000,port,", digest);
	planned_row(&p, "replace", "m/app2", rest);
	assert_int_equal(prepared(&r, &p, NULL, &err), -1);
	scratch_error(&err, "in", 4, "does not hold what the change expects");
}

/* App N has a file, whose port is planned to change at OFFSET, where it stands at 0. */
static void
plan_port(struct planned *p, int n, int offset)
{
	char folder[32], file[40], digest[TEXT_DIGEST_SIZE], rest[200];

	(void)snprintf(folder, sizeof folder, "m/app%d", n);
	(void)snprintf(file, sizeof file, "%s/c", folder);
	scratch_put(file, "80 81");
	text_digest_format(text_digest(STR("80 81")), digest);
	(void)snprintf(rest, sizeof rest, "%s,1,1,%d,2,%s,80,8000,port,", file, offset, digest);
	planned_row(p, "replace", folder, rest);
}

/* Of several rows that do not fit the first is told, whichever thread came to its own first. */
static void
the_first_row_that_does_not_fit_is_told(void **state)
{
	(void)state;
	for (int round = 0; round < 40; round++) {
		AUTO(planned) p = PLANNED_INIT;
		AUTO(run) r = RUN_INIT;
		AUTO(error) err = ERROR_INIT;

		planned_begin(&p, "id", "/srv");
		for (int n = 1; n <= 9; n++)
			plan_port(&p, n, n < 4 ? 0 : 1);
		jobs = 4;
		assert_int_equal(prepared(&r, &p, NULL, &err), -1);
		jobs = 1;
		scratch_error(&err, "in", 6, "does not hold what the change expects");
	}
}

/* By several threads the same. */
static void
threads_do_not_matter(void **state)
{
	jobs = 3;
	what_changed_since_is_stale(state);
	jobs = 1;
}

/* What the journal knows this plan to have made is unchanged; made in part, it is stale. */
static void
an_earlier_run_of_the_plan_is_known(void **state)
{
	AUTO_PTR(journal) j = NULL;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	scratch_put("m/app1/a", "80");
	scratch_put("m/app1/b", "80");
	assert_int_equal(journal_open(&j, "r.db", true, &err), 0);
	for (int round = 0; round < 5; round++) {
		static const enum run_app_state want[] = { RUN_WAITING, RUN_UNCHANGED, RUN_STALE, RUN_STALE,
			RUN_STALE };
		AUTO(planned) p = PLANNED_INIT;
		AUTO(run) r = RUN_INIT;

		planned_begin(&p, round == 3 ? "other" : "id", "/srv");
		planned_port(&p, "m/app1", "m/app1/a", "80", "80", "8000");
		planned_port(&p, "m/app1", "m/app1/b", "80", "80", "8000");
		assert_int_equal(prepared(&r, &p, j, &err), 0);
		assert_int_equal(r.apps[0].state, want[round]);
		if (round == 0) {
			r.root = STR("/srv");
			assert_int_equal(journal_record(j, &r, &err), 0);
			r.apps[0].state = RUN_DONE;
			assert_int_equal(journal_settle(j, &r, RUN_FORWARD, &err), 0);
			scratch_put("m/app1/a", "8000");
			scratch_put("m/app1/b", "8000");
		} else if (round == 1) {
			scratch_put("m/app1/b", "80");
		} else if (round == 2) {
			assert_non_null(strstr(r.apps[0].detail.ptr, "only a part"));
			scratch_put("m/app1/b", "8000");	/* and to another plan it is nothing */
		} else if (round == 3) {
			scratch_put("m/app1/a", "8001");	/* edited since */
			scratch_put("m/app1/b", "8001");
		}
	}
}

/* A row that makes the .env of app FOLDER of its example, which is EXAMPLE. */
static void
copies(struct planned *p, const char *folder, const char *example)
{
	char digest[TEXT_DIGEST_SIZE], rest[200];

	text_digest_format(text_digest(str_from(example)), digest);
	(void)snprintf(rest, sizeof rest, "%s/.env,,,,,%s,,,env-file,", folder, digest);
	planned_row(p, "copy", folder, rest);
}

/* An example that was rewritten as the .env that was made of it does not stand for one that is gone since. */
static void
a_file_that_was_made_and_is_gone_is_told(void **state)
{
	static const enum run_app_state want[] = { RUN_WAITING, RUN_UNCHANGED, RUN_STALE };
	AUTO_PTR(journal) j = NULL;
	AUTO(error) err = ERROR_INIT;
	char digest[TEXT_DIGEST_SIZE], rest[200];

	(void)state;
	scratch_put("m/app1/.env.example", "X=1\n");
	text_digest_format(text_digest(STR("X=1\n")), digest);
	assert_int_equal(journal_open(&j, "r.db", true, &err), 0);
	for (int round = 0; round < 3; round++) {
		AUTO(planned) p = PLANNED_INIT;
		AUTO(run) r = RUN_INIT;

		planned_begin(&p, "id", "/srv");
		copies(&p, "m/app1", "X=1\n");
		(void)snprintf(rest, sizeof rest, "m/app1/.env,1,3,2,1,%s,1,2,port,", digest);
		planned_row(&p, "replace", "m/app1", rest);
		(void)snprintf(rest, sizeof rest, "m/app1/.env.example,1,3,2,1,%s,1,2,example,", digest);
		planned_row(&p, "replace", "m/app1", rest);
		assert_int_equal(prepared(&r, &p, j, &err), 0);
		assert_int_equal(r.apps[0].state, want[round]);
		if (round == 0) {
			r.root = STR("/srv");
			assert_int_equal(journal_record(j, &r, &err), 0);
			r.apps[0].state = RUN_DONE;
			assert_int_equal(journal_settle(j, &r, RUN_FORWARD, &err), 0);
			scratch_put("m/app1/.env", "X=2\n");
			scratch_put("m/app1/.env.example", "X=2\n");
		} else if (round == 1) {
			assert_int_equal(unlink("m/app1/.env"), 0);
		}
	}
}

static void
a_file_is_made_where_none_is(void **state)
{
	static const struct {
		enum run_app_state state;
		const char *detail;
	} want[] = { { RUN_WAITING, NULL },
		{ RUN_STALE, ".env.example is not there any more; scan and plan again" },
		{ RUN_STALE, ".env.example changed since the scan; scan and plan again" },
		{ RUN_STALE, "is there now; it was not when the fleet was scanned" },
		{ RUN_FAILED, "cannot read: Is a directory" },
		{ RUN_FAILED, "is a symlink; berth rewrites no file" },
		{ RUN_FAILED, "cannot open the folder (berth goes through no symlink)" },
		{ RUN_WAITING, NULL } };
	enum { COUNT = sizeof want / sizeof *want };
	AUTO(planned) p = PLANNED_INIT;
	AUTO(run) r = RUN_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	planned_begin(&p, "id", "/srv");
	for (int i = 0; i < COUNT; i++) {
		char folder[20], path[40];

		(void)snprintf(folder, sizeof folder, "m/app%d", i);
		(void)snprintf(path, sizeof path, "m/app%d/.env.example", i);
		scratch_put(path, i == 2 || i == 3 ? "other" : "X=1\n");
		copies(&p, folder, "X=1\n");
	}
	assert_int_equal(unlink("m/app1/.env.example"), 0);
	scratch_put("m/app3/.env", "mine");
	assert_int_equal(mkdir("m/app4/.env", 0755), 0);
	assert_int_equal(symlink("nowhere", "m/app5/.env"), 0);
	assert_int_equal(rename("m/app6", "m/real"), 0);
	assert_int_equal(symlink("real", "m/app6"), 0);
	assert_int_equal(chmod("m/app7/.env.example", 0604), 0);
	assert_int_equal(prepared(&r, &p, NULL, &err), 0);
	for (size_t i = 0; i < COUNT; i++) {
		const struct run_app *a = &r.apps[i];

		assert_int_equal(a->state, want[i].state);
		if (want[i].detail && !strstr(a->detail.ptr, want[i].detail))
			fail_msg("%zu: %s", i, a->detail.ptr);
		if (want[i].detail)
			assert_true(str_eq(a->blame, a->files[0].path));
		else
			assert_string_equal(a->files[0].after.ptr, "X=1\n");
	}
	assert_true(r.apps[7].files[0].meta.is_model && (r.apps[7].files[0].meta.mode & 0777) == 0604);
}

/* A .env that begins with nothing has no model; and what an earlier run of the plan made of it is known. */
static void
a_file_that_this_plan_made_is_known(void **state)
{
	AUTO_PTR(journal) j = NULL;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	scratch_put("m/app1/x", "");
	assert_int_equal(journal_open(&j, "r.db", true, &err), 0);
	for (int round = 0; round < 3; round++) {
		static const enum run_app_state want[] = { RUN_WAITING, RUN_UNCHANGED, RUN_STALE };
		AUTO(planned) p = PLANNED_INIT;
		AUTO(run) r = RUN_INIT;

		planned_begin(&p, "id", "/srv");
		planned_row(&p, "create", "m/app1", "m/app1/.env,,,,,,,,env-file,");
		planned_row(&p, "insert", "m/app1", "m/app1/.env,,,0,0,,,A=1,port,");
		assert_int_equal(prepared(&r, &p, j, &err), 0);
		assert_int_equal(r.apps[0].state, want[round]);
		if (round == 0) {
			assert_true(r.apps[0].files[0].is_made && !r.apps[0].files[0].meta.is_known);
			assert_true(r.apps[0].files[0].meta.is_model);
			assert_string_equal(r.apps[0].files[0].after.ptr, "A=1\n");
			r.root = STR("/srv");
			assert_int_equal(journal_record(j, &r, &err), 0);
			r.apps[0].state = RUN_DONE;
			assert_int_equal(journal_settle(j, &r, RUN_FORWARD, &err), 0);
			scratch_put("m/app1/.env", "A=1\n");
		} else {
			scratch_put("m/app1/.env", "A=2\n");
		}
	}
}

/* What becomes of one app does not end the work on the next. */
static void
each_app_is_looked_at(void **state)
{
	static const enum run_app_state want[] = { RUN_UNCHANGED, RUN_STALE, RUN_STALE, RUN_FAILED,
		RUN_WAITING };
	AUTO_PTR(journal) j = NULL;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(journal_open(&j, "r.db", true, &err), 0);
	for (int round = 0; round < 2; round++) {
		AUTO(planned) p = PLANNED_INIT;
		AUTO(run) r = RUN_INIT;

		planned_begin(&p, "id", "/srv");
		for (int i = 0; i < 5; i++) {
			char folder[20], a[40], b[40];

			(void)snprintf(folder, sizeof folder, "m/app%d", i);
			(void)snprintf(a, sizeof a, "m/app%d/a", i);
			(void)snprintf(b, sizeof b, "m/app%d/b", i);
			if (round == 0) {
				scratch_put(a, "80");
				scratch_put(b, "80");
			}
			planned_port(&p, folder, a, "80", "80", "8000");
			planned_port(&p, folder, b, "80", "80", "8000");
		}
		assert_int_equal(prepared(&r, &p, j, &err), 0);
		for (size_t i = 0; i < 5; i++)
			assert_int_equal(r.apps[i].state, round ? want[i] : RUN_WAITING);
		if (round)
			break;
		r.root = STR("/srv");
		r.apps[4].state = RUN_FAILED;
		assert_int_equal(journal_record(j, &r, &err), 0);
		for (size_t i = 0; i < 4; i++)
			r.apps[i].state = RUN_DONE;
		assert_int_equal(journal_settle(j, &r, RUN_FORWARD, &err), 0);
		scratch_put("m/app0/a", "8000");
		scratch_put("m/app0/b", "8000");
		scratch_put("m/app1/b", "8000");
		scratch_put("m/app2/a", "edited");
		assert_int_equal(unlink("m/app3/a"), 0);
		assert_int_equal(mkdir("m/app3/a", 0755), 0);
	}
}

static void
watch(void *context, const char *doing, size_t done, size_t total)
{
	buf_printf(context, "%s: %zu of %zu; ", doing, done, total);
}

static void
it_says_how_far_it_is(void **state)
{
	AUTO(planned) p = PLANNED_INIT;
	AUTO(run) r = RUN_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) told = BUF_INIT;
	const struct progress progress = { watch, &told };

	(void)state;
	scratch_put("m/app1/c", "80");
	scratch_put("m/app2/c", "80");
	planned_begin(&p, "id", "/srv");
	planned_port(&p, "m/app1", "m/app1/c", "80", "80", "8000");
	planned_row(&p, "problem", "n/app1", ",,,,,,,no file changes here,,");
	planned_port(&p, "m/app2", "m/app2/c", "80", "80", "8000");
	r.progress = &progress;
	assert_int_equal(prepared(&r, &p, NULL, &err), 0);
	assert_int_equal(r.count, 2);
	assert_string_equal(told.ptr, "apps checked: 0 of 2; apps checked: 1 of 2; ");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(content_is_made),
		scratch_test(what_changed_since_is_stale),
		scratch_test(a_plan_that_does_not_fit_is_refused),
		scratch_test(an_earlier_run_of_the_plan_is_known),
		scratch_test(the_first_row_that_does_not_fit_is_told),
		scratch_test(threads_do_not_matter),
		scratch_test(a_file_that_was_made_and_is_gone_is_told),
		scratch_test(a_file_is_made_where_none_is),
		scratch_test(a_file_that_this_plan_made_is_known),
		scratch_test(each_app_is_looked_at),
		scratch_test(it_says_how_far_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
