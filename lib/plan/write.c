/* write: from what was decided for an app to the rows that say so: which bytes become which.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "plan/edits.h"

/* The port moves away from its variable, so an address made of that variable keeps the old number: a
 * person has to say it. */
static void
name_left_addresses(struct edits *e, const struct unit *u)
{
	struct planner *p = e->p;
	uint32_t variable = p->v->items[p->members[u->first]].variable;

	if (!variable)
		return;
	for (const struct index_entry *x =
		 index_entry_at(p, e->a, (struct index_key){ BY_ADDRESS, variable, 0, 0 });
	     index_entry_is(x, BY_ADDRESS, variable); x++) {
		const struct inventory_item *item = &p->v->items[x->item];

		plan_add_problem(p, e->a, view_str(p, item->service), &item->place,
		    arena_printf(p->a,
			"an address is made of %.*s, which also means something else and keeps its value: "
			"write the new port %u here by hand",
			STR_ARG(view_str(p, variable)), u->target));
	}
}

/* ` …; its container side stays: why` of item I, where it was asked to follow and cannot. */
static struct str
with_container_side(const struct edits *e, uint32_t i, struct str detail)
{
	struct planner *p = e->p;
	const struct inventory_item *item = &p->v->items[i], *side = view_container_side(p, i);
	struct str why = side ? view_str(p, side->detail) : STR("no variable decides it");

	if (!p->o->follow || item->host_port != item->container_port || view_follows(p, e->a, i))
		return detail;
	if (side && !why.len)
		why = STR("what decides it is not in an .env of this app's own");
	return arena_printf(p->a, "%.*s; its container port stays: %.*s", STR_ARG(detail), STR_ARG(why));
}

/* --container-port follow: the container listens on the host's number here, and on the new one from now
 * on. */
static void
follow_container_side(struct edits *e, const struct unit *u)
{
	struct planner *p = e->p;

	for (uint32_t k = 0; k < u->count && u->target != u->low; k++) {
		uint32_t i = p->members[u->first + k];
		struct change c = { .reason = REASON_PORT,
			.service = view_str(p, p->v->items[i].service) };
		struct str variable;

		if (!view_follows(p, e->a, i))
			continue;
		variable = view_str(p, view_container_side(p, i)->variable);
		c.detail = arena_printf(p->a, "the container port follows %u", p->now[i]);
		if (u->edit != EDIT_ENV || !str_eq(variable, view_str(p, u->variable)))
			env_set_key(
			    e, c, variable, text_of_ports(p, p->after[i], p->after[i], false));
	}
}

static void
edit_unit(struct edits *e, const struct unit *u)
{
	struct planner *p = e->p;

	if (u->edit == EDIT_SITE)
		name_left_addresses(e, u);
	follow_container_side(e, u);
	for (uint32_t k = 0; k < u->count; k++) {
		uint32_t i = p->members[u->first + k];
		const struct inventory_item *item = &p->v->items[i];
		struct change c = { .action = CHANGE_REPLACE };

		if (u->edit == EDIT_ENV) {
			/* tcp and udp may have a variable each */
			if (k > 0 && item->variable == p->v->items[p->members[u->first + k - 1]].variable)
				continue;
			c.service = view_str(p, item->service);
			c.reason = REASON_PORT;
			c.detail = with_container_side(e, i, text_of_why(p, u, item));
			env_set_key(e, c, view_str(p, item->variable),
			    text_of_ports(p, u->target, u->target + u->width - 1U, u->width > 1));
			continue;
		}
		c = edits_replacement(e, u->edit == EDIT_SITE ? &item->site : &item->place,
		    text_of_span(p, u, i, u->edit == EDIT_SITE));
		c.service = view_str(p, item->service);
		c.reason = REASON_PORT;
		c.detail = with_container_side(e, i, text_of_why(p, u, item));
		if (!edits_add(e, c))
			plan_add_problem(p, e->a, c.service, u->edit == EDIT_SITE ? &item->site : &item->place,
			    arena_printf(p->a,
				"this text would have to be two ports at once: give %.*s %u by hand",
				STR_ARG(c.service), p->after[i]));
	}
}

