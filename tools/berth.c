/* berth: the front: runs a tool of berth's, as git runs its commands.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/nearest.h"
#include "base/quote.h"
#include "front/plugin.h"
#include "report/question.h"
#include "system/folder.h"
#include "system/process.h"
#include "tool.h"

static const struct plugin_word tools[] = {
	{ "migrate", "end every port and name conflict below a folder, in one go" },
	{ "scan", "read a fleet and write its findings" },
	{ "plan", "read findings, decide, register, write changes" },
	{ "apply", "read changes and rewrite the apps; undo, resume" },
	{ "report", "audits as table, CSV, JSON or a page" },
	{ "cutover", "bring the engine over to what the files say now" },
	{ "new", "lay out a new app from a template, with ports and names of its own" },
};

enum { TOOLS = sizeof tools / sizeof *tools };

static const char examples[] =
    "\nExamples:\n"
    "  berth scan apps | berth report conflicts              an audit that touches nothing\n"
    "  berth migrate apps                                    the migration, proved by a second scan\n"
    "  berth scan --host apps | berth plan | tee plan.csv | berth apply     the same, as a pipe\n"
    "  berth apply --undo                                    every byte back as it was\n\n"
    "Exit status:\n"
    "  0  done and clean\n"
    "  1  done, but clashes, stale files or problems remain\n"
    "  2  could not do it";

static int
help(void)
{
	(void)puts("usage: berth [-C DIR] TOOL [options] [operands]\n"
		   "Ends port and name conflicts in a fleet of Docker Compose apps.\n\n"
		   "Tools (berth TOOL --help says more):");
	for (size_t i = 0; i < TOOLS; i++)
		(void)printf("  %-8s  %s\n", tools[i].name, tools[i].purpose);
	(void)puts(examples);
	return tool_finish("berth", EXIT_CLEAN);
}

static bool
is_report(const char *word)
{
	AUTO(arena) a = ARENA_INIT;
	struct report_path path = report_path(&a, NULL, "");

	return !strchr(word, '/') && question_is_report(word, &path);
}

/* What people type for what is an option here, or has another name. */
static const struct plugin_word elsewhere[] = {
	{ "undo", "berth apply --undo" }, { "rollback", "berth apply --undo" },
	{ "revert", "berth apply --undo" }, { "resume", "berth apply --resume" },
	{ "runs", "berth apply --runs" }, { "history", "berth apply --runs" },
	{ "log", "berth apply --runs" },
	{ "diff", "berth migrate --dry-run FOLDER" }, { "fix", "berth migrate FOLDER" },
	{ "check", "berth report conflicts FOLDER" }, { "audit", "berth report conflicts FOLDER" },
	{ "lint", "berth report conflicts FOLDER" }, { "status", "berth report summary" },
	{ "list", "berth report --list" }, { "ls", "berth report --list" },
	{ "reports", "berth report --list" }, { "bind", "berth migrate --bind 127.0.0.1 FOLDER" },
};

/* Whether WORD is one of these, whose line is then told. */
static bool
is_elsewhere(const char *word)
{
	for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
		if (strcmp(word, elsewhere[i].name) == 0) {
			tool_say("berth", "no tool '%s': %s", word, elsewhere[i].purpose);
			return true;
		}
	return false;
}

/* What names no tool, but leads to one: a report, or a folder. */
static bool
is_near(char **argv)
{
	AUTO(arena) a = ARENA_INIT;
	const char *word = argv[0], *next = argv[1] && folder_is(argv[1]) ? argv[1] : "FOLDER";

	if (folder_is(word))
		tool_say("berth", "'%s' is a folder: `berth report conflicts %s` shows its conflicts, `berth "
		    "migrate %s` ends them", word, quote_in(&a, word).ptr, quote_in(&a, word).ptr);
	else if (is_report(word))
		tool_say("berth", "'%s' is a report: berth report %s %s", word, word, quote_in(&a, next).ptr);
	else
		return is_elsewhere(word);
	return true;
}

