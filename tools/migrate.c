/* migrate: the one-shot migration: scan, plan, apply, and a second scan that proves it.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/quote.h"
#include "fleet/hostip.h"
#include "format/json.h"
#include "format/rows.h"
#include "format/sheet.h"
#include "front/migration.h"
#include "system/interrupt.h"
#include "tool.h"

struct migrate_options {
	const char *folder, *format;
	bool yes, dry_run;
};

static int
options(struct migrate_options *o, struct migration *m, int argc, char **argv)
{
	const struct option table[] = {
		OPTION_TEXT(0, "db", "FILE", &m->db, "the registry (else $BERTH_DB, else the one in .berth)"),
		OPTION_FOLDER('C', "directory", "DIR", &o->folder, "work in DIR"),
		OPTION_NO_CONFIG,
		OPTION_FLAG('n', "dry-run", &o->dry_run, "show the diff; register and write nothing"),
		OPTION_FLAG('y', "yes", &o->yes, "do not ask, even at a terminal"),
		OPTION_WORD(0, "format", "csv|json", &o->format, "the totals, for programs, and no diff"),
		OPTION_FLAG('q', "quiet", &m->quiet, "errors only"),
		OPTION_PASS_FLAG("verbose", &m->plan, "each volume left behind, each option's origin"),
		OPTION_HEADING("Handed on to scan"),
		OPTION_PASS("project", "SPEC", &m->scan, "a folder and how it is run: 'DIR -f FILE ...'"),
		OPTION_PASS("projects-from", "FILE", &m->scan, "likewise, a line of FILE each"),
		OPTION_PASS_FLAG("allow-empty", &m->scan, "a ROOT with no app below it is no error"),
		OPTION_PASS("layout", "REGEX", &m->scan, "how an app's path names model and app_num"),
		OPTION_PASS("backend", "REGEX", &m->scan, "what names a backend"),
		OPTION_PASS("frontend", "REGEX", &m->scan, "what names a frontend"),
		OPTION_PASS_FLAG("env", &m->scan, "let the environment count"),
		OPTION_PASS("host-name", "NAME", &m->scan,
		    "what this host is called (else $BERTH_HOST), and reached by"),
		OPTION_PASS("host-alias", "NAME", &m->scan, "another name that it is reached by"),
		OPTION_PASS("follow", "KEYPATH", &m->scan, "a value there is one of the app's ports"),
		OPTION_FLAG(0, "mentions", &m->mentions, "look for addresses in other files too"),
		OPTION_HEADING("Handed on to plan"),
		OPTION_PASS("only", "PATTERN", &m->plan, "plan for these apps, with all of them in view"),
		OPTION_PASS("moved", "OLD=NEW", &m->plan, "the folder OLD is NEW now: its rows go along"),
		OPTION_PASS("reserve", "PORTS", &m->plan, "never hand these out (5432,9000-9100)"),
		OPTION_PASS("reserve-from", "FILE", &m->plan, "likewise, from a file"),
		OPTION_TEXT(0, "accept", "FILE", &m->accept, "sharing that is meant to be"),
		OPTION_PASS("priority", "FILE", &m->plan, "whose ports stay before others': patterns"),
		OPTION_PASS("base-backend", "PORT", &m->plan, "where backends begin (5001)"),
		OPTION_PASS("base-frontend", "PORT", &m->plan, "where frontends begin (8001)"),
		OPTION_PASS("step", "N", &m->plan, "from pair to pair (2)"),
		OPTION_PASS("container-port", "follow|leave", &m->plan,
		    "follow: a container port like the host's moves along"),
		OPTION_PASS_FLAG("keep", &m->plan,
		    "a pair that clashes keeps its ports where it is the first"),
		OPTION_PASS_FLAG("renumber", &m->plan, "a pair that clashes with nothing moves as well"),
		OPTION_PASS_FLAG("adopt", &m->plan, "where files and registry differ, the files win"),
		OPTION_PASS_FLAG(
		    "keep-project-names", &m->plan, "leave project names, and so volumes, alone"),
		OPTION_PASS_FLAG("make-env", &m->plan, "copy .env.example outside the layout too"),
		OPTION_PASS_FLAG("leave-examples", &m->plan, "do not edit .env.example"),
		OPTION_PASS_FLAG("overrides", &m->plan, "make override files where a shared file decides"),
		OPTION_TEXT(0, "bind", "ADDRESS", &m->bind,
		    "ports that listen on all addresses get this one (127.0.0.1)"),
		OPTION_FLAG(0, "rewrite-mentions", &m->rewrites,
		    "--mentions, and let those files follow too"),
		OPTION_FLAG(0, "no-host-check", &m->no_host_check, "ignore what else this host holds"),
	};
	const struct options command = {
		.tool = "migrate", .usage = "[options] [ROOT]",
		.purpose = "Ends every port and name conflict among the Compose apps below ROOT (default: "
			   ".), in one go.",
		.table = table, .count = sizeof table / sizeof *table,
		.examples = "  berth migrate apps                asks first at a terminal\n"
			    "  berth migrate --dry-run apps      the diff that it would apply\n"
			    "  berth apply --undo                every byte back as it was\n",
		.exits = "  0  done, and a second scan finds no clash\n"
			 "  1  done, but something remains for a person\n"
			 "  2  could not do it\n",
		.tells_config = true,
	};

	return tool_start(&command, argc, argv);
}

/* What needs a person, from FIRST on; a long list is cut, since report has it whole. */
static void
say_troubles(const struct migration *m, size_t first)
{
	enum { SHOWN = 20 };

	for (size_t i = first; i < m->trouble_count && i < first + SHOWN; i++)
		tool_say_text("migrate", m->troubles[i]);
	if (m->trouble_count > first + SHOWN)
		tool_say("migrate", "and %zu more", m->trouble_count - first - SHOWN);
}

