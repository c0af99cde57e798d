/* report: asks a question of a fleet, from findings on standard input or from the database.
 * SPDX-License-Identifier: MIT */
#include <limits.h>
#include <unistd.h>

#include "base/buf.h"
#include "front/folder.h"
#include "report/question.h"
#include "system/input.h"
#include "system/folder.h"
#include "system/interrupt.h"
#include "system/terminal.h"
#include "tool.h"

enum { TOLD_AFTER = 2000, SILENCE = 10000 };	/* milliseconds */

struct report_options {
	struct question question;
	struct option_list findings, only;
	const char *db, *reports, *folder, *colour, *accept;
	uint64_t width;
	bool quiet, verbose;
	char sides[2][32];	/* of a difference, where they were folders */
};

static const char examples[] =
    "  berth report conflicts apps                        an audit, no database needed\n"
    "  berth report allocations                           who holds which pair\n"
    "  berth scan apps | berth report -f gcc conflicts    the same, as places for an editor or CI\n"
    "  berth report ports apps | grep ^80,                who publishes port 80\n"
    "  berth report --format html > audit.html            everything on one page, to pass on\n"
    "  berth report difference monday.csv today.csv       which conflicts are new (or: of two audits)\n"
    "  berth report ./mine.sql                            a query of your own\n";

static int
options(struct report_options *o, int argc, char **argv)
{
	struct question *q = &o->question;
	const struct option table[] = {
		OPTION_FLAG('l', "list", &q->list, "name the reports"),
		OPTION_TEXT('f', "format", RENDER_FORMATS, &q->format,
		    "else a table on a terminal, and csv"),
		OPTION_FLAG('e', "explain", &q->explain,
		    "each with the line it is about, the place in it underlined"),
		OPTION_TEXT('o', "out", "DIR", &q->out,
		    "with `all`: write NAME.csv of every report and index.html there"),
		OPTION_LIST(0, "findings", "FILE", &o->findings,
		    "query these findings (- is standard input), of a host each"),
		OPTION_TEXT(0, "db", "FILE", &o->db, "the database; else $BERTH_DB, else the one in .berth"),
		OPTION_TEXT(
		    0, "reports", "DIR", &o->reports, "look here first for NAME.sql; then $BERTH_REPORTS"),
		OPTION_TEXT(0, "accept", "FILE", &o->accept,
		    "sharing that is meant to be: lines of A B [WHAT] [# REASON]"),
		OPTION_LIST(0, "only", "PATTERN", &o->only,
		    "rows of these apps (model/appN or folder), on either side of a conflict"),
		OPTION_FLAG(0, "partial", &q->partial, "take findings that were filtered"),
		OPTION_FLAG(0, "host-check", &q->host_check, "what else this host holds clashes, too"),
		OPTION_FLAG(0, "spreadsheet-safe", &q->how.safe,
		    "CSV: guard cells that a spreadsheet would run as a formula"),
		OPTION_UINT(0, "width", "N", &o->width, 0, 10000, "of a table, in columns; 0: no limit"),
		OPTION_TEXT(0, "color", "always|never|auto", &o->colour,
		    "else a terminal's table has it, but for NO_COLOR"),
		OPTION_FOLDER('C', "directory", "DIR", &o->folder, "work in DIR"),
		OPTION_NO_CONFIG,
		OPTION_FLAG('q', "quiet", &o->quiet, "no notes below a table"),
		OPTION_FLAG('v', "verbose", &o->verbose, "which options a berth.conf gave"),
	};
	const struct options command = {
		.tool = "report",
		.usage = "[options] NAME [FOLDER]\nall --out DIR [FOLDER]\ndifference A B\n"
			 "fit APP HOST.csv [FOLDER]\n--list",
		.purpose = "Asks a question of a fleet: of FOLDER, of findings on standard input, else "
			   "of the database.",
		.table = table, .count = sizeof table / sizeof *table,
		.examples = examples,
		.exits = "  0  done, nothing wrong\n"
			 "  1  done: conflicts, drift, orphans or problems were found\n"
			 "  2  could not do it\n",
	};

	return tool_start(&command, argc, argv);
}

/* Somebody at the terminal sees what is waited for, and waits as long as they like; a script is not kept for
 * ever. */
static void
wait_for_findings(struct report_options *o)
{
	o->question.patience = SILENCE;
	if (o->quiet || !isatty(STDERR_FILENO) || !question_waits(&o->question))
		return;
	o->question.patience = -1;
	if (input_wait(STDIN_FILENO, TOLD_AFTER) == INPUT_WAITING)
		tool_say("report", "waiting for findings on standard input (< /dev/null: from the database)");
}

