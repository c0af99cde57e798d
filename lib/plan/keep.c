/* keep: who keeps a contested port.
 * SPDX-License-Identifier: MIT */
#include "plan/ports.h"

#include <assert.h>
#include <stdlib.h>

#include "base/order.h"
#include "fleet/clash.h"
#include "plan/internal.h"
#include "syntax/placeholder.h"
#include "system/options.h"

/* A port of a unit that stays, or that stayed for a while. */
struct stayer {
	uint32_t unit, item;
};

struct keep {
	const struct decisions *d;
	const struct view *view;
	const struct units *units;
	struct keep_unit *of;		/* by unit */
	struct stayer *stayers;
	size_t count, cap;
	bool *is_known;			/* by unit: its ports are among the stayers */
	uint32_t *wanted;		/* by port: how many ports of units have that number */
	uint32_t *rank;			/* by unit: who is preferred, see below */
	uint32_t *marks, round;		/* by unit: the last round of asking that it was found in */
	struct crowd crowd;		/* the stayers, by whom they may run into */
	struct arena words;		/* of one look */
};

static void
settle_down(struct keep *k, uint32_t unit)
{
	const struct unit *u = &k->units->items[unit];

	k->of[unit].stays = true;
	for (uint32_t i = 0; i < u->count && !k->is_known[unit]; i++) {
		uint32_t item = k->units->members[u->first + i], port = k->units->now[item];
		struct crowd_claim claim;

		if (k->wanted[port] < 2)
			continue;
		claim = clash_crowd_claim(k->view->inventory, item, (uint16_t)port);
		MEM_GROW(k->stayers, k->count, k->cap);
		crowd_add(&k->crowd, &claim, (uint32_t)k->count);
		k->stayers[k->count++] = (struct stayer){ unit, item };
	}
	k->is_known[unit] = true;
}

/* Item ITEM of UNIT, which asks whom it runs into. */
struct asker {
	struct keep *keep;
	uint32_t unit, item;
	uint32_t but;			/* a unit that it is known to run into */
	uint32_t round;			/* so are those that are marked with this; 0: none is */
	bool is_of_rank;		/* only those that do not give way to fewer ports count */
};

/* Who is preferred: whose number the registry says is theirs, as an app that is added moves no other, then of
 * whose app it says that in another mapping; who cannot move; who is named by --priority, in its order; who
 * serves others on that very port. Then all others. */
enum { RANK_REGISTERED, RANK_REMAPPED, RANK_FIXED, RANK_PRIORITY };

static size_t
priority_count(const struct keep *k)
{
	return k->view->options->priority ? k->view->options->priority->count : 0;
}

static bool
is_ordinary(const struct keep *k, uint32_t unit)
{
	return k->rank[unit] == RANK_PRIORITY + priority_count(k) + 1;
}

static enum crowd_answer
runs_into(void *context, uint32_t number)
{
	const struct asker *a = context;
	struct keep *k = a->keep;
	const struct inventory *v = k->view->inventory;
	const struct stayer *s = &k->stayers[number];

	if (s->unit == a->unit || s->unit == a->but || !k->of[s->unit].stays ||
	    (a->round && k->marks[s->unit] == a->round) || (a->is_of_rank && is_ordinary(k, s->unit)) ||
	    !clash_is_of_ports(v, a->item, s->item))
		return CROWD_DOES_NOT;
	return view_accepts_port(k->view, a->item, s->item, k->units->now[a->item], &k->words)
	    ? CROWD_APP_DOES_NOT
	    : CROWD_CLASHES;
}

/* The next unit that stays and that the asker's item runs into; INVENTORY_NONE: none does. */
static uint32_t
next_against(struct keep *k, struct asker *a)
{
	uint16_t port = k->units->now[a->item];
	struct crowd_claim claim;
	uint32_t found;

	if (k->wanted[port] < 2)
		return INVENTORY_NONE;
	claim = clash_crowd_claim(k->view->inventory, a->item, port);
	found = crowd_find(&k->crowd, &claim, runs_into, a);
	assert(found == CROWD_NONE || k->stayers);	/* found is one's number */
	return found == CROWD_NONE ? INVENTORY_NONE : k->stayers[found].unit;
}

