/* batch: a run carried out: every file of it replaced, made or removed, each app wholly or not at all.
 * SPDX-License-Identifier: MIT */
#include "apply/batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply/flush.h"
#include "apply/stage.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"
#include "system/confine.h"
#include "system/interrupt.h"
#include "system/progress.h"

struct batch {
	struct run *run;
	struct confine *confine;
	enum run_direction direction;
	struct buf bytes;		/* the file that is looked at */
	int seen;			/* its descriptor; -1: none */
	struct flush flush;
};

static int
enter(struct batch *b, const struct run_file *f, struct error *err)
{
	return confine_enter(b->confine, f->folder, err);
}

/* The temporary file of FILE, whose folder was entered. */
static struct stage
stage_of(const struct batch *b, const struct run_app *a, size_t file)
{
	return (struct stage){ b->confine->folder, b->run->token, a->number, file };
}

enum present { PRESENT_FROM, PRESENT_TO, PRESENT_OTHER, PRESENT_UNKNOWN };

static bool
is_state(enum file_outcome got, struct str bytes, bool expects_file, struct str expected)
{
	return expects_file ? got == FILE_READ && str_eq(bytes, expected) : got == FILE_ABSENT;
}

static void
look_away(struct batch *b)
{
	if (b->seen >= 0)
		(void)close(b->seen);	/* it was only read */
	b->seen = -1;
	buf_clear(&b->bytes);
}

/* What stands at the file's place now. *ret_meta, and the descriptor in SEEN, where it is a file. */
static enum present
look(struct batch *b, const struct run_file *f, struct confine_meta *ret_meta, struct error *err)
{
	struct str from, to;
	bool has_from = run_file_from(f, b->direction, &from), has_to = run_file_to(f, b->direction, &to);
	enum file_outcome got;

	look_away(b);
	if (enter(b, f, err) < 0) {
		/* Somebody removed the folder, or put a file or a symlink in its place: trying again later
		 * does not help, as it does after a full disk. */
		if (err->errnum != ENOENT && err->errnum != ENOTDIR && err->errnum != ELOOP)
			return PRESENT_UNKNOWN;
		error_release(err);
		return PRESENT_OTHER;
	}
	got = confine_open_file(b->confine->folder, f->name.ptr, &b->seen, err);
	if (got == FILE_FAILED ||
	    (got == FILE_READ && confine_read_fd(b->seen, TEXT_MAX, &b->bytes, ret_meta, err) < 0))
		return PRESENT_UNKNOWN;
	if (is_state(got, buf_str(&b->bytes), has_to, to))
		return PRESENT_TO;
	return is_state(got, buf_str(&b->bytes), has_from, from) ? PRESENT_FROM : PRESENT_OTHER;
}

/* Takes away the temporary files of an app, also those that a killed process left. */
static void
sweep(struct batch *b, const struct run_app *a)
{
	for (size_t i = 0; i < a->count; i++) {
		/* a temporary file that stays does no harm, and its folder may be gone */
		AUTO(error) ignored = ERROR_INIT;

		if (enter(b, &a->files[i], &ignored) == 0)
			stage_remove(stage_of(b, a, i));
	}
}

/* Whether a file of the app holds what the run wrote there. */
static bool
is_half(struct batch *b, const struct run_app *a)
{
	for (size_t i = 0; i < a->count; i++) {
		AUTO(error) ignored = ERROR_INIT;
		struct confine_meta meta;

		if (look(b, &a->files[i], &meta, &ignored) ==
		    (b->direction == RUN_FORWARD ? PRESENT_TO : PRESENT_FROM))
			return true;
	}
	return false;
}

static void
give_up(
    struct batch *b, struct run_app *a, enum run_app_state state, const struct run_file *f, struct error *err)
{
	/* When a run is taken up again, an app that can't be done may hold old and new files since the first
	 * try. */
	if (b->run->is_retry && (state == RUN_FAILED || (state == RUN_STALE && is_half(b, a))))
		state = RUN_TORN;
	run_blame(b->run, a, state, f->path, err);
	sweep(b, a);
}

/* A process that was killed between exchanging the names and looking what it had exchanged may have left in
 * the temporary file what somebody saved at that moment: that gets its name back. What is a beginning of the
 * new content was not yet written to its end. */
