/* register: what was decided, kept in the database, in the transaction that it was decided in.
 * SPDX-License-Identifier: MIT */
#include "fleet/clash.h"
#include "base/error.h"
#include "plan/internal.h"
#include "system/progress.h"

static int
register_ports(struct planner *p, const struct app_plan *a, struct error *err)
{
	for (uint32_t i = a->first_unit; i < a->first_unit + a->unit_count; i++)
		for (uint32_t k = 0; k < p->units[i].count; k++) {
			const struct unit *u = &p->units[i];
			uint32_t item = p->members[u->first + k];
			const struct inventory_item *x = &p->v->items[item];
			struct store_port row = { .folder = a->folder,
				.service = view_str(p, x->service),
				.protocol = names_lower(p->a, view_str(p, x->protocol)),
				.address = view_str(p, x->host_ip),
				.container_port = view_str(p, x->container_port),
				.role = finding_role_name((enum finding_role)u->role),
				.port = p->after[item],
				.found = u->found ? u->found : p->now[item] };

			if (p->after[item] != p->now[item] && view_follows(p, a, item))
				row.container_port = arena_printf(p->a, "%u", p->after[item]);
			/* a clash that stays was told as a problem: the first holder's row stands */
			if (!(u->is_disputed && u->edit == EDIT_NONE) &&
			    store_put_port(p->store, &row, err) < 0)
				return -1;
		}
	return 0;
}

static int
register_names(struct planner *p, const struct app_plan *a, struct error *err)
{
	const struct inventory_app *app = &p->v->apps[a->app];
	struct store_name row = {
		.folder = a->folder, .kind = STR("project"), .name = names_lower(p->a, a->project)
	};

	if (a->project.len && names_owner(&p->projects, a->project) == a->app &&
	    store_put_name(p->store, &row, err) < 0)
		return -1;
	for (uint32_t i = inventory_find(p->v, app, FINDING_NAME, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_NAME, i + 1)) {
		const struct inventory_item *x = &p->v->items[i];
		struct str name = view_str(p, p->after_name[i] ? p->after_name[i] : x->value);

		if (!name.len || names_owner(&p->containers, name) != i)
			continue;
		row = (struct store_name){ .folder = a->folder, .kind = STR("container"),
			.service = view_str(p, x->service), .name = names_lower(p->a, name) };
		if (store_put_name(p->store, &row, err) < 0)
			return -1;
	}
	return 0;
}

static struct str
after_of(struct planner *p, uint32_t i)
{
	const struct inventory_item *item = &p->v->items[i];

	switch ((enum finding_record)item->record) {
	case FINDING_PORT:
		if (p->unit_of[i] == INVENTORY_NONE)
			return view_str(p, item->host_port);
		return arena_printf(p->a, "%u", p->after[i]);
	case FINDING_NAME:
	case FINDING_PROJECT:
	case FINDING_VOLUME:
	case FINDING_NETWORK:
		return view_str(p, p->after_name[i] ? p->after_name[i] : item->value);
	default:
		return (struct str)STR_INIT;
	}
}

/* What report needs once the findings are gone. Of uses those that are part of an address: what a moved
 * port is baked into. */
static bool
is_remembered(const struct finding *f)
{
	switch (f->record) {
	case FINDING_APP:
	case FINDING_PORT:
	case FINDING_NAME:
	case FINDING_PROJECT:
	case FINDING_VOLUME:
	case FINDING_NETWORK:
	case FINDING_REFERENCE:
	case FINDING_GAP:
	case FINDING_PROBLEM:
		return true;
	case FINDING_USE:
		return f->role == ROLE_ADDRESS;
	default:
		return false;
	}
}

static int
register_findings(struct planner *p, struct error *err)
{
	for (uint32_t i = 0; i < p->v->item_count; i++) {
		const struct app_plan *a = &p->apps[p->v->items[i].app];
		struct finding f;

		inventory_finding(p->v, i, &f);
		if (!is_remembered(&f))
			continue;
		f.id = a->id;
		if (store_put_finding(p->store, &f, after_of(p, i), err) < 0)
			return -1;
		progress_tell(p->o->progress, "findings registered", i + 1, p->v->item_count);
	}
	return 0;
}

