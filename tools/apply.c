/* apply: read changes and rewrite the apps; undo, resume.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <unistd.h>

#include "apply/operation.h"
#include "apply/past.h"
#include "apply/result.h"
#include "cutover/cutover.h"
#include "base/buf.h"
#include "base/quote.h"
#include "journal/listing.h"
#include "system/folder.h"
#include "system/input.h"
#include "system/interrupt.h"
#include "system/threads.h"
#include "tool.h"

struct apply_options {
	struct operation operation;
	struct tool_watch watch;
	const char *format, *colour, *folder, *dry_run, *undo, *forget, *abandon, *input;
	bool resume, runs, quiet, verbose, progress;
};

static int
options(struct apply_options *o, int argc, char **argv, struct error *err)
{
	struct operation *p = &o->operation;
	const struct option table[] = {
		OPTION_OPTIONAL('n', "dry-run", "patch|csv", &o->dry_run,
		    "show the diff, other values masked; =patch: for patch -p1;\n"
		    "=csv, and with --undo: the results"),
		OPTION_FLAG(0, "partial", &p->partial, "take a plan that rows were deleted from"),
		OPTION_LIST(0, "only", "PATTERN", &p->only, "these apps of the plan (model/appN or folder)"),
		OPTION_TEXT(0, "root", "DIR", &p->root, "the fleet is here, not where it was scanned"),
		OPTION_TEXT(0, "host-name", "NAME", &p->host,
		    "what this host is called (else $BERTH_HOST): no other's plan"),
		OPTION_TEXT(0, "db", "FILE", &p->db,
		    "the registry (else $BERTH_DB, else the one in .berth); journal: FILE.runs"),
		OPTION_FOLDER('C', "directory", "DIR", &o->folder, "work in DIR"),
		OPTION_NO_CONFIG,
		OPTION_UINT('j', "jobs", "N", &p->jobs, 1, THREADS_MAX,
		    "threads (default: four, of a large run)"),
		OPTION_WORD(0, "format", "csv|table", &o->format, "else a table at a terminal, and csv"),
		OPTION_WORD(0, "color", "always|never|auto", &o->colour,
		    "of a diff; else a terminal's has it"),
		OPTION_FLAG('q', "quiet", &o->quiet,
		    "errors and what is left for a person; no rows, but with --format"),
		OPTION_FLAG(0, "progress", &o->progress, "errors, and at a terminal how far it is"),
		OPTION_FLAG('v', "verbose", &o->verbose,
		    "a summary on stderr, even where that is no terminal"),
		OPTION_HEADING("Instead of applying"),
		OPTION_FLAG(0, "resume", &o->resume, "finish the run that was interrupted"),
		OPTION_OPTIONAL(0, "undo", "RUN", &o->undo, "take back the last run, or run RUN"),
		OPTION_LIST(0, "force", "APP", &p->force, "with --undo: over what was edited since"),
		OPTION_LIST(0, "keep", "APP", &p->keep, "with --undo or --resume: leave it as it is"),
		OPTION_FLAG(0, "runs", &o->runs, "list the runs in the journal"),
		OPTION_TEXT(0, "abandon", "RUN", &o->abandon,
		    "give up an interrupted run whose fleet is gone for good"),
		OPTION_TEXT(0, "forget", "AGE", &o->forget,
		    "drop the journal of runs older than AGE (30d, 12h, 0)"),
	};
	const struct options command = {
		.tool = "apply",
		.usage = "[options] [CHANGES]\n"
			 "--undo [RUN] | --resume | --runs | --forget AGE | --abandon RUN",
		.purpose = "Rewrites the apps of a fleet as the changes on stdin (or in CHANGES) say.",
		.table = table, .count = sizeof table / sizeof *table,
		.examples = "  berth scan apps | berth plan | berth apply\n"
			    "  berth apply --dry-run < plan.csv              read it first\n"
			    "  berth apply --undo                            every byte back as it was\n",
		.exits = "  0  done\n"
			 "  1  done, but stale or failed apps or problems remain\n"
			 "  2  could not do it\n",
	};
	int operand = tool_start(&command, argc, argv);

	if (o->undo && !*o->undo && operand < argc)
		o->undo = argv[operand++];
	o->input = operand < argc ? argv[operand++] : NULL;
	if (o->input && folder_is(o->input))
		return error_set(err, "'%s' is a folder, and a plan is needed: berth plan %s | berth apply, "
		    "or at once berth migrate %s", o->input, quote_in(&p->run.arena, o->input).ptr,
		    quote_in(&p->run.arena, o->input).ptr);
	if (operand < argc)
		return error_set(err, "one plan at a time (berth apply --help)");
	if ((o->undo != NULL) + o->resume + o->runs + (o->forget != NULL) + (o->abandon != NULL) +
	    (o->dry_run != NULL && !o->undo) > 1)
		return error_set(err,
		    "--dry-run, --undo, --resume, --runs, --forget and --abandon exclude one another");
	if ((p->force.count && !o->undo) || (p->keep.count && !o->undo && !o->resume))
		return error_set(err, "--force goes with --undo, --keep with --undo or --resume");
	if (p->only.count && (o->undo || o->resume || o->runs || o->forget || o->abandon))
		return error_set(err, "--only chooses apps of a plan, so that it goes with none of --undo, "
		    "--resume, --runs, --forget and --abandon");
	return 0;
}

static const struct screen_view all = { "status app file edits detail",
	"changed unchanged restored stale failed problem would-change would-restore" };

static void
say_counts(const struct apply_options *opt, const struct result_counts *n)
{
	AUTO(buf) undo = BUF_INIT;
	long long run = opt->operation.run.id;

	if (opt->quiet || opt->progress || !(opt->verbose || isatty(STDERR_FILENO)))
		return;
	if (opt->operation.is_preview) {
		tool_say("apply", "run %lld: %zu file%s would be restored; %zu app%s stale, %zu failed", run,
		    n->restored, tool_plural(n->restored), n->stale, tool_plural(n->stale), n->failed);
		return;
	}
	tool_say("apply", "%zu file%s changed, %zu unchanged, %zu restored; %zu app%s stale, %zu failed; "
	    "%zu problem%s", n->changed, tool_plural(n->changed), n->unchanged, n->restored, n->stale,
	    tool_plural(n->stale), n->failed, n->problems, tool_plural(n->problems));
	options_command(&undo, "apply --undo", options_db(opt->operation.db));
	if (n->changed)
		tool_say("apply", "run %lld; to take it back: %s", run, undo.ptr);
}

/* An undo that found nothing: without a word it would look like one that did its work. */
static void
say_nothing_left(const struct apply_options *opt, const struct result_counts *n)
{
	if (opt->undo && !opt->quiet && n->restored + n->unchanged + n->stale + n->failed == 0)
		tool_say("apply", "nothing of run %lld is left to restore: it was taken back before, or "
		    "changed nothing", (long long)opt->operation.run.id);
}

