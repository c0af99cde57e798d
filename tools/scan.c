/* scan: reads a fleet and writes its findings.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/quote.h"
#include "base/siphash.h"
#include "scan/apps.h"
#include "scan/findings.h"
#include "stream/finding.h"
#include "system/file.h"
#include "system/threads.h"
#include "tool.h"

extern char **environ;

struct scan {
	const char *dir, *format;
	struct apps_options apps;
	struct findings_options findings;
	struct option_list projects;
	const char *projects_from;
	struct ways ways;
	bool secrets;
	struct siphash_key key;
	bool vcs, modules, venv, links, host, allow_empty, quiet, verbose;
	struct option_list follow, hosts, aliases;
	uint64_t jobs;
};

/* The header goes into a pipe even where there is no fleet, or an option is wrong: a stream without its end
 * stops the programs behind, where an empty one would make report answer from the database, as if the fleet
 * had been read. */
static void
write_empty(void)
{
	AUTO_PTR(stream_writer) out = finding_writer_open(stdout);
	AUTO(error) err = ERROR_INIT;

	if (isatty(STDOUT_FILENO))
		return;
	finding_write_header(out);
	(void)stream_flush(out, &err);	/* something else is told already */
}

static void
scan_options(struct scan *s, int argc, char **argv, const char **ret_root)
{
	const struct option table[] = {
		OPTION_FOLDER('C', "directory", "DIR", &s->dir, "work in DIR"),
		OPTION_NO_CONFIG,
		OPTION_TEXT(0, "files-from", "FILE", &s->apps.list.file,
		    "only the app folders listed in FILE (-: standard input)"),
		OPTION_FLAG(
		    '0', "null", &s->apps.list.nul, "the list's entries end in NUL, not in a newline"),
		OPTION_TEXT(0, "layout", "REGEX", &s->apps.layout,
		    "(?<model>...) and (?<app_num>...) of a path; else {model}/app{N}"),
		OPTION_FLAG(0, "vcs", &s->vcs, "enter .git, .hg, .svn and the like"),
		OPTION_FLAG(0, "node-modules", &s->modules, "enter node_modules"),
		OPTION_FLAG(0, "venv", &s->venv, "enter .venv"),
		OPTION_FLAG(0, "links", &s->links, "follow symlinks to folders, each folder once"),
		OPTION_LIST(0, "project", "'DIR -f FILE ...'", &s->projects,
		    "DIR is run so: with -f, -p, --env-file, --profile as Compose has them"),
		OPTION_TEXT(0, "projects-from", "FILE", &s->projects_from, "likewise, a line of FILE each"),
		OPTION_FLAG(0, "allow-empty", &s->allow_empty, "a ROOT with no app below it is no error"),
		OPTION_HEADING("How they are read"),
		OPTION_FLAG(
		    0, "host", &s->host, "what this host holds beside the fleet: listeners, containers"),
		OPTION_FLAG(0, "claims", &s->findings.survey.claims,
		    "only what can clash (for report conflicts), in less time"),
		OPTION_FLAG(0, "mentions", &s->findings.survey.mentions,
		    "look for addresses in other files too, theirs and beside them"),
		OPTION_FLAG(0, "addresses", &s->findings.survey.addresses,
		    "where open ports would get an address (for plan --bind)"),
		OPTION_FLAG(0, "secrets", &s->secrets,
		    "which secrets are alike, as digests under a key of this scan"),
		OPTION_LIST(0, "host-name", "NAME", &s->hosts,
		    "what this host is called (else $BERTH_HOST), and reached by"),
		OPTION_LIST(0, "host-alias", "NAME", &s->aliases,
		    "another name or address that it is reached by (nas.lan)"),
		OPTION_LIST(0, "follow", "KEYPATH", &s->follow,
		    "a value there (x-store.port, x-*.port) is one of the app's ports"),
		OPTION_FLAG(0, "template", &s->findings.survey.template,
		    "ROOT is a scaffold: plan makes its ports and names {{...}}"),
		OPTION_FLAG(0, "env", &s->findings.survey.env, "let the environment count, as Compose does"),
		OPTION_TEXT(0, "backend", "REGEX", &s->findings.survey.backend,
		    "variables and services that are an app's backend"),
		OPTION_TEXT(0, "frontend", "REGEX", &s->findings.survey.frontend, "likewise its frontend"),
		OPTION_UINT(
		    'j', "jobs", "N", &s->jobs, 1, THREADS_MAX, "threads (default: one for each processor)"),
		OPTION_WORD(0, "format", "csv|table", &s->format, "else a table at a terminal, and csv"),
		OPTION_FLAG('q', "quiet", &s->quiet, "no summary on the terminal"),
		OPTION_FLAG('v', "verbose", &s->verbose, "a summary on stderr, terminal or not"),
	};
	const struct options options = {
		.tool = "scan", .usage = "[options] [ROOT]",
		.purpose = "Reads every Docker Compose app below ROOT (default: .) and writes what it finds "
			   "as CSV.",
		.table = table, .count = sizeof table / sizeof *table,
		.exits = "  0  every app could be read\n"
			 "  1  some could not: see the problem records\n"
			 "  2  no fleet to read\n",
		.at_failure = write_empty
	};
	int operand = tool_start(&options, argc, argv);

	*ret_root = operand < argc ? argv[operand] : ".";
	if (argc - operand > 1) {
		write_empty();
		tool_say("scan", "one root at a time; '%s' is a second one", argv[operand + 1]);
		exit(EXIT_CANNOT);
	}
	s->apps.jobs = s->findings.jobs = threads_count((size_t)s->jobs);
	s->apps.walk = (s->vcs ? WALK_VCS : 0) | (s->modules ? WALK_MODULES : 0) |
	    (s->venv ? WALK_VENV : 0) | (s->links ? WALK_LINKS : 0);
	s->findings.host_name = options_host(s->hosts.count ? s->hosts.items[0] : NULL);
	option_list_move(&s->hosts, &s->aliases);
	s->findings.survey.hosts = s->hosts.items;
	s->findings.survey.host_count = s->hosts.count;
	s->findings.survey.follow = s->follow.items;
	s->findings.survey.follow_count = s->follow.count;
	s->findings.survey.links = s->links;
	if (s->findings.survey.claims)	/* whatever a berth.conf asks for besides */
		s->findings.survey.mentions = s->findings.survey.addresses = s->secrets = false;
	s->findings.survey.environ = (const char *const *)environ;
}

