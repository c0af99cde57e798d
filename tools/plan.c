/* plan: reads findings, decides ports and names, registers them, writes changes.
 * SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "front/folder.h"
#include "journal/journal.h"
#include "plan/draft.h"
#include "plan/arguments.h"
#include "system/compat.h"
#include "system/folder.h"
#include "system/input.h"
#include "system/interrupt.h"
#include "store/store.h"
#include "tool.h"

struct command {
	const char *db, *folder, *pairs, *input, *container_port;
	bool quiet, progress, prune;
	struct draft *draft;
	struct arguments *arguments;
	struct plan_options options;
	struct tool_watch watch;
};

static const char examples[] =
    "  berth scan apps | berth plan | tee plan.csv | berth apply     the migration, kept for review\n"
    "  berth plan --new openai_gpt-5-mini/app4 --format env >>.env   ports for an app to come\n";

static const char *
options(struct command *o, int argc, char **argv)
{
	struct arguments *a = o->arguments;
	struct plan_options *p = &o->options;
	const struct option table[] = {
		OPTION_TEXT(0, "db", "FILE", &o->db, "the registry (else $BERTH_DB, else the one in .berth)"),
		OPTION_FOLDER('C', "directory", "DIR", &o->folder, "work in DIR"),
		OPTION_NO_CONFIG,
		OPTION_FLAG('n', "dry-run", &p->dry_run, "register nothing"),
		OPTION_FLAG(0, "partial", &o->draft->is_partial, "take findings that were filtered"),
		OPTION_LIST(0, "only", "PATTERN", &a->only,
		    "plan for these apps (model/appN or folder), with all in view"),
		OPTION_TEXT(0, "accept", "FILE", &a->accept,
		    "sharing that is meant to be: lines of A B [WHAT]"),
		OPTION_FLAG('q', "quiet", &o->quiet, "no summary"),
		OPTION_FLAG(0, "progress", &o->progress, "no summary, and at a terminal how far it is"),
		OPTION_FLAG('v', "verbose", &p->notes, "each volume that a new project name leaves behind"),
		OPTION_HEADING("Which ports"),
		OPTION_TEXT(0, "priority", "FILE", &a->priority,
		    "whose ports stay before others': patterns as for --only, the first is strongest"),
		OPTION_FLAG(0, "keep", &p->keep, "a pair that clashes keeps its ports where it is the first"),
		OPTION_FLAG(0, "renumber", &p->renumber, "a pair that clashes with nothing moves as well"),
		OPTION_FLAG(0, "adopt", &p->adopt, "where files and registry differ, the files win"),
		OPTION_WORD(0, "pairs", "layout|all", &o->pairs,
		    "all: pairs for apps outside the layout too"),
		ARGUMENTS_PORT_OPTIONS(a),
		OPTION_FLAG(0, "allow-bad-ports", &a->allow_bad, "hand out ports that browsers refuse"),
		OPTION_FLAG(0, "allow-ephemeral", &a->allow_ephemeral, "and the kernel's ephemeral range"),
		OPTION_HEADING("Which edits"),
		OPTION_FLAG(0, "keep-project-names", &p->keep_project_names, "and so the volumes"),
		OPTION_WORD(0, "container-port", "follow|leave", &o->container_port,
		    "follow: a container port like the host's moves along"),
		OPTION_FLAG(0, "make-env", &p->make_env,
		    "copy .env.example outside the layout too, where there is no .env"),
		OPTION_FLAG(0, "leave-examples", &p->leave_examples, "do not edit .env.example"),
		OPTION_FLAG(0, "overrides", &p->overrides,
		    "make override files where only a shared file decides"),
		OPTION_TEXT(0, "bind", "ADDRESS", &a->bind,
		    "ports that listen on all addresses get this one (127.0.0.1)"),
		OPTION_FLAG(0, "rewrite-mentions", &p->rewrite_mentions,
		    "other files that scan --mentions found"),
		OPTION_HEADING("The registry"),
		OPTION_TEXT(0, "new", "MODEL/appN", &a->new_app, "allocate for an app that has no files yet"),
		OPTION_TEXT(0, "release", "MODEL/appN", &a->release, "give up an app's ports and names"),
		OPTION_LIST(0, "moved", "OLD=NEW", &a->moved,
		    "the folder OLD (of one app or of many) is NEW now: its rows go along"),
		OPTION_FLAG(0, "prune", &o->prune,
		    "list and free what apps hold that are gone from the findings"),
		OPTION_TEXT(0, "import", "FILE", &a->import, "take in allocations (CSV, or a JSON list)"),
		OPTION_WORD(0, "format", "csv|table|env", &a->format,
		    "else a table at a terminal, and csv; env: of --new"),
	};
	const struct options command = {
		.tool = "plan", .usage = "[options] [FINDINGS | FOLDER]",
		.purpose = "Reads findings, ends their conflicts by giving out ports and names, writes the "
			   "changes.",
		.table = table, .count = sizeof table / sizeof *table,
		.examples = examples,
		.exits = "  0  done and clean\n"
			 "  1  done, but clashes or problems remain\n"
			 "  2  could not do it: nothing was registered\n",
	};
	int operand = tool_start(&command, argc, argv);

	o->input = operand < argc ? argv[operand] : NULL;
	o->options.pairs_all = o->pairs && strcmp(o->pairs, "all") == 0;
	o->options.follow = o->container_port && strcmp(o->container_port, "follow") == 0;
	return operand + 1 < argc ? argv[operand + 1] : NULL;	/* one too many */
}

