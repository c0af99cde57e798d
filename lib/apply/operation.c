/* operation: one call of apply, from its input to the settled journal.
 * SPDX-License-Identifier: MIT */
#include "apply/operation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply/batch.h"
#include "apply/diff.h"
#include "apply/internal.h"
#include "apply/prepare.h"
#include "apply/provenance.h"
#include "apply/result.h"
#include "base/buf.h"
#include "base/error.h"
#include "journal/journal.h"
#include "journal/mark.h"
#include "store/store.h"
#include "system/compat.h"
#include "system/confine.h"
#include "system/interrupt.h"
#include "system/lock.h"
#include "system/options.h"

void
operation_release(struct operation *o)
{
	option_list_release(&o->only);
	option_list_release(&o->keep);
	option_list_release(&o->force);
	changeset_release(&o->set);
	run_release(&o->run);
	journal_close(o->journal);
	o->journal = NULL;
}

static int
read_plan(struct operation *o, struct error *err)
{
	if (changeset_read(&o->set, o->input, o->input_name, o->partial, err) < 0 ||
	    changeset_check_host(&o->set, options_host(o->host), err) < 0)
		return -1;
	return changeset_select(&o->set, &o->only, err);
}

int
operation_find_root(struct operation *o, struct str planned, struct error *err)
{
	const char *from = o->root ? o->root : planned.ptr;
	char *real = compat_real_path(from);

	if (!real) {
		error_errno(
		    err, errno, "cannot find the fleet's root (--root DIR where it is elsewhere now)");
		return error_file(err, str_from(from));
	}
	o->run.is_elsewhere |= !str_eq(str_from(real), planned);
	o->run.root = arena_dup(&o->run.arena, str_from(real));
	free(real);
	if (o->root || str_eq(o->run.root, planned))
		return 0;
	error_set(err, "leads to %s now: say with --root that this is meant", o->run.root.ptr);
	return error_file(err, planned);
}

/* Whether the registry knows the plan; and notes there where else it is applied. */
static int
check_plan(struct operation *o, struct error *err)
{
	AUTO_PTR(store) store = NULL;

	if (store_open(&store, o->db, o->run.is_elsewhere ? STORE_WRITE : STORE_READ, err) < 0 ||
	    provenance_check(store, &o->set, err) < 0)
		return -1;
	return o->run.is_elsewhere ? store_put_root(store, o->set.plan, o->run.root, err) : 0;
}

/* Rows of the plan: an edit each, and one for a file that is made. */
static size_t
changes_of(const struct run_app *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->count; i++)
		n += a->files[i].edits + a->files[i].is_made;
	return n;
}

/* Notes in the registry which apps have what their plan gave them. The registry does not speak of a copy
 * elsewhere, and a run that came to nothing changes no note; but a plan that changes nothing counts as
 * applied. */
static int
mark(struct operation *o, struct error *err)
{
	AUTO_PTR(store) store = NULL;
	struct run *r = &o->run;
	struct store_marked *apps = arena_zero(&r->arena, r->count, sizeof *apps);
	bool is_forward = o->direction == RUN_FORWARD, is_known;
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++)
		if (run_app_is_done(&r->apps[i]))
			apps[count++] = (struct store_marked){ r->apps[i].folder, changes_of(&r->apps[i]) };
	if (r->is_elsewhere || (count == 0 && !(r->count == 0 && is_forward)))
		return 0;
	if (store_open(&store, o->db, STORE_WRITE, err) < 0 ||
	    store_plan_known(store, r->plan, &is_known, err) < 0)
		return -1;
	return is_known ? store_mark(store, r->plan, apps, count, is_forward, err) : 0;
}

static bool
has_state(const struct run *r, enum run_app_state state)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->apps[i].state == state)
			return true;
	return false;
}

void
operation_ways_out(const struct operation *o, int64_t id, struct buf *resume, struct buf *undo)
{
	AUTO(arena) a = ARENA_INIT;

	options_command(resume, "apply --resume", options_db(o->db));
	options_command(undo, arena_printf(&a, "apply --undo %lld", (long long)id).ptr, options_db(o->db));
}

static int
interrupted(const struct operation *o, struct error *err)
{
	AUTO(buf) resume = BUF_INIT, undo = BUF_INIT;

	operation_ways_out(o, o->run.id, &resume, &undo);
	return error_set(err, "run %lld is not finished, some files of it are new and some old: mend what is "
	    "named here, then `%s` finishes it and `%s` takes it back", (long long)o->run.id, resume.ptr,
	    undo.ptr);
}

/* Somebody stopped the run before anything of it was in place. One that was taken up stays as unfinished as
 * it was. ERR says what the batch said. */
static int
stop(struct operation *o, struct confine *confine, struct error *err)
{
	AUTO(error) second = ERROR_INIT;

	if (!o->run.is_retry) {
		mark_remove(confine->root);
		(void)journal_withdraw(o->journal, o->run.id, o->direction, &second);
		return -1;
	}
	error_release(err);
	return interrupted(o, err);
}

