/* lab: a fleet of a few findings and a registry of a few rows, decided upon as far as a test asks for.
 * SPDX-License-Identifier: MIT
 *
 * Included first. An app NAME stands in the folder NAME below /r; in the layout it is NAME's first. */
#ifndef TESTS_PLAN_LAB_H
#define TESTS_PLAN_LAB_H

#include "unit/scratch.h"

#include "plan/edits.h"
#include "plan/internal.h"
#include "store/store.h"
#include "stream/finding.h"

/* Findings in few columns; a row may leave out the last ones. */
#define LAB_HEADER \
	"record,model,app_num,app,role,service,host_ip,host_port,container_port,protocol,origin,variable," \
	"file,offset,length,raw,site_file,site_offset,site_length,site_raw,value,detail,whole," \
	"alias_file,alias_offset,alias_length,alias_raw,alias_text,alias_at,digest\n"

#define LAB_OF(record, app, role) record "," app ",1," app "," role
#define LAB_APP(app) LAB_OF("app", app, "layout") "\n"
#define LAB_OUTSIDE(app) LAB_OF("app", app, "") "\n"
/* The file NAME, as the app reads it. */
#define LAB_FILE(app, role, name) \
	LAB_OF("file", app, role) ",,,,,,,," name ",,9,,,,,,,,,,,,,,,xxh3:0123456789abcdef\n"
/* A mapping PORT:80 of SERVICE, written as it is at byte AT of FILE. ROLE: what scan takes it for. */
#define LAB_PORT_IN(app, role, service, ip, port, protocol, file, at) \
	LAB_OF("port", app, role) "," service "," ip "," port ",80," protocol ",literal,," \
	    file "," at ",4," port "," file "," at ",4," port "\n"
#define LAB_PORT(app, service, port, at) \
	LAB_PORT_IN(app, "", service, "", port, "tcp", app "/c", at)
/* A mapping whose host part, at byte AT of the compose file, is ${VARIABLE:-PORT}. */
#define LAB_DEFAULT(app, service, variable, port, at) \
	LAB_OF("port", app, "") "," service ",," port ",80,tcp,default," variable "," \
	    app "/c," at "2,4," port "," app "/c," at "0,9,${" variable "}\n"

struct lab {
	struct inventory inventory;
	struct store *store;
	struct plan_options options;
	struct plan plan;
	struct arena scratch;
	struct decisions d;
};

static inline void
lab_open(struct lab *lab)
{
	AUTO(error) err = ERROR_INIT;

	*lab = (struct lab){ .options = PLAN_OPTIONS_INIT, .plan = PLAN_INIT, .scratch = ARENA_INIT };
	lab->inventory = (struct inventory)INVENTORY_INIT;
	assert_int_equal(store_open(&lab->store, NULL, STORE_MEMORY, &err), 0);
}

static inline void
lab_release(struct lab *lab)
{
	naming_release(&lab->d.naming);
	plan_release(&lab->plan);
	arena_release(&lab->scratch);
	inventory_release(&lab->inventory);
	store_close(lab->store);
}

MEM_AUTO(lab);

#define LAB(name) \
	AUTO(lab) name; \
	lab_open(&name)

static inline void
lab_known(struct lab *lab, const char *app, struct str folder)
{
	AUTO(error) err = ERROR_INIT;
	struct identity id = { str_from(app), 1 };

	assert_int_equal(store_put_app(lab->store, folder, id, true, &err), 0);
}

/* The registry gives PORT, which the files had as FOUND, to SERVICE of the app. */
static inline void
lab_row(struct lab *lab, const char *app, const char *service, const char *role, uint16_t port,
    uint16_t found)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct str folder = arena_printf(&a, "/r/%s", app);
	struct store_port row = { folder, str_from(service), STR("tcp"), STR(""), STR("80"), str_from(role),
		port, found };

	lab_known(lab, app, folder);
	assert_int_equal(store_put_port(lab->store, &row, &err), 0);
}

static inline void
lab_pair(struct lab *lab, const char *app, uint16_t backend, uint16_t frontend)
{
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(store_put_pair(
	    lab->store, (struct identity){ str_from(app), 1 }, backend, frontend, &err), 0);
}

/* The registry has NAME, a project's or a container's of SERVICE, of APP, which is gone unless the fleet
 * has it. */
static inline void
lab_name_of(struct lab *lab, const char *app, const char *kind, const char *service, const char *name)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct str folder = arena_printf(&a, "/r/%s", app);
	struct store_name row = { folder, str_from(kind), str_from(service), str_from(name) };

	lab_known(lab, app, folder);
	assert_int_equal(store_put_name(lab->store, &row, &err), 0);
}

static inline void
lab_name(struct lab *lab, const char *app, const char *name)
{
	lab_name_of(lab, app, "project", "", name);
}

/* Reads ROWS, which are findings, and looks at the apps and at what the registry knows. */
static inline void
lab_view(struct lab *lab, const char *rows)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;
	struct finding_reader *reader = NULL;
	FILE *f;

	buf_add_str(&b, STR(LAB_HEADER "fleet,,,,,,,,,,,,,,,,,,,,/r,,,,,,,,,\n"));
	for (const char *end; *rows; rows = end + 1) {
		unsigned commas = 0;

		end = strchr(rows, '\n');
		for (const char *c = rows; c < end; c++)
			commas += *c == ',';
		buf_printf(&b, "%.*s%.*s\n", (int)(end - rows), rows, (int)(29 - commas),
		    ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,");
	}
	f = scratch_input(b.ptr);
	if (finding_reader_open(&reader, fileno(f), "lab", FINDING_TAKES_PARTIAL, &err) < 0 ||
	    inventory_read(&lab->inventory, reader, &err) < 0)
		fail_msg("%s", err.what);
	finding_reader_close(reader);
	assert_int_equal(fclose(f), 0);
	inventory_settle(&lab->inventory);
	lab->plan.texts = &lab->inventory;
	lab->d.view = (struct view){ .options = &lab->options, .root = STR("/r"), .arena = &lab->plan.arena,
		.scratch = &lab->scratch };
	assert_int_equal(known_read(&lab->d.known, lab->store, &lab->plan.arena, &err), 0);
	apps_view(&lab->d.view, &lab->inventory, &lab->d.known);
}

/* Also gathers the units. */
static inline const struct units *
lab_units(struct lab *lab, const char *rows)
{
	lab_view(lab, rows);
	units_gather(&lab->d.units, &lab->d.view);
	return &lab->d.units;
}

/* Also finds what the registry knows of them, and the pairs. */
static inline void
lab_pairs(struct lab *lab, const char *rows)
{
	(void)lab_units(lab, rows);
	registered_find(&lab->d.registered, &lab->d);
	pairs_find(&lab->d.pairs, &lab->d, &lab->plan);
}

#endif
