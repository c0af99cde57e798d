/* outcome: what clashes once the plan is applied.
 * SPDX-License-Identifier: MIT */
#include "plan/internal.h"

#include "base/buf.h"
#include "base/dict.h"
#include "plan/edits.h"

/* The side of C that a problem is told of, of an app that is planned for; NULL: neither is. */
static const struct clash_side *
told_side(const struct view *v, const struct clash *c)
{
	if (c->other.app != INVENTORY_NONE && v->apps[c->other.app].is_selected)
		return &c->other;
	if (c->holder.app != INVENTORY_NONE && v->apps[c->holder.app].is_selected)
		return &c->holder;
	return NULL;
}

static const char *
remedy(enum clash_kind kind)
{
	switch (kind) {
	case CLASH_VOLUME:
	case CLASH_NETWORK:
		return ": give it another name by hand, or declare it external in all but one";
	case CLASH_ALIAS:
		return ": give one of them another name there, or a network of its own, by hand";
	case CLASH_IMAGE:
		return ": give one of them another tag by hand, with all that names it";
	case CLASH_SUBNET:
		return ": give one of them another subnet or address by hand, or none";
	case CLASH_REPLICAS:
		return "";
	default:
		return ": change one of them by hand";
	}
}

/* Whether the two of C are one text of one mapping, which services share. */
static bool
is_one_mapping(const struct view *v, const struct clash *c)
{
	const struct inventory_place *x = &view_item(v, c->holder.item)->site;
	const struct inventory_place *y = &view_item(v, c->other.item)->site;

	return x->file == y->file && view_spot(v, x)->line == view_spot(v, y)->line &&
	    view_spot(v, x)->column == view_spot(v, y)->column;
}

/* Why the clash C of ports could not be ended, or of names that texts give; empty: of others there is nothing
 * to say. */
static struct str
why_it_stays(const struct decisions *d, const struct clash *c)
{
	const struct view *v = &d->view;
	uint32_t unit;

	if (c->kind == CLASH_CONTAINER && view_item(v, c->other.item)->record == FINDING_NAME &&
	    decider_of_name(v, c->other.item).edit == EDIT_NONE)
		return arena_cat(
		    v->arena, str_from(remedy(CLASH_CONTAINER)), decider_cure(v, c->other.app));
	if (c->kind != CLASH_PORT)
		return (struct str)STR_INIT;
	unit = d->units.of[c->other.item];
	if (unit == INVENTORY_NONE)	/* it asks for any port of a range */
		return STR("; widen the range, or make one of its ports free, by hand");
	if (c->holder.app == c->other.app && unit == d->units.of[c->holder.item])
		return is_one_mapping(&d->view, c)
		    ? STR("; both are one text, by an alias, an anchor or extends: give one of them a list "
			  "of its own")
		    : STR("; both have it from one variable, which holds more than the number: write one "
			  "of them without it");
	if (d->ports.of_unit[unit].has_no_place)
		return STR("; no free port is left for it");
	if (!d->units.items[unit].why_not)
		return (struct str)STR_INIT;
	return arena_printf(d->view.arena, "; it cannot be moved: %s", d->units.items[unit].why_not);
}

/* A network that two apps make: told once, with all that both call the same on it. */
struct doubled {
	struct problem problem;
	struct buf aliases;		/* by commas */
};

struct outcome {
	const struct decisions *d;
	const struct clash_view *view;
	struct plan *plan;
	struct dict doubled_of;		/* by the later app and the network: its index in DOUBLED */
	struct doubled *doubled;
	size_t doubled_count, doubled_cap;
};

/* What tells the network of clash C from all others. Of an alias: the network that it is on. */
static struct str
network_key(const struct outcome *o, const struct clash *c)
{
	struct str name = c->kind == CLASH_ALIAS ? clash_network_of(o->view, c->other.item) : c->what;

	return arena_printf(o->d->view.arena, "%u %.*s", c->other.app, STR_ARG(name));
}

static void
add_doubled(struct outcome *o, const struct clash *c, const struct problem *problem)
{
	struct arena *a = o->d->view.arena;

	(void)dict_add(&o->doubled_of, network_key(o, c), (uint32_t)o->doubled_count);
	ARENA_GROW(a, o->doubled, o->doubled_count, o->doubled_cap);
	o->doubled[o->doubled_count++] = (struct doubled){ *problem, BUF_INIT };
}

/* Whether C is an alias on a network that is told: with another name that is another network. */
static bool
is_of_doubled(struct outcome *o, const struct clash *c)
{
	const struct view *v = &o->d->view;
	uint32_t i = c->kind == CLASH_ALIAS ? dict_find(&o->doubled_of, network_key(o, c)) : DICT_NONE;
	struct buf *all;

	if (i == DICT_NONE)
		return false;
	all = &o->doubled[i].aliases;
	buf_printf(all, "%s%.*s", all->len ? ", " : "",
	    STR_ARG(view_str(v, view_item(v, c->other.item)->value)));
	return true;
}

static void
tell_doubled(struct outcome *o)
{
	const struct view *v = &o->d->view;

	for (size_t i = 0; i < o->doubled_count; i++) {
		struct doubled *n = &o->doubled[i];
		struct str message = n->problem.message;

		n->problem.message = n->aliases.len
		    ? arena_printf(v->arena, "%.*s, and both have %.*s on it: give it another "
			  "name by hand", STR_ARG(message), STR_ARG(buf_str(&n->aliases)))
		    : arena_cat(v->arena, message, str_from(remedy(CLASH_NETWORK)));
		plan_add_problem(o->plan, v, &n->problem);
		buf_release(&n->aliases);
	}
	o->doubled_count = 0;
}

