/* prepare: a run made of a plan and the fleet as it stands.
 * SPDX-License-Identifier: MIT */
#include "apply/prepare.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply/changeset.h"
#include "apply/edit.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"
#include "journal/journal.h"
#include "journal/run.h"
#include "system/compat.h"
#include "system/confine.h"
#include "system/progress.h"
#include "system/threads.h"

/* What all threads have in common. */
struct common {
	const struct changeset_app **sources;	/* of the run's apps */
	struct journal *journal;
	pthread_mutex_t lock;		/* of the journal, and of the run's arena */
};

/* What a thread has of its own. */
struct prepare {
	struct run *run;
	const struct changeset *set;
	struct common *common;
	struct confine confine;		/* its root is the caller's */
	struct buf bytes, made;
	bool tells;			/* how far it is */
	struct error err;		/* of app AT, for whose sake the plan is refused */
	size_t at;
};

/* Whether the file, which is not what the plan expects, is what an earlier run of this plan made. */
static bool
is_outcome(struct prepare *p, struct str path, struct str bytes)
{
	AUTO(error) ignored = ERROR_INIT;	/* at worst a file that is well is called stale */
	uint64_t digest;
	bool is;

	(void)pthread_mutex_lock(&p->common->lock);
	is = p->common->journal &&
	    journal_outcome(p->common->journal, p->run->plan, path, &digest, &ignored) > 0 &&
	    digest == text_digest(bytes);
	(void)pthread_mutex_unlock(&p->common->lock);
	return is;
}

static void
blame(struct prepare *p, struct run_app *a, enum run_app_state state, struct str file, struct error *err)
{
	(void)pthread_mutex_lock(&p->common->lock);
	run_blame(p->run, a, state, file, err);
	(void)pthread_mutex_unlock(&p->common->lock);
}

/* The old and the new content into the run. */
static void
keep(struct prepare *p, struct run_file *f)
{
	struct arena *a = &p->run->arena;

	(void)pthread_mutex_lock(&p->common->lock);
	if (!f->is_made)
		f->before = arena_dup(a, buf_str(&p->bytes));
	f->after = arena_dup(a, buf_str(&p->made));
	f->is_fresh = true;
	(void)pthread_mutex_unlock(&p->common->lock);
}

/* Reads NAME, of which a new version is to be made. */
static enum file_outcome
read_old(struct prepare *p, const char *name, struct confine_meta *ret_meta, struct error *err)
{
	int fd;
	enum file_outcome got = confine_open_file(p->confine.folder, name, &fd, err);

	if (got == FILE_READ && confine_read_fd(fd, TEXT_MAX, &p->bytes, ret_meta, err) < 0)
		got = FILE_FAILED;
	if (fd >= 0) {
		ret_meta->has_attributes = compat_has_attributes(fd);
		(void)close(fd);	/* it was only read */
	}
	return got;
}

/* Reads the bytes that the edits speak of into p->bytes. 1; 0 where they can't be edited: then the file is
 * what this plan made of it before, or the app's state was set. */
static int
read_source(struct prepare *p, struct run_app *a, const struct changeset_file *cf, struct run_file *f,
    struct error *err)
{
	const char *name = cf->start == CHANGESET_COPY ? ".env.example" : cf->name.ptr;
	enum file_outcome got = read_old(p, name, &f->meta, err);

	if (got == FILE_FAILED) {
		blame(p, a, RUN_FAILED, f->path, err);
		return 0;
	}
	if (got == FILE_ABSENT) {
		error_set(err, "%s is not there any more; scan and plan again", name);
		blame(p, a, RUN_STALE, f->path, err);
		return 0;
	}
	if (text_digest(buf_str(&p->bytes)) == cf->digest)
		return 1;
	/* the example may hold what was made of it, which is not there all the same */
	if (cf->start == CHANGESET_EDIT && is_outcome(p, f->path, buf_str(&p->bytes)))
		return 0;
	error_set(err, "%s changed since the scan; scan and plan again", name);
	blame(p, a, RUN_STALE, f->path, err);
	return 0;
}

/* Whether a .env that is to be made is not there yet. 1; 0 as in read_source. */
static int
check_absent(struct prepare *p, struct run_app *a, const struct changeset_file *cf, struct run_file *f,
    struct error *err)
{
	int folder = p->confine.folder;
	enum file_outcome got = confine_read(folder, cf->name.ptr, TEXT_MAX, &p->bytes, &f->meta, err);
	bool known = got == FILE_READ && is_outcome(p, f->path, buf_str(&p->bytes));

	buf_clear(&p->bytes);
	if (got == FILE_ABSENT)
		return 1;
	if (known)
		return 0;
	if (got == FILE_READ)
		error_set(err, "is there now; it was not when the fleet was scanned");
	blame(p, a, got == FILE_READ ? RUN_STALE : RUN_FAILED, f->path, err);
	return 0;
}

