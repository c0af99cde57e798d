/* worker: what one thread does for a batch: the files of an app staged, checked, put in place, or put back.
 * SPDX-License-Identifier: MIT */
#include "apply/worker.h"

#include <errno.h>
#include <unistd.h>

#include "apply/flush.h"
#include "apply/stage.h"
#include "base/error.h"
#include "base/text.h"
#include "journal/run.h"
#include "system/compat.h"

static int
enter(struct worker *w, const struct run_file *f, struct error *err)
{
	return confine_enter(&w->confine, f->folder, err);
}

/* The temporary file of FILE, whose folder was entered. */
static struct stage
stage_of(const struct worker *w, const struct run_app *a, size_t file)
{
	return (struct stage){ w->confine.folder, w->run->token, a->number, file };
}

enum present { PRESENT_FROM, PRESENT_TO, PRESENT_OTHER, PRESENT_UNKNOWN };

static bool
is_state(enum file_outcome got, struct str bytes, bool expects_file, struct str expected)
{
	return expects_file ? got == FILE_READ && str_eq(bytes, expected) : got == FILE_ABSENT;
}

static void
look_away(struct worker *w)
{
	if (w->seen >= 0)
		(void)close(w->seen);	/* it was only read */
	w->seen = -1;
	buf_clear(&w->bytes);
}

/* What stands at the file's place now. *ret_meta, and the descriptor in SEEN, where it is a file. */
static enum present
look(struct worker *w, const struct run_file *f, struct confine_meta *ret_meta, struct error *err)
{
	struct str from, to;
	bool has_from = run_file_from(f, w->direction, &from), has_to = run_file_to(f, w->direction, &to);
	enum file_outcome got;

	look_away(w);
	if (enter(w, f, err) < 0) {
		/* Somebody removed the folder, or put a file or a symlink in its place: trying again later
		 * does not help, as it does after a full disk. */
		if (err->errnum != ENOENT && err->errnum != ENOTDIR && err->errnum != ELOOP)
			return PRESENT_UNKNOWN;
		error_release(err);
		return PRESENT_OTHER;
	}
	got = confine_open_file(w->confine.folder, f->name.ptr, &w->seen, err);
	if (got == FILE_FAILED ||
	    (got == FILE_READ && confine_read_fd(w->seen, TEXT_MAX, &w->bytes, ret_meta, err) < 0))
		return PRESENT_UNKNOWN;
	if (is_state(got, buf_str(&w->bytes), has_to, to))
		return PRESENT_TO;
	return is_state(got, buf_str(&w->bytes), has_from, from) ? PRESENT_FROM : PRESENT_OTHER;
}

void
worker_sweep(struct worker *w, const struct run_app *a)
{
	for (size_t i = 0; i < a->count; i++) {
		/* a temporary file that stays does no harm, and its folder may be gone */
		AUTO(error) ignored = ERROR_INIT;

		if (enter(w, &a->files[i], &ignored) == 0)
			stage_remove(stage_of(w, a, i));
	}
}

/* Whether a file of the app holds what the run wrote there. */
static bool
is_half(struct worker *w, const struct run_app *a)
{
	for (size_t i = 0; i < a->count; i++) {
		AUTO(error) ignored = ERROR_INIT;
		struct confine_meta meta;

		if (look(w, &a->files[i], &meta, &ignored) ==
		    (w->direction == RUN_FORWARD ? PRESENT_TO : PRESENT_FROM))
			return true;
	}
	return false;
}

void
worker_give_up(struct worker *w, struct run_app *a, enum run_app_state state, const struct run_file *f,
    struct error *err)
{
	/* When a run is taken up again, an app that can't be done may hold old and new files since the first
	 * try. */
	if (w->run->is_retry && (state == RUN_FAILED || (state == RUN_STALE && is_half(w, a))))
		state = RUN_TORN;
	(void)pthread_mutex_lock(w->lock);
	run_blame(w->run, a, state, f->path, err);
	(void)pthread_mutex_unlock(w->lock);
	worker_sweep(w, a);
}

/* A process that was killed between exchanging the names, or taking a file away, and looking what that was
 * may have left in the temporary file what somebody saved at that moment: that gets its name back. What is a
 * beginning of what the run writes was not yet written to its end. */
