/* new: lays out a new app from a template, with ports and names of its own.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "identity.h"
#include "journal.h"
#include "pattern.h"
#include "planner.h"
#include "portmap.h"
#include "request.h"
#include "store.h"
#include "template.h"
#include "tool.h"

struct new_options {
	const char *db, *template, *layout;
	bool no_host_check, quiet;
	uint64_t base_backend, base_frontend, step;
	struct option_list reserve;
	struct request_options request;
};

static int
options(struct new_options *o, int argc, char **argv)
{
	const struct option table[] = {
		{ OPTION_TEXT, 0, "template", "DIR", &o->template, "the folder that apps are laid out from (required)", 0, 0 },
		{ OPTION_TEXT, 0, "db", "FILE", &o->db, "the registry (else $BERTH_DB, else berth.db)", 0, 0 },
		{ OPTION_TEXT, 0, "layout", "REGEX", &o->layout, "how an app's path names model and app_num", 0, 0 },
		{ OPTION_FLAG, 'q', "quiet", NULL, &o->quiet, "nothing on the terminal but errors", 0, 0 },
		{ OPTION_HEADING, 0, NULL, NULL, NULL, "Which ports", 0, 0 },
		{ OPTION_LIST, 0, "reserve", "PORTS", &o->reserve, "never hand these out (5432,9000-9100)", 0, 0 },
		{ OPTION_TEXT, 0, "reserve-from", "FILE", &o->request.reserve_from, "likewise, from a file", 0, 0 },
		{ OPTION_TEXT, 0, "range", "LOW-HIGH", &o->request.range, "hand out these only", 0, 0 },
		{ OPTION_UINT, 0, "base-backend", "PORT", &o->base_backend, "where backends begin (5001)", 1, 65535 },
		{ OPTION_UINT, 0, "base-frontend", "PORT", &o->base_frontend, "where frontends begin (8001)", 1, 65535 },
		{ OPTION_UINT, 0, "step", "N", &o->step, "from pair to pair (2)", 1, 1000 },
		{ OPTION_FLAG, 0, "no-host-check", NULL, &o->no_host_check, "ignore what listens on this host", 0, 0 },
	};
	const struct options command = {
		.tool = "new", .usage = "--template DIR [options] MODEL/appN DEST",
		.purpose = "Lays out a new app from a template folder in DEST, with ports and names of its own from the registry.",
		.table = table, .count = sizeof table / sizeof *table,
		.examples = "  berth scan --template scaffold | berth plan | berth apply     makes a template of a scaffold\n"
			    "  berth new --template scaffold m/app4 apps/m/app4             an app that is right from the start\n",
		.exits = "  0  done\n  1  done, but the template sets a port or name by itself\n"
			 "  2  could not do it: nothing was laid out or registered\n",
	};

	return tool_start(&command, argc, argv);
}

/* DEST as an absolute path, of which the last part and the one before may be missing. To be freed; NULL with the error set. */
static char *
absolute(const char *dest, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct str path = str_from(dest), rest = STR("");
	char *real = NULL;

	for (int missing = 0; missing < 2 && !real; missing++) {
		size_t slash;
		struct str name;

		while (path.len > 1 && path.ptr[path.len - 1] == '/')
			path.len--;
		for (slash = path.len; slash > 0 && path.ptr[slash - 1] != '/'; slash--)
			;
		name = str_sub(path, slash, path.len);
		if (!name.len || str_eq(name, STR(".")) || str_eq(name, STR("..")))
			break;
		rest = arena_printf(&a, "/%.*s%.*s", STR_ARG(name), STR_ARG(rest));
		path = str_sub(path, 0, slash);
		real = compat_real_path(path.len ? arena_dup(&a, path).ptr : ".");
	}
	if (!real) {
		(void)error_errno(err, errno ? errno : EINVAL, "cannot tell where that is");
		(void)error_place(err, str_from(dest), 0, 0);
		return NULL;
	}
	rest = arena_printf(&a, "%s%.*s", strcmp(real, "/") == 0 ? "" : real, STR_ARG(rest));
	free(real);
	return mem_dup(rest.ptr, rest.len);
}

/* The path must say what the registry will: else scan would not know the app again. */
static int
check_layout(const char *regex, const char *dest, struct str model, uint64_t num, struct error *err)
{
	AUTO_PTR(layout) layout = NULL;
	AUTO_PTR(match) m = match_open();
	struct identity id;

	if (layout_open(&layout, regex, err) < 0)
		return -1;
	if (layout_match(layout, m, str_from(dest), &id) && id.app_num == num && str_eq(id.model, model))
		return 0;
	(void)error_set(err, "by its path this would not be %.*s/app%llu for scan: let DEST end in that, or give the --layout "
	    "that the fleet is scanned with", STR_ARG(model), (unsigned long long)num);
	return error_place(err, str_from(dest), 0, 0);
}

