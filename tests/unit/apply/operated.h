/* operated: a fleet of two apps, a plan for it that the registry knows, and what is done with that.
 * SPDX-License-Identifier: MIT */
#ifndef TESTS_APPLY_OPERATED_H
#define TESTS_APPLY_OPERATED_H

#include "unit/apply/planned.h"
#include "unit/meddle.h"

#include "apply/operation.h"
#include "apply/past.h"
#include "apply/result.h"
#include "journal/journal.h"
#include "store/store.h"
#include "stream/change.h"

/* The registry knows plan ID, for ROOT, of the one row that planned_port makes below, for app1 and app2. */
static inline void
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
static inline FILE *
plan(const char *id, const char *root)
{
	AUTO(planned) p = PLANNED_INIT;

	planned_begin(&p, id, root);
	planned_port(&p, "m/app1", "m/app1/c", "80", "80", "8000");
	planned_port(&p, "m/app2", "m/app2/c", "80", "80", "8000");
	return planned_end(&p);
}

static inline const char *
fleet(void **state)
{
	scratch_put("m/app1/c", "80");
	scratch_put("m/app2/c", "80");
	return ((struct scratch *)*state)->root;
}

static inline void
both_are(const char *first, const char *second)
{
	scratch_holds("m/app1/c", first);
	scratch_holds("m/app2/c", second);
}

/* Both files are TEXT. */
static inline void
both(const char *text)
{
	both_are(text, text);
}

static inline int
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

/* What the database FILE answers: fields by blanks, rows by semicolons. */
static inline void
answers(const char *file, const char *question, const char *want)
{
	AUTO(buf) got = BUF_INIT;
	sqlite3 *db;
	sqlite3_stmt *q;

	assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
	if (sqlite3_prepare_v2(db, question, -1, &q, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	while (sqlite3_step(q) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(q); i++)
			buf_printf(&got, "%s%s", i ? " " : "", (const char *)sqlite3_column_text(q, i));
		buf_add_char(&got, ';');
	}
	assert_int_equal(sqlite3_finalize(q), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	if (strcmp(got.ptr ? got.ptr : "", want) != 0)
		fail_msg("%s gives %s, not %s", question, got.ptr ? got.ptr : "", want);
}

/* What an undo of run ID does, with one --keep and one --force, each NULL for none. */
static inline int
undo(struct operation *o, const char *id, const char *keep, const char *force, struct error *err)
{
	o->db = "r.db";
	if (keep) {
		o->keep.items = mem_zero(1, sizeof *o->keep.items);
		o->keep.items[o->keep.count++] = keep;
	}
	if (force) {
		o->force.items = mem_zero(1, sizeof *o->force.items);
		o->force.items[o->force.count++] = force;
	}
	return past_undo(o, id, err);
}

/* A run that was recorded, and of which one file got its place before the kill. */
static inline void
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

#endif
