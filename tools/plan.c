/* plan: reads findings, decides ports and names, registers them, writes changes.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "inventory.h"
#include "journal.h"
#include "registry.h"
#include "request.h"
#include "store.h"
#include "tool.h"

static struct {
	const char *db, *new_app, *format, *release, *import;
	bool partial, no_host_check, quiet, verbose, prune;
	uint64_t base_backend, base_frontend, step;
	const char *pairs;
	struct option_list only, reserve;
	struct request_options request;
	struct planner_options planner;
} opt = {
	.base_backend = 5001, .base_frontend = 8001, .step = 2, .planner = PLANNER_OPTIONS_INIT, .request = { .proc = "/proc" },
};	/* written by options_parse and settle_options alone */

static const struct option table[] = {
	{ OPTION_TEXT, 0, "db", "FILE", &opt.db, "the registry (else $BERTH_DB, else berth.db)", 0, 0 },
	{ OPTION_FLAG, 'n', "dry-run", NULL, &opt.planner.dry_run, "register nothing", 0, 0 },
	{ OPTION_FLAG, 0, "partial", NULL, &opt.partial, "take findings that were filtered", 0, 0 },
	{ OPTION_LIST, 0, "only", "PATTERN", &opt.only, "plan for these apps (model/appN or folder), with all in view", 0, 0 },
	{ OPTION_TEXT, 0, "accept", "FILE", &opt.request.accept, "sharing that is meant to be: lines of A B [WHAT]", 0, 0 },
	{ OPTION_FLAG, 'q', "quiet", NULL, &opt.quiet, "no summary", 0, 0 },
	{ OPTION_FLAG, 'v', "verbose", NULL, &opt.verbose, "each volume that a new project name leaves behind", 0, 0 },
	{ OPTION_HEADING, 0, NULL, NULL, NULL, "Which ports", 0, 0 },
	{ OPTION_FLAG, 0, "keep", NULL, &opt.planner.keep, "a pair's present ports are tried first", 0, 0 },
	{ OPTION_FLAG, 0, "adopt", NULL, &opt.planner.adopt, "where files and registry differ, the files win", 0, 0 },
	{ OPTION_TEXT, 0, "pairs", "all", &opt.pairs, "pairs for apps outside the layout too", 0, 0 },
	{ OPTION_LIST, 0, "reserve", "PORTS", &opt.reserve, "never hand these out (5432,9000-9100)", 0, 0 },
	{ OPTION_TEXT, 0, "reserve-from", "FILE", &opt.request.reserve_from, "likewise, from a file", 0, 0 },
	{ OPTION_TEXT, 0, "range", "LOW-HIGH", &opt.request.range, "hand out these only", 0, 0 },
	{ OPTION_UINT, 0, "base-backend", "PORT", &opt.base_backend, "where backends begin (5001)", 1, 65535 },
	{ OPTION_UINT, 0, "base-frontend", "PORT", &opt.base_frontend, "where frontends begin (8001)", 1, 65535 },
	{ OPTION_UINT, 0, "step", "N", &opt.step, "from pair to pair (2)", 1, 1000 },
	{ OPTION_FLAG, 0, "no-host-check", NULL, &opt.no_host_check, "ignore what listens on this host", 0, 0 },
	{ OPTION_FLAG, 0, "allow-bad-ports", NULL, &opt.request.allow_bad, "hand out ports that browsers refuse", 0, 0 },
	{ OPTION_FLAG, 0, "allow-ephemeral", NULL, &opt.request.allow_ephemeral, "and the kernel's ephemeral range", 0, 0 },
	{ OPTION_HEADING, 0, NULL, NULL, NULL, "Which edits", 0, 0 },
	{ OPTION_FLAG, 0, "keep-project-names", NULL, &opt.planner.keep_project_names, "and so the volumes", 0, 0 },
	{ OPTION_FLAG, 0, "leave-examples", NULL, &opt.planner.leave_examples, "do not edit .env.example", 0, 0 },
	{ OPTION_FLAG, 0, "rewrite-mentions", NULL, &opt.planner.rewrite_mentions, "other files that scan --mentions found", 0, 0 },
	{ OPTION_HEADING, 0, NULL, NULL, NULL, "The registry", 0, 0 },
	{ OPTION_TEXT, 0, "new", "MODEL/appN", &opt.new_app, "allocate for an app that has no files yet", 0, 0 },
	{ OPTION_TEXT, 0, "release", "MODEL/appN", &opt.release, "give up an app's ports and names", 0, 0 },
	{ OPTION_FLAG, 0, "prune", NULL, &opt.prune, "list and free what apps hold that are gone from the findings", 0, 0 },
	{ OPTION_TEXT, 0, "import", "FILE", &opt.import, "take in allocations (CSV, or a JSON list)", 0, 0 },
	{ OPTION_TEXT, 0, "format", "csv|env", &opt.format, "how --new prints it", 0, 0 },
};