static int
has_row(struct store *store, struct arena *a, struct str model, uint64_t num, bool *ret, struct error *err)
{
	struct store_pair *pairs;
	size_t count;

	if (store_pairs(store, a, &pairs, &count, err) < 0)
		return -1;
	*ret = false;
	for (size_t i = 0; i < count; i++)
		*ret |= pairs[i].app_num == num && str_eq(pairs[i].model, model);
	return 0;
}

/* An app that could not be laid out holds nothing; what the registry says of that stays with the first error. */
static void
give_up(struct store *store, struct str model, uint64_t num)
{
	AUTO(error) ignored = ERROR_INIT;
	bool was_there;

	if (store_begin(store, &ignored) < 0)
		return;
	if (store_release(store, model, num, &was_there, &ignored) < 0 || store_commit(store, &ignored) < 0)
		store_rollback(store);
}

/* Registers the ports that the app got beside its pair, and says which are not those of the template. -1: the registry failed. */
static int
keep_ports(const struct new_options *o, struct store *store, const struct template *t, struct str model, uint64_t num,
    struct error *err)
{
	const struct template_port *ports;
	size_t count = template_ports(t, &ports);
	uint16_t *numbers = mem_alloc((count + 1) * sizeof *numbers);
	int result;

	for (size_t i = 0; i < count; i++) {
		numbers[i] = ports[i].port;
		if (!o->quiet && ports[i].port != ports[i].wanted)
			tool_say("new", "%.*s is %u, as %u is taken", STR_ARG(ports[i].key), ports[i].port, ports[i].wanted);
	}
	result = planner_new_ports(store, model, num, numbers, count, err);
	free(numbers);
	return result;
}

/* Says what was laid out. The exit status. */
static int
tell(const struct new_options *o, const struct template *t, const char *dest, struct str model, uint64_t num,
    const struct planner_new *got)
{
	const struct str *lines;
	size_t count = template_complaints(t, &lines);

	for (size_t i = 0; i < count; i++) {
		AUTO(error) line = ERROR_INIT;

		(void)error_set(&line, "%.*s", STR_ARG(lines[i]));	/* made visible as messages are */
		(void)tool_fail("new", &line);
	}
	if (!o->quiet)
		tool_say("new", "%s is laid out", dest);
	planner_new_print(stdout, model, num, got, false);
	return tool_finish("new", count ? EXIT_REMAINS : EXIT_CLEAN);
}

static int
lay_out(const struct new_options *o, const struct planner_options *planner, const char *app, const char *dest, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO_PTR(store) store = NULL;
	AUTO_PTR(template) t = NULL;
	struct portmap *map = arena_zero(&a, 1, sizeof *map);
	struct planner_new got = { 0, 0, STR_INIT };
	struct template_values values;
	struct str model;
	uint64_t num;
	bool was_there;

	if (request_parse_app(app, &model, &num, err) < 0 || check_layout(o->layout, dest, model, num, err) < 0 ||
	    journal_refuse_interrupted(store_default_path(o->db), NULL, err) < 0 ||
	    store_open(&store, o->db, STORE_WRITE, err) < 0 || has_row(store, &a, model, num, &was_there, err) < 0 ||
	    planner_new(store, model, num, planner, &a, &got, map, err) < 0)
		return tool_fail("new", err);
	values = (struct template_values){ model, num, got.backend, got.frontend, got.name, map };
	if (template_open(&t, &values, err) == 0 && template_lay(t, o->template, dest, err) == 0) {
		int kept = keep_ports(o, store, t, model, num, err), status = tell(o, t, dest, model, num, &got);

		return kept < 0 ? tool_fail("new", err) : status;
	}
	if (!was_there)
		give_up(store, model, num);
	return tool_fail("new", err);
}

int
main(int argc, char **argv)
{
	struct new_options o = { .base_backend = 5001, .base_frontend = 8001, .step = 2, .request = { .proc = "/proc" } };
	struct planner_options planner = PLANNER_OPTIONS_INIT;
	AUTO_PTR(request) request = mem_zero(1, sizeof *request);
	AUTO(error) err = ERROR_INIT;
	int operand = options(&o, argc, argv), status;
	char *dest;

	if (!o.template || argc - operand != 2) {
		tool_say("new", !o.template ? "--template DIR says what to lay out" : "name an app and where it goes: MODEL/appN DEST");
		option_list_release(&o.reserve);
		return EXIT_CANNOT;
	}
	o.request.reserve = o.reserve.items;
	o.request.reserve_count = o.reserve.count;
	o.request.host_check = !o.no_host_check;
	planner.base_backend = (uint16_t)o.base_backend;
	planner.base_frontend = (uint16_t)o.base_frontend;
	planner.step = (uint16_t)o.step;
	if (request_prepare(request, &o.request, &err) < 0 || !(dest = absolute(argv[operand + 1], &err))) {
		option_list_release(&o.reserve);
		return tool_fail("new", &err);
	}
	request_apply(request, &planner);
	status = lay_out(&o, &planner, argv[operand], dest, &err);
	free(dest);
	option_list_release(&o.reserve);
	return status;
}
