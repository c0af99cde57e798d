/* changeset: a whole plan in memory, by app and file, each row vetted.
 * SPDX-License-Identifier: MIT */
#include "apply/changeset.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/text.h"
#include "apply/rules.h"

/* slots: open addressing by the folder's digest, at most half full; a slot holds an app's index + 1. */
static size_t
slot_of(const struct changeset *s, struct str folder)
{
	size_t i = (size_t)text_digest(folder) & (s->slot_count - 1);

	while (s->slots[i] && !str_eq(s->apps[s->slots[i] - 1].folder, folder))
		i = (i + 1) & (s->slot_count - 1);
	return i;
}

static void
grow_slots(struct changeset *s)
{
	s->slot_count = s->slot_count ? s->slot_count * 2 : 64;
	free(s->slots);
	s->slots = mem_zero(s->slot_count, sizeof *s->slots);
	for (size_t i = 0; i < s->count; i++)
		s->slots[slot_of(s, s->apps[i].folder)] = i + 1;
}

static struct changeset_app *
app_of(struct changeset *s, const struct change *c)
{
	struct changeset_app *a;
	size_t slot;

	if (s->count && str_eq(s->apps[s->count - 1].folder, c->app))
		return &s->apps[s->count - 1];
	if ((s->count + 1) * 2 > s->slot_count)
		grow_slots(s);
	slot = slot_of(s, c->app);
	if (s->slots[slot])
		return &s->apps[s->slots[slot] - 1];
	ARENA_GROW(&s->arena, s->apps, s->count, s->cap);
	a = &s->apps[s->count++];
	*a = (struct changeset_app){ .folder = arena_dup(&s->arena, c->app),
		.model = arena_dup(&s->arena, c->model),
		.app_num = c->app_num };
	s->slots[slot] = s->count;
	return a;
}

static size_t
name_start(struct str path)
{
	size_t i = path.len;

	while (i > 0 && path.ptr[i - 1] != '/')
		i--;
	return i;
}

static struct changeset_file *
file_of(struct changeset *s, struct changeset_app *a, const struct change *c, bool *ret_is_new)
{
	struct changeset_file *f;
	size_t cut = name_start(c->file);

	*ret_is_new = false;
	for (size_t i = a->count; i-- > 0;)
		if (str_eq(a->files[i].path, c->file))
			return &a->files[i];
	ARENA_GROW(&s->arena, a->files, a->count, a->cap);
	f = &a->files[a->count++];
	*f = (struct changeset_file){
		.path = arena_dup(&s->arena, c->file), .has_digest = c->has_digest, .digest = c->digest
	};
	f->folder = cut ? arena_dup(&s->arena, str_sub(c->file, 0, cut - 1)) : arena_dup(&s->arena, STR("."));
	f->name = str_sub(f->path, cut, f->path.len);
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
	struct changeset_app *a = app_of(s, c);
	struct changeset_file *f;
	bool is_new, makes = c->action == CHANGE_COPY || c->action == CHANGE_CREATE;

	if (c->action == CHANGE_PROBLEM) {
		add_problem(s, a, c);
		return 0;
	}
	if (!str_eq(a->model, c->model) || a->app_num != c->app_num)
		return error_set(err, "an earlier row gives this app's folder another model or app_num");
	f = file_of(s, a, c, &is_new);
	if (is_new)
		f->row = row;
	if (makes && !is_new)
		return error_set(
		    err, "a %s must come before the file's other changes", change_action_name(c->action));
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
read_rows(struct changeset *s, struct change_reader *r, struct vet *vet, struct error *err)
{
	struct change c;
	size_t row = 0;
	int got;

	while ((got = change_next(r, &c, err)) > 0) {
		row = change_reader_line(r);
		if (vet_change(vet, &c, err) < 0 || add(s, &c, row, err) < 0)
			return error_place(err, s->name, row, 0);
	}
	if (got < 0)
		return -1;
	for (size_t i = 0; i < s->count; i++)
		for (size_t j = 0; j < s->apps[i].count; j++)
			edit_sort(s->apps[i].files[j].edits, s->apps[i].files[j].count);
	return check_owners(s, &row, err) < 0 ? error_place(err, s->name, row, 0) : 0;
}

int
changeset_read(struct changeset *s, int fd, const char *name, bool partial, struct error *err)
{
	AUTO_PTR(change_reader) reader = NULL;
	AUTO_PTR(vet) vet = NULL;

	s->name = arena_dup(&s->arena, str_from(name));
	if (vet_open(&vet, err) < 0 || change_reader_open(&reader, fd, name, partial, err) < 0)
		return -1;
	s->root = arena_dup(&s->arena, change_reader_root(reader));
	s->plan = arena_dup(&s->arena, change_reader_plan(reader));
	return read_rows(s, reader, vet, err);
}

void
changeset_release(struct changeset *s)
{
	arena_release(&s->arena);
	free(s->slots);
	s->slots = NULL;
	s->slot_count = s->count = s->cap = s->problems = 0;
	s->apps = NULL;
}
