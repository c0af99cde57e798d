/* migrate: the one-shot migration: scan, plan, apply, and a second scan that proves it.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <unistd.h>

#include "migration.h"
#include "tool.h"

/* Options that are handed on: the first SCAN_* of each list to scan, the others to plan. */
enum { TEXTS = 11, SCAN_TEXTS = 3, FLAGS = 6, SCAN_FLAGS = 1 };

struct migrate_options {
	const char *db, *texts[TEXTS];
	bool yes, dry_run, quiet, flags[FLAGS];
};

static void
forward(const struct migrate_options *opt, struct migration *m)
{
	static const char *const texts[TEXTS] = { "--layout", "--backend", "--frontend",
		"--only", "--reserve", "--reserve-from", "--accept", "--base-backend", "--base-frontend", "--step",
		"--container-port" };
	static const char *const flags[FLAGS] = { "--env",
		"--keep", "--adopt", "--keep-project-names", "--leave-examples", "--no-host-check" };

	for (size_t i = 0; i < TEXTS; i++)
		if (opt->texts[i]) {
			process_args_add(i < SCAN_TEXTS ? &m->scan : &m->plan, texts[i]);
			process_args_add(i < SCAN_TEXTS ? &m->scan : &m->plan, opt->texts[i]);
		}
	for (size_t i = 0; i < FLAGS; i++)
		if (opt->flags[i])
			process_args_add(i < SCAN_FLAGS ? &m->scan : &m->plan, flags[i]);
	if (opt->quiet)
		process_args_add(&m->plan, "--quiet");
	m->db = opt->db;
}

static int
options(struct migrate_options *o, int argc, char **argv)
{
	const struct option table[] = {
		{ .kind = OPTION_TEXT, .name = "db", .value = "FILE", .target = &o->db,
		  .help = "the registry (else $BERTH_DB, else berth.db)" },
		{ .kind = OPTION_FLAG, .letter = 'n', .name = "dry-run", .target = &o->dry_run,
		  .help = "show the diff; register and write nothing" },
		{ .kind = OPTION_FLAG, .letter = 'y', .name = "yes", .target = &o->yes,
		  .help = "do not ask, even at a terminal" },
		{ .kind = OPTION_FLAG, .letter = 'q', .name = "quiet", .target = &o->quiet, .help = "errors only" },
		{ .kind = OPTION_HEADING, .help = "Handed on to scan" },
		{ .kind = OPTION_TEXT, .name = "layout", .value = "REGEX", .target = &o->texts[0],
		  .help = "how an app's path names model and app_num" },
		{ .kind = OPTION_TEXT, .name = "backend", .value = "REGEX", .target = &o->texts[1],
		  .help = "what names a backend" },
		{ .kind = OPTION_TEXT, .name = "frontend", .value = "REGEX", .target = &o->texts[2],
		  .help = "what names a frontend" },
		{ .kind = OPTION_FLAG, .name = "env", .target = &o->flags[0], .help = "let the environment count" },
		{ .kind = OPTION_HEADING, .help = "Handed on to plan" },
		{ .kind = OPTION_TEXT, .name = "only", .value = "PATTERN", .target = &o->texts[3],
		  .help = "plan for these apps, with all of them in view" },
		{ .kind = OPTION_TEXT, .name = "reserve", .value = "PORTS", .target = &o->texts[4],
		  .help = "never hand these out (5432,9000-9100)" },
		{ .kind = OPTION_TEXT, .name = "reserve-from", .value = "FILE", .target = &o->texts[5],
		  .help = "likewise, from a file" },
		{ .kind = OPTION_TEXT, .name = "accept", .value = "FILE", .target = &o->texts[6],
		  .help = "sharing that is meant to be" },
		{ .kind = OPTION_TEXT, .name = "base-backend", .value = "PORT", .target = &o->texts[7],
		  .help = "where backends begin (5001)" },
		{ .kind = OPTION_TEXT, .name = "base-frontend", .value = "PORT", .target = &o->texts[8],
		  .help = "where frontends begin (8001)" },
		{ .kind = OPTION_TEXT, .name = "step", .value = "N", .target = &o->texts[9],
		  .help = "from pair to pair (2)" },
		{ .kind = OPTION_TEXT, .name = "container-port", .value = "follow|leave", .target = &o->texts[10],
		  .help = "a container port like the host's moves along" },
		{ .kind = OPTION_FLAG, .name = "keep", .target = &o->flags[1], .help = "try present ports first" },
		{ .kind = OPTION_FLAG, .name = "adopt", .target = &o->flags[2], .help = "where files and registry differ, the files win" },
		{ .kind = OPTION_FLAG, .name = "keep-project-names", .target = &o->flags[3],
		  .help = "leave project names, and so volumes, alone" },
		{ .kind = OPTION_FLAG, .name = "leave-examples", .target = &o->flags[4], .help = "do not edit .env.example" },
		{ .kind = OPTION_FLAG, .name = "no-host-check", .target = &o->flags[5],
		  .help = "ignore what listens on this host" },
	};
	const struct options command = {
		.tool = "migrate", .usage = "[options] [ROOT]",
		.purpose = "Ends every port and name conflict among the Compose apps below ROOT (default: .), in one go.",
		.table = table, .count = sizeof table / sizeof *table,
		.examples = "  berth migrate apps                ends the conflicts; asks first at a terminal\n"
			    "  berth migrate --dry-run apps      the diff that it would apply\n"
			    "  berth apply --undo                every byte back as it was\n",
		.exits = "  0  done, and a second scan finds no clash\n  1  done, but clashes, stale files or problems remain\n"
			 "  2  could not do it\n",
	};

	return tool_start(&command, argc, argv);
}

