/* register: what was decided, kept in the registry, in the transaction that it was decided in.
 * SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "plan/internal.h"

#include <stdlib.h>

#include "plan/edits.h"
#include "store/store.h"
#include "system/progress.h"

/* --- apps --- */

/* A pair may get what another one gives up. */
static int
park_pairs(const struct decisions *d, struct store *store, struct error *err)
{
	for (uint32_t i = 0; i < d->view.inventory->app_count; i++)
		if (d->view.apps[i].is_selected && d->ports.of_app[i].is_new &&
		    store_park_pair(store, d->view.apps[i].row_id, err) < 0)
			return -1;
	return 0;
}

static int
register_app(const struct decisions *d, uint32_t app, struct store *store, struct error *err)
{
	const struct view_app *a = &d->view.apps[app];
	const struct port_pair *pair = &d->ports.of_app[app];

	if (!d->view.inventory->apps[app].is_app)
		return 0;
	if (store_put_app(store, a->folder, a->row_id, a->in_layout, err) < 0)
		return -1;
	if (!a->is_selected)
		return 0;
	if (pair->is_new && store_put_pair(store, a->row_id, pair->backend, pair->frontend, err) < 0)
		return -1;
	/* a registry that has none of these needs not be asked to forget them, app by app */
	return d->known.port_count + d->known.name_count ? store_clear_app(store, a->folder, err) : 0;
}

/* Port I of unit U. */
static int
register_port(const struct decisions *d, uint32_t u, uint32_t i, struct store *store, struct error *err)
{
	const struct view *v = &d->view;
	const struct inventory_item *item = view_item(v, i);
	uint16_t now = d->units.now[i], after = d->ports.after[i];
	uint16_t found = d->ports.of_unit[u].found;
	struct store_port row = { .folder = v->apps[item->app].folder,
		.service = view_str(v, item->words->service),
		.protocol = names_lower(v->arena, view_str(v, item->words->protocol)),
		.address = view_str(v, item->words->host_ip),
		.container_port = view_str(v, item->words->container_port),
		.role = finding_role_name((enum finding_role)d->pairs.role[u]),
		.port = after,
		.found = found ? found : now };

	if (after != now && view_follows(v, i, now, d->copies[item->app]))
		row.container_port = arena_printf(v->arena, "%u", after);
	return store_put_port(store, &row, err);
}

/* The text by which the registry tells the port of ROW from the others of its app. */
static struct str
key_of_row(struct arena *a, const struct store_port *row)
{
	return arena_printf(a, "%.*s %.*s/%.*s", STR_ARG(row->service), STR_ARG(row->container_port),
	    STR_ARG(row->protocol));
}

/* Keeps NUMBER as one that ROW's port had, unless it is AFTER, which it gets. */
static int
keep_former(
    struct store *store, const struct store_port *row, uint16_t number, uint16_t after, struct error *err)
{
	return !number || number == after ? 0 : store_put_former(store, row, number, err);
}

/* What APP's ports had until now, in its files or in the registry: an address of that is known as theirs. */
static int
register_former(const struct decisions *d, uint32_t app, struct store *store, struct error *err)
{
	const struct view *v = &d->view;
	const struct registered_rows *r = &d->registered.ports, *former = &d->registered.former;
	AUTO(arena) scratch = ARENA_INIT;
	struct dict after = DICT_IN(&scratch);
	bool has_rows = r->first[app] < r->first[app + 1];

	for (uint32_t i = view_first(v, app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i)) {
		const struct inventory_item *item = view_item(v, i);
		struct store_port row = { .folder = v->apps[app].folder };

		if (d->units.of[i] == INVENTORY_NONE || (!has_rows && d->units.now[i] == d->ports.after[i]))
			continue;
		row.service = view_str(v, item->words->service);
		row.protocol = names_lower(&scratch, view_str(v, item->words->protocol));
		row.container_port = view_str(v, item->words->container_port);
		(void)dict_add(&after, key_of_row(&scratch, &row), d->ports.after[i]);
		if (!view_is_unset(v, i) &&
		    keep_former(store, &row, d->units.now[i], d->ports.after[i], err) < 0)
			return -1;
	}
	for (uint32_t i = r->first[app]; i < r->first[app + 1]; i++) {
		struct store_port row = *r->rows[i];
		uint32_t found = dict_find(&after, key_of_row(&scratch, &row));
		uint16_t now = found == DICT_NONE ? 0 : (uint16_t)found; /* in no file now */

		row.folder = v->apps[app].folder;	/* the app may have been elsewhere */
		if (keep_former(store, &row, row.port, now, err) < 0 ||
		    keep_former(store, &row, row.found, now, err) < 0)
			return -1;
	}
	for (uint32_t i = former->first[app]; i < former->first[app + 1]; i++) {
		struct store_port row = *former->rows[i];

		row.folder = v->apps[app].folder;
		if (!str_eq(former->rows[i]->folder, row.folder) &&
		    keep_former(store, &row, row.port, 0, err) < 0)
			return -1;
	}
	return 0;
}