/* What the engine's own state leaves to be done. */
static void
say_cutover(const struct apply_options *opt, const struct result_counts *n)
{
	const char *db = options_db(opt->operation.db);

	if (n->changed + n->restored && !opt->quiet && !opt->progress)
		tool_say_waiting("apply", cutover_waiting(db), db);
}

/* What a person has to see to, where nobody reads the rows. */
static void
say_left(const struct operation *o)
{
	for (size_t i = 0; i < o->set.count; i++)
		for (size_t n = 0; n < o->set.apps[i].problem_count; n++)
			tool_say_about("apply", o->set.apps[i].folder, o->set.apps[i].problems[n]);
	for (size_t i = 0; i < o->run.count; i++) {
		const struct run_app *a = &o->run.apps[i];

		if (a->state == RUN_STALE || a->state == RUN_FAILED || a->state == RUN_TORN)
			tool_say_about("apply", a->blame.len ? a->blame : a->folder, a->detail);
	}
}

/* Tells what became of the run, RESULT being what the operation returned. */
static int
tell(struct apply_options *opt, int result, struct error *err)
{
	/* of many files a person hears of those that they have to see to, and the count of the rest */
	enum { MANY = 30 };
	static const struct screen_view troubles = { "status app file detail", "stale failed problem" };
	const struct operation *o = &opt->operation;
	bool is_silent = opt->quiet && !opt->format;
	struct result_counts n;
	struct tool_screen screen;
	AUTO(error) output = ERROR_INIT;
	int status;

	tool_watched(&opt->watch);
	if (result < 0 && (o->run.id == 0 || o->stopped))
		return tool_fail("apply", err);	/* refused: there is nothing to tell */
	if (opt->resume && o->run.id == 0 && !opt->quiet)
		tool_say("apply", "no run was interrupted");
	tool_screen_open(&screen, "apply", is_silent ? "table" : opt->format);	/* which is not shown then */
	if (result_write(screen.out, o, result == 0, &n, &output) < 0)
		return tool_fail("apply", &output);
	status = tool_status("apply", result, result_remains(&n), err);
	if (is_silent)
		say_left(o);
	else
		status = tool_screen_table(&screen, n.rows > MANY ? &troubles : &all, status);
	if (result == 0) {
		say_counts(opt, &n);
		say_nothing_left(opt, &n);
	}
	if (result == 0 && !o->is_preview)
		say_cutover(opt, &n);
	return status;
}