static void
recover(struct batch *b, const struct run_app *a, size_t i)
{
	const struct run_file *f = &a->files[i];
	AUTO(error) ignored = ERROR_INIT;
	AUTO(buf) bytes = BUF_INIT;
	struct str from, to;
	struct confine_meta meta;

	if (!run_file_from(f, b->direction, &from) || !run_file_to(f, b->direction, &to) ||
	    look(b, f, &meta, &ignored) != PRESENT_TO ||
	    stage_read(stage_of(b, a, i), &bytes, &ignored) != FILE_READ)
		return;
	if (!str_starts(from, buf_str(&bytes)) && !str_starts(to, buf_str(&bytes)))
		(void)stage_swap(stage_of(b, a, i), f->name.ptr);	/* it could be done before */
}

/* Finds out what is to do, and writes the new content of what is. */
static int
stage_file(struct batch *b, struct run_app *a, size_t i, bool *ret_is_stale, struct error *err)
{
	struct run_file *f = &a->files[i];
	struct confine_meta meta = f->meta;
	enum present present = look(b, f, &meta, err);
	struct str to;

	if (present == PRESENT_UNKNOWN)
		return -1;
	*ret_is_stale = present == PRESENT_OTHER && !a->is_forced;
	if (*ret_is_stale)
		return error_set(err,
		    b->direction == RUN_FORWARD ? "changed meanwhile" : "was edited since; left as it is");
	/* most lie beside the one before */
	if ((i == 0 || !str_eq(f->folder, a->files[i - 1].folder)) &&
	    flush_note(&b->flush, b->confine->folder, err) < 0)
		return -1;
	f->is_there = present == PRESENT_TO;
	if (f->is_there) {	/* a killed process may have left its temporary file */
		stage_remove(stage_of(b, a, i));
		return 0;
	}
	if (b->seen >= 0)
		f->meta = meta;
	if (!run_file_to(f, b->direction, &to))
		return 0;
	return stage_write(stage_of(b, a, i), to, &f->meta, b->seen, err);
}

static void
stage_app(struct batch *b, struct run_app *a)
{
	AUTO(error) err = ERROR_INIT;
	bool stale = false;

	for (size_t i = 0; i < a->count && b->run->is_retry; i++)
		recover(b, a, i);
	for (size_t i = 0; i < a->count; i++) {
		if (stage_file(b, a, i, &stale, &err) == 0)
			continue;
		if (stale && b->run->is_retry && is_half(b, a)) {
			error_release(&err);
			error_set(&err, "was edited while the run was interrupted, and other files of its "
			    "app are as the run made them: take the edit out, or let --undo --force APP put "
			    "back what was there before, or --keep APP leave the app as it is");
		}
		give_up(b, a, stale ? RUN_STALE : RUN_FAILED, &a->files[i], &err);
		return;
	}
}

/* Whether what the temporary file holds now, which was the file until this moment, is what the run knows. */
static bool
is_known(struct batch *b, const struct run_app *a, size_t i)
{
	AUTO(error) ignored = ERROR_INIT;
	AUTO(buf) bytes = BUF_INIT;
	struct str from;

	if (a->is_forced)
		return true;
	return stage_read(stage_of(b, a, i), &bytes, &ignored) == FILE_READ &&
	       run_file_from(&a->files[i], b->direction, &from) && str_eq(buf_str(&bytes), from);
}

static int
changed_late(bool *ret_is_stale, struct error *err)
{
	*ret_is_stale = true;
	return error_set(err, "changed while this run was at work");
}

/* Takes the file away, but not what somebody saved there at this moment. */
static int
take_away(struct batch *b, const struct run_app *a, size_t i, bool *ret_is_stale, struct error *err)
{
	const struct run_file *f = &a->files[i];

	if (stage_take(stage_of(b, a, i), f->name.ptr) < 0)
		return error_errno(err, errno, "cannot remove the file");
	if (!is_known(b, a, i) && stage_give(stage_of(b, a, i), f->name.ptr) == 0)
		return changed_late(ret_is_stale, err);
	stage_remove(stage_of(b, a, i));
	return 0;
}

/* Puts one file in its place, or takes it away. Where the system can exchange two names, what somebody saved
 * since the last look is seen and put back. */
static int
move(struct batch *b, const struct run_app *a, size_t i, bool *ret_is_stale, struct error *err)
{
	const struct run_file *f = &a->files[i];
	struct str from, to;
	bool had = run_file_from(f, b->direction, &from), has = run_file_to(f, b->direction, &to);

	if (enter(b, f, err) < 0)
		return -1;
	if (!has)
		return take_away(b, a, i, ret_is_stale, err);
	if (!had || stage_swap(stage_of(b, a, i), f->name.ptr) < 0) {
		bool replaces = had || a->is_forced;

		if (had && errno != EINVAL && errno != ENOSYS && errno != ENOENT)
			return error_errno(err, errno, "cannot put the new file in its place");
		return stage_place(stage_of(b, a, i), f->name.ptr, replaces, err);
	}
	if (!is_known(b, a, i) && stage_swap(stage_of(b, a, i), f->name.ptr) == 0)
		return changed_late(ret_is_stale, err);
	stage_remove(stage_of(b, a, i));
	return 0;
}