static int
register_ports(const struct decisions *d, uint32_t app, struct store *store, struct error *err)
{
	const struct units *units = &d->units;

	for (uint32_t u = units->first[app]; u < units->first[app + 1]; u++) {
		const struct unit *unit = &units->items[u];

		/* of a clash that stays, which is told as a problem, the first holder's row stands; what gets
		 * no number is told too */
		if (d->ports.of_unit[u].is_disputed || !d->ports.of_unit[u].target)
			continue;
		for (uint32_t k = 0; k < unit->count; k++)
			if (register_port(d, u, units->members[unit->first + k], store, err) < 0)
				return -1;
	}
	return 0;
}

/* The tags that the app builds and has before all others. */
static int
register_tags(const struct decisions *d, uint32_t app, struct store *store, struct error *err)
{
	const struct view *v = &d->view;
	struct store_name row = { .folder = v->apps[app].folder, .kind = STR("image") };

	for (uint32_t i = view_first(v, app, FINDING_IMAGE); i != INVENTORY_NONE; i = view_next(v, i)) {
		row.name = names_of_tag(v->arena, naming_after(&d->naming, v, i));
		row.service = view_str(v, v->inventory->items[i].words->service);
		if (names_owner(&d->naming.images, row.name) == i && store_put_name(store, &row, err) < 0)
			return -1;
	}
	return 0;
}

static int
register_names(const struct decisions *d, uint32_t app, struct store *store, struct error *err)
{
	const struct view *v = &d->view;
	struct str project = d->naming.of_app[app].project;
	struct store_name row = { .folder = v->apps[app].folder, .kind = STR("project"),
		.name = names_lower(v->arena, project) };

	if (project.len && names_owner(&d->naming.projects, project) == app &&
	    store_put_name(store, &row, err) < 0)
		return -1;
	row.kind = STR(NAMING_KEPT);
	if (d->naming.of_app[app].is_kept && store_put_name(store, &row, err) < 0)
		return -1;
	if (register_tags(d, app, store, err) < 0)
		return -1;
	row.kind = STR("container");
	for (uint32_t i = view_first(v, app, FINDING_NAME); i != INVENTORY_NONE; i = view_next(v, i)) {
		struct str name = naming_after(&d->naming, v, i);

		if (!name.len || names_owner(&d->naming.containers, name) != i)
			continue;
		row.service = view_str(v, v->inventory->items[i].words->service);
		row.name = name;
		if (store_put_name(store, &row, err) < 0)
			return -1;
	}
	return 0;
}

/* All rows of ours are cleared before any is put, as ports and names go from one app to another. */
static int
register_apps(const struct decisions *d, struct store *store, struct error *err)
{
	size_t count = d->view.inventory->app_count;

	for (uint32_t i = 0; i < count; i++)
		if (register_app(d, i, store, err) < 0)
			return -1;
	for (uint32_t i = 0; i < count; i++)
		if (d->view.apps[i].is_selected && (register_ports(d, i, store, err) < 0 ||
		    register_former(d, i, store, err) < 0 || register_names(d, i, store, err) < 0))
			return -1;
	return 0;
}