static void
edit_aliases(struct edits *e, const struct unit *u)
{
	struct planner *p = e->p;

	for (uint32_t k = 0; k < u->count; k++) {
		uint32_t i = p->members[u->first + k];
		const struct inventory_item *item = &p->v->items[i];
		const struct inventory_place *place = &view_rare(p, i)->alias;
		struct change c = edits_replacement(e, place, text_of_alias(p, i));

		c.service = view_str(p, item->service);
		c.reason = REASON_PORT;
		c.detail = arena_printf(p->a,
		    "what another service has through the same anchor has to differ here: %.*s",
		    STR_ARG(text_of_why(p, u, item)));
		if (!edits_add(e, c))
			plan_add_problem(p, e->a, c.service, place,
			    arena_printf(p->a,
				"this alias stands in a text that changes as "
				"well: give %.*s %u by hand",
				STR_ARG(c.service), p->after[i]));
	}
}

/* What decides a port that moves: a variable, or a place. */
struct moved {
	uint32_t file, off;	/* of a variable file is UINT32_MAX, which is no text */
};

static int
compare_moved(const void *pa, const void *pb)
{
	const struct moved *a = pa, *b = pb;

	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	return (a->off > b->off) - (a->off < b->off);
}

/* All that decides a port of the app that moves, in order; to be freed. */
static struct moved *
list_moved(const struct planner *p, const struct app_plan *a, size_t *ret_count)
{
	struct moved *list = NULL;
	size_t n = 0, cap = 0;

	for (uint32_t i = a->first_unit; i < a->first_unit + a->unit_count; i++) {
		const struct unit *u = &p->units[i];
		/* tcp and udp may have a variable each */
		uint32_t count = u->edit == EDIT_ENV ? u->count : 1;

		if (!u->target || u->target == u->low || (u->edit != EDIT_ENV && u->edit != EDIT_PLACE))
			continue;
		for (uint32_t k = u->first; k < u->first + count; k++) {
			const struct inventory_item *item =
			    &p->v->items[u->edit == EDIT_ENV ? p->members[k] : u->item];

			if (u->edit == EDIT_PLACE && !item->place_known)
				continue;
			MEM_GROW(list, n, cap);
			list[n++] = u->edit == EDIT_ENV ? (struct moved){ UINT32_MAX, item->variable } :
			    (struct moved){ item->place.file, item->place.off };
		}
	}
	if (n)
		qsort(list, n, sizeof *list, compare_moved);
	*ret_count = n;
	return list;
}

/* Whether U, whose port was parted from what shares its variable, is to stay while the variable changes. */
static bool
is_left_by_variable(const struct planner *p, const struct app_plan *a, const struct unit *u,
    const struct moved *moved, size_t count)
{
	const struct inventory_item *item = &p->v->items[u->item];
	const struct moved variable = { UINT32_MAX, item->variable },
			   place = { item->place.file, item->place.off };

	if (u->edit != EDIT_SITE)
		return false;
	if (view_is_pinned(p, a, item) ||
	    (count && bsearch(&variable, moved, count, sizeof *moved, compare_moved)))
		return true;
	return item->place_known && count && bsearch(&place, moved, count, sizeof *moved, compare_moved);
}

static void
edit_ports(struct edits *e)
{
	struct planner *p = e->p;
	const struct app_plan *a = e->a;
	size_t count;
	struct moved *moved = list_moved(p, a, &count);

	for (uint32_t i = a->first_unit; i < a->first_unit + a->unit_count; i++) {
		const struct unit *u = &p->units[i];

		if (u->target && u->edit == EDIT_ALIAS) {
			edit_aliases(e, u);	/* though it stay: the anchor's port may move */
			continue;
		}
		/* a pair's variables are looked at even where the port is right, for .env.example's sake */
		if (u->target && (u->target != u->low || (u->is_pair && u->edit == EDIT_ENV && a->in_layout &&
		    p->v->items[u->item].origin == ORIGIN_ENV) || is_left_by_variable(p, a, u, moved, count)))
			edit_unit(e, u);
	}
	free(moved);
}

/* --- names
 * ----------------------------------------------------------------------------------------------------------- */

static struct str
resources_left(struct planner *p, const struct app_plan *a)
{
	const struct inventory_app *app = &p->v->apps[a->app];
	struct str s = STR("");

	for (uint32_t i = app->first; i < app->first + app->count; i++) {
		const struct inventory_item *item = &p->v->items[i];
		struct str old = view_str(p, item->value), new = view_str(p, p->after_name[i]);

		if (item->record != FINDING_VOLUME || !p->after_name[i])
			continue;
		s = arena_printf(p->a, "%.*s%s%.*s -> %.*s", STR_ARG(s),
		    s.len ? ", " : "; its volumes start empty: ", STR_ARG(old), STR_ARG(new));
		plan_note_volume(p, old, new);
	}
	return s;
}