/* Puts back a file of an app that failed, if the new one stands there: a call that failed may have done its
 * work all the same. */
static int
put_back(struct batch *b, const struct run_app *a, size_t i, struct error *err)
{
	const struct run_file *f = &a->files[i];
	struct confine_meta meta = f->meta;
	struct str from, to;
	enum present present;

	if (f->is_there)	/* it was so before this batch */
		return 0;
	present = look(b, f, &meta, err);
	if (present == PRESENT_UNKNOWN)
		return -1;
	if (present != PRESENT_TO)
		return 0;
	if (!run_file_from(f, b->direction, &from))
		return unlinkat(b->confine->folder, f->name.ptr, 0) == 0
		    ? 0
		    : error_errno(err, errno, "cannot remove the file again");
	stage_remove(stage_of(b, a, i));
	if (stage_write(stage_of(b, a, i), from, &f->meta, b->seen, err) < 0)
		return -1;
	if (stage_flush(stage_of(b, a, i), err) < 0)
		return -1;
	return stage_place(stage_of(b, a, i), f->name.ptr, run_file_to(f, b->direction, &to), err);
}

/* Puts all files of the app back, as file AT failed, so that it is in STATE. Where one can't be put back, the
 * app is torn and the run stays open. */
static void
roll_back(struct batch *b, struct run_app *a, size_t at, enum run_app_state state, struct error *why)
{
	AUTO(error) err = ERROR_INIT;

	for (size_t i = 0; i < a->count; i++)
		if (put_back(b, a, i, &err) < 0) {
			state = RUN_TORN;
			error_release(&err);
		}
	give_up(b, a, state, &a->files[at], why);
}

static bool
has_same_rights(const struct confine_meta *a, const struct confine_meta *b)
{
	return a->mode == b->mode && a->uid == b->uid && a->gid == b->gid;
}

/* Whether nothing happened to the app's files since they were staged. */
static bool
check_app(struct batch *b, struct run_app *a, struct error *err)
{
	for (size_t i = 0; i < a->count; i++) {
		struct run_file *f = &a->files[i];
		struct confine_meta meta = f->meta;
		enum present present = look(b, f, &meta, err);
		bool is_old = a->is_forced || (present == PRESENT_FROM && has_same_rights(&meta, &f->meta));

		if (f->is_there ? present == PRESENT_TO : is_old)
			continue;
		if (present != PRESENT_UNKNOWN)
			error_set(err, "changed while this run was at work");
		give_up(b, a, present == PRESENT_UNKNOWN ? RUN_FAILED : RUN_STALE, f, err);
		return false;
	}
	return true;
}

static void
commit_app(struct batch *b, struct run_app *a)
{
	AUTO(error) err = ERROR_INIT;
	bool all_there = true, is_stale = false;

	if (!check_app(b, a, &err))
		return;
	/* Also where all was done before: the process that did it may have been killed before it flushed. */
	a->is_touched = true;
	for (size_t i = 0; i < a->count; i++) {
		if (a->files[i].is_there)
			continue;
		all_there = false;
		if (move(b, a, i, &is_stale, &err) < 0) {
			roll_back(b, a, i, is_stale ? RUN_STALE : RUN_FAILED, &err);
			return;
		}
	}
	a->state = all_there ? RUN_UNCHANGED : RUN_DONE;
}

/* Flushes the staged files of every waiting app one by one: for file systems that can't be flushed as a
 * whole, and for small runs. */
static int
flush_staged(struct batch *b, struct error *err)
{
	for (size_t i = 0; i < b->run->count; i++) {
		const struct run_app *a = &b->run->apps[i];

		for (size_t j = 0; a->state == RUN_WAITING && j < a->count; j++) {
			struct str to;

			if (a->files[j].is_there || !run_file_to(&a->files[j], b->direction, &to))
				continue;
			if (enter(b, &a->files[j], err) < 0 ||
			    stage_flush(stage_of(b, a, j), err) < 0)
				return error_file(err, a->files[j].path);
		}
	}
	return 0;
}

static int
flush_folder_of(struct batch *b, const struct run_app *a, const struct run_file *f, struct error *err)
{
	bool has_failed = a->state == RUN_FAILED || a->state == RUN_TORN;

	if (enter(b, f, err) == 0)
		return flush_folder(b->confine->folder, err);
	if (!has_failed)
		return -1;
	error_release(err);	/* the app may have failed because its folder did */
	return 0;
}