static void
recover(struct worker *w, const struct run_app *a, size_t i)
{
	const struct run_file *f = &a->files[i];
	AUTO(error) ignored = ERROR_INIT;
	AUTO(buf) bytes = BUF_INIT;
	struct str from, to;
	struct confine_meta meta;
	bool has = run_file_to(f, w->direction, &to);

	if (!run_file_from(f, w->direction, &from) || look(w, f, &meta, &ignored) != PRESENT_TO ||
	    stage_read(stage_of(w, a, i), &bytes, &ignored) != FILE_READ ||
	    str_starts(from, buf_str(&bytes)) || (has && str_starts(to, buf_str(&bytes))))
		return;
	/* either could be done before */
	(void)(has ? stage_swap(stage_of(w, a, i), f->name.ptr) : stage_give(stage_of(w, a, i), f->name.ptr));
}

/* Notes the file system of the folder that was entered, as it is to be flushed. */
static int
note_folder(struct worker *w, struct error *err)
{
	int result;

	(void)pthread_mutex_lock(w->lock);
	result = flush_note(w->flush, w->confine.folder, err);
	(void)pthread_mutex_unlock(w->lock);
	return result;
}

/* What stands at the file's place before it is staged. One that was just read, and has no attributes to be
 * copied, is not read again: it is before it is replaced. */
static enum present
look_first(struct worker *w, const struct run_file *f, struct confine_meta *ret_meta, struct error *err)
{
	AUTO(error) ignored = ERROR_INIT;	/* the look meets it too */

	if (!f->is_fresh || f->meta.has_attributes || enter(w, f, &ignored) < 0)
		return look(w, f, ret_meta, err);
	look_away(w);
	return !f->is_made && str_eq(f->before, f->after) ? PRESENT_TO : PRESENT_FROM;
}

/* Says of the file that was looked at that it is not what the undo knows, and is LEFT. */
static int
refuse_back(const struct worker *w, const char *left, struct error *err)
{
	return error_set(err, "%s; %s as it is: --undo --force APP puts back what was there before the run",
	    w->seen < 0 ? "is gone" : "was edited since", left);
}

/* Finds out what is to do, and writes the new content of what is. */
static int
stage_file(struct worker *w, struct run_app *a, size_t i, bool *ret_is_stale, struct error *err)
{
	struct run_file *f = &a->files[i];
	struct confine_meta meta = f->meta;
	enum present present = look_first(w, f, &meta, err);
	struct str to;

	if (present == PRESENT_UNKNOWN)
		return -1;
	*ret_is_stale = present == PRESENT_OTHER && !a->is_forced;
	if (*ret_is_stale && w->direction == RUN_BACK)
		return refuse_back(w, "left", err);
	if (*ret_is_stale)
		return error_set(err, w->seen < 0 ? "is gone" : "changed meanwhile");
	/* most lie beside the one before */
	if ((i == 0 || !str_eq(f->folder, a->files[i - 1].folder)) &&
	    note_folder(w, err) < 0)
		return -1;
	f->is_there = present == PRESENT_TO;
	if (f->is_there) {	/* a killed process may have left its temporary file */
		stage_remove(stage_of(w, a, i));
		return 0;
	}
	if (w->seen >= 0) {
		meta.has_attributes = f->meta.has_attributes;	/* which prepare looked for */
		f->meta = meta;
	}
	if (!run_file_to(f, w->direction, &to)) {
		stage_remove(stage_of(w, a, i)); /* the name that the file is going to have */
		return 0;
	}
	return stage_write(stage_of(w, a, i), to, &f->meta, w->seen, err);
}

void
worker_stage(struct worker *w, struct run_app *a)
{
	AUTO(error) err = ERROR_INIT;
	bool stale = false;

	for (size_t i = 0; i < a->count && w->run->is_retry; i++)
		recover(w, a, i);
	for (size_t i = 0; i < a->count; i++) {
		if (stage_file(w, a, i, &stale, &err) == 0)
			continue;
		if (stale && w->run->is_retry && is_half(w, a)) {
			error_release(&err);
			error_set(&err, "was edited while the run was interrupted, and other files of its "
			    "app are as the run made them: take the edit out, or let --undo --force APP put "
			    "back what was there before, or --keep APP leave the app as it is");
		}
		worker_give_up(w, a, stale ? RUN_STALE : RUN_FAILED, &a->files[i], &err);
		return;
	}
}

