/* new: lays out a new app from a template, with ports and names of its own.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "new/newapp.h"
#include "plan/arguments.h"
#include "tool.h"

struct new_options {
	const char *folder;
	bool quiet;
	struct newapp_options app;
};

static const char examples[] =
    "  berth scan --template scaffold | berth plan | berth apply     makes a template of a scaffold\n"
    "  berth new --template scaffold m/app4 apps/m/app4             an app that is right from the start\n";

static int
options(struct new_options *o, struct arguments *a, int argc, char **argv)
{
	const struct option table[] = {
		OPTION_TEXT(0, "template", "DIR", &o->app.template,
		    "the folder that apps are laid out from (required)"),
		OPTION_TEXT(0, "db", "FILE", &o->app.db,
		    "the registry (else $BERTH_DB, else the one in .berth)"),
		OPTION_TEXT(0, "layout", "REGEX", &o->app.layout,
		    "how an app's path names model and app_num"),
		OPTION_FOLDER('C', "directory", "DIR", &o->folder, "work in DIR"),
		OPTION_NO_CONFIG,
		OPTION_FLAG('q', "quiet", &o->quiet, "nothing on the terminal but errors"),
		OPTION_HEADING("Which ports"),
		ARGUMENTS_PORT_OPTIONS(a),
	};
	const struct options command = {
		.tool = "new", .usage = "--template DIR [options] MODEL/appN DEST",
		.purpose = "Lays out a new app from a template folder in DEST, with ports and names of its "
			   "own from the registry.",
		.table = table, .count = sizeof table / sizeof *table,
		.examples = examples,
		.exits = "  0  done\n  1  done, but the template sets a port or name by itself\n"
			 "  2  could not do it: nothing was laid out or registered\n",
	};

	return tool_start(&command, argc, argv);
}

/* Says what was laid out. The exit status. */
static int
tell(const struct new_options *o, const struct newapp *n)
{
	const struct str *lines;
	size_t count = template_complaints(n->template, &lines);

	for (size_t i = 0; i < count; i++)
		tool_say_text("new", lines[i]);
	for (size_t i = 0; i < n->port_count && !o->quiet; i++) {
		const struct template_port *p = &n->ports[i];

		if (p->port != p->wanted)
			tool_say("new", "%.*s is %u, as %u is taken", STR_ARG(p->key), p->port, p->wanted);
	}
	if (!o->quiet)
		tool_say("new", "%s is laid out", o->app.dest);
	plan_allocation_print(stdout, &n->got, false);
	return count ? EXIT_REMAINS : EXIT_CLEAN;
}

int
main(int argc, char **argv)
{
	struct new_options o = { .app = { .options = PLAN_OPTIONS_INIT } };
	AUTO(arguments) a = ARGUMENTS_INIT;
	AUTO_PTR(arguments_values) values = NULL;
	AUTO(newapp) made = NEWAPP_INIT;
	AUTO(error) err = ERROR_INIT;
	int operand = options(&o, &a, argc, argv), result, status;

	if (!o.app.template)
		(void)error_set(&err, "--template DIR says what to lay out");
	else if (argc - operand != 2)
		(void)error_set(&err, "name an app and where it goes: MODEL/appN DEST");
	if (error_is_set(&err) || arguments_values_open(&values, &a, &err) < 0)
		return tool_fail("new", &err);
	o.app.app = argv[operand];
	o.app.dest = argv[operand + 1];
	arguments_values_apply(values, &a, &o.app.options);
	result = newapp_make(&made, &o.app, &err);
	status = made.is_laid ? tell(&o, &made) : EXIT_CANNOT;
	return tool_finish("new", result < 0 ? tool_fail("new", &err) : status);
}