static int
register_app(struct planner *p, const struct app_plan *a, struct error *err)
{
	if (store_put_app(p->store, a->folder, a->id, a->in_layout, err) < 0)
		return -1;
	if (!a->selected)
		return 0;
	if (a->is_new_row &&
	    store_put_pair(p->store, a->id, a->row_backend, a->row_frontend, err) < 0)
		return -1;
	return store_clear_app(p->store, a->folder, err);
}

static int
register_changes(struct planner *p, struct error *err)
{
	struct str id = str_from(p->plan->id);
	size_t i = 0;

	/* problems of the database itself */
	while (i < p->plan->count && plan_change(p->plan, i).app.len == 0)
		i++;

	for (size_t n = 0; n < p->v->app_count; n++) {
		struct str folder = view_str(p, p->v->apps[n].folder);
		size_t changes = 0;

		for (; i < p->plan->count; i++) {
			struct change c = plan_change(p->plan, i);

			if (!str_eq(c.app, folder))
				break;
			changes += c.action != CHANGE_PROBLEM;
		}
		if (store_put_plan_app(p->store, id, folder, changes, err) < 0)
			return -1;
	}
	for (i = 0; i < p->plan->count; i++) {
		struct change c = plan_change(p->plan, i);

		if (store_put_change(p->store, id, &c, err) < 0)
			return -1;
	}
	return 0;
}

static int
keep_side(
    struct planner *p, int64_t audit, const struct clash *c, const struct clash_side *side, struct error *err)
{
	const struct app_plan *a;

	if (side->app == INVENTORY_NONE)
		return 0;
	a = &p->apps[side->app];
	return store_put_audit_clash(p->store, audit,
	    &(struct store_audit_clash){ .kind = str_from(clash_kind_name(c->kind)),
		.value = c->what,
		.id = a->id,
		.app = view_str(p, p->v->apps[side->app].folder),
		.service = side->service,
		.message = c->detail },
	    err);
}

struct audit {
	struct planner *p;
	int64_t number;
	size_t clashes;
};

static int
keep_clash(void *context, const struct clash *c, struct error *err)
{
	struct audit *audit = context;

	audit->clashes++;
	return keep_side(audit->p, audit->number, c, &c->holder, err) < 0 ? -1 :
	    keep_side(audit->p, audit->number, c, &c->other, err);
}

/* What was found, before any of this. */
static int
register_audit(struct planner *p, struct error *err)
{
	struct audit audit = { p, 0, 0 };

	if (store_open_audit(p->store, str_from(p->plan->id), p->root, p->v->app_count, &audit.number, err) <
		0 ||
	    clash_find(p->v, NULL, keep_clash, &audit, err) < 0)
		return -1;
	return store_close_audit(p->store, audit.number, audit.clashes, err);
}

int
register_plan(struct planner *p, struct error *err)
{
	return store_put_plan(p->store, str_from(p->plan->id), p->root, err) < 0 ? -1
										 : register_changes(p, err);
}

/* A pair may get what another one gives up. */
static int
park_pairs(struct planner *p, struct error *err)
{
	for (size_t i = 0; i < p->v->app_count && p->pair_count; i++)
		if (p->apps[i].selected && p->apps[i].is_new_row &&
		    store_park_pair(p->store, p->apps[i].id, err) < 0)
			return -1;
	return 0;
}

int
register_all(struct planner *p, struct error *err)
{
	if (store_put_plan(p->store, str_from(p->plan->id), p->root, err) < 0)
		return -1;
	/* all rows of ours are cleared before any is put, as ports and names go from one app to another */
	if (park_pairs(p, err) < 0)
		return -1;
	for (size_t i = 0; i < p->v->app_count; i++)
		if (register_app(p, &p->apps[i], err) < 0)
			return -1;
	for (size_t i = 0; i < p->v->app_count; i++)
		if (p->apps[i].selected &&
		    (register_ports(p, &p->apps[i], err) < 0 || register_names(p, &p->apps[i], err) < 0))
			return -1;
	return register_findings(p, err) < 0 || register_changes(p, err) < 0 ? -1 : register_audit(p, err);
}
