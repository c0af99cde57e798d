/* report: asks a question of a fleet, from findings on standard input or from the database.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
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
#include "store.h"
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
	"report", "[options] NAME\nall --out DIR\ndifference A B\n--list", 
	"Asks a question of a fleet: from findings on standard input, else from the database.",
	table, sizeof table / sizeof *table,
	"  berth scan apps | berth report conflicts           an audit, no database needed\n"
	"  berth report allocations                           who holds which pair\n"
	"  berth scan apps | berth report -f gcc conflicts    places for an editor or CI\n"
	"  berth report --format html > audit.html            everything on one page, to pass on\n"
	"  berth report difference monday.csv today.csv       which conflicts are new (or two numbers of report audits)\n"
	"  berth report ./mine.sql                            a query of your own\n",
	"  0  done, nothing wrong\n  1  done: conflicts, drift, orphans or problems were found\n  2  could not do it\n",
};

/* Everything on one page, or in a folder. */
static int
everything(struct audit *audit, const struct report_path *path, struct buf *b, bool *fails, struct error *err)
{
	struct gather_result done;

	if (!opt.out)
		return page_fleet(b, audit, path, fails, err);
	if (gather_write(opt.out, audit, path, opt.safe, &done, err) < 0)
		return -1;
	if (!opt.quiet)
		tool_say("report", "wrote %zu files to %s; index.html is the page", done.files, opt.out);
	*fails = done.fails;
	return 0;
}

/* The report NAME; NULL: everything. */
static int
ask(const char *name, const struct report_path *path, const struct render_options *how, struct buf *b, bool *fails,
    struct error *err)
{
	AUTO(report) report = REPORT_INIT;
	AUTO_PTR(audit) audit = NULL;
	struct audit_options from = { store_default_path(opt.db), -1, NULL, opt.partial, opt.host_check };
	size_t problems;

	if (name && report_open(&report, name, path, err) < 0)
		return -1;
	if (!opt.findings && !opt.quiet && isatty(STDERR_FILENO) && source_wait(STDIN_FILENO, PATIENCE_MS) == SOURCE_WAITING)
		tool_say("report", "waiting for findings on standard input (< /dev/null: from the database)");
	if (source_open(opt.findings, &from.findings, &from.findings_name, err) < 0 || audit_open(&audit, &from, err) < 0 ||
	    judge_check(audit, &report, from.db, err) < 0)
		return -1;
	source_close(from.findings);
	if ((name ? render_report(b, audit, &report, how, fails, err) : everything(audit, path, b, fails, err)) < 0)
		return -1;
	problems = audit_problems(audit);
	if (problems && !opt.quiet)
		tool_say("report", "%zu problem%s in the findings; report problems lists them", problems,
		    problems == 1 ? "" : "s");
	*fails |= problems > 0;
	return 0;
}

static int
compare(char **sides, const struct report_path *path, const struct render_options *how, struct buf *b, bool *fails,
    struct error *err)
{
	AUTO(report) report = REPORT_INIT;
	AUTO_PTR(audit) audit = NULL;

	return report_open(&report, "difference", path, err) < 0 ||
	    difference_open(&audit, sides[0], sides[1], store_default_path(opt.db), opt.partial, err) < 0 ||
	    render_report(b, audit, &report, how, fails, err) < 0 ? -1 : 0;
}

/* What the operands ask for, appended to B. */
static int
answer(int count, char **operands, const struct report_path *path, const struct render_options *how, struct buf *b,
    bool *fails, struct error *err)
{
	bool all = count == 1 && strcmp(operands[0], "all") == 0;
	bool two = count > 0 && strcmp(operands[0], "difference") == 0;

	if (opt.list)
		return render_list(b, path, how, err);
	if (two && count == 3)
		return compare(operands + 1, path, how, b, fails, err);
	if ((all && opt.out) || (count == 0 && how->format == RENDER_HTML && !opt.out))
		return ask(NULL, path, how, b, fails, err);
	if (count == 1 && !all && !opt.out && !two)
		return ask(operands[0], path, how, b, fails, err);
	if (count == 2 && !all && !two && !opt.out && strcmp(operands[1], "-") != 0 && access(operands[1], R_OK) == 0)
		return error_set(err, "'%s' is a file: report --findings %s %s", operands[1], operands[1], operands[0]);
	return error_set(err, all || opt.out ? "all the reports go to a folder: report all --out DIR" :
	    two ? "two audits are compared: report difference A B" :
	    count ? "one report at a time (--help says more)" : "name a report: --list names them all");
}

int
main(int argc, char **argv)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) b = BUF_INIT;
	char here[PATH_MAX];
	bool fails = false;
	int operand;
	struct report_path path;
	struct render_options how = { .format = isatty(STDOUT_FILENO) ? RENDER_TABLE : RENDER_CSV,
	    .ascii = !terminal_is_utf8() };

	opt.width = terminal_width(STDOUT_FILENO);
	operand = tool_start(&options, argc, argv);
	if (opt.folder && chdir(opt.folder) < 0) {
		(void)error_errno(&err, errno, "cannot go there");
		(void)error_place(&err, str_from(opt.folder), 0, 0);
		return tool_fail("report", &err);
	}
	path = report_path(&a, opt.reports, argv[0]);
	how.width = (size_t)opt.width;
	how.safe = opt.safe;
	how.quiet = opt.quiet;
	how.here = str_from(getcwd(here, sizeof here));
	if ((opt.format && render_format_parse(opt.format, &how.format, &err) < 0) ||
	    terminal_colour(STDOUT_FILENO, opt.colour, &how.colour, &err) < 0 ||
	    answer(argc - operand, argv + operand, &path, &how, &b, &fails, &err) < 0)
		return tool_fail("report", &err);
	if (b.len)
		(void)fwrite(b.ptr, 1, b.len, stdout);	/* tool_finish tells */
	return tool_finish("report", fails ? EXIT_REMAINS : EXIT_CLEAN);
}