/* What needs a person, from FIRST on; a long list is cut, since report has it whole. */
static void
say_troubles(const struct migration *m, size_t first)
{
	enum { SHOWN = 20 };
	AUTO(error) line = ERROR_INIT;

	for (size_t i = first; i < m->trouble_count && i < first + SHOWN; i++) {
		(void)error_set(&line, "%.*s", STR_ARG(m->troubles[i]));	/* made visible as messages are */
		(void)tool_fail("migrate", &line);
	}
	if (m->trouble_count > first + SHOWN)
		tool_say("migrate", "and %zu more", m->trouble_count - first - SHOWN);
}

static void
say_plan(const struct migration *m)
{
	const struct migration_summary *s = &m->summary;

	tool_say("migrate", "%zu edits in %zu apps (%zu for ports, %zu for names), %zu .env files to make, %zu for a person to mend",
	    s->edits, s->apps, s->ports, s->names, s->env_files, s->problems);
}

/* Whether a person at the terminal agrees; a script is never asked. */
static bool
agreed(const struct migrate_options *opt)
{
	int answer;

	if (opt->yes || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return true;
	(void)fputs("Apply this? [y/N] ", stderr);
	answer = getchar();
	return answer == 'y' || answer == 'Y';
}

/* Applies what was planned and proves it. The exit status. */
static int
carry_out(const struct migrate_options *opt, struct migration *m, struct error *err)
{
	const struct migration_outcome *o = &m->outcome;
	size_t told = m->trouble_count;
	bool clean;

	if (migration_apply(m, err) < 0)
		return tool_fail("migrate", err);
	say_troubles(m, told);
	if (migration_verify(m, &clean, err) < 0)
		return tool_fail("migrate", err);
	if (!opt->quiet) {
		tool_say("migrate", "%zu files changed, %zu stale, %zu failed; %s", o->changed, o->stale, o->failed,
		    clean ? "a second scan finds no clash" : "a second scan still finds clashes (above)");
		tool_say("migrate", "to take it back: berth apply --undo%s%s", opt->db ? " --db " : "", opt->db ? opt->db : "");
	}
	return clean && o->stale + o->failed + o->problems + m->summary.problems == 0 ? EXIT_CLEAN : EXIT_REMAINS;
}

int
main(int argc, char **argv)
{
	struct migrate_options opt = { .db = NULL };
	AUTO(migration) m = MIGRATION_INIT;
	AUTO(error) err = ERROR_INIT;
	int operand = options(&opt, argc, argv);

	if (argc - operand > 1) {
		tool_say("migrate", "one fleet at a time: '%s' is a second one", argv[operand + 1]);
		return EXIT_CANNOT;
	}
	m.root = operand < argc ? argv[operand] : ".";
	forward(&opt, &m);
	if (migration_plan(&m, opt.dry_run, &err) < 0)
		return tool_fail("migrate", &err);
	if (!opt.quiet && m.summary.edits + m.summary.env_files + m.summary.problems > 0)
		say_plan(&m);
	say_troubles(&m, 0);
	if (opt.dry_run)
		return tool_finish("migrate", migration_show(&m, &err) < 0 ? tool_fail("migrate", &err) : m.plan_status);
	if (m.summary.edits + m.summary.env_files > 0) {
		if (agreed(&opt))
			return tool_finish("migrate", carry_out(&opt, &m, &err));
		tool_say("migrate", "nothing was written");
		return tool_finish("migrate", EXIT_REMAINS);
	}
	if (!opt.quiet)
		tool_say("migrate", "nothing to change");
	return tool_finish("migrate", m.plan_status);
}