/* Returns 1 where F is ready, 0 where the app is stale or failed or this file needs no change, -1 where the
 * plan is refused. */
static int
prepare_file(struct prepare *p, struct run_app *a, const struct changeset_file *cf, struct run_file *f,
    struct error *err)
{
	size_t row;

	f->is_made = cf->start != CHANGESET_EDIT;
	f->edits = cf->count;
	buf_clear(&p->bytes);
	if (confine_enter(&p->confine, f->folder, err) < 0) {
		blame(p, a, err->errnum == ENOENT ? RUN_STALE : RUN_FAILED, f->path, err);
		return 0;
	}
	if (f->is_made && check_absent(p, a, cf, f, err) == 0)
		return 0;
	if (cf->start != CHANGESET_CREATE && read_source(p, a, cf, f, err) == 0)
		return 0;
	f->meta.is_model = f->is_made;
	if (edit_check(buf_str(&p->bytes), cf->edits, cf->count, &row, err) < 0)
		return error_at_line(err, p->set->name, row);
	buf_clear(&p->made);
	edit_apply(buf_str(&p->bytes), cf->edits, cf->count, &p->made, f->regions);
	keep(p, f);
	return 1;
}

/* The app CA of the plan as one of the run, of which nothing was read yet. */
static struct run_app
app_of(struct run *r, const struct changeset_app *ca)
{
	struct run_app a = { .folder = arena_dup(&r->arena, ca->folder),
		.id = { arena_dup(&r->arena, ca->id.model), ca->id.app_num },
		.files = arena_zero(&r->arena, ca->count, sizeof *a.files), .count = ca->count,
		.state = RUN_WAITING };

	for (size_t i = 0; i < ca->count; i++) {
		size_t edits = ca->files[i].count;

		run_file_place(r, &a.files[i], ca->files[i].path);
		a.files[i].regions = arena_zero(&r->arena, edits, sizeof *a.files[i].regions);
	}
	return a;
}

static int
prepare_app(struct prepare *p, const struct changeset_app *ca, struct run_app *a, struct error *err)
{
	size_t outcomes = 0;

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
	blame(p, a, RUN_STALE, a->files[0].path, err);
	return 0;
}

static bool
do_one(void *arg, size_t number)
{
	struct prepare *p = arg;
	struct run *r = p->run;

	if (p->tells)
		progress_tell(r->progress, "apps checked", number, r->count);
	p->at = number;
	return prepare_app(p, p->common->sources[number], &r->apps[number], &p->err) == 0;
}

/* The error of the first app that has one, as it would be by one thread alone. */
static int
refuse(struct prepare *each, size_t jobs, struct error *err)
{
	struct prepare *first = NULL;

	for (size_t i = 0; i < jobs; i++)
		if (error_is_set(&each[i].err) && (!first || each[i].at < first->at))
			first = &each[i];
	if (!first)
		return 0;
	*err = first->err;
	first->err = (struct error)ERROR_INIT;
	return -1;
}

static int
share_out(struct common *common, const struct prepare *like, size_t jobs, struct error *err)
{
	struct prepare *each = mem_zero(jobs, sizeof *each);
	int result;

	for (size_t i = 0; i < jobs; i++) {
		each[i] = *like;
		each[i].common = common;
		each[i].tells = i == 0;
	}
	threads_deal(like->run->count, do_one, each, sizeof *each, jobs);
	result = refuse(each, jobs, err);
	for (size_t i = 0; i < jobs; i++) {
		confine_leave(&each[i].confine);
		buf_release(&each[i].bytes);
		buf_release(&each[i].made);
		error_release(&each[i].err);
	}
	free(each);
	return result;
}

int
prepare_run(struct run *r, const struct changeset *set, const struct confine *confine,
    struct journal *journal, size_t jobs, struct error *err)
{
	struct common common = { NULL, journal, PTHREAD_MUTEX_INITIALIZER };
	const struct prepare like = { .run = r, .set = set, .bytes = BUF_INIT, .made = BUF_INIT,
		.confine = confine_like(confine), .err = ERROR_INIT };
	int result;

	r->plan = arena_dup(&r->arena, set->plan);
	r->apps = arena_zero(&r->arena, set->count, sizeof *r->apps);
	common.sources = mem_zero(set->count, sizeof *common.sources);
	for (size_t i = 0; i < set->count; i++)
		if (set->apps[i].count) {
			common.sources[r->count] = &set->apps[i];
			r->apps[r->count++] = app_of(r, &set->apps[i]);
		}
	result = share_out(&common, &like, threads_to_wait(jobs, r->count), err);
	free(common.sources);
	(void)pthread_mutex_destroy(&common.lock);
	return result;
}