static const struct options options = {
	"plan", "[options] [FINDINGS]", "Reads findings, ends their conflicts by giving out ports and names, writes the changes.",
	table, sizeof table / sizeof *table,
	"  berth scan apps | berth plan | tee plan.csv | berth apply     the migration, kept for review\n"
	"  berth plan --new openai_gpt-5-mini/app4 --format env >>.env   ports for an app to come\n",
	"  0  done and clean\n  1  done, but clashes or problems remain\n  2  could not do it: nothing was registered\n",
};

static int
settle_options(struct error *err)
{
	if (opt.pairs && strcmp(opt.pairs, "all") != 0 && strcmp(opt.pairs, "layout") != 0)
		return error_set(err, "--pairs takes all or layout, not '%s'", opt.pairs);
	if (opt.format && strcmp(opt.format, "csv") != 0 && strcmp(opt.format, "env") != 0)
		return error_set(err, "--format takes csv or env, not '%s'", opt.format);
	if (opt.prune && opt.partial)
		return error_set(err, "--prune has to see the whole fleet: it does not go with --partial");
	opt.planner.pairs_all = opt.pairs && strcmp(opt.pairs, "all") == 0;
	opt.planner.base_backend = (uint16_t)opt.base_backend;
	opt.planner.base_frontend = (uint16_t)opt.base_frontend;
	opt.planner.step = (uint16_t)opt.step;
	opt.planner.only = opt.only.items;
	opt.planner.only_count = opt.only.count;
	opt.request.reserve = opt.reserve.items;
	opt.request.reserve_count = opt.reserve.count;
	opt.request.host_check = !opt.no_host_check;
	return 0;
}

static int
allocate(struct store *store, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct planner_new got = { 0, 0, STR_INIT };
	struct str model;
	uint64_t num;

	if (request_parse_app(&a, opt.new_app, &model, &num, err) < 0 ||
	    planner_new(store, model, num, &opt.planner, &a, &got, err) < 0)
		return tool_fail("plan", err);
	planner_new_print(stdout, model, num, &got, opt.format && strcmp(opt.format, "env") == 0);
	return tool_finish("plan", EXIT_CLEAN);
}

static int
release(struct store *store, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct str model;
	uint64_t num;

	if (request_parse_app(&a, opt.release, &model, &num, err) < 0 ||
	    registry_release(store, model, num, stdout, err) < 0)
		return tool_fail("plan", err);
	return tool_finish("plan", EXIT_CLEAN);
}

