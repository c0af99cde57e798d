/* apply: read changes and rewrite the apps; undo, resume.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "diff.h"
#include "journal.h"
#include "operation.h"
#include "result.h"
#include "store.h"
#include "tool.h"

struct apply_options {
	const char *db, *root, *folder, *dry_run, *undo, *forget, *input;
	bool partial, resume, runs, quiet, verbose;
};

static int
options(struct apply_options *o, int argc, char **argv)
{
	const struct option table[] = {
		{ .kind = OPTION_OPTIONAL, .letter = 'n', .name = "dry-run", .value = "patch", .target = &o->dry_run,
		  .help = "show what would change, other values masked; =patch: for patch -p1, complete" },
		{ .kind = OPTION_FLAG, .name = "partial", .target = &o->partial,
		  .help = "take a plan that rows were deleted from" },
		{ .kind = OPTION_TEXT, .name = "root", .value = "DIR", .target = &o->root,
		  .help = "the fleet is here, not where it was scanned" },
		{ .kind = OPTION_TEXT, .name = "db", .value = "FILE", .target = &o->db,
		  .help = "the registry (else $BERTH_DB, else berth.db); the journal is FILE.runs" },
		{ .kind = OPTION_TEXT, .letter = 'C', .name = "directory", .value = "DIR", .target = &o->folder,
		  .help = "work in DIR" },
		{ .kind = OPTION_FLAG, .letter = 'q', .name = "quiet", .target = &o->quiet, .help = "errors only" },
		{ .kind = OPTION_FLAG, .letter = 'v', .name = "verbose", .target = &o->verbose,
		  .help = "a summary on stderr, even where that is no terminal" },
		{ .kind = OPTION_HEADING, .help = "Instead of applying" },
		{ .kind = OPTION_FLAG, .name = "resume", .target = &o->resume, .help = "finish the run that was interrupted" },
		{ .kind = OPTION_OPTIONAL, .name = "undo", .value = "RUN", .target = &o->undo,
		  .help = "take back the last run, or run RUN" },
		{ .kind = OPTION_FLAG, .name = "runs", .target = &o->runs, .help = "list the runs in the journal" },
		{ .kind = OPTION_TEXT, .name = "forget", .value = "AGE", .target = &o->forget,
		  .help = "drop the journal of runs older than AGE (30d, 12h, 0)" },
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

	if (o->undo && !*o->undo && operand < argc) {
		o->undo = argv[operand];
		operand++;
	}
	o->input = operand < argc ? argv[operand++] : NULL;
	return operand < argc ? -1 : 0;
}

static int
status(const struct result_counts *n)
{
	return n->stale + n->failed + n->problems ? EXIT_REMAINS : EXIT_CLEAN;
}

static void
summarise(const struct apply_options *opt, const struct operation *o, const struct result_counts *n)
{
	if (opt->quiet || !(opt->verbose || isatty(STDERR_FILENO)))
		return;
	tool_say("apply", "%zu files changed, %zu unchanged, %zu restored; %zu apps stale, %zu failed; %zu problems", n->changed,
	    n->unchanged, n->restored, n->stale, n->failed, n->problems);
	if (n->changed)
		tool_say("apply", "run %lld; berth apply --undo takes it back", (long long)o->run.id);
}

/* Tells what became of the run, RESULT being what the operation returned. */
static int
tell(const struct apply_options *opt, const struct operation *o, int result, struct error *err)
{
	AUTO_PTR(stream_writer) w = stream_writer_open(stdout, result_columns, RESULT_COLUMNS);
	struct result_counts n = { .rows = 0 };
	AUTO(error) output = ERROR_INIT;

	if (result < 0 && o->run.id == 0)
		return tool_fail("apply", err);	/* refused: there is nothing to tell */
	stream_header(w);
	result_problems(w, &o->set, &n);
	result_run(w, &o->run, o->direction, &n);
	if (result == 0)
		result_end(w, &n);
	if (stream_flush(w, &output) < 0)
		return tool_fail("apply", &output);
	if (result < 0)
		return tool_fail("apply", err);
	summarise(opt, o, &n);
	return status(&n);
}

static int
preview(const struct apply_options *opt, struct operation *o, int fd, const char *name, struct error *err)
{
	bool patch = strcmp(opt->dry_run, "patch") == 0;
	struct result_counts n = { .problems = 0 };

	if (*opt->dry_run && !patch) {
		tool_say("apply", "--dry-run takes nothing or =patch, not '%s'", opt->dry_run);
		return EXIT_CANNOT;
	}
	if (operation_preview(o, fd, name, err) < 0)
		return tool_fail("apply", err);
	if (diff_run(stdout, &o->run, patch, err) < 0)
		return tool_fail("apply", err);
	for (size_t i = 0; i < o->run.count; i++) {
		const struct run_app *a = &o->run.apps[i];

		if (a->state != RUN_STALE && a->state != RUN_FAILED)
			continue;
		n.stale++;
		tool_say("apply", "%s: %s", a->blame.ptr, a->detail.ptr);
	}
	n.problems = o->set.problems;
	return status(&n);
}

