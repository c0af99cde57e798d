/* prepare: a run made of a plan and the fleet as it stands.
 * SPDX-License-Identifier: MIT */
#include "apply/prepare.h"

#include <errno.h>
#include <string.h>

#include "apply/changeset.h"
#include "apply/edit.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"
#include "journal/journal.h"
#include "journal/run.h"
#include "system/confine.h"
#include "system/progress.h"

struct prepare {
	struct run *run;
	const struct changeset *set;
	struct confine *confine;
	struct journal *journal;
	struct buf bytes, made;
};

/* Whether the file, which is not what the plan expects, is what an earlier run of this plan made. */
static bool
is_outcome(struct prepare *p, struct str path, struct str bytes)
{
	AUTO(error) ignored = ERROR_INIT;	/* at worst a file that is well is called stale */
	uint64_t digest;

	return p->journal && journal_outcome(p->journal, p->run->plan, path, &digest, &ignored) > 0 &&
	       digest == text_digest(bytes);
}

/* Reads the bytes that the edits speak of into p->bytes. 1; 0 where they can't be edited: then the file is
 * what this plan made of it before, or the app's state was set. */
static int
read_source(struct prepare *p, struct run_app *a, const struct changeset_file *cf, struct run_file *f,
    struct error *err)
{
	const char *name = cf->start == CHANGESET_COPY ? ".env.example" : cf->name.ptr;
	enum file_outcome got = confine_read(p->confine->folder, name, TEXT_MAX, &p->bytes, &f->meta, err);

	if (got == FILE_FAILED) {
		run_blame(p->run, a, RUN_FAILED, f->path, err);
		return 0;
	}
	if (got == FILE_ABSENT) {
		error_set(err, "%s is not there any more; scan and plan again", name);
		run_blame(p->run, a, RUN_STALE, f->path, err);
		return 0;
	}
	if (text_digest(buf_str(&p->bytes)) == cf->digest)
		return 1;
	if (is_outcome(p, f->path, buf_str(&p->bytes)))
		return 0;
	error_set(err, "%s changed since the scan; scan and plan again", name);
	run_blame(p->run, a, RUN_STALE, f->path, err);
	return 0;
}

/* Whether a .env that is to be made is not there yet. 1; 0 as in read_source. */
static int
check_absent(struct prepare *p, struct run_app *a, const struct changeset_file *cf, struct run_file *f,
    struct error *err)
{
	int folder = p->confine->folder;
	enum file_outcome got = confine_read(folder, cf->name.ptr, TEXT_MAX, &p->bytes, &f->meta, err);
	bool known = got == FILE_READ && is_outcome(p, f->path, buf_str(&p->bytes));

	buf_clear(&p->bytes);
	if (got == FILE_ABSENT)
		return 1;
	if (known)
		return 0;
	if (got == FILE_READ)
		error_set(err, "is there now; it was not when the fleet was scanned");
	run_blame(p->run, a, got == FILE_READ ? RUN_STALE : RUN_FAILED, f->path, err);
	return 0;
}

/* Returns 1 where F is ready, 0 where the app is stale or failed or this file needs no change, -1 where the
 * plan is refused. */
static int
prepare_file(struct prepare *p, struct run_app *a, const struct changeset_file *cf, struct run_file *f,
    struct error *err)
{
	struct run *r = p->run;
	size_t row;

	f->is_made = cf->start != CHANGESET_EDIT;
	f->edits = cf->count;
	buf_clear(&p->bytes);
	if (confine_enter(p->confine, f->folder, err) < 0) {
		run_blame(r, a, err->errnum == ENOENT ? RUN_STALE : RUN_FAILED, f->path, err);
		return 0;
	}
	if (f->is_made && check_absent(p, a, cf, f, err) == 0)
		return 0;
	f->meta = (struct confine_meta){ .is_known = false };
	if (cf->start != CHANGESET_CREATE && read_source(p, a, cf, f, err) == 0)
		return 0;
	f->meta.is_model = f->is_made;
	if (edit_check(buf_str(&p->bytes), cf->edits, cf->count, &row, err) < 0)
		return error_at_line(err, p->set->name, row);
	f->regions = arena_zero(&r->arena, cf->count ? cf->count : 1, sizeof *f->regions);
	buf_clear(&p->made);
	edit_apply(buf_str(&p->bytes), cf->edits, cf->count, &p->made, f->regions);
	if (!f->is_made)
		f->before = arena_dup(&r->arena, buf_str(&p->bytes));
	f->after = arena_dup(&r->arena, buf_str(&p->made));
	return 1;
}

static int
prepare_app(struct prepare *p, const struct changeset_app *ca, struct run_app *a, struct error *err)
{
	size_t outcomes = 0;

	*a = (struct run_app){ .folder = arena_dup(&p->run->arena, ca->folder),
		.id = { arena_dup(&p->run->arena, ca->id.model), ca->id.app_num },
		.state = RUN_WAITING };
	a->files = arena_zero(&p->run->arena, ca->count ? ca->count : 1, sizeof *a->files);
	a->count = ca->count;
	for (size_t i = 0; i < ca->count; i++)
		run_file_place(p->run, &a->files[i], ca->files[i].path);
	for (size_t i = 0; i < ca->count && a->state == RUN_WAITING; i++) {
		int got = prepare_file(p, a, &ca->files[i], &a->files[i], err);

		if (got < 0)
			return -1;
		if (got == 0 && a->state == RUN_WAITING)
			outcomes++;
	}
	if (a->state != RUN_WAITING || outcomes == 0)
		return 0;
	if (outcomes == a->count) {
		a->state = RUN_UNCHANGED;
		return 0;
	}
	error_set(err, "an earlier run of this plan changed only a part of this app; scan and plan again");
	run_blame(p->run, a, RUN_STALE, a->files[0].path, err);
	return 0;
}

int
prepare_run(struct run *r, const struct changeset *set, struct confine *confine, struct journal *journal,
    struct error *err)
{
	struct prepare p = { .run = r, .set = set, .confine = confine, .journal = journal };
	int result = 0;

	r->plan = arena_dup(&r->arena, set->plan);
	r->apps = arena_zero(&r->arena, set->count ? set->count : 1, sizeof *r->apps);
	for (size_t i = 0; i < set->count && result == 0; i++) {
		progress_tell(r->progress, "apps checked", i, set->count);
		if (set->apps[i].count)
			result = prepare_app(&p, &set->apps[i], &r->apps[r->count++], err);
	}
	confine_leave(confine);
	buf_release(&p.bytes);
	buf_release(&p.made);
	return result;
}