/* The units that stay and that UNIT runs into: how many (2 stands for more), and one of them. */
static unsigned
against(struct keep *k, uint32_t unit, uint32_t *ret)
{
	const struct unit *u = &k->units->items[unit];
	struct asker a = { .keep = k, .unit = unit, .but = INVENTORY_NONE };
	uint32_t found;

	for (uint32_t i = 0; i < u->count; i++) {
		a.item = k->units->members[u->first + i];
		while ((found = next_against(k, &a)) != INVENTORY_NONE) {
			if (a.but != INVENTORY_NONE)
				return 2;
			*ret = a.but = found;
		}
	}
	return a.but != INVENTORY_NONE;
}

static bool
takes_part(const struct keep *k, uint32_t unit)
{
	return k->of[unit].is_asked && !k->of[unit].must_move;
}

/* The first pattern of --priority that APP fits; their count where it fits none. */
static uint32_t
priority_of(const struct keep *k, uint32_t app)
{
	uint32_t i = 0, count = (uint32_t)priority_count(k);

	while (i < count && !identity_is_like(k->view->apps[app].id, view_folder(k->view, app),
	    k->view->options->priority->items[i]))
		i++;
	return i;
}

static const char *
served_by(const struct keep *k, uint32_t unit)
{
	const struct unit *u = &k->units->items[unit];

	for (uint32_t i = 0; i < u->count; i++)
		if (view_rare(k->view, k->units->members[u->first + i])->serves)
			return "others look for it there, as docs/decisions.md says";
	return NULL;
}

static void
rank_units(struct keep *k)
{
	uint32_t priority = 0, count = (uint32_t)priority_count(k);

	for (uint32_t i = 0; i < k->units->count; i++) {
		const struct unit *u = &k->units->items[i];

		if (i == 0 || u->app != u[-1].app)
			priority = priority_of(k, u->app);
		k->of[i].preferred = priority < count ? "--priority names it before" : served_by(k, i);
		k->rank[i] = k->d->registered.is_kept[i]     ? RANK_REGISTERED
		    : k->d->registered.is_remapped[i]    ? RANK_REMAPPED
		    : u->edit == EDIT_NONE               ? RANK_FIXED
		    : priority < count                   ? RANK_PRIORITY + priority
							 : RANK_PRIORITY + count + !k->of[i].preferred;
	}
}

/* One of those that choose, by rank and then in fleet order. */
struct turn {
	uint32_t rank, unit;
};

static int
compare_turns(const void *pa, const void *pb)
{
	const struct turn *a = pa, *b = pb;

	if (a->rank != b->rank)
		return order_of(a->rank, b->rank);
	return order_of(a->unit, b->unit);
}

static void
choose_in_order(struct keep *k)
{
	struct turn *turns = mem_alloc(k->units->count * sizeof *turns);
	size_t count = 0;

	rank_units(k);
	for (uint32_t i = 0; i < k->units->count; i++)
		if (takes_part(k, i))
			turns[count++] = (struct turn){ k->rank[i], i };
	qsort(turns, count, sizeof *turns, compare_turns);
	for (size_t n = 0; n < count; n++) {
		uint32_t i = turns[n].unit, other;
		bool is_fixed = k->units->items[i].edit == EDIT_NONE, is_free = against(k, i, &other) == 0;

		k->of[i].is_disputed = is_fixed && !is_free;
		if (is_fixed || is_free)
			settle_down(k, i);
	}
	free(turns);
}

/* One that does not stay, and the only one that it runs into. */
struct loser {
	uint32_t winner, unit;
};

static int
compare_losers(const void *pa, const void *pb)
{
	const struct loser *a = pa, *b = pb;

	if (a->winner != b->winner)
		return order_of(a->winner, b->winner);
	return order_of(a->unit, b->unit);
}

/* What moving UNIT costs: its texts, and a port is more than all texts of a fleet. */
#define COST_OF_PORT ((uint64_t)1 << 24)

static uint64_t
cost_of(const struct keep *k, uint32_t unit)
{
	const struct unit *u = &k->units->items[unit];
	const struct inventory_item *last = NULL;
	uint64_t cost = u->edit == EDIT_ENV;

	for (uint32_t i = 0; i < u->count; i++) {
		const struct inventory_item *item =
		    &k->view->inventory->items[k->units->members[u->first + i]];

		/* those of one protocol stand together, and have the numbers of one range */
		if (!last || last->words->protocol != item->words->protocol)
			cost += u->width * COST_OF_PORT;
		if (u->edit != EDIT_ENV && (!last || last->site.file != item->site.file ||
		    view_spot(k->view, &last->site)->off != view_spot(k->view, &item->site)->off))
			cost++;
		last = item;
	}
	return cost;
}