/* Whether each --only is of some app: a mistyped one would plan for none, and say that all is well. */
static int
check_only(const struct inventory *v, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;

	for (size_t i = 0; i < opt.only.count; i++) {
		size_t k = 0;

		for (; k < v->app_count; k++) {
			const struct inventory_app *app = &v->apps[k];
			struct str model = inventory_str(v, app->model);

			if (fnmatch(opt.only.items[i], arena_printf(&a, "%.*s/app%llu", STR_ARG(model),
			    (unsigned long long)app->app_num).ptr, 0) == 0 ||
			    fnmatch(opt.only.items[i], inventory_str(v, app->folder).ptr, 0) == 0)
				break;
		}
		if (k == v->app_count)
			return error_set(err, "--only '%s' is none of the %zu apps: write MODEL/appN, a folder, or a pattern for "
			    "either, as in '%s*'", opt.only.items[i], v->app_count, opt.only.items[i]);
	}
	return 0;
}

static int
plan(struct store *store, int fd, const char *name, struct error *err)
{
	AUTO(inventory) v = INVENTORY_INIT;
	AUTO(plan) p = PLAN_INIT;
	AUTO_PTR(finding_reader) reader = NULL;

	if (finding_reader_open(&reader, fd, name, opt.partial, err) < 0 || inventory_read(&v, reader, err) < 0)
		return tool_fail("plan", err);
	inventory_settle(&v);
	if (opt.prune && v.app_count == 0) {
		error_set(err, "the findings have no app at all: --prune would free what every one holds (is the fleet mounted? "
		    "--release gives up a single one)");
		return tool_fail("plan", err);
	}
	if (opt.prune)
		return tool_finish("plan", registry_prune(store, &v, finding_reader_root(reader), opt.planner.dry_run, stdout,
		    err) < 0 ? tool_fail("plan", err) : EXIT_CLEAN);
	if (check_only(&v, err) < 0 || planner_run(&v, store, finding_reader_root(reader), &opt.planner, &p, err) < 0 ||
	    plan_write(&p, finding_reader_root(reader), "berth " BERTH_VERSION " stream 1", stdout, err) < 0)
		return tool_fail("plan", err);
	if (!opt.quiet) {
		for (size_t i = 0; i < p.note_count && opt.verbose; i++)
			tool_say("plan", "%.*s", STR_ARG(p.notes[i]));
		if (p.note_count && !opt.verbose)
			tool_say("plan", "%zu volumes start empty under their new project names; --verbose and `berth report "
			    "volumes` give the commands that copy them", p.note_count);
		if (p.problems)
			tool_say("plan", "%zu for a person to mend (the problem rows)", p.problems);
	}
	return tool_finish("plan", p.problems ? EXIT_REMAINS : EXIT_CLEAN);
}

int
main(int argc, char **argv)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(store) store = NULL;
	AUTO_PTR(request) request = mem_zero(1, sizeof *request);
	int operand = tool_start(&options, argc, argv), fd = STDIN_FILENO;
	const char *name = operand < argc && strcmp(argv[operand], "-") != 0 ? argv[operand] : NULL;

	if (settle_options(&err) < 0 || request_prepare(request, &opt.request, &err) < 0)
		return tool_fail("plan", &err);
	request_apply(request, &opt.planner);
	if (name && (fd = open(name, O_RDONLY | O_CLOEXEC)) < 0) {
		error_errno(&err, errno, "cannot open the findings");
		error_place(&err, str_from(name), 0, 0);
		return tool_fail("plan", &err);
	}
	if (journal_refuse_interrupted(store_default_path(opt.db), NULL, &err) < 0)
		return tool_fail("plan", &err);
	if (store_open(&store, opt.db, opt.planner.dry_run && access(store_default_path(opt.db), F_OK) < 0 ? STORE_MEMORY :
	    STORE_WRITE, &err) < 0)
		return tool_fail("plan", &err);
	if (opt.new_app)
		return allocate(store, &err);
	if (opt.release)
		return release(store, &err);
	if (opt.import)
		return tool_finish("plan", registry_import(store, opt.import, opt.planner.dry_run, stdout, &err) < 0 ?
		    tool_fail("plan", &err) : EXIT_CLEAN);
	return plan(store, fd, name ? name : "standard input", &err);
}