/* Whether what the temporary file holds now, which was the file until this moment, is what the run knows. */
static bool
is_known(struct worker *w, const struct run_app *a, size_t i)
{
	AUTO(error) ignored = ERROR_INIT;
	AUTO(buf) bytes = BUF_INIT;
	struct str from;

	if (a->is_forced)
		return true;
	return stage_read(stage_of(w, a, i), &bytes, &ignored) == FILE_READ &&
	       run_file_from(&a->files[i], w->direction, &from) && str_eq(buf_str(&bytes), from);
}

static int
changed_late(bool *ret_is_stale, struct error *err)
{
	*ret_is_stale = true;
	return error_set(err, "changed while this run was at work");
}

/* Takes the file away, but not what somebody saved there at this moment. */
static int
take_away(struct worker *w, const struct run_app *a, size_t i, bool *ret_is_stale, struct error *err)
{
	const struct run_file *f = &a->files[i];

	if (stage_take(stage_of(w, a, i), f->name.ptr) < 0)
		return stage_cannot("remove the file", errno, err);
	if (!is_known(w, a, i) && stage_give(stage_of(w, a, i), f->name.ptr) == 0)
		return changed_late(ret_is_stale, err);
	stage_remove(stage_of(w, a, i));
	return 0;
}

/* Puts one file in its place, or takes it away. Where the system can exchange two names, what somebody saved
 * since the last look is seen and put back. */
static int
move(struct worker *w, const struct run_app *a, size_t i, bool *ret_is_stale, struct error *err)
{
	const struct run_file *f = &a->files[i];
	struct str from, to;
	bool had = run_file_from(f, w->direction, &from), has = run_file_to(f, w->direction, &to);

	if (enter(w, f, err) < 0)
		return -1;
	if (!has)
		return take_away(w, a, i, ret_is_stale, err);
	if (!had || stage_swap(stage_of(w, a, i), f->name.ptr) < 0) {
		bool replaces = had || a->is_forced;

		if (had && errno != EINVAL && errno != ENOSYS && errno != ENOENT)
			return stage_cannot("put the new file in its place", errno, err);
		return stage_place(stage_of(w, a, i), f->name.ptr, replaces, err);
	}
	if (!is_known(w, a, i) && stage_swap(stage_of(w, a, i), f->name.ptr) == 0)
		return changed_late(ret_is_stale, err);
	stage_remove(stage_of(w, a, i));
	return 0;
}

/* Puts back a file of an app that failed, if the new one stands there: a call that failed may have done its
 * work all the same. */
static int
put_back(struct worker *w, const struct run_app *a, size_t i, struct error *err)
{
	const struct run_file *f = &a->files[i];
	struct confine_meta meta = f->meta;
	struct str from, to;
	enum present present;

	if (f->is_there)	/* it was so before this batch */
		return 0;
	present = look(w, f, &meta, err);
	if (present == PRESENT_UNKNOWN)
		return -1;
	if (present != PRESENT_TO)
		return 0;
	if (!run_file_from(f, w->direction, &from))
		return unlinkat(w->confine.folder, f->name.ptr, 0) == 0
		    ? 0
		    : error_errno(err, errno, "cannot remove the file again");
	if (stage_write(stage_of(w, a, i), from, &f->meta, w->seen, err) < 0)
		return -1;
	if (stage_flush(stage_of(w, a, i), err) < 0)
		return -1;
	return stage_place(stage_of(w, a, i), f->name.ptr, run_file_to(f, w->direction, &to), err);
}

/* Puts all files of the app back, as file AT failed, so that it is in STATE. Where one can't be put back, the
 * app is torn and the run stays open. */
static void
roll_back(struct worker *w, struct run_app *a, size_t at, enum run_app_state state, struct error *why)
{
	AUTO(error) err = ERROR_INIT;

	for (size_t i = 0; i < a->count; i++)
		if (put_back(w, a, i, &err) < 0) {
			state = RUN_TORN;
			error_release(&err);
		}
	worker_give_up(w, a, state, &a->files[at], why);
}

