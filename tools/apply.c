/* apply: read changes and rewrite the apps; undo, resume.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "journal/listing.h"
#include "apply/operation.h"
#include "apply/result.h"
#include "system/input.h"
#include "tool.h"

struct apply_options {
	struct operation operation;
	struct tool_watch watch;
	const char *folder, *dry_run, *undo, *forget, *input;
	bool resume, runs, quiet, verbose, progress;
};

static int
options(struct apply_options *o, int argc, char **argv)
{
	const struct option table[] = {
		{ OPTION_OPTIONAL, 'n', "dry-run", "patch", &o->dry_run, "show the diff, other values masked; =patch: for patch -p1", 0, 0 },
		{ OPTION_FLAG, 0, "partial", NULL, &o->operation.partial, "take a plan that rows were deleted from", 0, 0 },
		{ OPTION_TEXT, 0, "root", "DIR", &o->operation.root, "the fleet is here, not where it was scanned", 0, 0 },
		{ OPTION_TEXT, 0, "db", "FILE", &o->operation.db, "the registry (else $BERTH_DB, else berth.db); journal: FILE.runs", 0, 0 },
		{ OPTION_FOLDER, 'C', "directory", "DIR", &o->folder, "work in DIR", 0, 0 },
		{ OPTION_FLAG, 'q', "quiet", NULL, &o->quiet, "errors only", 0, 0 },
		{ OPTION_FLAG, 0, "progress", NULL, &o->progress, "errors, and at a terminal how far it is", 0, 0 },
		{ OPTION_FLAG, 'v', "verbose", NULL, &o->verbose, "a summary on stderr, even where that is no terminal", 0, 0 },
		{ OPTION_HEADING, .help = "Instead of applying" },
		{ OPTION_FLAG, 0, "resume", NULL, &o->resume, "finish the run that was interrupted", 0, 0 },
		{ OPTION_OPTIONAL, 0, "undo", "RUN", &o->undo, "take back the last run, or run RUN", 0, 0 },
		{ OPTION_FLAG, 0, "runs", NULL, &o->runs, "list the runs in the journal", 0, 0 },
		{ OPTION_TEXT, 0, "forget", "AGE", &o->forget, "drop the journal of runs older than AGE (30d, 12h, 0)", 0, 0 },
	};
	const struct options command = {
		.tool = "apply", .usage = "[options] [CHANGES]\n--undo [RUN] | --resume | --runs | --forget AGE",
		.purpose = "Rewrites the apps of a fleet as the changes on stdin (or in CHANGES) say.",
		.table = table, .count = sizeof table / sizeof *table,
		.examples = "  berth scan apps | berth plan | berth apply\n"
			    "  berth apply --dry-run < plan.csv              read it first\n"
			    "  berth apply --undo                            every byte back as it was\n",
		.exits = "  0  done\n  1  done, but stale or failed apps or problems remain\n  2  could not do it\n",
	};
	int operand = tool_start(&command, argc, argv);

	if (o->undo && !*o->undo && operand < argc)
		o->undo = argv[operand++];
	o->input = operand < argc ? argv[operand++] : NULL;
	return operand < argc ? -1 : 0;
}

/* Tells what became of the run, RESULT being what the operation returned. */
static int
tell(struct apply_options *opt, const struct operation *o, int result, struct error *err)
{
	struct result_counts n;
	AUTO(error) output = ERROR_INIT;
	AUTO(buf) undo = BUF_INIT;

	tool_watched(&opt->watch);
	if (result < 0 && o->run.id == 0)
		return tool_fail("apply", err);	/* refused: there is nothing to tell */
	if (result_write(stdout, &o->set, &o->run, o->direction, result == 0, &n, &output) < 0)
		return tool_fail("apply", &output);
	if (result < 0)
		return tool_fail("apply", err);
	tool_undo_command(&undo, o->db);
	if (!opt->quiet && !opt->progress && (opt->verbose || isatty(STDERR_FILENO))) {
		tool_say("apply", "%zu files changed, %zu unchanged, %zu restored; %zu apps stale, %zu failed; %zu problems",
		    n.changed, n.unchanged, n.restored, n.stale, n.failed, n.problems);
		if (n.changed)
			tool_say("apply", "run %lld; to take it back: %s", (long long)o->run.id, undo.ptr);
		if (opt->undo && n.restored + n.unchanged + n.stale + n.failed == 0)
			tool_say("apply", "run %lld was taken back before: nothing is left to restore", (long long)o->run.id);
	}
	return result_remains(&n) ? EXIT_REMAINS : EXIT_CLEAN;
}

static int
preview(struct apply_options *opt, struct operation *o, int fd, const char *name, struct error *err)
{
	struct result_counts n;
	int result = operation_preview(o, fd, name, opt->dry_run, stdout, &n, err);

	tool_watched(&opt->watch);
	if (result < 0)
		return tool_fail("apply", err);
	for (size_t i = 0; i < o->run.count; i++)
		if (o->run.apps[i].detail.len)
			tool_say_about("apply", o->run.apps[i].blame, o->run.apps[i].detail);
	return result_remains(&n) ? EXIT_REMAINS : EXIT_CLEAN;
}

/* Applies or previews what comes from stdin or a file. */
static int
run_plan(struct apply_options *opt, struct operation *o, struct error *err)
{
	const char *name;
	int fd, result;

	if (source_need(opt->input, "a plan: berth scan ROOT | berth plan | berth apply", &fd, &name, err) < 0)
		return tool_fail("apply", err);
	result = opt->dry_run ? preview(opt, o, fd, name, err) : tell(opt, o, operation_apply(o, fd, name, err), err);
	source_close(fd);
	return result;
}

/* What is asked for instead. */
static int
run_journal(struct apply_options *opt, struct operation *o, struct error *err)
{
	bool found = true;
	size_t dropped;
	int result;

	if (opt->runs)
		return listing_write(stdout, o->db, err) < 0 ? tool_fail("apply", err) : EXIT_CLEAN;
	if (opt->forget) {
		if (operation_forget(o, opt->forget, &dropped, err) < 0)
			return tool_fail("apply", err);
		if (!opt->quiet)
			tool_say("apply", "%zu runs dropped from the journal", dropped);
		return EXIT_CLEAN;
	}
	result = opt->undo ? operation_undo(o, opt->undo, err) : operation_resume(o, &found, err);
	if (!found && !opt->quiet)
		tool_say("apply", "no run was interrupted");
	return tell(opt, o, result, err);
}

int
main(int argc, char **argv)
{
	struct apply_options opt = { .operation = OPERATION_INIT };
	AUTO(error) err = ERROR_INIT;
	int status;

	if (options(&opt, argc, argv) < 0)
		error_set(&err, "one plan at a time (berth apply --help)");
	else if ((opt.undo != NULL) + opt.resume + opt.runs + (opt.forget != NULL) + (opt.dry_run != NULL) > 1)
		error_set(&err, "--dry-run, --undo, --resume, --runs and --forget exclude one another");
	if (error_is_set(&err))
		return tool_fail("apply", &err);
	tool_watch(&opt.watch, "apply", opt.quiet);
	opt.operation.run.progress = &opt.watch.progress;
	status = opt.undo || opt.resume || opt.runs || opt.forget ? run_journal(&opt, &opt.operation, &err) :
	    run_plan(&opt, &opt.operation, &err);
	operation_release(&opt.operation);
	return tool_finish("apply", status);
}
