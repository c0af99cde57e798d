/* plan: reads findings, decides ports and names, registers them, writes changes.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "journal/journal.h"
#include "plan/draft.h"
#include "plan/arguments.h"
#include "system/input.h"
#include "store/store.h"
#include "tool.h"

struct command {
	const char *db, *folder, *pairs, *input, *container_port;
	bool quiet, prune;
	struct draft draft;
	struct arguments arguments;
	struct plan_options options;
};

static void
command_release(struct command *o)
{
	arguments_release(&o->arguments);
	draft_release(&o->draft);
}

MEM_AUTO(command);

static const char *
options(struct command *o, int argc, char **argv)
{
	const struct option table[] = {
		{ OPTION_TEXT, 0, "db", "FILE", &o->db, "the registry (else $BERTH_DB, else berth.db)", 0, 0 },
		{ OPTION_FOLDER, 'C', "directory", "DIR", &o->folder, "work in DIR", 0, 0 },
		{ OPTION_FLAG, 'n', "dry-run", NULL, &o->options.dry_run, "register nothing", 0, 0 },
		{ OPTION_FLAG, 0, "partial", NULL, &o->draft.is_partial, "take findings that were filtered", 0, 0 },
		{ OPTION_LIST, 0, "only", "PATTERN", &o->arguments.only, "plan for these apps (model/appN or folder), with all in view", 0, 0 },
		{ OPTION_TEXT, 0, "accept", "FILE", &o->arguments.accept, "sharing that is meant to be: lines of A B [WHAT]", 0, 0 },
		{ OPTION_FLAG, 'q', "quiet", NULL, &o->quiet, "no summary", 0, 0 },
		{ OPTION_FLAG, 'v', "verbose", NULL, &o->options.notes, "each volume that a new project name leaves behind", 0, 0 },
		{ OPTION_HEADING, 0, NULL, NULL, NULL, "Which ports", 0, 0 },
		{ OPTION_FLAG, 0, "keep", NULL, &o->options.keep, "a pair's present ports are tried first", 0, 0 },
		{ OPTION_FLAG, 0, "adopt", NULL, &o->options.adopt, "where files and registry differ, the files win", 0, 0 },
		{ OPTION_WORD, 0, "pairs", "layout|all", &o->pairs, "all: pairs for apps outside the layout too", 0, 0 },
		{ OPTION_LIST, 0, "reserve", "PORTS", &o->arguments.reserve, "never hand these out (5432,9000-9100)", 0, 0 },
		{ OPTION_TEXT, 0, "reserve-from", "FILE", &o->arguments.reserve_from, "likewise, from a file", 0, 0 },
		{ OPTION_TEXT, 0, "range", "LOW-HIGH", &o->arguments.range, "hand out these only", 0, 0 },
		{ OPTION_UINT, 0, "base-backend", "PORT", &o->arguments.base_backend, "where backends begin (5001)", 1, 65535 },
		{ OPTION_UINT, 0, "base-frontend", "PORT", &o->arguments.base_frontend, "where frontends begin (8001)", 1, 65535 },
		{ OPTION_UINT, 0, "step", "N", &o->arguments.step, "from pair to pair (2)", 1, 1000 },
		{ OPTION_NO_FLAG, 0, "no-host-check", NULL, &o->arguments.host_check, "ignore what listens on this host", 0, 0 },
		{ OPTION_FLAG, 0, "allow-bad-ports", NULL, &o->arguments.allow_bad, "hand out ports that browsers refuse", 0, 0 },
		{ OPTION_FLAG, 0, "allow-ephemeral", NULL, &o->arguments.allow_ephemeral, "and the kernel's ephemeral range", 0, 0 },
		{ OPTION_HEADING, 0, NULL, NULL, NULL, "Which edits", 0, 0 },
		{ OPTION_FLAG, 0, "keep-project-names", NULL, &o->options.keep_project_names, "and so the volumes", 0, 0 },
		{ OPTION_WORD, 0, "container-port", "follow|leave", &o->container_port, "follow: a container port like the host's moves along", 0, 0 },
		{ OPTION_FLAG, 0, "leave-examples", NULL, &o->options.leave_examples, "do not edit .env.example", 0, 0 },
		{ OPTION_FLAG, 0, "rewrite-mentions", NULL, &o->options.rewrite_mentions, "other files that scan --mentions found", 0, 0 },
		{ OPTION_HEADING, 0, NULL, NULL, NULL, "The registry", 0, 0 },
		{ OPTION_TEXT, 0, "new", "MODEL/appN", &o->arguments.new_app, "allocate for an app that has no files yet", 0, 0 },
		{ OPTION_TEXT, 0, "release", "MODEL/appN", &o->arguments.release, "give up an app's ports and names", 0, 0 },
		{ OPTION_FLAG, 0, "prune", NULL, &o->prune, "list and free what apps hold that are gone from the findings", 0, 0 },
		{ OPTION_TEXT, 0, "import", "FILE", &o->arguments.import, "take in allocations (CSV, or a JSON list)", 0, 0 },
		{ OPTION_WORD, 0, "format", "csv|env", &o->arguments.format, "how --new prints it", 0, 0 },
	};
	const struct options command = {
		"plan", "[options] [FINDINGS]", "Reads findings, ends their conflicts by giving out ports and names, writes the changes.",
		table, sizeof table / sizeof *table,
		"  berth scan apps | berth plan | tee plan.csv | berth apply     the migration, kept for review\n"
		"  berth plan --new openai_gpt-5-mini/app4 --format env >>.env   ports for an app to come\n",
		"  0  done and clean\n  1  done, but clashes or problems remain\n  2  could not do it: nothing was registered\n",
	};
	int operand = tool_start(&command, argc, argv);

	o->input = operand < argc ? argv[operand] : NULL;
	o->options.pairs_all = o->pairs && strcmp(o->pairs, "all") == 0;
	o->options.follow = o->container_port && strcmp(o->container_port, "follow") == 0;
	return operand + 1 < argc ? argv[operand + 1] : NULL;	/* one too many */
}