/* Lets WINNER go if that costs less than to move those that then may stay. */
static bool
try_swap(struct keep *k, uint32_t winner, const struct loser *losers, size_t count)
{
	uint64_t saved = 0;
	uint32_t other;

	k->of[winner].stays = false;
	for (size_t i = 0; i < count; i++)
		if (against(k, losers[i].unit, &other) == 0) {
			settle_down(k, losers[i].unit);
			saved += cost_of(k, losers[i].unit);
		}
	if (cost_of(k, winner) < saved)
		return true;
	for (size_t i = 0; i < count; i++)
		k->of[losers[i].unit].stays = false;
	k->of[winner].stays = true;
	return false;
}

/* Lets UNIT, which stands against several that stay, stay in their stead if they cost less to move. */
static bool
try_displace(struct keep *k, uint32_t unit)
{
	const struct unit *u = &k->units->items[unit];
	struct asker a = { .keep = k, .unit = unit, .but = INVENTORY_NONE, .round = ++k->round };
	uint64_t own = cost_of(k, unit), theirs = 0;
	uint32_t *list = NULL, found;
	size_t count = 0, cap = 0;
	bool pays = true;

	for (uint32_t i = 0; i < u->count && pays; i++) {
		a.item = k->units->members[u->first + i];
		while (pays && (found = next_against(k, &a)) != INVENTORY_NONE) {
			k->marks[found] = k->round;
			MEM_GROW(list, count, cap);
			list[count++] = found;
			theirs += cost_of(k, found);
			pays = is_ordinary(k, found) && theirs < own;
		}
	}
	for (size_t i = 0; i < count && pays; i++)
		k->of[list[i]].stays = false;
	if (pays)
		settle_down(k, unit);
	free(list);
	return pays;
}

static bool
improve(struct keep *k)
{
	struct loser *losers = mem_alloc(k->units->count * sizeof *losers);
	size_t count = 0;
	bool better = false;

	for (uint32_t i = 0; i < k->units->count; i++) {
		uint32_t winner = INVENTORY_NONE;

		if (!takes_part(k, i) || k->of[i].stays)
			continue;
		/* one port is never worth two */
		if (against(k, i, &winner) != 1)
			better = try_displace(k, i) || better;
		else if (is_ordinary(k, winner))
			losers[count++] = (struct loser){ winner, i };
	}
	qsort(losers, count, sizeof *losers, compare_losers);
	for (size_t i = 0, end; i < count; i = end) {
		uint32_t winner = losers[i].winner;

		for (end = i + 1; end < count && losers[end].winner == winner; end++)
			;
		better = (k->of[winner].stays && try_swap(k, winner, losers + i, end - i)) || better;
	}
	free(losers);
	return better;
}

/* Whether UNIT runs into one that does not give way to fewer ports. */
static bool
is_barred(struct keep *k, uint32_t unit)
{
	const struct unit *u = &k->units->items[unit];
	struct asker a = { .keep = k, .unit = unit, .but = INVENTORY_NONE, .is_of_rank = true };

	for (uint32_t i = 0; i < u->count; i++) {
		a.item = k->units->members[u->first + i];
		if (next_against(k, &a) != INVENTORY_NONE)
			return true;
	}
	return false;
}

/* Finds what no single step leads to. */
static void
search_small_groups(struct keep *k)
{
	struct contender *list = mem_alloc(k->units->count * sizeof *list);
	size_t count = 0;

	for (uint32_t i = 0; i < k->units->count; i++)
		if (takes_part(k, i) && is_ordinary(k, i) && (k->of[i].stays || !is_barred(k, i)))
			list[count++] = (struct contender){ i, k->of[i].stays, cost_of(k, i) };
	fewest_choose(list, count, k->d);
	for (size_t n = 0; n < count; n++)
		k->of[list[n].unit].stays = false;
	for (size_t n = 0; n < count; n++)
		if (list[n].stays)
			settle_down(k, list[n].unit);
	free(list);
}