static int
list_runs(struct operation *o, struct error *err)
{
	static const char *const columns[] = { "run", "state", "started", "plan", "root", "apps", "files", "left" };
	AUTO_PTR(stream_writer) w = stream_writer_open(stdout, columns, sizeof columns / sizeof *columns);
	AUTO(arena) arena = ARENA_INIT;
	struct journal_entry *entries = NULL;
	size_t count = 0;

	if (journal_open(&o->journal, store_default_path(o->db), false, err) < 0 ||
	    (o->journal && journal_entries(o->journal, &arena, &entries, &count, err) < 0))
		return tool_fail("apply", err);
	stream_header(w);
	for (size_t i = 0; i < count; i++) {
		time_t started = (time_t)entries[i].started;
		char when[32] = "";
		struct tm tm;

		if (gmtime_r(&started, &tm))
			(void)strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);	/* empty where it has no date */
		stream_field_uint(w, (unsigned long long)entries[i].id);
		stream_field(w, str_from(journal_state_name(entries[i].state)));
		stream_field(w, str_from(when));
		stream_field(w, entries[i].plan);
		stream_field(w, entries[i].root);
		stream_field_uint(w, entries[i].apps);
		stream_field_uint(w, entries[i].files);
		stream_field_uint(w, entries[i].left);
		stream_end_row(w);
	}
	return stream_flush(w, err) < 0 ? tool_fail("apply", err) : EXIT_CLEAN;
}

static int
undo(struct operation *o, const char *id, struct error *err)
{
	uint64_t n = 0;

	if (*id && (!str_to_uint(str_from(id), INT64_MAX, &n) || n == 0))
		return error_set(err, "--undo takes the number of a run (berth apply --runs lists them), not '%s'", id);
	return operation_undo(o, (int64_t)n, err);
}

static int
forget(const struct apply_options *opt, struct operation *o, struct error *err)
{
	size_t dropped;

	if (operation_forget(o, opt->forget, &dropped, err) < 0)
		return tool_fail("apply", err);
	if (!opt->quiet)
		tool_say("apply", "%zu runs dropped from the journal", dropped);
	return EXIT_CLEAN;
}

static int
resume(const struct apply_options *opt, struct operation *o, struct error *err)
{
	bool found = true;
	int result = operation_resume(o, &found, err);

	if (!found && !opt->quiet)
		tool_say("apply", "no run was interrupted");
	return tell(opt, o, result, err);
}

/* Applies or previews what comes from stdin or a file. */
static int
run_plan(const struct apply_options *opt, struct operation *o, struct error *err)
{
	const char *name = opt->input ? opt->input : "standard input";
	int fd = opt->input ? open(opt->input, O_RDONLY | O_CLOEXEC) : STDIN_FILENO, result;

	if (fd < 0) {
		error_errno(err, errno, "cannot open the changes");
		error_place(err, str_from(opt->input), 0, 0);
		return tool_fail("apply", err);
	}
	if (opt->dry_run)
		result = preview(opt, o, fd, name, err);
	else
		result = tell(opt, o, operation_apply(o, fd, name, err), err);
	if (opt->input)
		(void)close(fd);	/* it was only read */
	return result;
}

int
main(int argc, char **argv)
{
	struct apply_options opt = { .db = NULL };
	AUTO(operation) o = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;

	if (options(&opt, argc, argv) < 0) {
		tool_say("apply", "one plan at a time (berth apply --help)");
		return EXIT_CANNOT;
	}
	if ((opt.undo != NULL) + opt.resume + opt.runs + (opt.forget != NULL) + (opt.dry_run != NULL) > 1) {
		tool_say("apply", "--dry-run, --undo, --resume, --runs and --forget exclude one another");
		return EXIT_CANNOT;
	}
	if (opt.folder && chdir(opt.folder) < 0) {
		tool_say("apply", "cannot enter %s: %s", opt.folder, strerror(errno));
		return EXIT_CANNOT;
	}
	o.db = opt.db;
	o.root = opt.root;
	o.partial = opt.partial;
	if (opt.runs)
		return tool_finish("apply", list_runs(&o, &err));
	if (opt.forget)
		return tool_finish("apply", forget(&opt, &o, &err));
	if (opt.resume)
		return tool_finish("apply", resume(&opt, &o, &err));
	if (opt.undo)
		return tool_finish("apply", tell(&opt, &o, undo(&o, opt.undo, &err), &err));
	return tool_finish("apply", run_plan(&opt, &o, &err));
}