static void
tell(const struct report_options *o, const struct answer *done)
{
	if (o->question.out)
		tool_say("report", "wrote %zu files to %s; index.html is the page", done->files,
		    o->question.out);
	if (done->note.len)
		tool_say_text("report", buf_str(&done->note));
	if (done->problems)
		tool_say("report", "%zu problem%s in the findings; report problems lists them",
		    done->problems, tool_plural(done->problems));
}

/* Of many hosts each whose rows are missing is told, whatever else is. */
static void
say_losses(const struct answer *done)
{
	struct str rest = buf_str(&done->losses);

	while (rest.len) {
		size_t end = str_find(rest, 0, '\n');

		tool_say_text("report", str_sub(rest, 0, end));
		rest = str_sub(rest, end + 1, rest.len);
	}
}

/* Findings of a folder that was given behind the report's name. */
static int
scan_folder(struct report_options *o, struct error *err)
{
	static const char *const standard_input[] = { "-" };
	const char *folder = question_take_folder(&o->question);
	AUTO(arena) a = ARENA_INIT;
	struct str option = folder ? question_scan_option(&o->question, &a) : (struct str)STR_INIT;
	int signal = 0, status;

	if (!folder)
		return EXIT_CLEAN;
	if (folder_scan(folder, o->quiet, option.len ? option.ptr : NULL, &signal, err) == 0) {
		o->question.findings = standard_input;
		o->question.findings_count = 1;
		return EXIT_CLEAN;
	}
	status = signal ? EXIT_CANNOT : tool_fail("report", err);
	if (signal)
		interrupt_die(signal);
	return status;
}

/* The two sides of a difference may be folders: what is found in one is read from a file without a name. */
static int
scan_sides(struct report_options *o, struct error *err)
{
	struct question *q = &o->question;
	int signal = 0, fd;

	for (int i = 1; i <= 2 && q->count == 3 && strcmp(q->operands[0], "difference") == 0; i++) {
		if (!folder_is(q->operands[i]))
			continue;
		if (folder_findings(q->operands[i], o->quiet, NULL, &fd, &signal, err) < 0) {
			if (signal)
				interrupt_die(signal);
			return tool_fail("report", err);
		}
		(void)snprintf(o->sides[i - 1], sizeof o->sides[i - 1], "/dev/fd/%d", fd);
		q->operands[i] = o->sides[i - 1];
	}
	return EXIT_CLEAN;
}

int
main(int argc, char **argv)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) b = BUF_INIT;
	char here[PATH_MAX];
	struct report_options o = { .width = terminal_width(STDOUT_FILENO) };
	struct question *q = &o.question;
	AUTO(answer) done = ANSWER_INIT;
	AUTO(accept) accepted = ACCEPT_INIT;
	int operand = options(&o, argc, argv), status;

	q->operands = argv + operand;
	q->count = argc - operand;
	q->db = options_db(o.db);
	q->path = report_path(&a, o.reports, argv[0]);
	q->terminal = isatty(STDOUT_FILENO);
	q->how.format = q->terminal ? RENDER_TABLE : RENDER_CSV;
	q->how.ascii = !terminal_is_utf8();
	q->how.width = (size_t)o.width;
	q->how.quiet = o.quiet;
	q->how.version = STR(BERTH_VERSION);
	q->how.here = str_from(getcwd(here, sizeof here));
	q->accepted = o.accept ? &accepted : NULL;
	if (o.accept && accept_read(&accepted, o.accept, &err) < 0 && error_about(&err, o.accept))
		return tool_fail("report", &err);
	q->findings = o.findings.items;
	q->findings_count = o.findings.count;
	q->only = (struct only){ o.only.items, o.only.count };
	q->how.stream = q->terminal ? NULL : stdout;
	if (scan_folder(&o, &err) != EXIT_CLEAN || scan_sides(&o, &err) != EXIT_CLEAN)
		return EXIT_CANNOT;
	wait_for_findings(&o);
	status = terminal_colour(STDOUT_FILENO, o.colour, &q->how.colour, &err) < 0 ? -1 :
	    question_answer(q, &b, &done, &err);
	option_list_release(&o.findings);
	option_list_release(&o.only);
	say_losses(&done);
	if (status < 0)
		return tool_fail("report", &err);
	if (!o.quiet) {
		tell(&o, &done);
		tool_say_idle("report", o.accept, &accepted);
	}
	if (tool_show("report", buf_str(&b)) != EXIT_CLEAN)
		return EXIT_CANNOT;
	return tool_finish("report", done.left_out ? EXIT_CANNOT :
	    done.fails || done.problems ? EXIT_REMAINS : EXIT_CLEAN);
}