/* Whether the person at the terminal agrees, having seen the first changes. */
static bool
agreed(const struct migration *m)
{
	size_t all = m->summary.edits + m->summary.env_files;
	char answer[8] = "";

	for (size_t i = 0; i < m->sample_count; i++)
		tool_say_text("migrate", m->samples[i]);
	if (all > m->sample_count)
		tool_say("migrate", "and %zu more: --dry-run shows them all", all - m->sample_count);
	(void)fputs("Apply this? [y/N] ", stderr);
	if (!fgets(answer, sizeof answer, stdin))
		(void)fputc('\n', stderr);
	return answer[0] == 'y' || answer[0] == 'Y';
}

/* A program that a signal ended, which was meant for all of us, has nothing more to be said of. */
static int
fail(const struct migration *m, const struct error *err)
{
	return migration_is_stopped(m) ? EXIT_CANNOT : tool_fail("migrate", err);
}

static void
say_outcome(struct migration *m, const char *proof)
{
	const struct migration_outcome *o = &m->outcome;
	AUTO(buf) undo = BUF_INIT;
	size_t waiting;

	if (m->quiet)
		return;
	waiting = migration_waiting(m);
	options_command(&undo, "apply --undo", options_db(m->db));
	tool_say("migrate", "%zu file%s changed, %zu stale, %zu failed; %s", o->changed,
	    tool_plural(o->changed), o->stale, o->failed, proof);
	if (o->changed)		/* else that would take back an earlier run */
		tool_say("migrate", "to take it back: %s", undo.ptr);
	tool_say_waiting("migrate", waiting, options_db(m->db));
}

/* What a second scan, CLEAN or not, says of clashes, and of what else is left for a person. */
static struct str
proof_of(struct migration *m, bool clean, const char *prefix)
{
	const struct migration_summary *s = &m->summary;
	AUTO(arena) a = ARENA_INIT;
	struct str others = STR("");

	if (m->others)
		others = arena_printf(&a, "; %zu conflict%s of other apps %s left: berth report conflicts %s",
		    m->others, tool_plural(m->others), m->others == 1 ? "is" : "are",
		    quote_in(&a, m->root).ptr);
	if (m->has_clashes)
		return arena_printf(&m->arena, "%s still finds clashes (above)%s%.*s", prefix, s->env_files
			? ": those that new .env files bring are seen by the next berth migrate" : "",
		    STR_ARG(others));
	if (clean && !s->problems)
		return arena_printf(&m->arena, "%s finds no clash%s%.*s", prefix,
		    m->others ? " of the chosen apps" : "", STR_ARG(others));
	return arena_printf(&m->arena, "%s finds no clash, but problems are left%s%.*s", prefix,
	    s->problems ? " (above)" : " (berth report problems)", STR_ARG(others));
}

/* Applies what was planned and proves it. The exit status. */
static int
carry_out(struct migration *m, struct error *err)
{
	const struct migration_outcome *o = &m->outcome;
	size_t told = m->trouble_count, remains;
	AUTO(buf) proof = BUF_INIT;
	bool clean;

	if (migration_apply(m, err) < 0)
		return fail(m, err);
	say_troubles(m, told);
	if (m->end.heard) {	/* it was finished all the same; nothing else is begun */
		say_outcome(m, "a second scan was not made");
		return EXIT_REMAINS;
	}
	if (migration_verify(m, &clean, err) < 0) {
		say_outcome(m, "a second scan came to no end");
		return fail(m, err);
	}
	/* another folder's apps were not looked at */
	buf_printf(&proof, "a second scan of %s", m->root);
	say_outcome(m, proof_of(m, clean, proof.ptr).ptr);
	remains = o->stale + o->failed + o->problems + m->summary.problems;
	return clean && remains == 0 ? EXIT_CLEAN : EXIT_REMAINS;
}