/* Takes in those that stay once more, in the order of the fleet: whoever asks finds the first of them, and
 * not the first that settled down, which in the next plan, by its registry, is another one. */
static void
line_up(struct keep *k)
{
	arena_reset(k->crowd.arena);
	k->crowd = (struct crowd)CROWD_IN(k->crowd.arena);
	k->count = 0;
	for (uint32_t i = 0; i < k->units->count; i++) {
		k->is_known[i] = false;
		if (k->of[i].stays)
			settle_down(k, i);
	}
}

/* Names for each that moves whom it runs into; one that by now runs into nobody stays. */
static void
name_winners(struct keep *k)
{
	uint32_t other;

	for (uint32_t i = 0; i < k->units->count; i++)
		if (takes_part(k, i) && !k->of[i].stays && against(k, i, &other) == 0)
			settle_down(k, i);
	line_up(k);
	for (uint32_t i = 0; i < k->units->count; i++) {
		k->of[i].winner = INVENTORY_NONE;
		if (k->of[i].is_asked && !k->of[i].stays)
			k->of[i].has_winners = against(k, i, &k->of[i].winner) > 1;
	}
}

static void
count_wanted(struct keep *k)
{
	for (size_t i = 0; i < k->units->member_count; i++)
		k->wanted[k->units->now[k->units->members[i]]]++;
}

static struct keep
begin(const struct decisions *d, struct keep_unit *units, struct arena *room)
{
	struct keep k = { .d = d, .view = &d->view, .units = &d->units, .of = units, .words = ARENA_INIT };

	k.is_known = mem_zero(d->units.count, sizeof *k.is_known);
	k.wanted = mem_zero(PORTMAP_PORTS, sizeof *k.wanted);
	k.rank = mem_zero(d->units.count, sizeof *k.rank);
	k.marks = mem_zero(d->units.count, sizeof *k.marks);
	k.crowd = (struct crowd)CROWD_IN(room);
	count_wanted(&k);
	return k;
}

static void
end(struct keep *k)
{
	free(k->stayers);
	free(k->is_known);
	free(k->wanted);
	free(k->marks);
	free(k->rank);
	arena_release(&k->words);
}

void
keep_choose(struct keep_unit *units, const struct decisions *d)
{
	AUTO(arena) room = ARENA_INIT;
	struct keep k = begin(d, units, &room);

	choose_in_order(&k);
	for (int round = 0; round < 8 && improve(&k); round++)
		;
	search_small_groups(&k);
	name_winners(&k);
	end(&k);
}

/* Whether the number of UNIT is nobody's choice yet: there is none, or it is the default of a placeholder in
 * .env, or in the .env.example that is going to be copied. */
static bool
is_placeholder(const struct view *v, const struct unit *u)
{
	const struct inventory_item *item = view_item(v, u->item);
	uint32_t at = view_setting(v, u->app, item->words->variable, v->apps[u->app].copies);
	struct str text;

	if (at == INVENTORY_NONE || view_is_unset(v, u->item))
		return view_is_unset(v, u->item);
	text = str_trim(view_raw(v, &v->inventory->items[at].place));
	return !str_eq(text, placeholder_default(text));
}

/* Whether UNIT runs into nothing, when all units stay. */
static bool
is_clean(struct keep *k, const struct holders *holders, uint32_t unit)
{
	uint32_t other;

	return against(k, unit, &other) == 0 && !holders_find(holders, k->d, unit) &&
	    !is_placeholder(k->view, &k->units->items[unit]);
}

bool *
keep_clean_pairs(const struct decisions *d, const struct holders *holders)
{
	AUTO(arena) room = ARENA_INIT;
	bool *clean = arena_zero(d->view.scratch, d->view.inventory->app_count, sizeof *clean);
	struct keep_unit *all = mem_zero(d->units.count, sizeof *all);
	struct keep k = begin(d, all, &room);

	for (uint32_t i = 0; i < d->units.count; i++)
		settle_down(&k, i);
	for (uint32_t i = 0; i < d->view.inventory->app_count; i++) {
		const struct pair_of_app *pair = &d->pairs.of_app[i];

		clean[i] = pair->backend != INVENTORY_NONE && pair->row == INVENTORY_NONE &&
		    is_clean(&k, holders, pair->backend) && is_clean(&k, holders, pair->frontend);
	}
	end(&k);
	free(all);
	return clean;
}
