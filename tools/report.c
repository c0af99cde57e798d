/* report: asks a question of a fleet, from findings on standard input or from the database.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "buf.h"
#include "difference.h"
#include "gather.h"
#include "judge.h"
#include "page.h"
#include "render.h"
#include "report.h"
#include "source.h"
#include "terminal.h"
#include "tool.h"

enum { PATIENCE_MS = 2000 };

static struct {
	const char *format, *db, *findings, *reports, *folder, *colour, *out;
	uint64_t width;
	bool list, quiet, safe, partial, host_check;
} opt;	/* written by options_parse alone */

static const struct option table[] = {
	{ OPTION_FLAG, 'l', "list", NULL, &opt.list, "name the reports", 0, 0 },
	{ OPTION_TEXT, 'f', "format", "FORMAT", &opt.format, "csv, table, json, html or gcc (file:line:col: message); without\n"
	    "it a table on a terminal, else CSV", 0, 0 },
	{ OPTION_TEXT, 'o', "out", "DIR", &opt.out, "with `all`: write NAME.csv of every report and index.html there", 0, 0 },
	{ OPTION_TEXT, 0, "findings", "FILE", &opt.findings, "query these findings (- is standard input) and not the database",
	    0, 0 },
	{ OPTION_TEXT, 0, "db", "FILE", &opt.db, "the database; else $BERTH_DB, else berth.db", 0, 0 },
	{ OPTION_TEXT, 0, "reports", "DIR", &opt.reports, "look here first for NAME.sql; then $BERTH_REPORTS", 0, 0 },
	{ OPTION_FLAG, 0, "partial", NULL, &opt.partial, "take findings that were filtered", 0, 0 },
	{ OPTION_FLAG, 0, "host-check", NULL, &opt.host_check, "ports that this host listens on clash too", 0, 0 },
	{ OPTION_FLAG, 0, "spreadsheet-safe", NULL, &opt.safe, "CSV: guard cells that a spreadsheet would run as a formula", 0,
	    0 },
	{ OPTION_UINT, 0, "width", "N", &opt.width, "of a table, in columns; 0: no limit", 0, 10000 },
	{ OPTION_TEXT, 0, "color", "WHEN", &opt.colour, "always, never or auto", 0, 0 },
	{ OPTION_TEXT, 'C', "directory", "DIR", &opt.folder, "go there first", 0, 0 },
	{ OPTION_FLAG, 'q', "quiet", NULL, &opt.quiet, "no notes below a table", 0, 0 },
};

static const struct options options = {
	"report", "[options] NAME\nall --out DIR\ndifference A B\n--list", "Asks a question of a fleet: from findings on standard input, else from the database.",
	table, sizeof table / sizeof *table,
	"  berth scan apps | berth report conflicts           an audit, no database needed\n"
	"  berth report allocations                           who holds which pair\n"
	"  berth scan apps | berth report -f gcc conflicts    places for an editor or CI\n"
	"  berth report --format html > audit.html            everything on one page, to pass on\n"
	"  berth report difference monday.csv today.csv       which conflicts are new (findings that scan wrote)\n"
	"  berth report ./mine.sql                            a query of your own\n",
	"  0  done, nothing wrong\n  1  done: conflicts, drift, orphans or problems were found\n  2  could not do it\n",
};

static const char *
database(void)
{
	const char *env = getenv("BERTH_DB");

	return opt.db ? opt.db : env && *env ? env : "berth.db";
}

/* The file of this program, for the reports beside it. */
static const char *
program(char *path, size_t size, char **argv)
{
	ssize_t n = readlink("/proc/self/exe", path, size - 1);

	if (n <= 0)
		return argv[0];
	path[n] = '\0';
	return path;
}

static int
write_out(struct str s, int status)
{
	(void)fwrite(s.ptr, 1, s.len, stdout);	/* tool_finish tells */
	return tool_finish("report", status);
}

static int
list(const struct report_path *path, const struct render_options *how)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) b = BUF_INIT;
	struct report_words all;

	if (report_names(&a, path, &all, &err) < 0 || render_list(&b, &all, path, how, &err) < 0)
		return tool_fail("report", &err);
	return write_out(buf_str(&b), EXIT_CLEAN);
}

/* The descriptor with the findings to query: -1 for those of the database. */
static int
findings(int *ret, struct error *err)
{
	*ret = -1;
	if (opt.findings && strcmp(opt.findings, "-") != 0) {
		*ret = open(opt.findings, O_RDONLY | O_CLOEXEC);
		if (*ret < 0) {
			error_errno(err, errno, "cannot open the findings");
			return error_place(err, str_from(opt.findings), 0, 0);
		}
	} else if (opt.findings) {
		*ret = STDIN_FILENO;
	} else {
		enum source_state state = source_wait(STDIN_FILENO, PATIENCE_MS);

		if (state == SOURCE_WAITING) {
			if (!opt.quiet && isatty(STDERR_FILENO))
				tool_say("report", "waiting for findings on standard input (</dev/null: from the database)");
			state = source_wait(STDIN_FILENO, -1);
		}
		*ret = state == SOURCE_BYTES ? STDIN_FILENO : -1;
	}
	return 0;
}