static void
say_notes(const struct command *opt, const struct arguments_values *values, const struct plan *p)
{
	struct str name;

	for (size_t at = 0; (name = arguments_values_next_unknown(values, &opt->draft.inventory, &at)).len; )
		tool_say("plan", "--accept %s: '%.*s' is none of the apps", opt->arguments.accept, STR_ARG(name));
	for (size_t i = 0; i < p->note_count && opt->options.notes; i++)
		tool_say_text("plan", p->notes[i]);
	if (p->note_count && !opt->options.notes)
		tool_say("plan", "%zu volume%s empty under %s new project name%s; --verbose and `berth report volumes` give the "
		    "commands that copy them", p->note_count, p->note_count == 1 ? " starts" : "s start",
		    p->note_count == 1 ? "its" : "their", p->note_count == 1 ? "" : "s");
	if (p->problems)
		tool_say("plan", "%zu for a person to mend (the problem rows)", p->problems);
}

static int
plan(struct command *opt, const struct arguments_values *values, struct store *store, int fd, const char *name, struct error *err)
{
	struct draft *p = &opt->draft;
	struct tool_watch watch;
	int made;

	tool_watch(&watch, "plan", opt->quiet);
	opt->options.progress = &watch.progress;
	if (draft_read(p, fd, name, err) < 0)
		return tool_fail("plan", err);
	if (opt->prune)
		return draft_prune(p, store, opt->options.dry_run, stdout, err) < 0 ? tool_fail("plan", err) : EXIT_CLEAN;
	made = draft_make(p, store, &opt->options, "berth " BERTH_VERSION " stream 1", stdout, err);
	tool_watched(&watch);
	if (made < 0)
		return tool_fail("plan", err);
	if (!opt->quiet)
		say_notes(opt, values, &p->plan);
	return p->plan.problems ? EXIT_REMAINS : EXIT_CLEAN;
}

int
main(int argc, char **argv)
{
	AUTO(command) opt = { .draft = DRAFT_INIT, .options = PLAN_OPTIONS_INIT, .arguments = ARGUMENTS_INIT };
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(store) store = NULL;
	AUTO_PTR(arguments_values) values = NULL;
	const char *name, *extra = options(&opt, argc, argv);
	int instead = (opt.arguments.new_app != NULL) + (opt.arguments.release != NULL) + (opt.arguments.import != NULL);
	int fd = -1, status;

	if (extra)
		error_set(&err, "one fleet's findings at a time; '%s' is one more", extra);
	else if (instead + opt.prune > 1)
		error_set(&err, "--new, --release, --prune and --import exclude one another");
	if (error_is_set(&err) || arguments_values_open(&values, &opt.arguments, &err) < 0 ||
	    (!instead && source_need(opt.input, "findings: berth scan ROOT | berth plan", &fd, &name, &err) < 0) ||
	    journal_refuse_interrupted(options_db(opt.db), NULL, &err) < 0 ||
	    store_open(&store, opt.db, store_mode_for(opt.db, opt.options.dry_run), &err) < 0)
		return tool_fail("plan", &err);
	arguments_values_apply(values, &opt.arguments, &opt.options);
	if (instead)
		status = arguments_by_hand(&opt.arguments, store, &opt.options, stdout, &err) < 0 ? tool_fail("plan", &err) : EXIT_CLEAN;
	else
		status = plan(&opt, values, store, fd, name, &err);
	source_close(fd);
	return tool_finish("plan", status);
}