static void
scan_release(struct scan *s)
{
	option_list_release(&s->follow);
	option_list_release(&s->hosts);
	option_list_release(&s->aliases);
	option_list_release(&s->projects);
	ways_release(&s->ways);
}

MEM_AUTO(scan);

/* How folders are run, as far as it was said. */
static int
take_ways(struct scan *s, struct error *err)
{
	s->apps.ways = &s->ways;
	for (size_t i = 0; i < s->projects.count; i++)
		if (ways_add(&s->ways, str_from(s->projects.items[i]), err) < 0) {
			(void)error_about(err, s->projects.items[i]);
			return error_file(err, STR("--project"));
		}
	return s->projects_from && ways_read(&s->ways, s->projects_from, err) < 0
	    ? error_about(err, s->projects_from)
	    : 0;
}

/* Folders that are numbered, but not as the layout has it, are apps without a pair: that may not be meant. */
static void
say_series(const struct scan *s, const struct apps *apps)
{
	AUTO(buf) layout = BUF_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct str first;
	size_t count = s->apps.layout ? 0 : apps_series(apps, &layout, &first);

	if (count && (s->verbose || (!s->quiet && isatty(STDERR_FILENO))))
		tool_say("scan", "%zu apps are numbered as %s is, outside the layout; this takes them "
		    "in: --layout %s", count, first.ptr, quote_in(&a, layout.ptr).ptr);
}

static void
say_counts(const struct scan *s, size_t apps, const struct findings_count *n)
{
	size_t none = (size_t)n->none;
	char beside[96] = "";

	apps -= none < apps ? none : apps;
	if (none)
		(void)snprintf(beside, sizeof beside, " and %zu folder%s that count%s as none",
		    none, tool_plural(none), none == 1 ? "s" : "");
	if (s->verbose || (!s->quiet && isatty(STDERR_FILENO)))
		tool_say("scan", "%zu app%s%s, %llu record%s; %s%.0llu%s", apps, tool_plural(apps), beside,
		    (unsigned long long)n->records, tool_plural(n->records),
		    n->problems ? "" : "each could be read", (unsigned long long)n->problems,
		    n->problems == 0 ? "" : n->problems == 1 ? " problem" : " problems");
}

int
main(int argc, char **argv)
{
	static const struct screen_view view = { "record app service role value file line",
		"port name project gap warning problem" };
	AUTO(scan) s = { .dir = NULL };
	const char *root;
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(apps) apps = NULL;
	AUTO_PTR(stream_writer) out = NULL;
	struct tool_screen screen;
	AUTO(buf) no_engine = BUF_INIT;
	struct findings_count n;
	struct tool_watch watch;
	int result;

	scan_options(&s, argc, argv, &root);
	tool_watch(&watch, "scan", s.quiet);
	tool_screen_open(&screen, "scan", s.format);
	out = finding_writer_open(screen.out);
	finding_write_header(out);
	if (stream_flush(out, &err) < 0)	/* at once: whoever reads it sees that findings are to come */
		return tool_fail("scan", &err);
	if (take_ways(&s, &err) < 0 || apps_open(&apps, root, &s.apps, &err) < 0)
		return tool_fail("scan", &err);
	if (apps->count == 0 && !s.apps.list.file && !s.allow_empty) {
		error_set(&err, "no app below %s: is that the folder? (an app has a compose.yaml or "
		    "docker-compose.yml; --allow-empty where none is meant to be there)", root);
		return tool_fail("scan", &err);
	}
	if (s.secrets && file_read_random(&s.key, sizeof s.key, &err) < 0)
		return tool_fail("scan", &err);
	s.findings.survey.secrets = s.secrets ? &s.key : NULL;
	if (s.host) {
		s.findings.host = "/proc";
		s.findings.no_engine = &no_engine;
	}
	s.findings.tool = "berth " BERTH_VERSION " stream 1";
	s.findings.progress = &watch.progress;
	result = findings_write(apps, &s.findings, out, &n, &err);
	tool_watched(&watch);
	if (result < 0)
		return tool_fail("scan", &err);
	if (no_engine.len && s.verbose)
		tool_say("scan", "no engine was asked what it holds: %s", no_engine.ptr);
	result = tool_screen_table(&screen, &view, n.problems ? EXIT_REMAINS : EXIT_CLEAN);
	if (s.follow.count && !n.followed && !s.quiet)
		tool_say("scan", "--follow: no app has a value at %s%s", s.follow.items[0],
		    s.follow.count > 1 ? ", nor at any other of them" : "");
	say_counts(&s, apps->count, &n);
	say_series(&s, apps);
	return tool_finish("scan", result);
}