/* The parts add up to the rows of the plan. */
static void
say_plan(const struct migration *m)
{
	const struct migration_summary *s = &m->summary;
	size_t all = s->edits + s->env_files;
	size_t follow = s->edits - s->ports - s->names - s->addresses;
	char addresses[48] = "";

	if (s->addresses)
		(void)snprintf(addresses, sizeof addresses, "%zu address%s, ", s->addresses,
		    s->addresses == 1 ? "" : "es");
	tool_say("migrate", "%zu change%s in %zu app%s: %zu port%s, %zu name%s, %s%zu that follow%s, "
	    "%zu .env file%s to make; %.0zu%s for a person to mend", all, tool_plural(all), s->apps,
	    tool_plural(s->apps), s->ports, tool_plural(s->ports), s->names, tool_plural(s->names), addresses,
	    follow, follow == 1 ? "s" : "", s->env_files, tool_plural(s->env_files), s->problems,
	    s->problems ? "" : "nothing");
	if (s->ports + s->names && !m->mentions && !m->rewrites)
		tool_say("migrate", "only what Compose reads was searched: --mentions tells which other "
		    "files (documents, proxies, scripts) name what moves");
}

/* A plan that changes nothing says that nothing clashes. That is proved as well. The exit status. */
static int
confirm(struct migration *m, struct error *err)
{
	bool clean;

	if (migration_confirm(m, &clean, err) < 0)
		return fail(m, err);
	if ((!clean || m->summary.problems || m->others) && !m->quiet)
		tool_say_text("migrate", proof_of(m, clean, "the scan"));
	return clean && m->plan_status == EXIT_CLEAN ? EXIT_CLEAN : EXIT_REMAINS;
}

/* The exit status. Where a person is at the terminal nothing is registered before they have agreed. */
static int
migrate(const struct migrate_options *opt, struct migration *m, struct error *err)
{
	const struct migration_summary *s = &m->summary;
	bool asks = !opt->yes && !opt->dry_run && isatty(STDIN_FILENO), any;

	if (migration_scan(m, err) < 0 || migration_plan(m, opt->dry_run || asks, err) < 0)
		return fail(m, err);
	any = s->edits + s->env_files > 0;
	if (!m->quiet && (any || s->problems))
		say_plan(m);
	say_troubles(m, 0);
	if (opt->dry_run)
		return !opt->format && migration_show(m, err) < 0 ? fail(m, err) : m->plan_status;
	if (asks && any && !agreed(m)) {
		tool_say("migrate", "nothing was written");
		return EXIT_REMAINS;
	}
	if (asks && migration_plan(m, false, err) < 0)
		return fail(m, err);
	if (any)
		return carry_out(m, err);
	if (!m->quiet)
		tool_say("migrate", "nothing to change");
	return confirm(m, err);
}

static int
show_totals(const struct migrate_options *opt, const struct migration *m)
{
	AUTO(rows) rows = ROWS_INIT;
	AUTO(buf) b = BUF_INIT;

	migration_totals(m, &rows);
	if (strcmp(opt->format, "json") == 0)
		json_add(&b, &rows);
	else
		sheet_add(&b, &rows, false);
	return tool_show("migrate", buf_str(&b));
}

int
main(int argc, char **argv)
{
	struct migrate_options opt = { .folder = NULL };
	AUTO(migration) m = MIGRATION_INIT;
	AUTO(error) err = ERROR_INIT;
	struct str bind;
	int operand = options(&opt, &m, argc, argv), status;

	if (argc - operand > 1) {
		error_set(&err, "one fleet at a time: '%s' is a second one", argv[operand + 1]);
		return tool_fail("migrate", &err);
	}
	if (m.bind && hostip_read_bind(m.bind, &bind, &err) < 0)	/* before a scan, not behind it */
		return tool_fail("migrate", &err);
	if (migration_keep_lists(&m, &err) < 0)
		return tool_fail("migrate", &err);
	m.root = operand < argc ? argv[operand] : ".";
	m.counts_only = opt.format != NULL;
	status = migrate(&opt, &m, &err);
	if (opt.format && status != EXIT_CANNOT && show_totals(&opt, &m) != EXIT_CLEAN)
		status = EXIT_CANNOT;
	status = tool_finish("migrate", status);
	if (migration_is_stopped(&m))
		interrupt_die(m.end.heard);
	return status;
}