/* Somebody asks it to end. Told even where --quiet: they wait for an answer. */
static void
answer(void *context, const struct interrupt_call *call)
{
	const struct apply_options *opt = context;
	AUTO(buf) undo = BUF_INIT;

	options_command(&undo, "apply --undo", options_db(opt->operation.db));
	(void)fputs(isatty(STDERR_FILENO) ? "\r\033[K" : "", stderr);
	if (!call->is_late)
		tool_say("apply", "stopping: nothing is in place yet, and what was prepared is taken away");
	else if (opt->operation.direction == RUN_BACK)
		tool_say("apply", "this finishes, since files are in place already: a moment");
	else
		tool_say("apply", "this finishes, since files are in place already: a moment; to take it "
		    "back then: %s", undo.ptr);
}

static int
list_runs(struct apply_options *opt, struct error *err)
{
	static const struct screen_view view = { "run state started apps files left root", NULL };
	struct tool_screen screen;
	int status;

	tool_screen_open(&screen, "apply", opt->format);
	status = tool_status("apply", listing_write(screen.out, opt->operation.db, err), false, err);
	return tool_screen_table(&screen, &view, status);
}

static int
preview(struct apply_options *opt, struct error *err)
{
	struct operation *o = &opt->operation;
	struct result_counts n = { .rows = 0 };
	struct tool_screen screen;
	int result;

	tool_screen_open(&screen, "apply", opt->format);
	result = operation_preview(o, opt->dry_run, screen.out, &n, err);
	tool_watched(&opt->watch);
	if (result == 0 && strcmp(opt->dry_run, "csv") != 0)
		result = tool_screen_diff(&screen, opt->colour, 0);
	else if (result == 0)
		result = tool_screen_table(&screen, &all, 0);
	if (result == 0 && o->is_unregistered && !opt->quiet && !opt->progress)
		tool_say("apply", "this plan is not registered (plan --dry-run made it, or another --db has "
		    "it): as it is apply refuses it");
	for (size_t i = 0; i < o->run.count && result == 0; i++)
		if (o->run.apps[i].detail.len)
			tool_say_about("apply", o->run.apps[i].blame, o->run.apps[i].detail);
	return tool_status("apply", result, result_remains(&n), err);
}

static int
forget(struct apply_options *opt, struct error *err)
{
	size_t dropped;
	int result = past_forget(&opt->operation, opt->forget, &dropped, err);

	if (result == 0 && !opt->quiet)
		tool_say("apply", "%zu run%s dropped from the journal", dropped, tool_plural(dropped));
	return tool_status("apply", result, false, err);
}

int
main(int argc, char **argv)
{
	static const char what[] = "a plan: berth scan ROOT | berth plan | berth apply";
	struct apply_options opt = { .operation = OPERATION_INIT };
	struct operation *o = &opt.operation;
	AUTO(error) err = ERROR_INIT;
	int status;

	if (options(&opt, argc, argv, &err) < 0) {
		operation_release(o);
		return tool_fail("apply", &err);
	}
	tool_watch(&opt.watch, "apply", opt.quiet);
	o->run.progress = &opt.watch.progress;
	o->answer = (struct interrupt_answer){ answer, &opt };
	if (opt.runs)
		status = list_runs(&opt, &err);
	else if (opt.forget)
		status = forget(&opt, &err);
	else if (opt.abandon)
		status = tool_status("apply", past_abandon(o, opt.abandon, &err), false, &err);
	else if (opt.undo)
		status = tell(&opt, opt.dry_run ? past_undo_preview(o, opt.undo, &err)
						: past_undo(o, opt.undo, &err), &err);
	else if (opt.resume)
		status = tell(&opt, past_resume(o, &err), &err);
	else if (input_need(opt.input, what, &o->input, &o->input_name, &err) < 0)
		status = tool_fail("apply", &err);
	else if (opt.dry_run)
		status = preview(&opt, &err);
	else
		status = tell(&opt, operation_apply(o, &err), &err);
	input_close(o->input);
	operation_release(o);
	status = tool_finish("apply", status);
	if (o->stopped)
		interrupt_die(o->stopped);
	return status;
}
