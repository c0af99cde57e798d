/* cutover: brings the engine over to what the files of the changed apps say now.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "cutover/cutover.h"
#include "journal/journal.h"
#include "tool.h"

struct command {
	const char *db, *folder;
	bool quiet, count;
	struct option_list only, replace;
	struct cutover_options options;
};

static int
options(struct command *o, int argc, char **argv)
{
	const struct option table[] = {
		OPTION_TEXT(0, "db", "FILE", &o->db, "the registry (else $BERTH_DB, else the one in .berth)"),
		OPTION_FOLDER('C', "directory", "DIR", &o->folder, "work in DIR"),
		OPTION_FLAG('n', "dry-run", &o->options.dry_run,
		    "print the commands, each with its reason; run none"),
		OPTION_LIST(0, "only", "PATTERN", &o->only, "these apps (model/appN or folder)"),
		OPTION_FLAG(0, "all", &o->options.all, "start also what did not run"),
		OPTION_LIST(0, "replace", "VOLUME", &o->replace,
		    "what VOLUME holds gives way; it is kept in VOLUME.berth-RUN"),
		OPTION_FLAG(0, "count", &o->count, "only say how many apps still run as before"),
		OPTION_FLAG('q', "quiet", &o->quiet, "no summary"),
	};
	const struct options command = {
		.tool = "cutover",
		.usage = "[options]",
		.purpose =
		    "Brings the engine over to what the files of the apps that a run has changed say now.",
		.table = table,
		.count = sizeof table / sizeof *table,
		.examples =
		    "  berth cutover --dry-run      what it would do, as shell commands\n"
		    "  berth cutover                down, volumes, up, verify; again at any time\n"
		    "  berth apply --undo && berth cutover      all of it back\n",
		.exits = "  0  every app is what its files say\n"
			 "  1  done, but something remains for a person: see the rows\n"
			 "  2  could not do it\n",
	};

	return tool_start(&command, argc, argv);
}

static void
say(const struct command *o, const struct cutover_outcome *done)
{
	if (done->heard)
		tool_say("cutover", "broken off; berth cutover goes on from here");
	if (o->quiet || o->options.dry_run)
		return;
	if (done->apps == 0)
		tool_say("cutover", "nothing to do: what runs is what the files say");
	else
		tool_say("cutover", "%zu of %zu app%s brought over%s", done->over, done->apps,
		    done->apps == 1 ? "" : "s",
		    done->left ? "; see the rows that say failed or problem" : "");
}

/* What Compose would take from the environment instead of from the files. */
static void
clear_environment(void)
{
	static const char *const names[] = { "COMPOSE_PROJECT_NAME", "COMPOSE_FILE", "COMPOSE_PROFILES",
		"COMPOSE_ENV_FILES", "COMPOSE_REMOVE_ORPHANS" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		(void)unsetenv(names[i]);
}

int
main(int argc, char **argv)
{
	struct command o = { .db = NULL };
	AUTO(error) err = ERROR_INIT;
	struct cutover_outcome done;
	struct tool_watch watch;
	int operand = options(&o, argc, argv), result;

	o.options.db = options_db(o.db);
	o.options.only = o.only.items;
	o.options.only_count = o.only.count;
	o.options.replace = o.replace.items;
	o.options.replace_count = o.replace.count;
	if (operand < argc) {
		error_set(&err, "'%s': it takes no operand; the apps are those that a run has changed",
		    argv[operand]);
		return tool_fail("cutover", &err);
	}
	if (o.count) {
		(void)printf("%zu\n", cutover_waiting(o.options.db));
		return tool_finish("cutover", EXIT_CLEAN);
	}
	clear_environment();
	tool_watch(&watch, "cutover", o.quiet);
	o.options.progress = &watch.progress;
	result = journal_refuse_interrupted(o.options.db, false, &err) < 0
	    ? -1
	    : cutover_run(&o.options, stdout, &done, &err);
	tool_watched(&watch);
	option_list_release(&o.only);
	option_list_release(&o.replace);
	if (result < 0)
		return tool_fail("cutover", &err);
	say(&o, &done);
	return tool_finish("cutover",
	    done.left || done.heard || (!o.options.dry_run && done.over < done.apps) ? EXIT_REMAINS
										     : EXIT_CLEAN);
}