/* What the registry has of places that are not the fleet's. */
static void
say_places(const struct plan *p)
{
	const char *s = tool_plural(p->carried), *verb = p->lent == 1 ? "goes" : "go";

	if (p->carried)
		tool_say("plan", "%zu app%s moved: what the registry has of %s was carried along", p->carried,
		    s, p->carried == 1 ? "it" : "them");
	if (p->borne)
		tool_say("plan", "%zu app%s outside the layout here, as the registry has %s in another place "
		    "(%.*s is known in %.*s): if that was moved, --moved OLD=NEW", p->borne,
		    p->borne == 1 ? " is" : "s are", p->borne == 1 ? "it" : "them", STR_ARG(p->borne_at),
		    STR_ARG(p->bearer));
	if (p->lent)
		tool_say("plan", "%zu app%s %s on with what the registry has for folders that are gone "
		    "(`berth report orphans`): if they were moved, --moved OLD=NEW, else --prune", p->lent,
		    tool_plural(p->lent), verb);
}

static void
say_notes(const struct command *opt, const struct arguments_values *values, const struct plan *p)
{
	const char *file = opt->arguments->accept;
	struct str name;
	const char *pattern;

	for (size_t at = 0;
	     (pattern = arguments_values_next_unranked(values, &opt->draft->inventory, &at)); )
		tool_say("plan", "--priority %s: '%s' is none of the apps", opt->arguments->priority,
		    pattern);
	for (size_t at = 0; (name = arguments_values_next_unknown(values, &opt->draft->inventory, &at)).len; )
		tool_say("plan", "--accept %s: '%.*s' is none of the apps", file, STR_ARG(name));
	tool_say_idle("plan", file, &values->accepted);
	for (size_t i = 0; i < p->note_count && opt->options.notes; i++)
		tool_say_text("plan", p->notes[i]);
	if (p->note_count && !opt->options.notes)
		tool_say("plan", "%zu volume%s empty under %s; `berth cutover` fills them from the old ones",
		    p->note_count, p->note_count == 1 ? " starts" : "s start",
		    p->note_count == 1 ? "its new project name" : "their new project names");
	if (p->networks > p->pools)
		tool_say("plan", "all apps at once need %zu networks, and the engine has addresses for %zu: "
		    "put \"default-address-pools\": [{\"base\": \"10.%s\", \"size\": %d}] into its "
		    "daemon.json and restart it", p->networks, p->pools,
		    p->networks < 4000 ? "200.0.0/16" : "0.0.0/8",
		    p->networks < 250 || p->networks >= 4000 ? 24 : 28);
	say_places(p);
	if (p->told > p->problems)
		tool_say("plan", "%zu for a person to look at (the note rows)", p->told - p->problems);
	if (p->problems)
		tool_say("plan", "%zu for a person to mend (the problem rows)", p->problems);
}