/* The page of everything, or the folder with it. */
static int
everything(struct audit *audit, const struct report_path *path)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;
	struct gather_result done = { 0, false };

	if (!opt.out && page_fleet(&b, audit, path, &done.fails, &err) == 0)
		return write_out(buf_str(&b), done.fails ? EXIT_REMAINS : EXIT_CLEAN);
	if (!opt.out || gather_write(opt.out, audit, path, opt.safe, &done, &err) < 0)
		return tool_fail("report", &err);
	if (!opt.quiet)
		tool_say("report", "wrote %zu files to %s; index.html is the page", done.files, opt.out);
	return tool_finish("report", done.fails ? EXIT_REMAINS : EXIT_CLEAN);
}

/* NAME NULL: everything. */
static int
run(const char *name, const struct report_path *path, const struct render_options *how)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(report) report = REPORT_INIT;
	AUTO_PTR(audit) audit = NULL;
	AUTO(buf) b = BUF_INIT;
	struct audit_options from = { database(), -1, opt.findings && strcmp(opt.findings, "-") != 0 ? opt.findings :
	    "standard input", opt.partial, opt.host_check };
	bool fails = false;

	if ((name && report_open(&report, name, path, &err) < 0) || findings(&from.findings, &err) < 0 ||
	    audit_open(&audit, &from, &err) < 0 || judge_check(audit, &report, from.db, &err) < 0)
		return tool_fail("report", &err);
	if (audit_problems(audit) && !opt.quiet)
		tool_say("report", "%zu problem%s in the findings; report problems lists them", audit_problems(audit),
		    audit_problems(audit) == 1 ? "" : "s");
	if (!name)
		return everything(audit, path);
	if (render_report(&b, audit, &report, how, &fails, &err) < 0)
		return tool_fail("report", &err);
	return write_out(buf_str(&b), fails || audit_problems(audit) ? EXIT_REMAINS : EXIT_CLEAN);
}

static int
difference(char **sides, const struct report_path *path, const struct render_options *how)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(report) report = REPORT_INIT;
	AUTO_PTR(audit) audit = NULL;
	AUTO(buf) b = BUF_INIT;
	bool fails = false;

	if (report_open(&report, "difference", path, &err) < 0 ||
	    difference_open(&audit, sides[0], sides[1], database(), opt.partial, &err) < 0 ||
	    render_report(&b, audit, &report, how, &fails, &err) < 0)
		return tool_fail("report", &err);
	return write_out(buf_str(&b), fails ? EXIT_REMAINS : EXIT_CLEAN);
}

/* What the operands ask for. */
static int
dispatch(int count, char **operands, const struct report_path *path, const struct render_options *how)
{
	bool all = count == 1 && strcmp(operands[0], "all") == 0;

	if (opt.list)
		return list(path, how);
	if (count == 3 && strcmp(operands[0], "difference") == 0)
		return difference(operands + 1, path, how);
	if ((all && opt.out) || (count == 0 && how->format == RENDER_HTML && !opt.out))
		return run(NULL, path, how);
	if (count == 1 && !all && !opt.out && strcmp(operands[0], "difference") != 0)
		return run(operands[0], path, how);
	tool_say("report", all || opt.out ? "all the reports go to a folder: report all --out DIR" :
	    count && strcmp(operands[0], "difference") == 0 ? "two audits are compared: report difference A B" :
	    count ? "one report at a time (--help says more)" : "name a report: --list names them all");
	return EXIT_CANNOT;
}

int
main(int argc, char **argv)
{
	AUTO(error) err = ERROR_INIT;
	char self[PATH_MAX], here[PATH_MAX];
	int operand;
	struct report_path path = { NULL, getenv("BERTH_REPORTS"), program(self, sizeof self, argv) };
	struct render_options how = { isatty(STDOUT_FILENO) ? RENDER_TABLE : RENDER_CSV, terminal_width(STDOUT_FILENO),
	    false, !terminal_is_utf8(), false, false, STR_INIT };

	opt.width = how.width;
	operand = tool_start(&options, argc, argv);
	if (opt.folder && chdir(opt.folder) < 0) {
		(void)error_errno(&err, errno, "cannot go there");
		(void)error_place(&err, str_from(opt.folder), 0, 0);
		return tool_fail("report", &err);
	}
	path.folder = opt.reports;
	how.width = (size_t)opt.width;
	how.safe = opt.safe;
	how.quiet = opt.quiet;
	how.here = str_from(getcwd(here, sizeof here));
	if ((opt.format && render_format_parse(opt.format, &how.format, &err) < 0) ||
	    terminal_colour(STDOUT_FILENO, opt.colour, &how.colour, &err) < 0)
		return tool_fail("report", &err);
	return dispatch(argc - operand, argv + operand, &path, &how);
}