static int
commit(struct operation *o, struct confine *confine, struct error *err)
{
	int result = batch_commit(&o->run, confine, o->direction, (size_t)o->jobs, err);
	AUTO(error) second = ERROR_INIT;

	if (interrupt_came(o->run.interrupt))
		return stop(o, confine, err);
	if (!has_state(&o->run, RUN_TORN) && !has_state(&o->run, RUN_WAITING))
		mark_remove(confine->root);
	if (journal_settle(o->journal, &o->run, o->direction, result < 0 ? &second : err) < 0 || result < 0)
		return -1;
	if (has_state(&o->run, RUN_TORN))
		return interrupted(o, err);
	return mark(o, err);
}

int
operation_carry_out(struct operation *o, struct confine *confine, struct error *err)
{
	int result;

	o->run.interrupt = interrupt_begin(o->answer);
	result = journal_begin(o->journal, &o->run, o->direction, confine->root, err) < 0 ? -1 :
	    commit(o, confine, err);
	o->stopped = interrupt_end(o->run.interrupt);
	o->run.interrupt = NULL;
	return result;
}

int
operation_open_root(struct operation *o, struct str known, struct confine *confine, struct error *err)
{
	struct folder_id id;

	if (confine_open(confine, o->run.root.ptr, &id, err) < 0)
		return -1;
	o->run.root_id = arena_dup(&o->run.arena, str_from(id.text));
	if (o->root || known.len == 0 || str_eq(known, o->run.root_id))
		return 0;
	error_set(err, "another folder stands here than the one that was scanned: scan and plan again, or "
	    "say with --root that this one is meant");
	return error_file(err, o->run.root);
}

static bool
is_left(const struct run_app *a)
{
	return a->state == RUN_STALE || a->state == RUN_FAILED;
}

/* A preview refuses what apply would; but a plan that was never registered may be looked at. */
static int
check_preview(struct operation *o, struct error *err)
{
	AUTO_PTR(store) store = NULL;
	bool is_known;

	o->is_unregistered = access(options_db(o->db), F_OK) < 0;
	if (o->is_unregistered)
		return 0;
	if (store_open(&store, o->db, STORE_READ, err) < 0 ||
	    store_plan_known(store, o->set.plan, &is_known, err) < 0)
		return -1;
	o->is_unregistered = !is_known;
	return is_known ? provenance_check(store, &o->set, err) : 0;
}

int
operation_preview(
    struct operation *o, const char *how, FILE *out, struct result_counts *ret, struct error *err)
{
	AUTO(confine) confine = CONFINE_INIT;
	bool patch = strcmp(how, "patch") == 0, csv = strcmp(how, "csv") == 0;

	if (*how && !patch && !csv)
		return error_set(err, "--dry-run takes nothing, =patch or =csv, not '%s'", how);
	o->is_preview = true;
	if (read_plan(o, err) < 0 || check_preview(o, err) < 0 ||
	    operation_find_root(o, o->set.root, err) < 0 ||
	    journal_refuse_interrupted(options_db(o->db), false, err) < 0 ||
	    mark_refuse(options_db(o->db), o->run.root.ptr, err) < 0 ||
	    journal_open(&o->journal, options_db(o->db), false, err) < 0 ||
	    operation_open_root(o, o->set.root_id, &confine, err) < 0 ||
	    prepare_run(&o->run, &o->set, &confine, o->journal, (size_t)o->jobs, err) < 0)
		return -1;
	if (csv)
		return result_write(out, o, true, ret, err);
	if (diff_run(out, &o->run, patch, err) < 0)
		return -1;
	*ret = (struct result_counts){ .problems = o->set.problems };
	for (size_t i = 0; i < o->run.count; i++)
		ret->stale += is_left(&o->run.apps[i]);
	return 0;
}

int
operation_apply(struct operation *o, struct error *err)
{
	AUTO(confine) confine = CONFINE_INIT;
	AUTO(lock) lock = LOCK_INIT;

	if (read_plan(o, err) < 0 || operation_find_root(o, o->set.root, err) < 0 || check_plan(o, err) < 0 ||
	    lock_take(&lock, options_db(o->db), OPERATION_LOCK_SECONDS, err) < 0 ||
	    operation_open_root(o, o->set.root_id, &confine, err) < 0 ||
	    journal_refuse_interrupted(options_db(o->db), true, err) < 0 ||
	    journal_open(&o->journal, options_db(o->db), true, err) < 0 ||
	    prepare_run(&o->run, &o->set, &confine, o->journal, (size_t)o->jobs, err) < 0)
		return -1;
	return has_state(&o->run, RUN_WAITING) ? operation_carry_out(o, &confine, err) : mark(o, err);
}
