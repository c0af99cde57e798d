/* changeset: a whole plan in memory, by app and file, each row checked.
 * SPDX-License-Identifier: MIT */
#include "apply/changeset.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/path.h"
#include "stream/rules.h"
#include "system/options.h"

static struct changeset_app *
app_of(struct changeset *s, const struct change *c)
{
	uint32_t n = dict_add_copy(&s->folders, &s->arena, c->app, (uint32_t)s->count);

	if (n < s->count)
		return &s->apps[n];
	ARENA_GROW(&s->arena, s->apps, s->count, s->cap);
	s->apps[n] = (struct changeset_app){ .folder = s->folders.entries[n].key,
		.id = { arena_dup(&s->arena, c->id.model), c->id.app_num } };
	return &s->apps[s->count++];
}

static struct changeset_file *
file_of(struct changeset *s, struct changeset_app *a, const struct change *c, bool *ret_is_new)
{
	struct changeset_file *f;

	*ret_is_new = false;
	for (size_t i = a->count; i-- > 0; )
		if (str_eq(a->files[i].path, c->file))
			return &a->files[i];
	ARENA_GROW(&s->arena, a->files, a->count, a->cap);
	f = &a->files[a->count++];
	*f = (struct changeset_file){
		.path = arena_dup(&s->arena, c->file), .has_digest = c->has_digest, .digest = c->digest
	};
	f->folder = arena_dup(&s->arena, path_folder(f->path));
	f->name = path_name(f->path);
	*ret_is_new = true;
	return f;
}

static void
add_problem(struct changeset *s, struct changeset_app *a, const struct change *c)
{
	ARENA_GROW(&s->arena, a->problems, a->problem_count, a->problem_cap);
	a->problems[a->problem_count++] = arena_dup(&s->arena, c->new.len ? c->new : c->detail);
	s->problems++;
}

static int
add(struct changeset *s, const struct change *c, size_t row, struct error *err)
{
	struct changeset_app *a;
	struct changeset_file *f;
	bool is_new, makes = c->action == CHANGE_COPY || c->action == CHANGE_CREATE;

	if (c->action == CHANGE_NOTE)
		return 0;
	a = app_of(s, c);
	if (c->action == CHANGE_PROBLEM) {
		add_problem(s, a, c);
		return 0;
	}
	if (!identity_eq(a->id, c->id))
		return error_set(err, "an earlier row gives this app's folder another model or app_num");
	f = file_of(s, a, c, &is_new);
	if (is_new)
		f->row = row;
	if (makes && !is_new)
		return error_set(err, "a %.*s must come before the file's other changes",
		    STR_ARG(change_action_name(c->action)));
	if (makes) {
		f->start = c->action == CHANGE_COPY ? CHANGESET_COPY : CHANGESET_CREATE;
		return 0;
	}
	if (!c->has_digest && f->start == CHANGESET_EDIT)
		return error_set(err, "an insert needs the digest of its file");
	/* what follows a create has no digest; what follows a copy may leave it out */
	if (c->has_digest && (!f->has_digest || c->digest != f->digest))
		return error_set(err, "the digest is not that of the file's other rows");
	ARENA_GROW(&s->arena, f->edits, f->count, f->cap);
	f->edits[f->count++] = (struct edit){ .span = c->span, .old = arena_dup(&s->arena, c->old),
		.new = arena_dup(&s->arena, c->new), .is_line = c->action == CHANGE_INSERT, .row = row };
	return 0;
}

static int
compare_paths(const void *pa, const void *pb)
{
	return str_cmp((*(const struct changeset_file *const *)pa)->path,
	    (*(const struct changeset_file *const *)pb)->path);
}

/* One file belongs to one app: two that wrote it would undo each other's changes. */
static int
check_owners(const struct changeset *s, size_t *ret_row, struct error *err)
{
	const struct changeset_file **all = NULL;
	size_t count = 0, cap = 0;
	int result = 0;

	for (size_t i = 0; i < s->count; i++)
		for (size_t j = 0; j < s->apps[i].count; j++) {
			MEM_GROW(all, count, cap);
			all[count++] = &s->apps[i].files[j];
		}
	if (count)
		qsort(all, count, sizeof *all, compare_paths);
	for (size_t i = 1; i < count && result == 0; i++)
		if (str_eq(all[i - 1]->path, all[i]->path)) {
			*ret_row = all[i]->row > all[i - 1]->row ? all[i]->row : all[i - 1]->row;
			result = error_set(err, "two apps change this file");
		}
	free(all);
	return result;
}

static int
read_rows(struct changeset *s, struct change_reader *r, struct rules *rules, struct error *err)
{
	struct change c;
	size_t row = 0;
	int got;

	while ((got = change_next(r, &c, err)) > 0) {
		row = change_reader_line(r);
		if (rules_check(rules, &c, err) < 0 || add(s, &c, row, err) < 0)
			return error_at_line(err, s->name, row);
	}
	if (got < 0)
		return -1;
	for (size_t i = 0; i < s->count; i++)
		for (size_t j = 0; j < s->apps[i].count; j++)
			edit_sort(s->apps[i].files[j].edits, s->apps[i].files[j].count);
	return check_owners(s, &row, err) < 0 ? error_at_line(err, s->name, row) : 0;
}

int
changeset_read(struct changeset *s, int fd, const char *name, bool partial, struct error *err)
{
	AUTO_PTR(change_reader) reader = NULL;
	AUTO_PTR(rules) rules = rules_open();

	s->name = arena_dup(&s->arena, str_from(name));
	if (change_reader_open(&reader, fd, name, partial, err) < 0)
		return -1;
	s->root = arena_dup(&s->arena, change_reader_root(reader));
	s->plan = arena_dup(&s->arena, change_reader_plan(reader));
	s->root_id = arena_dup(&s->arena, change_reader_root_id(reader));
	s->host = arena_dup(&s->arena, change_reader_host(reader));
	return read_rows(s, reader, rules, err);
}

int
changeset_check_host(const struct changeset *s, const char *here, struct error *err)
{
	if (!s->host.len || !*here || str_eq(s->host, str_from(here)))
		return 0;
	error_set(err, "this plan is for %.*s, and this host is %s: nothing was touched (--host-name says "
	    "what this host is called, else $BERTH_HOST)", STR_ARG(s->host), here);
	return error_file(err, s->name);
}

static bool
is_wanted(const struct changeset_app *a, const struct option_list *only, bool *used)
{
	bool is = false;

	for (size_t i = 0; i < only->count; i++)
		if (identity_is_like(a->id, a->folder, only->items[i]))
			is = used[i] = true;
	return is;
}

int
changeset_select(struct changeset *s, const struct option_list *only, struct error *err)
{
	bool *used = arena_zero(&s->arena, only->count, sizeof *used);
	size_t left = 0, apps = s->count;

	if (only->count == 0)
		return 0;
	for (size_t i = 0; i < s->count; i++)
		if (is_wanted(&s->apps[i], only, used))
			s->apps[left++] = s->apps[i];
		else
			s->problems -= s->apps[i].problem_count;
	s->count = left;
	for (size_t i = 0; i < only->count; i++)
		if (!used[i])
			return error_set(err, "--only '%s' is none of the %zu apps of the plan: write "
			    "MODEL/appN, a folder, or a pattern for either, as in '%s*'", only->items[i],
			    apps, only->items[i]);
	return 0;
}

void
changeset_release(struct changeset *s)
{
	arena_release(&s->arena);
	dict_release(&s->folders);
	*s = (struct changeset)CHANGESET_INIT;
}
