/* past: runs that stand in the journal already: finished, taken back, dropped.
 * SPDX-License-Identifier: MIT */
#include "apply/past.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "apply/batch.h"
#include "apply/internal.h"
#include "apply/operation.h"
#include "base/buf.h"
#include "base/error.h"
#include "journal/journal.h"
#include "store/store.h"
#include "system/confine.h"
#include "system/lock.h"
#include "system/options.h"

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

/* Whether one of the PATTERNS is for the app; each that is counts as USED. */
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

/* Loads a run of the journal and opens its root. */
static int
load(struct operation *o, const struct journal_entry *e, enum run_direction d, struct confine *confine,
    struct error *err)
{
	o->direction = d;
	if (journal_load(o->journal, e->id, d, &o->run, err) < 0 || settle_apps(o, err) < 0 ||
	    check_run(o, err) < 0 || operation_find_root(o, e->root, err) < 0)
		return -1;
	return operation_open_root(o, o->run.root_id, confine, err);
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

	if (operation_find_root(o, e->root, err) < 0 ||
	    lock_take(&lock, options_db(o->db), OPERATION_LOCK_SECONDS, err) < 0 ||
	    state_of(o, e->id, &now, err) < 0)
		return -1;
	if (now != e->state && (d == RUN_FORWARD || now == JOURNAL_UNDONE))
		return 0;
	o->run.is_retry = journal_is_open(now);
	return load(o, e, d, &confine, err) < 0 ? -1 : operation_carry_out(o, &confine, err);
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
past_resume(struct operation *o, struct error *err)
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
		operation_ways_out(o, unfinished->id, &resume, &undo);
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
past_undo_preview(struct operation *o, const char *id, struct error *err)
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
past_undo(struct operation *o, const char *id, struct error *err)
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
past_forget(struct operation *o, const char *age, size_t *ret, struct error *err)
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
past_abandon(struct operation *o, const char *id, struct error *err)
{
	AUTO(arena) arena = ARENA_INIT;
	AUTO(lock) lock = LOCK_INIT;
	AUTO(buf) resume = BUF_INIT, undo = BUF_INIT;
	struct journal_entry *entries = NULL;
	const struct journal_entry *e;
	int64_t number = 0;
	size_t count = 0;

	if (parse_run(id, &number, err) < 0 || read_journal(o, &arena, &entries, &count, err) < 0 ||
	    lock_take(&lock, options_db(o->db), OPERATION_LOCK_SECONDS, err) < 0)
		return -1;
	e = entry_of(entries, count, number);
	if (!e || !journal_is_open(e->state))
		return error_set(err, "no run %lld was interrupted (berth apply --runs lists them)",
		    (long long)number);
	if (is_lost(e))
		return journal_give_up(o->journal, number, err);
	operation_ways_out(o, number, &resume, &undo);
	error_set(err, "the fleet of run %lld is there: `%s` finishes it, `%s` takes it back",
	    (long long)number, resume.ptr, undo.ptr);
	return error_file(err, e->root);
}
