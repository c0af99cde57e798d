/* recorded: a journal, and a run that it records.
 * SPDX-License-Identifier: MIT */
#ifndef TESTS_JOURNAL_RECORDED_H
#define TESTS_JOURNAL_RECORDED_H

#include "unit/meddle.h"
#include "unit/scratch.h"

#include "base/text.h"
#include "journal/journal.h"
#include "journal/run.h"

static inline struct journal *
opened(bool create)
{
	AUTO(error) err = ERROR_INIT;
	struct journal *j = NULL;

	if (journal_open(&j, "r.db", create, &err) < 0)
		fail_msg("%s", err.what);
	return j;
}

/* A run of plan `p` on ROOT: app 0 replaces a file and makes one, app 1 was stale already, app 2 replaces
 * one. */
static inline void
fill(struct run *r, const char *root)
{
	r->plan = STR("p");
	r->root = str_from(root);
	r->apps = arena_zero(&r->arena, 3, sizeof *r->apps);
	r->count = 3;
	for (size_t i = 0; i < 3; i++) {
		struct run_app *a = &r->apps[i];

		a->folder = arena_printf(&r->arena, "m/app%zu", i + 1);
		a->id.model = STR("m");
		a->id.app_num = i + 1;
		a->count = i == 0 ? 2 : 1;
		a->files = arena_zero(&r->arena, a->count, sizeof *a->files);
		run_file_place(r, &a->files[0], arena_printf(&r->arena, "m/app%zu/c", i + 1));
		a->files[0].before = STR("old\0old");
		a->files[0].after = STR("new");
		a->files[0].edits = 4;
		a->files[0].meta =
		    (struct confine_meta){ .is_known = true, .mode = 0604, .uid = 5, .gid = 6 };
	}
	run_file_place(r, &r->apps[0].files[1], STR("m/app1/.env"));
	r->apps[0].files[1].after = STR("");
	r->apps[0].files[1].is_made = true;
	r->apps[1].state = RUN_STALE;
}

static inline void
record(struct journal *j, struct run *r, const char *root)
{
	AUTO(error) err = ERROR_INIT;

	fill(r, root);
	assert_int_equal(journal_record(j, r, &err), 0);
	assert_true(r->id > 0 && r->token.len == 16);
}

static inline struct journal_entry
latest(struct journal *j, struct arena *a, size_t count)
{
	AUTO(error) err = ERROR_INIT;
	struct journal_entry *entries;
	size_t got;

	assert_int_equal(journal_entries(j, a, &entries, &got, &err), 0);
	assert_int_equal(got, count);
	return entries[0];
}

/* What PATH is after the latest run of PLAN is the text WANT; NULL: no run made it anything. */
static inline void
outcome_is(struct journal *j, const char *plan, const char *path, const char *want)
{
	AUTO(error) err = ERROR_INIT;
	uint64_t digest = 0;

	assert_int_equal(journal_outcome(j, str_from(plan), str_from(path), &digest, &err), want != NULL);
	assert_true(digest == (want ? text_digest(str_from(want)) : 0));
}

/* Notes a file's folder and contents in CONTEXT, a buf; refuses the third app once much is noted. */
static inline int
note(void *context, struct str folder, struct str before, struct str after, struct error *err)
{
	buf_printf(context, "%.*s:%zu>%.*s;", STR_ARG(folder), before.len, STR_ARG(after));
	return str_eq(folder, STR("/f/m/app3")) && buf_str(context).len > 200 ? error_set(err, "enough") : 0;
}

#endif
