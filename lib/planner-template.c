/* planner: a scaffold's own names and ports made placeholders, for `berth new` to fill in.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "planner-private.h"

struct template_edits {
	struct planner *p;
	const struct app_plan *a;
	uint16_t backend, frontend;	/* what the scaffold has; 0: none */
	struct str project;		/* its hard-wired name; empty: none */
	struct change *items;
	size_t count, cap;
};

bool
planner_is_template(const struct inventory *v)
{
	for (size_t i = 0; i < v->item_count; i++)
		if (v->items[i].record == FINDING_APP && str_eq(inventory_str(v, v->items[i].role), STR("template")))
			return true;
	return false;
}

static bool
has_placeholder(struct str s)
{
	return str_search(s, 0, STR("{{")) < s.len;
}

/* The text at PLACE becomes NEW, unless it is another app's or has its placeholder. One span gets one. */
static void
add(struct template_edits *e, const struct inventory_place *place, struct str new, struct str why)
{
	const struct inventory_file *f = inventory_file(e->p->v, place->file);
	struct str old = planner_str(e->p, place->raw);

	if (!old.len || has_placeholder(old) || !f || !f->exists || !planner_is_own(e->p, e->a, place->file))
		return;
	for (size_t i = 0; i < e->count; i++)
		if (str_eq(e->items[i].file, planner_str(e->p, place->file)) && span_overlaps(e->items[i].span,
		    (struct span){ place->off, place->len }))
			return;
	MEM_GROW(e->items, e->count, e->cap);
	e->items[e->count++] = (struct change){ .action = CHANGE_REPLACE, .file = planner_str(e->p, place->file),
		.line = place->line, .column = place->column, .has_span = true, .span = { place->off, place->len },
		.has_digest = true, .digest = f->digest, .old = old, .new = new, .reason = REASON_TEMPLATE, .detail = why };
}

/* One number becomes a placeholder that has it as its default; any other text stays. */
static void
add_port(struct template_edits *e, const struct inventory_place *place, bool backend, struct str why)
{
	struct str old = planner_str(e->p, place->raw);
	uint64_t port;

	if (str_to_uint(old, UINT16_MAX, &port) && port)
		add(e, place, arena_printf(e->p->a, "{{%s_port|%llu}}", backend ? "backend" : "frontend",
		    (unsigned long long)port), why);
}

static bool
is_backend(const struct planner *p, const struct inventory_item *item)
{
	return str_eq(planner_str(p, item->role), STR("backend"));
}

static bool
is_pair_port(const struct planner *p, const struct inventory_item *item)
{
	return item->record == FINDING_PORT && (is_backend(p, item) || str_eq(planner_str(p, item->role), STR("frontend")));
}

/* Which port of the pair the variable of a setting stands for, by its name or by the mapping that uses it. */
static bool
stands_for(const struct template_edits *e, const struct inventory_item *setting, bool *ret_backend)
{
	const struct planner *p = e->p;
	const struct inventory_app *app = &p->v->apps[e->a->app];
	struct str key = planner_str(p, setting->variable);

	for (uint32_t i = app->first; i < app->first + app->count; i++)
		if (is_pair_port(p, &p->v->items[i]) && p->v->items[i].variable == setting->variable) {
			*ret_backend = is_backend(p, &p->v->items[i]);
			return true;
		}
	*ret_backend = str_eq(key, STR("BACKEND_PORT"));
	return *ret_backend || str_eq(key, STR("FRONTEND_PORT"));
}

static void
look_at_setting(struct template_edits *e, const struct inventory_item *item)
{
	struct planner *p = e->p;
	struct str key = planner_str(p, item->variable), raw = planner_str(p, item->place.raw);
	struct str why = arena_printf(p->a, "the scaffold's own %.*s", STR_ARG(key));
	bool backend;
	uint64_t port;

	if (!item->place_known)
		return;
	if (str_eq(key, STR("PROJECT_NAME")) || str_eq(key, STR("COMPOSE_PROJECT_NAME"))) {
		if (!e->project.len && !has_placeholder(raw))
			e->project = raw;
		if (str_find(raw, 0, '$') == raw.len)
			add(e, &item->place, arena_printf(p->a, "{{%.*s}}", STR_ARG(key)), why);
	} else if (stands_for(e, item, &backend) && str_to_uint(raw, UINT16_MAX, &port)) {
		if (backend && !e->backend)
			e->backend = (uint16_t)port;
		else if (!backend && !e->frontend)
			e->frontend = (uint16_t)port;
		add_port(e, &item->place, backend, why);
	}
}

/* Whether an env file of the app sets it: a default in the compose file is then not what counts. */
static bool
is_set(const struct template_edits *e, uint32_t variable)
{
	return variable && (planner_setting(e->p, e->a, variable, false) != INVENTORY_NONE ||
	    planner_setting(e->p, e->a, variable, true) != INVENTORY_NONE);
}

