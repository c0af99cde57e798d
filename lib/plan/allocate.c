/* allocate: the pair of an app that has no files yet.
 * SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include "base/error.h"
#include "fleet/names.h"
#include "fleet/portmap.h"
#include "plan/known.h"
#include "plan/registry.h"
#include "stream/csv.h"

/* The folder of the app that bears ID. One that has none yet stands in the registry under a text that can be
 * no absolute path. */
static struct str
folder_of(const struct known *k, struct arena *a, struct identity id)
{
	const struct store_app *app = known_app(k, id);

	return app ? app->folder : identity_text(a, id);
}

static bool
is_held_by_fleet(const struct known *k, uint16_t port)
{
	for (size_t i = 0; i < k->port_count; i++)
		if (k->ports[i].port == port)
			return true;
	return false;
}

/* Takes what the rows hold, but for what the app in FOLDER has beside its pair, and what something else
 * listens on. */
static void
take_held(struct portmap *map, const struct known *k, const uint8_t *listening, struct str folder)
{
	for (size_t i = 0; i < k->pair_count; i++) {
		portmap_take(map, k->pairs[i].backend, PORTMAP_NOBODY);
		portmap_take(map, k->pairs[i].frontend, PORTMAP_NOBODY);
	}
	for (size_t i = 0; i < k->port_count; i++)
		if (!str_eq(k->ports[i].folder, folder)) {
			portmap_take(map, k->ports[i].port, PORTMAP_NOBODY);
			/* a template does not keep another app's port even if that would never be handed
			 * out */
			map->state[k->ports[i].port] = PORT_TAKEN;
		}
	for (uint32_t i = 1; i < PORTMAP_PORTS && listening; i++)
		if (listening[i] && !is_held_by_fleet(k, (uint16_t)i))
			portmap_block(map, i, i, PORT_LISTENING);
}

/* The project name of ID, whose app is in FOLDER: what the registry calls it, else the first free one. */
static struct str
choose_name(const struct known *k, struct arena *a, struct str folder, struct identity id)
{
	AUTO(names) projects = NAMES_INIT;
	struct str base = names_of_model(a, id);

	for (size_t i = 0; i < k->name_count; i++) {
		const struct store_name *row = &k->names[i];

		if (!str_eq(row->kind, STR("project")))
			continue;
		if (str_eq(row->folder, folder) && row->name.len >= base.len &&
		    str_eq_fold(str_sub(row->name, 0, base.len), base))
			return arena_cat(a, base, str_sub(row->name, base.len, row->name.len));
		(void)names_take(&projects, row->name, 1);
	}
	return names_take_unique(&projects, a, base, 0);
}

static int
register_new(struct store *store, struct arena *a, struct str folder, const struct plan_allocation *x,
    struct error *err)
{
	struct store_name name = {
		.folder = folder, .kind = STR("project"), .name = names_lower(a, x->name)
	};

	return store_put_pair(store, x->id, x->backend, x->frontend, err) < 0 ||
		store_put_app(store, folder, x->id, true, err) < 0
	    ? -1
	    : store_put_name(store, &name, err);
}

static int
choose(struct store *store, const struct plan_options *o, struct arena *a, struct plan_allocation *x,
    struct portmap *map, struct error *err)
{
	struct port_series series = PORT_SERIES_INIT(o->base_backend, o->base_frontend, o->step);
	struct known known = { .pairs = NULL };
	const struct store_pair *row;
	struct str folder;

	if (known_read(&known, store, a, err) < 0)
		return -1;
	row = known_pair(&known, x->id);
	folder = folder_of(&known, a, x->id);
	take_held(map, &known, o->listening, folder);
	x->name = choose_name(&known, a, folder, x->id);
	if (row) {
		x->backend = row->backend;
		x->frontend = row->frontend;
	} else if (!portmap_next_pair(map, &series, &x->backend, &x->frontend)) {
		return error_set(err,
		    "no free port is left for 1 app: nothing was registered; widen --range, lift a "
		    "--reserve, or free rows with --prune");
	}
	portmap_take(map, x->backend, PORTMAP_NOBODY);
	portmap_take(map, x->frontend, PORTMAP_NOBODY);
	return row || o->dry_run ? 0 : register_new(store, a, folder, x, err);
}

int
plan_allocate(struct store *store, const struct plan_options *o, struct arena *a, struct plan_allocation *x,
    struct portmap *map, struct error *err)
{
	portmap_init_from(map, o->blocked);
	if (store_begin(store, err) < 0)
		return -1;
	return store_end(store, choose(store, o, a, x, map, err), true, err);
}

static int
put_ports(struct store *store, const struct plan_allocation *x, const uint16_t *ports, size_t count,
    struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct known known = { .pairs = NULL };
	struct store_port row = { .protocol = STR("tcp") };

	if (known_read(&known, store, &a, err) < 0)
		return -1;
	row.folder = folder_of(&known, &a, x->id);
	if (store_put_app(store, row.folder, x->id, true, err) < 0 || (!known_pair(&known, x->id) &&
	    store_put_pair(store, x->id, x->backend, x->frontend, err) < 0))
		return -1;
	for (size_t i = 0; i < count; i++) {
		row.port = row.found = ports[i];
		if (store_put_port(store, &row, err) < 0)
			return -1;
	}
	return 0;
}

int
plan_allocate_ports(
    struct store *store, const struct plan_allocation *x, const uint16_t *ports, size_t count,
    struct error *err)
{
	if (store_begin(store, err) < 0)
		return -1;
	return store_end(store, put_ports(store, x, ports, count, err), true, err);
}

void
plan_allocation_print(FILE *out, const struct plan_allocation *x, bool as_env)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(stream_writer) w = NULL;

	if (as_env) {
		(void)fprintf(out,
		    "BACKEND_PORT=%u\nFRONTEND_PORT=%u\nPROJECT_NAME=%.*s\nCOMPOSE_PROJECT_NAME=%.*s\n",
		    x->backend, x->frontend, STR_ARG(x->name), STR_ARG(names_lower(&a, x->name)));
		return;
	}
	w = registry_writer_open(out);
	registry_write_row(w, x->id, x->backend, x->frontend);
	(void)stream_flush(w, &err);	/* the tool checks its output as its last act */
}