static void
edit_project(struct edits *e)
{
	struct planner *p = e->p;
	struct app_plan *a = e->a;
	struct str name = names_lower(p->a, a->project);
	const struct inventory_item *item = a->project_item == INVENTORY_NONE ? NULL
									      : &p->v->items[a->project_item];
	struct change like = { .reason = REASON_PROJECT_NAME };
	struct change c;

	if (p->o->keep_project_names || a->project.len == 0 || (!a->in_layout && !a->project_changes))
		return;
	if (item) {
		struct str left = a->project_changes ? resources_left(p, a) : (struct str)STR_INIT;

		like.detail = arena_printf(p->a, "Compose called it %.*s%s%.*s%.*s",
		    STR_ARG(view_str(p, item->value)),
		    a->copied_project.len ? ", .env.example calls it " : "", STR_ARG(a->copied_project),
		    STR_ARG(left));
	}
	if (a->in_layout || a->copied_project.len || !item || !item->place_known ||
	    item->origin != ORIGIN_LITERAL || !view_is_own(p, a, item->place.file)) {
		env_set_key(e, like, STR("COMPOSE_PROJECT_NAME"), name);
		return;
	}
	c = edits_replacement(e, &item->place, name);
	c.reason = like.reason;
	c.detail = like.detail;
	if (!edits_add(e, c))
		plan_add_problem(p, a, (struct str)STR_INIT, &item->place,
		    STR("the project name shares its text with something "
			"else: change it by hand"));
}

static void
edit_names(struct edits *e)
{
	struct planner *p = e->p;
	const struct inventory_app *app = &p->v->apps[e->a->app];

	edit_project(e);
	if (e->a->in_layout && view_has_project_name(p, e->a))
		env_set_key(e, (struct change){ .reason = REASON_PROJECT_NAME,
		    .detail = STR("container names are made of it") }, STR("PROJECT_NAME"), e->a->project);
	for (uint32_t i = inventory_find(p->v, app, FINDING_NAME, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_NAME, i + 1)) {
		const struct inventory_item *item = &p->v->items[i];
		bool in_place = item->place_known && item->origin == ORIGIN_LITERAL;
		struct change c;

		if (!p->renamed[i])
			continue;
		c = edits_replacement(
		    e, in_place ? &item->place : &item->site, view_str(p, p->after_name[i]));
		c.service = view_str(p, item->service);
		c.reason = REASON_CONTAINER_NAME;
		c.detail = arena_printf(
		    p->a, "another app has a container called %.*s", STR_ARG(view_str(p, item->value)));
		if (!edits_add(e, c))
			plan_add_problem(p, e->a, c.service, &item->site,
			    STR("the container name shares its text with something "
				"that must differ: change it by hand"));
	}
}

static int
compare_edits(const void *pa, const void *pb)
{
	const struct edit *a = pa, *b = pb;
	int c;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if ((c = str_cmp(a->c.file, b->c.file)))
		return c;
	if (a->c.span.off != b->c.span.off)
		return a->c.span.off < b->c.span.off ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static void
write_env_file(struct edits *e)
{
	struct app_plan *a = e->a;
	struct change c = {
		.action = a->copies ? CHANGE_COPY : CHANGE_CREATE, .file = a->env, .reason = REASON_ENV_FILE
	};

	if (!a->copies && !a->creates)
		return;
	c.detail = a->copies ? STR("missing; made from .env.example")
			     : STR("missing, and there is no .env.example");
	if (a->copies)
		edits_digest(&c, a->example_file);
	plan_add(e->p, a, &c);
}

void
write_app(struct planner *p, struct app_plan *a)
{
	struct edits e = { .p = p, .a = a };
	const struct inventory_app *app = &p->v->apps[a->app];

	edit_names(&e);
	edit_ports(&e);
	for (uint32_t i = inventory_find(p->v, app, FINDING_REFERENCE, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_REFERENCE, i + 1))
		references_edit(&e, i);
	for (uint32_t i = inventory_find(p->v, app, FINDING_GAP, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_GAP, i + 1))
		if (p->v->items[i].role == ROLE_PLACEHOLDER)
			env_fill_placeholder(&e, &p->v->items[i]);
	write_env_file(&e);
	if (e.count)
		qsort(e.items, e.count, sizeof *e.items, compare_edits);
	for (size_t i = 0; i < e.count; i++)
		plan_add(p, a, &e.items[i].c);
	free(e.items);
	free(e.replaced);
	free(e.seen[0].items);
	free(e.seen[1].items);
}