static void
look_at_port(struct template_edits *e, const struct inventory_item *item)
{
	struct planner *p = e->p;
	bool backend = is_backend(p, item);

	if (!is_pair_port(p, item) || !item->low)
		return;
	if (backend && !e->backend)
		e->backend = item->low;
	else if (!backend && !e->frontend)
		e->frontend = item->low;
	if (item->place_known && (item->origin == ORIGIN_LITERAL || (item->origin == ORIGIN_DEFAULT &&
	    !is_set(e, item->variable))))
		add_port(e, &item->place, backend, arena_printf(p->a, "the scaffold's own port of %.*s",
		    STR_ARG(planner_str(p, item->service))));
}

/* `name: myapp`, and `container_name: myapp_web` of a scaffold called myapp. */
static void
look_at_name(struct template_edits *e, const struct inventory_item *item)
{
	struct planner *p = e->p;
	struct str raw = planner_str(p, item->place.raw), rest;

	if (!item->place_known || item->origin != ORIGIN_LITERAL)
		return;
	if (item->record == FINDING_PROJECT) {
		if (!e->project.len && !has_placeholder(raw))
			e->project = raw;
		add(e, &item->place, STR("{{COMPOSE_PROJECT_NAME}}"), STR("the scaffold's own project name"));
		return;
	}
	rest = str_sub(raw, e->project.len, raw.len);
	if (e->project.len && str_starts(raw, e->project) && (!rest.len || rest.ptr[0] == '_' || rest.ptr[0] == '-'))
		add(e, &item->place, arena_cat(p->a, STR("{{PROJECT_NAME}}"), rest),
		    STR("a container called after the scaffold"));
}

static void
look_at_reference(struct template_edits *e, const struct inventory_item *item)
{
	bool backend = item->low && item->low == e->backend;

	if (!item->place_known || !item->low || (!backend && item->low != e->frontend) ||
	    (item->origin == ORIGIN_DEFAULT && is_set(e, item->variable)) ||
	    (str_eq(planner_str(e->p, item->role), STR("mention")) && !e->p->o->rewrite_mentions))
		return;
	add_port(e, &item->place, backend, arena_printf(e->p->a, "an address of the scaffold's own: %.*s",
	    STR_ARG(planner_str(e->p, item->value))));
}

static void
each(struct template_edits *e, enum finding_record record, void (*look)(struct template_edits *, const struct inventory_item *))
{
	const struct inventory *v = e->p->v;
	const struct inventory_app *app = &v->apps[e->a->app];

	for (uint32_t i = inventory_find(v, app, record, 0); i != INVENTORY_NONE; i = inventory_find(v, app, record, i + 1))
		look(e, &v->items[i]);
}

static int
compare(const void *pa, const void *pb)
{
	const struct change *a = pa, *b = pb;
	int c = str_cmp(a->file, b->file);

	return c ? c : (a->span.off > b->span.off) - (a->span.off < b->span.off);
}

/* A placeholder is no port and no YAML until it is filled in: what scan says of that needs nobody. */
static void
look_at_problem(struct template_edits *e, const struct inventory_item *item)
{
	const struct inventory *v = e->p->v;
	const struct inventory_app *app = &v->apps[e->a->app];

	if (has_placeholder(planner_str(e->p, item->value)))
		return;
	for (uint32_t i = inventory_find(v, app, FINDING_GAP, 0); i != INVENTORY_NONE;
	    i = inventory_find(v, app, FINDING_GAP, i + 1))
		if (v->items[i].place.file == item->place.file &&
		    str_eq(planner_str(e->p, v->items[i].role), STR("placeholder")))
			return;
	planner_problem(e->p, e->a, planner_str(e->p, item->service), &item->place, planner_str(e->p, item->value));
}

void
planner_write_template(struct planner *p, struct app_plan *a)
{
	struct template_edits e = { .p = p, .a = a };

	each(&e, FINDING_PROBLEM, look_at_problem);
	each(&e, FINDING_PORT, look_at_port);
	each(&e, FINDING_SETTING, look_at_setting);
	each(&e, FINDING_PROJECT, look_at_name);
	each(&e, FINDING_NAME, look_at_name);
	each(&e, FINDING_REFERENCE, look_at_reference);
	if (e.count)
		qsort(e.items, e.count, sizeof *e.items, compare);
	for (size_t i = 0; i < e.count; i++) {
		struct change *c = planner_add(p, a, CHANGE_REPLACE), like = *c;

		*c = e.items[i];
		c->model = like.model;
		c->app_num = like.app_num;
		c->app = like.app;
	}
	free(e.items);
}
