/* operation: one call of apply, from its input to the settled journal.
 * SPDX-License-Identifier: MIT */
#include "apply/operation.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "apply/batch.h"
#include "apply/diff.h"
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

enum { LOCK_SECONDS = 5 };

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

/* The real path of the fleet into o->run.root. */
static int
find_root(struct operation *o, struct str planned, struct error *err)
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

/* The commands that end run ID, as a shell takes them. */
static void
ways_out(const struct operation *o, int64_t id, struct buf *resume, struct buf *undo)
{
	AUTO(arena) a = ARENA_INIT;

	options_command(resume, "apply --resume", options_db(o->db));
	options_command(undo, arena_printf(&a, "apply --undo %lld", (long long)id).ptr, options_db(o->db));
}

static int
interrupted(const struct operation *o, struct error *err)
{
	AUTO(buf) resume = BUF_INIT, undo = BUF_INIT;

	ways_out(o, o->run.id, &resume, &undo);
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

/* Does the run, and keeps the journal. Who asks it to end in time has it taken back; else it is done and the
 * journal settled first. */
static int
carry_out(struct operation *o, struct confine *confine, struct error *err)
{
	int result;

	o->run.interrupt = interrupt_begin(o->answer);
	result = journal_begin(o->journal, &o->run, o->direction, confine->root, err) < 0 ? -1 :
	    commit(o, confine, err);
	o->stopped = interrupt_end(o->run.interrupt);
	o->run.interrupt = NULL;
	return result;
}

/* Opens the root of the fleet. It must be the folder KNOWN, where that is known and --root says nothing
 * else. */
static int
open_root(struct operation *o, struct str known, struct confine *confine, struct error *err)
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

/* Whether the run of the journal may be carried out on the root that the journal gives. A journal is believed
 * as far as the registry knows of it, and one that was copied does not speak of the fleet that the first one
 * belongs to. */
static int
check_run(struct operation *o, struct error *err)
{
	AUTO_PTR(store) store = NULL;
	const char *db = options_db(o->db);
	bool has_root = false;

	if (o->root)
		return 0;
	if (o->run.is_copied) {
		error_set(err, "this journal is a copy of the one that run %lld was recorded in, and the "
		    "fleet is the first one's: say with --root which folder is meant",
		    (long long)o->run.id);
		return error_file(err, o->run.root);
	}
	if (access(db, F_OK) == 0 &&
	    (store_open(&store, o->db, STORE_WRITE, err) < 0 ||
	    store_has_root(store, o->run.plan, o->run.root, &has_root, err) < 0))
		return -1;
	if (has_root)
		return 0;
	error_set(err, "run %lld is said to be of this folder, but the registry %s has no such plan for it: "
	    "say with --root that it is meant", (long long)o->run.id, db);
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
	if (read_plan(o, err) < 0 || check_preview(o, err) < 0 || find_root(o, o->set.root, err) < 0 ||
	    journal_refuse_interrupted(options_db(o->db), false, err) < 0 ||
	    mark_refuse(options_db(o->db), o->run.root.ptr, err) < 0 ||
	    journal_open(&o->journal, options_db(o->db), false, err) < 0 ||
	    open_root(o, o->set.root_id, &confine, err) < 0 ||
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

	if (read_plan(o, err) < 0 || find_root(o, o->set.root, err) < 0 || check_plan(o, err) < 0 ||
	    lock_take(&lock, options_db(o->db), LOCK_SECONDS, err) < 0 ||
	    open_root(o, o->set.root_id, &confine, err) < 0 ||
	    journal_refuse_interrupted(options_db(o->db), true, err) < 0 ||
	    journal_open(&o->journal, options_db(o->db), true, err) < 0 ||
	    prepare_run(&o->run, &o->set, &confine, o->journal, (size_t)o->jobs, err) < 0)
		return -1;
	return has_state(&o->run, RUN_WAITING) ? carry_out(o, &confine, err) : mark(o, err);
}

static const struct journal_entry *
entry_of(const struct journal_entry *entries, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (entries[i].id == id)
			return &entries[i];
	return NULL;
}

/* How run ID stands now. */
static int
state_of(struct operation *o, int64_t id, enum journal_state *ret, struct error *err)
{
	AUTO(arena) arena = ARENA_INIT;
	struct journal_entry *entries = NULL;
	const struct journal_entry *e;
	size_t count = 0;

	if (journal_entries(o->journal, &arena, &entries, &count, err) < 0)
		return -1;
	e = entry_of(entries, count, id);
	if (!e)
		return error_set(err, "run %lld was dropped from the journal meanwhile", (long long)id);
	*ret = e->state;
	return 0;
}

/* Which of the PATTERNS, given with OPTION, is for the app; it is then USED. */
static bool
is_named(const struct run_app *a, const struct option_list *patterns, bool *used)
{
	bool named = false;

	for (size_t i = 0; i < patterns->count; i++)
		if (identity_is_like(a->id, a->folder, patterns->items[i]))
			used[i] = named = true;
	return named;
}

static int
check_used(const struct option_list *patterns, const bool *used, const char *option, struct error *err)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (!used[i])
			return error_set(err, "%s '%s' is none of the apps that the run still has",
			    option, patterns->items[i]);
	return 0;
}

/* What --keep and --force say of the apps of a run that was loaded. */
static int
settle_apps(struct operation *o, struct error *err)
{
	struct arena *a = &o->run.arena;
	bool *kept = arena_zero(a, o->keep.count, sizeof *kept);
	bool *forced = arena_zero(a, o->force.count, sizeof *forced);

	for (size_t i = 0; i < o->run.count; i++) {
		struct run_app *app = &o->run.apps[i];

		app->is_forced = is_named(app, &o->force, forced);
		if (is_named(app, &o->keep, kept))
			app->state = RUN_KEPT;
	}
	return check_used(&o->keep, kept, "--keep", err) < 0 ? -1
	    : check_used(&o->force, forced, "--force", err);
}

/* Loads a run of the journal and opens its root. */
static int
load(struct operation *o, const struct journal_entry *e, enum run_direction d, struct confine *confine,
    struct error *err)
{
	o->direction = d;
	if (journal_load(o->journal, e->id, d, &o->run, err) < 0 || settle_apps(o, err) < 0 ||
	    check_run(o, err) < 0 || find_root(o, e->root, err) < 0)
		return -1;
	return open_root(o, o->run.root_id, confine, err);
}

/* Carries out a run of the journal. What was known of it when it was chosen may be out of date once the fleet
 * is locked, as until then another process may have been at work on it: where that left nothing to do, the
 * run is not loaded and has no id. */
static int
take_up(struct operation *o, const struct journal_entry *e, enum run_direction d, struct error *err)
{
	AUTO(confine) confine = CONFINE_INIT;
	AUTO(lock) lock = LOCK_INIT;
	enum journal_state now = e->state;

	if (find_root(o, e->root, err) < 0 || lock_take(&lock, options_db(o->db), LOCK_SECONDS, err) < 0 ||
	    state_of(o, e->id, &now, err) < 0)
		return -1;
	if (now != e->state && (d == RUN_FORWARD || now == JOURNAL_UNDONE))
		return 0;
	o->run.is_retry = journal_is_open(now);
	return load(o, e, d, &confine, err) < 0 ? -1 : carry_out(o, &confine, err);
}

/* Opens the journal that is there already and lists its runs, the latest first, in ARENA. */
static int
read_journal(struct operation *o, struct arena *arena, struct journal_entry **ret, size_t *ret_count,
    struct error *err)
{
	if (journal_open(&o->journal, options_db(o->db), false, err) < 0)
		return -1;
	if (o->journal)
		return journal_entries(o->journal, arena, ret, ret_count, err);
	error_set(err,
	    "there is no journal: nothing was applied with this registry (--db FILE names another)");
	return error_file(err, str_from(options_db(o->db)));
}

int
operation_resume(struct operation *o, struct error *err)
{
	AUTO(arena) arena = ARENA_INIT;
	struct journal_entry *entries = NULL;
	size_t count = 0;

	if (read_journal(o, &arena, &entries, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (journal_is_open(entries[i].state))
			return take_up(o, &entries[i],
			    entries[i].state == JOURNAL_COMMITTING ? RUN_FORWARD : RUN_BACK, err);
	return 0;
}

/* Whether there is something that undo could take back: also what an earlier undo had to leave. */
static bool
is_to_undo(const struct journal_entry *e)
{
	return e->state == JOURNAL_DONE || (e->state == JOURNAL_UNDONE && e->left > 0);
}

/* The run that undo takes: run ID, or without one the interrupted run, else the latest that has something to
 * take back. NULL with the error set where there is none, or another one was interrupted. */
static const struct journal_entry *
choose(const struct operation *o, const struct journal_entry *entries, size_t count, int64_t id,
    struct error *err)
{
	AUTO(buf) resume = BUF_INIT, undo = BUF_INIT;
	const struct journal_entry *chosen = NULL, *unfinished = NULL;

	for (size_t i = count; i-- > 0; ) {
		if (journal_is_open(entries[i].state))
			unfinished = &entries[i];
		if (id ? entries[i].id == id : is_to_undo(&entries[i]))
			chosen = &entries[i];
	}
	if (unfinished && !id)
		return unfinished;
	if (unfinished && !(chosen && journal_is_open(chosen->state))) {
		ways_out(o, unfinished->id, &resume, &undo);
		error_set(err, "run %lld was interrupted: `%s` or `%s` comes first",
		    (long long)unfinished->id, undo.ptr, resume.ptr);
		return NULL;
	}
	if (!chosen && id)
		error_set(err, "no run %lld in the journal (berth apply --runs lists them)", (long long)id);
	else if (!chosen)
		error_set(err,
		    "there is no run that was not taken back already (berth apply --runs lists them)");
	return chosen;
}

static int
parse_run(const char *id, int64_t *ret, struct error *err)
{
	uint64_t number;

	if (!str_to_uint(str_from(id), INT64_MAX, &number) || number == 0)
		return error_set(
		    err, "that takes the number of a run (berth apply --runs lists them), not '%s'", id);
	*ret = (int64_t)number;
	return 0;
}

/* The run that undo takes, in ARENA: as choose, by the text ID, which may be empty. */
static const struct journal_entry *
choose_by(struct operation *o, const char *id, struct arena *arena, struct error *err)
{
	struct journal_entry *entries = NULL;
	int64_t number = 0;
	size_t count = 0;

	if ((*id && parse_run(id, &number, err) < 0) || read_journal(o, arena, &entries, &count, err) < 0)
		return NULL;
	return choose(o, entries, count, number, err);
}

int
operation_undo_preview(struct operation *o, const char *id, struct error *err)
{
	AUTO(arena) arena = ARENA_INIT;
	AUTO(confine) confine = CONFINE_INIT;
	const struct journal_entry *chosen = choose_by(o, id, &arena, err);

	o->is_preview = true;
	if (!chosen || load(o, chosen, RUN_BACK, &confine, err) < 0)
		return -1;
	batch_foresee(&o->run, &confine, RUN_BACK);
	return 0;
}

int
operation_undo(struct operation *o, const char *id, struct error *err)
{
	AUTO(arena) arena = ARENA_INIT;
	const struct journal_entry *chosen = choose_by(o, id, &arena, err);

	if (!chosen || take_up(o, chosen, RUN_BACK, err) < 0)
		return -1;
	if (o->run.id == 0)
		return error_set(err, "another process took run %lld back meanwhile", (long long)chosen->id);
	return 0;
}

/* AGE in seconds: a number and s, m, h, d or w; alone it counts days. */
static int
parse_age(const char *age, int64_t *ret, struct error *err)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
	struct str s = str_from(age);
	int64_t seconds = 86400;
	uint64_t n;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (s.len && age[strlen(age) - 1] == units[i].unit) {
			seconds = units[i].seconds;
			s.len = strlen(age) - 1;
		}
	if (!str_to_uint(s, 1000000, &n))
		return error_set(
		    err, "--forget takes an age as 30d: a number and s, m, h, d or w, not '%s'", age);
	*ret = (int64_t)n * seconds;
	return 0;
}

/* Whether the run was interrupted and its fleet is not there any more. */
static bool
is_lost(const struct journal_entry *e)
{
	return journal_is_open(e->state) && access(e->root.ptr, F_OK) < 0 && errno == ENOENT;
}

int
operation_forget(struct operation *o, const char *age, size_t *ret, struct error *err)
{
	AUTO(arena) arena = ARENA_INIT;
	struct journal_entry *entries = NULL;
	int64_t seconds = 0;
	size_t count = 0;

	if (parse_age(age, &seconds, err) < 0 || read_journal(o, &arena, &entries, &count, err) < 0)
		return -1;
	/* a run of this very second is older than nothing */
	return journal_forget(o->journal, (int64_t)time(NULL) - seconds + (seconds == 0), ret, err);
}

int
operation_abandon(struct operation *o, const char *id, struct error *err)
{
	AUTO(arena) arena = ARENA_INIT;
	AUTO(lock) lock = LOCK_INIT;
	AUTO(buf) resume = BUF_INIT, undo = BUF_INIT;
	struct journal_entry *entries = NULL;
	const struct journal_entry *e;
	int64_t number = 0;
	size_t count = 0;

	if (parse_run(id, &number, err) < 0 || read_journal(o, &arena, &entries, &count, err) < 0 ||
	    lock_take(&lock, options_db(o->db), LOCK_SECONDS, err) < 0)
		return -1;
	e = entry_of(entries, count, number);
	if (!e || !journal_is_open(e->state))
		return error_set(err, "no run %lld was interrupted (berth apply --runs lists them)",
		    (long long)number);
	if (is_lost(e))
		return journal_give_up(o->journal, number, err);
	ways_out(o, number, &resume, &undo);
	error_set(err, "the fleet of run %lld is there: `%s` finishes it, `%s` takes it back",
	    (long long)number, resume.ptr, undo.ptr);
	return error_file(err, e->root);
}
