/* plan: reads findings, decides ports and names, registers them, writes changes.
 * SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "inventory.h"
#include "journal.h"
#include "registry.h"
#include "request.h"
#include "source.h"
#include "store.h"
#include "tool.h"

struct plan_options {
	const char *db, *new_app, *format, *release, *import, *pairs, *input, *container_port;
	bool partial, no_host_check, quiet, verbose, prune;
	uint64_t base_backend, base_frontend, step;
	struct option_list only, reserve;
	struct request_options request;
	struct planner_options planner;
};

static void
plan_options_release(struct plan_options *o)
{
	option_list_release(&o->only);
	option_list_release(&o->reserve);
}

MEM_AUTO(plan_options);

static void
options(struct plan_options *o, int argc, char **argv)
{
	const struct option table[] = {
		{ OPTION_TEXT, 0, "db", "FILE", &o->db, "the registry (else $BERTH_DB, else berth.db)", 0, 0 },
		{ OPTION_FLAG, 'n', "dry-run", NULL, &o->planner.dry_run, "register nothing", 0, 0 },
		{ OPTION_FLAG, 0, "partial", NULL, &o->partial, "take findings that were filtered", 0, 0 },
		{ OPTION_LIST, 0, "only", "PATTERN", &o->only, "plan for these apps (model/appN or folder), with all in view", 0, 0 },
		{ OPTION_TEXT, 0, "accept", "FILE", &o->request.accept, "sharing that is meant to be: lines of A B [WHAT]", 0, 0 },
		{ OPTION_FLAG, 'q', "quiet", NULL, &o->quiet, "no summary", 0, 0 },
		{ OPTION_FLAG, 'v', "verbose", NULL, &o->verbose, "each volume that a new project name leaves behind", 0, 0 },
		{ OPTION_HEADING, 0, NULL, NULL, NULL, "Which ports", 0, 0 },
		{ OPTION_FLAG, 0, "keep", NULL, &o->planner.keep, "a pair's present ports are tried first", 0, 0 },
		{ OPTION_FLAG, 0, "adopt", NULL, &o->planner.adopt, "where files and registry differ, the files win", 0, 0 },
		{ OPTION_TEXT, 0, "pairs", "all", &o->pairs, "pairs for apps outside the layout too", 0, 0 },
		{ OPTION_LIST, 0, "reserve", "PORTS", &o->reserve, "never hand these out (5432,9000-9100)", 0, 0 },
		{ OPTION_TEXT, 0, "reserve-from", "FILE", &o->request.reserve_from, "likewise, from a file", 0, 0 },
		{ OPTION_TEXT, 0, "range", "LOW-HIGH", &o->request.range, "hand out these only", 0, 0 },
		{ OPTION_UINT, 0, "base-backend", "PORT", &o->base_backend, "where backends begin (5001)", 1, 65535 },
		{ OPTION_UINT, 0, "base-frontend", "PORT", &o->base_frontend, "where frontends begin (8001)", 1, 65535 },
		{ OPTION_UINT, 0, "step", "N", &o->step, "from pair to pair (2)", 1, 1000 },
		{ OPTION_FLAG, 0, "no-host-check", NULL, &o->no_host_check, "ignore what listens on this host", 0, 0 },
		{ OPTION_FLAG, 0, "allow-bad-ports", NULL, &o->request.allow_bad, "hand out ports that browsers refuse", 0, 0 },
		{ OPTION_FLAG, 0, "allow-ephemeral", NULL, &o->request.allow_ephemeral, "and the kernel's ephemeral range", 0, 0 },
		{ OPTION_HEADING, 0, NULL, NULL, NULL, "Which edits", 0, 0 },
		{ OPTION_FLAG, 0, "keep-project-names", NULL, &o->planner.keep_project_names, "and so the volumes", 0, 0 },
		{ OPTION_TEXT, 0, "container-port", "follow|leave", &o->container_port, "a container port like the host's moves along", 0, 0 },
		{ OPTION_FLAG, 0, "leave-examples", NULL, &o->planner.leave_examples, "do not edit .env.example", 0, 0 },
		{ OPTION_FLAG, 0, "rewrite-mentions", NULL, &o->planner.rewrite_mentions, "other files that scan --mentions found", 0, 0 },
		{ OPTION_HEADING, 0, NULL, NULL, NULL, "The registry", 0, 0 },
		{ OPTION_TEXT, 0, "new", "MODEL/appN", &o->new_app, "allocate for an app that has no files yet", 0, 0 },
		{ OPTION_TEXT, 0, "release", "MODEL/appN", &o->release, "give up an app's ports and names", 0, 0 },
		{ OPTION_FLAG, 0, "prune", NULL, &o->prune, "list and free what apps hold that are gone from the findings", 0, 0 },
		{ OPTION_TEXT, 0, "import", "FILE", &o->import, "take in allocations (CSV, or a JSON list)", 0, 0 },
		{ OPTION_TEXT, 0, "format", "csv|env", &o->format, "how --new prints it", 0, 0 },
	};
	const struct options command = {
		"plan", "[options] [FINDINGS]", "Reads findings, ends their conflicts by giving out ports and names, writes the changes.",
		table, sizeof table / sizeof *table,
		"  berth scan apps | berth plan | tee plan.csv | berth apply     the migration, kept for review\n"
		"  berth plan --new openai_gpt-5-mini/app4 --format env >>.env   ports for an app to come\n",
		"  0  done and clean\n  1  done, but clashes or problems remain\n  2  could not do it: nothing was registered\n",
	};
	int operand = tool_start(&command, argc, argv);

	o->input = operand < argc ? argv[operand] : "-";
}

/* What the texts mean. -1: an option's value is none, or two do not go together. */
static int
settle(struct plan_options *o, struct error *err)
{
	if (o->pairs && strcmp(o->pairs, "all") != 0 && strcmp(o->pairs, "layout") != 0)
		return error_set(err, "--pairs takes all or layout, not '%s'", o->pairs);
	if (o->container_port && strcmp(o->container_port, "follow") != 0 && strcmp(o->container_port, "leave") != 0)
		return error_set(err, "--container-port takes follow or leave, not '%s'", o->container_port);
	if (o->format && strcmp(o->format, "csv") != 0 && strcmp(o->format, "env") != 0)
		return error_set(err, "--format takes csv or env, not '%s'", o->format);
	if (o->prune && o->partial)
		return error_set(err, "--prune has to see the whole fleet: it does not go with --partial");
	o->planner.pairs_all = o->pairs && strcmp(o->pairs, "all") == 0;
	o->planner.follow = o->container_port && strcmp(o->container_port, "follow") == 0;
	o->planner.base_backend = (uint16_t)o->base_backend;
	o->planner.base_frontend = (uint16_t)o->base_frontend;
	o->planner.step = (uint16_t)o->step;
	o->planner.only = o->only.items;
	o->planner.only_count = o->only.count;
	o->request.reserve = o->reserve.items;
	o->request.reserve_count = o->reserve.count;
	o->request.host_check = !o->no_host_check;
	return 0;
}