/* --- findings --- */

/* What item I holds afterwards. */
static struct str
after_of(const struct decisions *d, uint32_t i)
{
	struct port_range_room room;
	const struct view *v = &d->view;
	const struct inventory_item *item = view_item(v, i);

	switch ((enum finding_record)item->record) {
	case FINDING_PORT:
		if (d->units.of[i] == INVENTORY_NONE)
			return arena_dup(
			    v->arena, port_range_text(&room, inventory_ports(v->inventory, item)));
		return arena_printf(v->arena, "%u", d->ports.after[i]);
	case FINDING_NAME:
	case FINDING_PROJECT:
	case FINDING_VOLUME:
	case FINDING_NETWORK:
	case FINDING_IMAGE:
		return naming_after(&d->naming, v, i);
	case FINDING_OPEN:
		return binding_address(d, i);
	default:
		return (struct str)STR_INIT;
	}
}

/* What report needs once the findings are gone. Of uses those that are part of an address: what a moved port
 * is baked into. */
static bool
is_remembered(const struct inventory_item *item)
{
	switch ((enum finding_record)item->record) {
	case FINDING_APP:
	case FINDING_PORT:
	case FINDING_NAME:
	case FINDING_PROJECT:
	case FINDING_VOLUME:
	case FINDING_NETWORK:
	case FINDING_ALIAS:
	case FINDING_IMAGE:
	case FINDING_ROUTE:
	case FINDING_MOUNT:
	case FINDING_ADDRESS:
	case FINDING_OPEN:
	case FINDING_MISSING:
	case FINDING_REFERENCE:
	case FINDING_GAP:
	case FINDING_PROBLEM:
		return true;
	case FINDING_USE:
		return item->role == ROLE_ADDRESS;
	case FINDING_FILE:
		return item->role == ROLE_INCLUDE;
	default:
		return false;
	}
}

/* What the app APP only uses, from external *AT on. */
static int
register_externals(const struct view *v, uint32_t app, size_t *at, struct store *store, struct error *err)
{
	struct finding f;

	for (; *at < v->inventory->external_count && v->inventory->externals[*at].app == app; ++*at) {
		inventory_external(v->inventory, *at, &f);
		f.id = v->apps[app].id;
		if (store_put_finding(store, &f, (struct str)STR_INIT, err) < 0)
			return -1;
	}
	return 0;
}

static int
register_findings(const struct decisions *d, struct store *store, struct error *err)
{
	const struct view *v = &d->view;
	size_t external = 0;

	for (uint32_t i = 0; i < v->inventory->item_count; i++) {
		uint32_t app = v->inventory->items[i].app;
		struct finding f;

		if ((i == 0 || app != v->inventory->items[i - 1].app) &&
		    register_externals(v, app, &external, store, err) < 0)
			return -1;

		if (!is_remembered(&v->inventory->items[i]))
			continue;
		view_finding(v, i, &f);
		if (store_put_finding(store, &f, after_of(d, i), err) < 0)
			return -1;
		progress_tell(v->options->progress, "findings registered", i + 1, v->inventory->item_count);
	}
	return 0;
}

/* --- the plan --- */

/* How many changes the rows of APP are, from row *AT on, where they are to begin. */
static size_t
count_changes(const struct plan *plan, struct str app, size_t *at)
{
	size_t changes = 0;

	for (; *at < plan->count; ++*at) {
		struct change c = plan_change(plan, *at);

		if (!str_eq(c.app, app))
			break;
		changes += !change_is_told(c.action);
	}
	return changes;
}

static int
register_rows(const struct view *v, const struct plan *plan, struct store *store, struct error *err)
{
	struct str id = str_from(plan->id);
	size_t at = 0;

	(void)count_changes(plan, (struct str)STR_INIT, &at);	/* the registry's own problems come first */
	for (uint32_t i = 0; i < v->inventory->app_count; i++) {
		struct str folder = view_folder(v, i);

		if (store_put_plan_app(store, id, folder, count_changes(plan, folder, &at), err) < 0)
			return -1;
	}
	for (size_t i = 0; i < plan->count; i++) {
		struct change c = plan_change(plan, i);

		if (store_put_change(store, id, &c, err) < 0)
			return -1;
	}
	return store_seal_plan(store, id, err);
}