/* Whether scan has a problem at ITEM's place, which Compose refuses for it: it is told as that. */
static bool
is_refused(const struct view *v, const struct inventory_item *item)
{
	for (uint32_t i = view_first(v, item->app, FINDING_PROBLEM); i != INVENTORY_NONE;
	     i = view_next(v, i)) {
		const struct inventory_item *problem = &v->inventory->items[i];

		if (item->place_known && problem->place.file == item->place.file &&
		    view_spot(v, &problem->place)->line == view_spot(v, &item->place)->line)
			return true;
	}
	return false;
}

static int
add_clash(void *context, const struct clash *c, struct error *err)
{
	struct outcome *o = context;
	const struct view *v = &o->d->view;
	const struct clash_side *side = told_side(v, c);
	const struct inventory_item *item;
	struct problem problem;
	struct str why;

	(void)err;
	if (c->kind > CLASH_ALIAS)
		tell_doubled(o);
	if (c->accepted)
		accept_meet(v->options->accepted, c->accepted);
	if (!side || c->accepted || clash_is_hazard(c->kind) || is_of_doubled(o, c))
		return 0;
	item = view_item(v, side->item);
	if (c->kind == CLASH_REPLICAS && item->record == FINDING_NAME && is_refused(v, item))
		return 0;
	why = why_it_stays(o->d, c);
	problem = (struct problem){ .app = side->app,
		.service = view_str(v, item->words->service),
		.place = item->site_known ? &item->site : &item->place,
		.message = arena_printf(v->arena, "%.*s%.*s%s", STR_ARG(c->detail), STR_ARG(why),
		    why.len || c->kind == CLASH_NETWORK ? "" : remedy(c->kind)) };
	if (c->kind == CLASH_NETWORK)
		add_doubled(o, c, &problem);
	else
		plan_add_problem(o->plan, v, &problem);
	return 0;
}

/* Docker's own pools hold as many, of which its bridge has one. */
enum { USUAL_POOLS = 31, OF_BRIDGE = 1 };

static void
count_networks(const struct decisions *d, const struct clash_view *outcome, struct plan *plan)
{
	const struct inventory *v = d->view.inventory;
	struct dict names = DICT_IN(d->view.scratch);
	uint64_t pools = USUAL_POOLS;

	for (uint32_t i = 0; i < v->item_count; i++)
		if (v->items[i].record == FINDING_NETWORK)
			(void)dict_add(&names, clash_name_of(outcome, i), i);
	plan->networks = names.count;
	for (size_t i = 0; i < v->held_count && !d->view.options->leave_held; i++) {
		if (v->held[i].role == ROLE_POOL)
			(void)str_to_uint(view_str(&d->view, v->held[i].value), UINT32_MAX, &pools);
		plan->networks += v->held[i].role == ROLE_NETWORK && v->held[i].whole &&
		    !str_eq(view_str(&d->view, v->held[i].value), STR("bridge"));
	}
	plan->pools = (size_t)pools - OF_BRIDGE;
}

/* Of what is planned for, the ports that are reserved and stay all the same. */
static void
tell_reserved(const struct decisions *d, struct plan *plan)
{
	const struct view *v = &d->view;
	const struct portmap *blocked = v->options->blocked;

	for (uint32_t i = 0; blocked && i < v->inventory->item_count; i++) {
		const struct inventory_item *item = &v->inventory->items[i];
		uint32_t unit = d->units.of[i];
		uint16_t port = d->ports.after[i];

		if (unit == INVENTORY_NONE || !v->apps[item->app].is_selected ||
		    blocked->state[port] != PORT_RESERVED)
			continue;
		plan_add_problem(plan, v,
		    &(struct problem){ .app = item->app,
			.service = view_str(v, item->words->service),
			.place = item->site_known ? &item->site : &item->place,
			.message = arena_printf(v->arena, "%u is reserved (--reserve) and stays: %s", port,
			    d->units.items[unit].why_not ? d->units.items[unit].why_not
							 : "change it by hand") });
	}
}

/* One problem for each app that should have moved ports for which no free one is left. */
static void
tell_no_place(const struct decisions *d, struct plan *plan)
{
	const struct view *v = &d->view;
	uint32_t *left = arena_zero(v->scratch, v->inventory->app_count, sizeof *left);

	for (uint32_t i = 0; i < d->units.count; i++)
		left[d->units.items[i].app] += d->ports.of_unit[i].has_no_place;
	for (uint32_t i = 0; i < v->inventory->app_count; i++)
		if (left[i] > 0)
			plan_add_problem(plan, v, &(struct problem){ .app = i,
			    .message = arena_printf(v->arena, "no free port is left for %u of its ports, "
				"which stay: widen --range, lift a --reserve, or free rows with --prune",
				left[i]) });
}

void
outcome_check(const struct decisions *d, struct plan *plan)
{
	const struct plan_options *options = d->view.options;
	const struct accept *accepted = options->accepted;
	const struct clash_options o = { .accepted = accepted ? accepted->items : NULL,
		.accepted_count = accepted ? accepted->count : 0, .tell_accepted = true,
		.held = !options->leave_held, .hazards = accepted != NULL };
	struct clash_view outcome = naming_outcome(&d->naming, &d->view);
	struct outcome context = { d, &outcome, plan, DICT_IN(d->view.arena), NULL, 0, 0 };

	outcome.ports = d->ports.after;
	count_networks(d, &outcome, plan);
	tell_no_place(d, plan);
	(void)clash_find(&outcome, &o, add_clash, &context, NULL);	/* add_clash never fails */
	tell_doubled(&context);
	tell_reserved(d, plan);
}