/* Flushes the folders of all files that were touched, when all of them are renamed. */
static int
flush_folders(struct batch *b, struct error *err)
{
	struct str last = STR_INIT;

	for (size_t i = 0; i < b->run->count; i++) {
		const struct run_app *a = &b->run->apps[i];

		for (size_t j = 0; a->is_touched && j < a->count; j++) {
			if (str_eq(a->files[j].folder, last))
				continue;
			last = a->files[j].folder;
			if (flush_folder_of(b, a, &a->files[j], err) < 0)
				return error_file(err, a->files[j].path);
		}
	}
	return 0;
}

static size_t
count_waiting(const struct run *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++)
		n += r->apps[i].state == RUN_WAITING ? r->apps[i].count : 0;
	return n;
}

/* Lets all waiting apps fail with ERR, before anything is renamed. */
static void
abandon(struct batch *b, const struct error *err)
{
	for (size_t i = 0; i < b->run->count; i++) {
		struct run_app *a = &b->run->apps[i];
		AUTO(error) copy = ERROR_INIT;

		if (a->state != RUN_WAITING)
			continue;
		error_errno(&copy, err->errnum, "%s", err->what);
		give_up(b, a, RUN_FAILED, &a->files[0], &copy);
	}
}

/* Takes away what was written beside the files, before any of it is in place. */
static int
withdraw(struct batch *b, struct error *err)
{
	for (size_t i = 0; i < b->run->count; i++)
		if (b->run->apps[i].state == RUN_WAITING)
			sweep(b, &b->run->apps[i]);
	return error_set(err, "stopped before anything was in place: every file is as it was");
}

static int
commit(struct batch *b, struct error *err)
{
	struct run *r = b->run;

	for (size_t i = 0; i < r->count && !interrupt_came(r->interrupt); i++) {
		progress_tell(r->progress, "apps written", i, r->count);
		if (r->apps[i].state == RUN_WAITING)
			stage_app(b, &r->apps[i]);
	}
	flush_choose(&b->flush, count_waiting(r));
	if (!interrupt_came(r->interrupt) &&
	    (flush_all(&b->flush, err) < 0 || (b->flush.each && flush_staged(b, err) < 0))) {
		abandon(b, err);
		return -1;
	}
	if (!interrupt_pass(r->interrupt))
		return withdraw(b, err);
	for (size_t i = 0; i < r->count; i++) {
		progress_tell(r->progress, "apps put in place", i, r->count);
		if (r->apps[i].state == RUN_WAITING)
			commit_app(b, &r->apps[i]);
	}
	if (flush_all(&b->flush, err) == 0 && (!b->flush.each || flush_folders(b, err) == 0))
		return 0;
	for (size_t i = 0; i < r->count; i++)
		if (run_app_is_done(&r->apps[i]))
			r->apps[i].state = RUN_WAITING;
	return -1;
}

int
batch_commit(struct run *r, struct confine *confine, enum run_direction d, struct error *err)
{
	struct batch b = { .run = r, .confine = confine, .direction = d, .seen = -1,
		.flush = FLUSH_INIT };
	int result = commit(&b, err);

	look_away(&b);
	confine_leave(confine);
	buf_release(&b.bytes);
	flush_release(&b.flush);
	return result;
}

static void
foresee_app(struct batch *b, struct run_app *a)
{
	size_t there = 0;

	for (size_t i = 0; i < a->count; i++) {
		struct confine_meta meta = a->files[i].meta;
		AUTO(error) err = ERROR_INIT;
		enum present present = look(b, &a->files[i], &meta, &err);

		there += present == PRESENT_TO;
		if (present == PRESENT_UNKNOWN) {
			run_blame(b->run, a, RUN_FAILED, a->files[i].path, &err);
			return;
		}
		if (present == PRESENT_OTHER && !a->is_forced) {
			(void)error_set(&err, "was edited since; would be left as it is");
			run_blame(b->run, a, RUN_STALE, a->files[i].path, &err);
			return;
		}
	}
	if (there == a->count)
		a->state = RUN_UNCHANGED;
}

void
batch_foresee(struct run *r, struct confine *confine, enum run_direction d)
{
	struct batch b = { .run = r, .confine = confine, .direction = d, .seen = -1, .flush = FLUSH_INIT };

	for (size_t i = 0; i < r->count; i++)
		if (r->apps[i].state == RUN_WAITING)
			foresee_app(&b, &r->apps[i]);
	look_away(&b);
	confine_leave(confine);
	buf_release(&b.bytes);
	flush_release(&b.flush);
}