static bool
has_same_rights(const struct confine_meta *a, const struct confine_meta *b)
{
	return a->mode == b->mode && a->uid == b->uid && a->gid == b->gid;
}

/* Whether the file that was looked at has got attributes since it was read: the new one would not have them.
 */
static bool
has_gained(const struct worker *w, const struct run_file *f)
{
	return f->is_fresh && !f->is_made && !f->meta.has_attributes && compat_has_attributes(w->seen);
}

/* Whether nothing happened to the app's files since they were staged. */
static bool
check_app(struct worker *w, struct run_app *a, struct error *err)
{
	for (size_t i = 0; i < a->count; i++) {
		struct run_file *f = &a->files[i];
		struct confine_meta meta = f->meta;
		enum present present = look(w, f, &meta, err);
		bool is_old = a->is_forced || (present == PRESENT_FROM && has_same_rights(&meta, &f->meta) &&
		    !has_gained(w, f));

		if (f->is_there ? present == PRESENT_TO : is_old)
			continue;
		if (present != PRESENT_UNKNOWN)
			error_set(err, "changed while this run was at work");
		worker_give_up(w, a, present == PRESENT_UNKNOWN ? RUN_FAILED : RUN_STALE, f, err);
		return false;
	}
	return true;
}

void
worker_place(struct worker *w, struct run_app *a)
{
	AUTO(error) err = ERROR_INIT;
	bool all_there = true, is_stale = false;

	if (!check_app(w, a, &err))
		return;
	/* Also where all was done before: the process that did it may have been killed before it flushed. */
	a->is_touched = true;
	for (size_t i = 0; i < a->count; i++) {
		if (a->files[i].is_there)
			continue;
		all_there = false;
		if (move(w, a, i, &is_stale, &err) < 0) {
			roll_back(w, a, i, is_stale ? RUN_STALE : RUN_FAILED, &err);
			return;
		}
	}
	a->state = all_there ? RUN_UNCHANGED : RUN_DONE;
}

void
worker_foresee(struct worker *w, struct run_app *a)
{
	size_t there = 0;

	for (size_t i = 0; i < a->count; i++) {
		struct confine_meta meta = a->files[i].meta;
		AUTO(error) err = ERROR_INIT;
		enum present present = look(w, &a->files[i], &meta, &err);

		there += present == PRESENT_TO;
		if (present == PRESENT_UNKNOWN) {
			run_blame(w->run, a, RUN_FAILED, a->files[i].path, &err);
			return;
		}
		if (present == PRESENT_OTHER && !a->is_forced) {
			(void)refuse_back(w, "would be left", &err);
			run_blame(w->run, a, RUN_STALE, a->files[i].path, &err);
			return;
		}
	}
	if (there == a->count)
		a->state = RUN_UNCHANGED;
}

int
worker_flush_staged(struct worker *w, const struct run_app *a, struct error *err)
{
	for (size_t i = 0; i < a->count; i++) {
		struct str to;

		if (a->files[i].is_there || !run_file_to(&a->files[i], w->direction, &to))
			continue;
		if (enter(w, &a->files[i], err) < 0 || stage_flush(stage_of(w, a, i), err) < 0)
			return error_file(err, a->files[i].path);
	}
	return 0;
}

static int
flush_folder_of(struct worker *w, const struct run_app *a, const struct run_file *f, struct error *err)
{
	bool has_failed = a->state == RUN_FAILED || a->state == RUN_TORN;

	if (enter(w, f, err) == 0)
		return flush_folder(w->confine.folder, err);
	if (!has_failed)
		return -1;
	error_release(err);	/* the app may have failed because its folder did */
	return 0;
}

int
worker_flush_folders(struct worker *w, const struct run_app *a, struct error *err)
{
	for (size_t i = 0; i < a->count; i++)
		if ((i == 0 || !str_eq(a->files[i].folder, a->files[i - 1].folder)) &&
		    flush_folder_of(w, a, &a->files[i], err) < 0)
			return error_file(err, a->files[i].path);
	return 0;
}

void
worker_release(struct worker *w)
{
	look_away(w);
	confine_leave(&w->confine);
	buf_release(&w->bytes);
}