/* A plan that stands upon nothing known may move what an earlier one gave out. */
static void
say_new(const struct store *store)
{
	char *path = store_is_new(store) ? compat_real_path(store_path(store)) : NULL;

	if (path)
		tool_say("plan", "%s is a new registry, which knows of no earlier plan (--db names another)",
		    path);
	free(path);
}

static int
plan(struct command *opt, const struct arguments_values *values, struct store *store, struct error *err)
{
	static const struct screen_view view = { "action app file line old new reason",
		"replace insert copy create problem note" };
	struct draft *p = opt->draft;
	struct tool_screen screen;
	int made, status;

	if (opt->prune) {
		made = draft_prune(p, store, opt->options.dry_run, stdout, err);
		return tool_status("plan", made, false, err);
	}
	tool_screen_open(&screen, "plan", opt->arguments->format);
	made = draft_make(p, store, &opt->options, "berth " BERTH_VERSION " stream 1", screen.out, err);
	tool_watched(&opt->watch);
	status = tool_status("plan", made, p->plan.problems > 0, err);
	status = tool_screen_table(&screen, &view, status);
	if (made == 0 && !opt->quiet && !opt->options.dry_run)
		say_new(store);
	if (made == 0 && !opt->quiet && !opt->progress)
		say_notes(opt, values, &p->plan);
	return status;
}

/* Reads the findings before a registry is made for them. */
static int
read_findings(struct command *opt, int *ret_fd, struct error *err)
{
	const char *name;

	tool_watch(&opt->watch, "plan", opt->quiet);
	opt->options.progress = &opt->watch.progress;
	return input_need(opt->input, "findings: berth scan ROOT | berth plan", ret_fd, &name, err) < 0
	    ? -1
	    : draft_read(opt->draft, *ret_fd, name, err);
}

/* Where a folder was given its findings become standard input. */
static int
scan_folder(struct command *opt, struct error *err)
{
	int signal, result;

	if (!opt->input || !folder_is(opt->input))
		return 0;
	result = folder_scan(opt->input, opt->quiet, opt->arguments->bind ? "--addresses" : NULL, &signal,
	    err);
	opt->input = NULL;
	if (signal)
		interrupt_die(signal);
	return result;
}

int
main(int argc, char **argv)
{
	AUTO(arguments) args = ARGUMENTS_INIT;
	AUTO(draft) draft = DRAFT_INIT;
	struct command opt = { .draft = &draft, .arguments = &args, .options = PLAN_OPTIONS_INIT };
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(store) store = NULL;
	AUTO_PTR(arguments_values) values = NULL;
	const char *extra = options(&opt, argc, argv);
	int instead = (args.new_app != NULL) + (args.release != NULL) + (args.import != NULL);
	int fd = -1, status;
	char here[PATH_MAX];

	args.is_of_findings = !instead;
	if (extra)
		error_set(&err, "one fleet's findings at a time; '%s' is one more", extra);
	else if (opt.options.keep && opt.options.renumber)
		error_set(&err, "--keep and --renumber exclude one another");
	else if (args.moved.count && instead + opt.prune)
		error_set(&err, "--moved goes with a plan: make that first, then --prune what is left");
	else if (instead + opt.prune > 1)
		error_set(&err, "--new, --release, --prune and --import exclude one another");
	if (!instead && !error_is_set(&err) && scan_folder(&opt, &err) < 0)
		return tool_fail("plan", &err);
	if (error_is_set(&err) || arguments_values_open(&values, &args, &err) < 0 ||
	    journal_refuse_interrupted(options_db(opt.db), false, &err) < 0 ||
	    (!instead && read_findings(&opt, &fd, &err) < 0) ||
	    store_open(&store, opt.db, store_mode_for(opt.db, opt.options.dry_run), &err) < 0)
		return tool_fail("plan", &err);
	arguments_values_apply(values, &args, &opt.options);
	opt.options.here = getcwd(here, sizeof here) ? here : "/";
	if (!instead)
		status = plan(&opt, values, store, &err);
	else if (arguments_by_hand(&args, store, &opt.options, stdout, &err) < 0)
		status = tool_fail("plan", &err);
	else
		status = EXIT_CLEAN;
	input_close(fd);
	return tool_finish("plan", status);
}
