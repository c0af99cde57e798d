/* write: from what was decided for an app to the rows that say so: which bytes become which.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "plan/edits.h"

static unsigned
rank_of(const struct edits *e, struct str file)
{
	return str_eq(file, e->a->env) ? 0 : str_eq(file, e->a->example) ? 1 : 2;
}

/* Where C stands, or would, among what replaces. */
static size_t
find_replaced(const struct edits *e, const struct change *c)
{
	size_t low = 0, high = e->replaced_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct change *x = &e->items[e->replaced[mid]].c;
		int order = str_cmp(x->file, c->file);

		if (order < 0 || (order == 0 && (x->span.off < c->span.off || (x->span.off == c->span.off &&
		    x->span.len < c->span.len))))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* What shares bytes with C, which would stand at AT among what replaces; NULL: nothing does. */
static const struct change *
shared_with(const struct edits *e, size_t at, const struct change *c)
{
	const struct change *x = at < e->replaced_count ? &e->items[e->replaced[at]].c : NULL;

	if (x && str_eq(x->file, c->file) && ((x->span.off == c->span.off && x->span.len == c->span.len) ||
	    span_overlaps(x->span, c->span)))
		return x;
	while (at-- > 0) {
		x = &e->items[e->replaced[at]].c;
		if (!str_eq(x->file, c->file) || x->span.len)	/* an empty one hides none before it */
			return str_eq(x->file, c->file) && span_overlaps(x->span, c->span) ? x : NULL;
	}
	return NULL;
}

static void
note_replaced(struct edits *e, size_t at)
{
	MEM_GROW(e->replaced, e->replaced_count, e->replaced_cap);
	memmove(e->replaced + at + 1, e->replaced + at, (e->replaced_count++ - at) * sizeof *e->replaced);
	e->replaced[at] = (uint32_t)e->count;
}

bool
planner_edit_add(struct edits *e, struct change c)
{
	if (c.action == CHANGE_REPLACE) {
		size_t at = find_replaced(e, &c);
		const struct change *x = shared_with(e, at, &c);

		if (x)
			return x->span.off == c.span.off && x->span.len == c.span.len &&
			    str_eq(x->new, c.new);
		note_replaced(e, at);
	}
	c.has_span = true;
	MEM_GROW(e->items, e->count, e->cap);
	e->items[e->count] = (struct edit){ c, rank_of(e, c.file), e->count };
	e->count++;
	return true;
}

void
planner_edit_digest(struct change *c, const struct inventory_file *f)
{
	c->has_digest = f && f->exists;
	c->digest = c->has_digest ? f->digest : 0;
}

struct change
planner_edit_replacement(const struct edits *e, const struct inventory_place *place, struct str new)
{
	struct change c = { .action = CHANGE_REPLACE,
		.file = planner_str(e->p, place->file),
		.line = place->line,
		.column = place->column,
		.span = { place->off, place->len },
		.old = planner_str(e->p, place->raw),
		.new = new };

	planner_edit_digest(&c, inventory_file(e->p->v, place->file));
	return c;
}

/* The port moves away from its variable, so an address made of that variable keeps the old number: a
 * person has to say it. */
static void
name_left_addresses(struct edits *e, const struct unit *u)
{
	struct planner *p = e->p;
	uint32_t variable = p->v->items[p->members[u->first]].variable;

	if (!variable)
		return;
	for (const struct planner_entry *x =
		 planner_entry_at(p, e->a, (struct planner_key){ BY_ADDRESS, variable, 0, 0 });
	     planner_entry_is(x, BY_ADDRESS, variable); x++) {
		const struct inventory_item *item = &p->v->items[x->item];

		planner_problem(p, e->a, planner_str(p, item->service), &item->place,
		    arena_printf(p->a,
			"an address is made of %.*s, which also means something else and keeps its value: "
			"write the new port %u here by hand",
			STR_ARG(planner_str(p, variable)), u->target));
	}
}

/* ` …; its container side stays: why` of item I, where it was asked to follow and cannot. */
static struct str
with_container_side(const struct edits *e, uint32_t i, struct str detail)
{
	struct planner *p = e->p;
	const struct inventory_item *item = &p->v->items[i], *side = planner_container_side(p, i);
	struct str why = side ? planner_str(p, side->detail) : STR("no variable decides it");

	if (!p->o->follow || item->host_port != item->container_port || planner_follows(p, e->a, i))
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
			.service = planner_str(p, p->v->items[i].service) };
		struct str variable;

		if (!planner_follows(p, e->a, i))
			continue;
		variable = planner_str(p, planner_container_side(p, i)->variable);
		c.detail = arena_printf(p->a, "the container port follows %u", p->now[i]);
		if (u->edit != EDIT_ENV || !str_eq(variable, planner_str(p, u->variable)))
			planner_edit_key(
			    e, c, variable, planner_port_text(p, p->after[i], p->after[i], false));
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
			c.service = planner_str(p, item->service);
			c.reason = REASON_PORT;
			c.detail = with_container_side(e, i, planner_why_with_chain(p, u, item));
			planner_edit_key(e, c, planner_str(p, item->variable),
			    planner_port_text(p, u->target, u->target + u->width - 1U, u->width > 1));
			continue;
		}
		c = planner_edit_replacement(e, u->edit == EDIT_SITE ? &item->site : &item->place,
		    planner_text_of_span(p, u, i, u->edit == EDIT_SITE));
		c.service = planner_str(p, item->service);
		c.reason = REASON_PORT;
		c.detail = with_container_side(e, i, planner_why_with_chain(p, u, item));
		if (!planner_edit_add(e, c))
			planner_problem(p, e->a, c.service, u->edit == EDIT_SITE ? &item->site : &item->place,
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
		const struct inventory_place *place = &planner_rare(p, i)->alias;
		struct change c = planner_edit_replacement(e, place, planner_alias_content(p, i));

		c.service = planner_str(p, item->service);
		c.reason = REASON_PORT;
		c.detail = arena_printf(p->a,
		    "what another service has through the same anchor has to differ here: %.*s",
		    STR_ARG(planner_why_with_chain(p, u, item)));
		if (!planner_edit_add(e, c))
			planner_problem(p, e->a, c.service, place,
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
	if (planner_is_pinned(p, a, item) ||
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
		struct str old = planner_str(p, item->value), new = planner_str(p, p->after_name[i]);

		if (item->record != FINDING_VOLUME || !p->after_name[i])
			continue;
		s = arena_printf(p->a, "%.*s%s%.*s -> %.*s", STR_ARG(s),
		    s.len ? ", " : "; its volumes start empty: ", STR_ARG(old), STR_ARG(new));
		planner_note_volume(p, old, new);
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
		    STR_ARG(planner_str(p, item->value)),
		    a->copied_project.len ? ", .env.example calls it " : "", STR_ARG(a->copied_project),
		    STR_ARG(left));
	}
	if (a->in_layout || a->copied_project.len || !item || !item->place_known ||
	    item->origin != ORIGIN_LITERAL || !planner_is_own(p, a, item->place.file)) {
		planner_edit_key(e, like, STR("COMPOSE_PROJECT_NAME"), name);
		return;
	}
	c = planner_edit_replacement(e, &item->place, name);
	c.reason = like.reason;
	c.detail = like.detail;
	if (!planner_edit_add(e, c))
		planner_problem(p, a, (struct str)STR_INIT, &item->place,
		    STR("the project name shares its text with something "
			"else: change it by hand"));
}