static void
say_notes(const struct plan_options *opt, const struct plan *p)
{
	for (size_t i = 0; i < p->note_count && opt->verbose; i++)
		tool_say("plan", "%.*s", STR_ARG(p->notes[i]));
	if (p->note_count && !opt->verbose)
		tool_say("plan", "%zu volume%s empty under %s new project name%s; --verbose and `berth report volumes` give the "
		    "commands that copy them", p->note_count, p->note_count == 1 ? " starts" : "s start",
		    p->note_count == 1 ? "its" : "their", p->note_count == 1 ? "" : "s");
	if (p->problems)
		tool_say("plan", "%zu for a person to mend (the problem rows)", p->problems);
}

static int
plan(const struct plan_options *opt, struct store *store, int fd, const char *name, struct error *err)
{
	AUTO(inventory) v = INVENTORY_INIT;
	AUTO(plan) p = PLAN_INIT;
	AUTO_PTR(finding_reader) reader = NULL;

	if (finding_reader_open(&reader, fd, name, opt->partial, err) < 0 || inventory_read(&v, reader, err) < 0)
		return tool_fail("plan", err);
	inventory_settle(&v);
	if (opt->prune)
		return registry_prune(store, &v, finding_reader_root(reader), opt->planner.dry_run, stdout, err) < 0 ?
		    tool_fail("plan", err) : EXIT_CLEAN;
	if (request_check_only(&opt->planner, &v, err) < 0 ||
	    planner_run(&v, store, finding_reader_root(reader), &opt->planner, &p, err) < 0 ||
	    plan_write(&p, finding_reader_root(reader), "berth " BERTH_VERSION " stream 1", stdout, err) < 0)
		return tool_fail("plan", err);
	if (!opt->quiet)
		say_notes(opt, &p);
	return p.problems ? EXIT_REMAINS : EXIT_CLEAN;
}

/* What is asked for instead of a plan; 1: nothing is. */
static int
by_hand(const struct plan_options *opt, struct store *store, struct error *err)
{
	if (opt->new_app)
		return request_allocate(store, opt->new_app, &opt->planner, opt->format && strcmp(opt->format, "env") == 0,
		    stdout, err);
	if (opt->release)
		return request_release(store, opt->release, stdout, err);
	return opt->import ? registry_import(store, opt->import, opt->planner.dry_run, stdout, err) : 1;
}

int
main(int argc, char **argv)
{
	AUTO(plan_options) opt = { .base_backend = 5001, .base_frontend = 8001, .step = 2, .planner = PLANNER_OPTIONS_INIT,
		.request = { .proc = "/proc" } };
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(store) store = NULL;
	AUTO_PTR(request) request = mem_zero(1, sizeof *request);
	const char *name, *db;
	int fd = -1, result;

	options(&opt, argc, argv);
	db = store_default_path(opt.db);
	if (settle(&opt, &err) < 0 || request_prepare(request, &opt.request, &err) < 0 ||
	    source_open(opt.input, &fd, &name, &err) < 0 || journal_refuse_interrupted(db, NULL, &err) < 0 ||
	    store_open(&store, opt.db, opt.planner.dry_run && access(db, F_OK) < 0 ? STORE_MEMORY : STORE_WRITE, &err) < 0)
		return tool_fail("plan", &err);
	request_apply(request, &opt.planner);
	result = by_hand(&opt, store, &err);
	if (result > 0)
		return tool_finish("plan", plan(&opt, store, fd, name, &err));
	return tool_finish("plan", result < 0 ? tool_fail("plan", &err) : EXIT_CLEAN);
}