static int
unknown(char **argv)
{
	const char *names[TOOLS + 2] = { "help", "version" }, *what, *near, *word = argv[0];

	if (*word != '-' && is_near(argv))
		return EXIT_CANNOT;
	what = *word == '-' ? "option" : "tool";
	for (size_t i = 0; i < TOOLS; i++)
		names[i + 2] = tools[i].name;
	near = nearest_find(word + strspn(word, "-"), names, TOOLS + 2);
	if (near)
		tool_say("berth", "no %s '%s'; did you mean '%s%s'? (berth --help lists what there is)", what,
		    word, *word == '-' && (near == names[0] || near == names[1]) ? "--" : "", near);
	else
		tool_say("berth", "no %s '%s' (berth --help lists what there is)", what, word);
	return EXIT_CANNOT;
}

/* Becomes the tool argv[0]; returns only where there is none of that name, or it can't be run. */
static int
become(char **argv)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) path = BUF_INIT;
	size_t t = 0;

	while (t < TOOLS && strcmp(argv[0], tools[t].name) != 0)
		t++;
	if (t == TOOLS)
		return unknown(argv);
	if (process_tool_path(argv[0], &path, &err) == 0) {
		(void)execv(path.ptr, argv);
		(void)error_errno(&err, errno, "cannot run %s", path.ptr);
	}
	return tool_fail("berth", &err);
}

/* berth help TOOL is berth TOOL --help. */
static int
help_on(char *tool)
{
	char flag[] = "--help", *words[] = { tool, flag, NULL };

	return tool && strcmp(tool, "help") != 0 && strcmp(tool, "berth") != 0 ? become(words) : help();
}

static bool
is_word(const char *arg, const char *word, const char *other)
{
	return strcmp(arg, word) == 0 || strcmp(arg, other) == 0;
}

/* As a plugin of the docker client (front/plugin.h): asked what it is, it answers JSON. 1 where the words
 * were a question of the client's, 0 where *i is moved to the words for us, -1. */
static int
is_plugin_question(int argc, char **argv, int *i, struct error *err)
{
	const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
	AUTO(buf) answer = BUF_INIT;
	bool is_completion;

	if (strcmp(name, "docker-berth") != 0 || argc < 2)
		return 0;
	if (strcmp(argv[1], "docker-cli-plugin-metadata") == 0) {
		(void)puts("{\"SchemaVersion\":\"0.1.0\",\"Vendor\":\"berth\",\"Version\":\"" BERTH_VERSION
			   "\",\"ShortDescription\":\"End port and name conflicts among Compose apps\"}");
		return 1;
	}
	if (plugin_take_options(argc, argv, i, err) < 0)
		return -1;
	is_completion = *i < argc && is_word(argv[*i], "__complete", "__completeNoDesc");
	if (!is_completion)
		return 0;
	++*i;
	if (plugin_take_options(argc, argv, i, err) < 0)
		return -1;
	plugin_complete(argv + *i, argc - *i, tools, TOOLS, &answer);
	(void)fputs(answer.ptr, stdout);
	return 1;
}

int
main(int argc, char **argv)
{
	AUTO(error) err = ERROR_INIT;
	int i = 1, asked = argc > 0 ? is_plugin_question(argc, argv, &i, &err) : 0;

	if (asked)
		return asked < 0 ? tool_fail("berth", &err) : tool_finish("berth", EXIT_CLEAN);
	for (; i + 1 < argc && strcmp(argv[i], "-C") == 0; i += 2)
		if (chdir(argv[i + 1]) < 0) {
			tool_say("berth", "cannot enter %s: %s", argv[i + 1], strerror(errno));
			return EXIT_CANNOT;
		}
	if (i >= argc) {
		tool_say("berth", "no tool named: `berth report conflicts FOLDER` shows the conflicts below "
		    "FOLDER, `berth migrate FOLDER` ends them (berth --help lists all tools)");
		return EXIT_CANNOT;
	}
	if (is_word(argv[i], "--help", "-h"))
		return help();
	if (is_word(argv[i], "help", "help"))
		return help_on(argv[i + 1]);
	if (is_word(argv[i], "--version", "version")) {
		(void)puts("berth " BERTH_VERSION);
		return tool_finish("berth", EXIT_CLEAN);
	}
	if (strcmp(argv[i], "-C") == 0) {
		tool_say("berth", "-C needs a folder and a tool: berth -C DIR scan");
		return EXIT_CANNOT;
	}
	return argv[i][0] == '-' ? unknown(argv + i) : become(argv + i);
}