int
register_plan(const struct view *v, const struct plan *plan, struct store *store, struct error *err)
{
	return store_put_plan(store, str_from(plan->id), v->root, err) < 0
	    ? -1
	    : register_rows(v, plan, store, err);
}

/* --- what clashed --- */

struct found_clashes {
	const struct view *view;
	struct store *store;
	int64_t audit;
	size_t count;
};

static int
keep_side(
    const struct found_clashes *f, const struct clash *c, const struct clash_side *side, struct error *err)
{
	struct store_audit_clash row = { .kind = str_from(clash_kind_name(c->kind)), .value = c->what,
		.service = side->service, .message = c->detail };

	if (side->app == INVENTORY_NONE)
		return 0;
	row.id = f->view->apps[side->app].id;
	row.app = view_folder(f->view, side->app);
	return store_put_audit_clash(f->store, f->audit, &row, err);
}

static int
keep_clash(void *context, const struct clash *c, struct error *err)
{
	struct found_clashes *f = context;

	f->count++;
	return keep_side(f, c, &c->holder, err) < 0 ? -1 : keep_side(f, c, &c->other, err);
}

/* What was found, before any of this. */
static int
register_audit(const struct view *v, const struct plan *plan, struct store *store, struct error *err)
{
	struct found_clashes f = { v, store, 0, 0 };
	struct clash_view found = { .inventory = v->inventory };
	uint16_t *ports = view_foreseen_ports(v);
	int result;

	found.ports = ports;
	result = store_open_audit(store, str_from(plan->id), v->root,
	    inventory_count_apps(v->inventory), &f.audit, err);
	if (result == 0)
		result = clash_find(&found, NULL, keep_clash, &f, err);
	free(ports);
	return result < 0 ? -1 : store_close_audit(store, f.audit, f.count, err);
}

/* Whether the plan changes nothing of a fleet that is as the last plan left it, which is applied: what that
 * one was made of, and what it did, then stays on record, so that it is still known what is left to do. */
static int
repeats(const struct decisions *d, const struct plan *plan, struct store *store, struct error *err)
{
	const struct view *v = &d->view;
	struct store_outcome before, now = { 0, 0 };
	AUTO(buf) room = BUF_INIT;
	int got;

	if (plan->count > plan->told)
		return 0;
	got = store_outcome_read(store, v->root, &before, err);
	for (uint32_t i = 0; i < v->inventory->item_count && got > 0; i++) {
		const struct inventory_item *item = view_item(v, i);
		struct str after = after_of(d, i);
		struct finding f;

		if (item->record != FINDING_PORT && item->record != FINDING_NAME &&
		    item->record != FINDING_PROJECT && item->record != FINDING_VOLUME &&
		    item->record != FINDING_NETWORK)
			continue;
		view_finding(v, i, &f);
		store_outcome_add(&now, &room, (const struct str[5]){ f.app, finding_record_name(f.record),
			f.service, f.container_port, after });
	}
	return got <= 0 ? got : now.count == before.count && now.sum == before.sum;
}

int
register_decisions(
    const struct decisions *d, const struct plan *plan, struct store *store, struct error *err)
{
	int again = repeats(d, plan, store, err);

	if (again < 0 || (d->known.pair_count && park_pairs(d, store, err) < 0) ||
	    register_apps(d, store, err) < 0)
		return -1;
	if (again ? store_note_plan(store, str_from(plan->id), d->view.root, err) < 0 ||
		    store_seal_plan(store, str_from(plan->id), err) < 0
		  : store_put_plan(store, str_from(plan->id), d->view.root, err) < 0 ||
		    register_findings(d, store, err) < 0 || register_rows(&d->view, plan, store, err) < 0)
		return -1;
	if (!again && d->view.inventory->is_part && store_put_part(store, err) < 0)
		return -1;
	return register_audit(&d->view, plan, store, err);
}
