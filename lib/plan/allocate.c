/* allocate: the pair of an app that has no files yet.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/error.h"
#include "plan/internal.h"

static bool
is_held_by_fleet(const struct planner *p, uint16_t port)
{
	for (size_t i = 0; i < p->port_count; i++)
		if (p->ports[i].port == port)
			return true;
	return false;
}

/* What the rows hold is taken, but for what the app in FOLDER has beside its pair, and what something else
 * listens on. */
static void
fill_from_rows(struct planner *p, struct str folder)
{
	portmap_init_from(p->map, p->o->blocked);
	for (size_t i = 0; i < p->pair_count; i++) {
		portmap_take(p->map, p->pairs[i].backend, 0);
		portmap_take(p->map, p->pairs[i].frontend, 0);
	}
	for (size_t i = 0; i < p->port_count; i++)
		if (!str_eq(p->ports[i].folder, folder)) {
			portmap_take(p->map, p->ports[i].port, 0);
			/* one that is never handed out is not kept either */
			p->map->state[p->ports[i].port] = PORT_TAKEN;
		}
	for (uint32_t i = 1; i < PORTMAP_PORTS && p->o->listening; i++)
		if (p->o->listening[i] && !is_held_by_fleet(p, (uint16_t)i))
			portmap_block(p->map, i, i, PORT_LISTENING);
}

/* The folder of an app that has none: what stands here can be no absolute path. */
static struct str
placeholder_folder(struct planner *p, struct identity id)
{
	for (size_t i = 0; i < p->known_count; i++)
		if (p->known[i].in_layout && identity_eq(p->known[i].id, id))
			return p->known[i].folder;
	return identity_text(p->a, id);
}

static struct str
choose_name(struct planner *p, struct str folder, struct identity id)
{
	struct str base = names_of_model(p->a, id);

	for (size_t i = 0; i < p->name_count; i++) {
		const struct store_name *row = &p->names[i];

		if (!str_eq(row->kind, STR("project")))
			continue;
		if (str_eq(row->folder, folder) && row->name.len >= base.len &&
		    str_eq_fold(str_sub(row->name, 0, base.len), base))
			return arena_cat(p->a, base, str_sub(row->name, base.len, row->name.len));
		(void)names_take(&p->projects, row->name, 1);
	}
	return names_take_unique(&p->projects, p->a, base, 0);
}

static int
choose(struct planner *p, struct identity id, struct plan_allocation *ret, struct error *err)
{
	struct port_series series = PORT_SERIES_INIT(p->o->base_backend, p->o->base_frontend, p->o->step);
	struct str folder;
	bool has_row = false;

	if (store_pairs(p->store, p->a, &p->pairs, &p->pair_count, err) < 0 ||
	    store_ports(p->store, p->a, &p->ports, &p->port_count, err) < 0 ||
	    store_names(p->store, p->a, &p->names, &p->name_count, err) < 0 ||
	    store_apps(p->store, p->a, &p->known, &p->known_count, err) < 0)
		return -1;
	for (size_t i = 0; i < p->pair_count; i++)
		if (identity_eq(p->pairs[i].id, id)) {
			has_row = true;
			ret->backend = p->pairs[i].backend;
			ret->frontend = p->pairs[i].frontend;
		}
	folder = placeholder_folder(p, id);
	fill_from_rows(p, folder);
	ret->name = choose_name(p, folder, id);
	if (!has_row && !portmap_next_pair(p->map, &series, &ret->backend, &ret->frontend))
		return error_set(err,
		    "no free port is left for 1 app: nothing was registered; widen --range, lift a --reserve, or "
		    "free rows with --prune");
	portmap_take(p->map, ret->backend, 0);
	portmap_take(p->map, ret->frontend, 0);
	if (has_row || p->o->dry_run)
		return 0;
	if (store_put_pair(p->store, id, ret->backend, ret->frontend, err) < 0 ||
	    store_put_app(p->store, folder, id, true, err) < 0)
		return -1;
	return store_put_name(p->store, &(struct store_name){ .folder = folder, .kind = STR("project"),
		.name = names_lower(p->a, ret->name) }, err);
}

int
plan_allocate(struct store *store, struct identity id, const struct plan_options *o,
    struct arena *a, struct plan_allocation *ret, struct portmap *ret_map, struct error *err)
{
	struct planner p = { .store = store, .o = o, .a = a, .projects = NAMES_INIT };
	int result;

	if (store_begin(store, err) < 0)
		return -1;
	p.map = mem_alloc(sizeof *p.map);
	result = store_end(store, choose(&p, id, ret, err), true, err);
	if (result == 0 && ret_map)
		*ret_map = *p.map;
	free(p.map);
	names_release(&p.projects);
	return result;
}

static int
put_ports(struct planner *p, struct identity id, const uint16_t *ports, size_t count,
    struct error *err)
{
	struct store_port row = { .protocol = STR("tcp") };

	if (store_apps(p->store, p->a, &p->known, &p->known_count, err) < 0)
		return -1;
	row.folder = placeholder_folder(p, id);
	if (store_put_app(p->store, row.folder, id, true, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		row.port = row.found = ports[i];
		if (store_put_port(p->store, &row, err) < 0)
			return -1;
	}
	return 0;
}

int
plan_allocate_ports(struct store *store, struct identity id, const uint16_t *ports,
    size_t count, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct planner p = { .store = store, .a = &a };

	if (!count)
		return 0;
	if (store_begin(store, err) < 0)
		return -1;
	return store_end(store, put_ports(&p, id, ports, count, err), true, err);
}

void
plan_allocation_print(FILE *out, struct identity id, const struct plan_allocation *n, bool as_env)
{
	static const char *const columns[] = { "model", "app_num", "backend_port", "frontend_port" };
	AUTO(arena) a = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(stream_writer) w = NULL;

	if (as_env) {
		(void)fprintf(out,
		    "BACKEND_PORT=%u\nFRONTEND_PORT=%u\nPROJECT_NAME=%.*s\nCOMPOSE_PROJECT_NAME=%.*s\n",
		    n->backend, n->frontend, STR_ARG(n->name), STR_ARG(names_lower(&a, n->name)));
		return;
	}
	w = stream_writer_open(out, columns, 4);
	stream_header(w);
	stream_field(w, id.model);
	stream_field_uint(w, id.app_num);
	stream_field_uint(w, n->backend);
	stream_field_uint(w, n->frontend);
	stream_end_row(w);
	(void)stream_flush(w, &err);	/* the tool checks its output as its last act */
}