static void
edit_names(struct edits *e)
{
	struct planner *p = e->p;
	const struct inventory_app *app = &p->v->apps[e->a->app];

	edit_project(e);
	if (e->a->in_layout && planner_has_project_name(p, e->a))
		planner_edit_key(e, (struct change){ .reason = REASON_PROJECT_NAME,
		    .detail = STR("container names are made of it") }, STR("PROJECT_NAME"), e->a->project);
	for (uint32_t i = inventory_find(p->v, app, FINDING_NAME, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_NAME, i + 1)) {
		const struct inventory_item *item = &p->v->items[i];
		bool in_place = item->place_known && item->origin == ORIGIN_LITERAL;
		struct change c;

		if (!p->renamed[i])
			continue;
		c = planner_edit_replacement(
		    e, in_place ? &item->place : &item->site, planner_str(p, p->after_name[i]));
		c.service = planner_str(p, item->service);
		c.reason = REASON_CONTAINER_NAME;
		c.detail = arena_printf(
		    p->a, "another app has a container called %.*s", STR_ARG(planner_str(p, item->value)));
		if (!planner_edit_add(e, c))
			planner_problem(p, e->a, c.service, &item->site,
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
		planner_edit_digest(&c, a->example_file);
	planner_add(e->p, a, &c);
}

void
planner_write_app(struct planner *p, struct app_plan *a)
{
	struct edits e = { .p = p, .a = a };
	const struct inventory_app *app = &p->v->apps[a->app];

	edit_names(&e);
	edit_ports(&e);
	for (uint32_t i = inventory_find(p->v, app, FINDING_REFERENCE, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_REFERENCE, i + 1))
		planner_edit_reference(&e, i);
	for (uint32_t i = inventory_find(p->v, app, FINDING_GAP, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_GAP, i + 1))
		if (p->v->items[i].role == ROLE_PLACEHOLDER)
			planner_edit_placeholder(&e, &p->v->items[i]);
	write_env_file(&e);
	if (e.count)
		qsort(e.items, e.count, sizeof *e.items, compare_edits);
	for (size_t i = 0; i < e.count; i++)
		planner_add(p, a, &e.items[i].c);
	free(e.items);
	free(e.replaced);
	free(e.seen[0].items);
	free(e.seen[1].items);
}
