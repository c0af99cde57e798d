/* recorded_run: a fleet of a few apps and a run over it, for the tests of what carries runs out.
 * SPDX-License-Identifier: MIT */
#ifndef TESTS_RECORDED_RUN_H
#define TESTS_RECORDED_RUN_H

#include "unit/scratch.h"

#include <glob.h>

#include "apply/batch.h"
#include "base/error.h"
#include "journal/journal.h"
#include "system/confine.h"

enum { APPS = 12 };

static size_t jobs = 1;	/* how many threads carry a run out */

static inline int
make(void **state)
{
	char path[64];

	assert_int_equal(scratch_make(state), 0);
	for (int i = 0; i < APPS; i++) {
		(void)snprintf(path, sizeof path, "app%d", i);
		assert_int_equal(mkdir(path, 0755), 0);
		(void)snprintf(path, sizeof path, "app%d/compose.yaml", i);
		scratch_put(path, "old");
	}
	return 0;
}

/* Every app's compose.yaml becomes new, and a .env is made beside it. */
static inline void
fill(struct run *r, const struct scratch *s, size_t apps)
{
	r->plan = STR("p");
	r->root = str_from(s->root);
	r->apps = arena_zero(&r->arena, apps, sizeof *r->apps);
	r->count = apps;
	for (size_t i = 0; i < apps; i++) {
		struct run_app *a = &r->apps[i];

		a->folder = arena_printf(&r->arena, "app%zu", i);
		a->id.model = STR("m");
		a->files = arena_zero(&r->arena, 2, sizeof *a->files);
		a->count = 2;
		run_file_place(r, &a->files[0], arena_printf(&r->arena, "app%zu/compose.yaml", i));
		run_file_place(r, &a->files[1], arena_printf(&r->arena, "app%zu/.env", i));
		a->files[0].before = STR("old");
		a->files[0].after = STR("new");
		a->files[1].after = STR("A=1\n");
		a->files[1].is_made = true;
	}
}

static inline void
commit(struct journal *j, struct run *r, enum run_direction d)
{
	AUTO(confine) c = CONFINE_INIT;
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(confine_open(&c, r->root.ptr, &(struct folder_id){ "" }, &err), 0);
	assert_int_equal(batch_commit(r, &c, d, jobs, &err), 0);
	assert_int_equal(journal_settle(j, r, d, &err), 0);
}

static inline size_t
count_names(void)
{
	size_t n = 0;
	FILE *p = popen("find . -type f ! -name 'r.db*' | wc -l", "r");

	assert_non_null(p);
	assert_int_equal(fscanf(p, "%zu", &n), 1);
	(void)pclose(p);
	return n;
}

/* A run as fill makes it, as if it stood in the journal. */
static inline void
fill_recorded(struct run *r, const struct scratch *s, size_t apps)
{
	fill(r, s, apps);
	r->token = STR("0123456789abcdef");
	for (size_t i = 0; i < apps; i++)
		r->apps[i].number = i;
}

static inline size_t
count_temporary(void)
{
	glob_t found;
	int got = glob("*/.berth-*", 0, NULL, &found);
	size_t n = got == 0 ? found.gl_pathc : 0;

	assert_true(got == 0 || got == GLOB_NOMATCH);
	globfree(&found);
	return n;
}

#endif
