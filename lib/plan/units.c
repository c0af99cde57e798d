/* units: the units: which published ports move as one, and where the edit that moves them goes.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/internal.h"
#include "syntax/placeholder.h"

/* Ports with one key move as one. */
struct key {
	uint8_t kind;		/* enum unit_edit; EDIT_NONE: by itself */
	uint32_t file, off, len;	/* of a span; of EDIT_ENV file is the variable */
	/* of EDIT_ENV: one variable may fall back to two defaults, which are then no unit */
	uint16_t now;
	uint32_t item;
};

/* The port that a setting's text gives: a number, or the default of a placeholder that is to be filled in;
 * 0: none. */
static uint16_t
port_of(struct str s)
{
	uint64_t n;

	return str_to_uint(placeholder_default(str_trim(s)), UINT16_MAX, &n) ? (uint16_t)n : 0;
}

/* The number that item I has once .env is copied from .env.example. */
static uint16_t
number_after_copy(const struct planner *p, const struct app_plan *a, const struct inventory_item *item)
{
	uint32_t setting;
	uint16_t n;

	if (!a->copies || !item->variable || item->origin == ORIGIN_LITERAL || !item->place_known ||
	    view_is_pinned(p, a, item))
		return item->low;
	setting = view_setting(p, a, item->variable, true);
	if (setting != INVENTORY_NONE && (n = port_of(view_str(p, p->v->items[setting].value))))
		return n;
	return item->low;
}

/* Whether the host part of the mapping is the variable and nothing else: `${VAR}:80`, `127.0.0.1:$VAR:80`,
 * and `$VAR` alone. */
static bool
is_host_variable(struct str mapping, struct str variable)
{
	for (size_t at = str_find(mapping, 0, '$'); at < mapping.len; at = str_find(mapping, at + 1, '$')) {
		bool braced = at + 1 < mapping.len && mapping.ptr[at + 1] == '{';
		size_t from = at + 1 + braced, end = from + variable.len;

		if (!str_eq(str_sub(mapping, from, end - from), variable))
			continue;
		if (braced)
			end = str_find(mapping, end, '}') + 1;
		if ((at == 0 || mapping.ptr[at - 1] == ':') &&
		    (end == mapping.len ? at == 0 : end < mapping.len && mapping.ptr[end] == ':'))
			return true;
	}
	return false;
}

/* `${DB_PORT}:5432` publishes no number yet where .env is missing: it will, once that is copied from the
 * .env.example. The item is then as the copy makes it. */
static void
look_ahead(struct planner *p, const struct app_plan *a, struct inventory_item *item)
{
	uint32_t i;
	const struct inventory_item *setting;

	if (item->low || !item->variable || item->host_port ||
	    !is_host_variable(view_str(p, item->whole), view_str(p, item->variable)))
		return;
	i = view_setting(p, a, item->variable, true);
	setting = i == INVENTORY_NONE ? NULL : &p->v->items[i];
	if (!setting || !(item->low = port_of(view_str(p, setting->value))))
		return;
	item->high = item->low;
	item->place = setting->place;
	item->place.file = inventory_intern(p->v, a->env);
	item->place_known = true;
	item->origin = ORIGIN_ENV;
	item->detail = 0;
	item->host_port = inventory_intern(p->v, arena_printf(p->a, "%u", item->low));
	item->chain = inventory_intern(p->v,
	    arena_printf(p->a, "%u <- .env.example:%u %.*s", item->low, setting->place.line,
		STR_ARG(view_str(p, item->variable))));
}

/* Whether the number is all that the variable holds: not so in `HOST=127.0.0.1:8080`, nor where a later
 * line of .env sets the variable again and the port was made of the earlier one. */
static bool
is_all_of_variable(const struct planner *p, const struct app_plan *a, const struct inventory_item *item)
{
	uint32_t setting;
	const struct inventory_place *place;

	if (item->origin != ORIGIN_ENV)
		return item->site_known;
	setting = view_setting(p, a, item->variable, false);
	if (setting == INVENTORY_NONE)
		return true;
	place = &p->v->items[setting].place;
	return place->off == item->place.off && place->len == item->place.len;
}

/* Whether a port that VARIABLE decides has the use at PLACE in its host part, or in its mapping where no
 * one place is the host part. */
static bool
is_use_of_port(
    const struct planner *p, const struct app_plan *a, uint32_t variable, const struct inventory_place *use)
{
	const struct index_entry *first = p->entries + p->first_entry[a->app];
	/* the first behind the use: what holds it stands before, the nearest at first */
	const struct index_entry *e = index_entry_at(
	    p, a, (struct index_key){ BY_PORT_PLACE, use->file, use->line, use->column + 1 });

	while (e-- > first && index_entry_is(e, BY_PORT_PLACE, use->file) && e->key.y == use->line) {
		const struct inventory_item *port = &p->v->items[e->item];
		size_t width = port->site_known ? port->site.len : view_str(p, port->whole).len;

		if (use->column >= port->site.column + width) {
			if (port->site_known)
				return false;	/* as all before it do, it ends before the use */
		} else if (port->variable == variable && port->low && port->place_known) {
			return true;
		}
	}
	return false;
}

/* What the uses of VARIABLE say: has_other_use, that one would mind another value; is_in_other_port, that
 * it stands in the host part of a mapping that has its number from elsewhere, or none (`$PORT` alone
 * before anything sets it, `${PORT:-${OTHER:-80}}`, `80${PORT}`): a line in .env would change that mapping
 * too. */
static const struct variable_facts *
facts_of(const struct planner *p, const struct app_plan *a, uint32_t variable)
{
	struct variable_facts *f = &p->facts[variable];

	if (f->app == a->app)
		return f;
	*f = (struct variable_facts){ .app = a->app };
	for (const struct index_entry *e =
		 index_entry_at(p, a, (struct index_key){ BY_USE, variable, 0, 0 });
	     index_entry_is(e, BY_USE, variable); e++) {
		uint8_t role = p->v->items[e->item].role;

		if (role == ROLE_HOST_PORT)
			f->is_in_other_port = f->is_in_other_port ||
			    !is_use_of_port(p, a, variable, &p->v->items[e->item].place);
		else if (role != ROLE_NAME && role != ROLE_CONTAINER)
			f->has_other_use = true;
	}
	return f;
}

/* Whether the variable of item I would mind another value: not where all its uses follow. */
static bool
has_other_use(const struct planner *p, const struct app_plan *a, uint32_t i)
{
	uint32_t variable = p->v->items[i].variable;

	return !(view_follows(p, a, i) && view_container_side(p, i)->variable == variable) &&
	    facts_of(p, a, variable)->has_other_use;
}

/* Whether a line of the app's .env can decide item I. */
static bool
env_may_decide(const struct planner *p, const struct app_plan *a, uint32_t i)
{
	const struct inventory_item *item = &p->v->items[i];

	if (!item->variable || item->origin == ORIGIN_LITERAL || item->origin == ORIGIN_NONE ||
	    has_other_use(p, a, i) || facts_of(p, a, item->variable)->is_in_other_port ||
	    !is_all_of_variable(p, a, item))
		return false;
	if (item->origin == ORIGIN_ENV && !str_eq(view_str(p, item->place.file), a->env))
		return false;	/* another project's .env, or the environment's */
	return a->env_is_own && (a->has_env || a->copies || !a->has_example);
}

static struct key
key_of(const struct planner *p, const struct app_plan *a, uint32_t i)
{
	const struct inventory_item *item = &p->v->items[i];

	if (view_is_pinned(p, a, item))
		return (struct key){ EDIT_SITE, item->site.file, item->site.off, item->site.len, 0, i };
	if (item->place_known && env_may_decide(p, a, i))
		return (struct key){ EDIT_ENV, item->variable, 0, 0, p->now[i], i };
	if (item->place_known &&
	    (item->origin == ORIGIN_LITERAL ||
		(item->origin == ORIGIN_ENV && !has_other_use(p, a, i) &&
		    !facts_of(p, a, item->variable)->is_in_other_port)) &&
	    view_is_own(p, a, item->place.file))
		return (struct key){ EDIT_PLACE, item->place.file, item->place.off, item->place.len, 0, i };
	if (item->site_known && view_is_own(p, a, item->site.file))
		return (struct key){ EDIT_SITE, item->site.file, item->site.off, item->site.len, 0, i };
	if (item->place_known)
		return (struct key){ EDIT_NONE, item->place.file, item->place.off, item->place.len, 0, i };
	return (struct key){ EDIT_NONE, 0, i, 0, 0, i };
}

static const char *
why_not(const struct planner *p, const struct app_plan *a, const struct inventory_item *item)
{
	uint32_t file = item->place_known ? item->place.file : item->site.file;

	if (!item->place_known && !item->site_known)
		return "no one place in the files decides it";
	if (!view_is_own(p, a, file))
		return "it is decided in a file that other apps read too, or that is not this app's";
	return "its variable means something else as well, and the mapping is no text of its own";
}

static int
compare_keys(const void *pa, const void *pb)
{
	const struct key *a = pa, *b = pb;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->off != b->off)
		return a->off < b->off ? -1 : 1;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	if (a->now != b->now)
		return a->now < b->now ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

static bool
is_one_key(const struct key *a, const struct key *b)
{
	return a->kind == b->kind && a->file == b->file && a->off == b->off && a->len == b->len &&
	    a->now == b->now;
}

/* One variable with two fall-back numbers can't be set in .env without changing one of them: each gets a
 * literal instead. */
static void
split_variables(struct planner *p, const struct app_plan *a, struct key *keys, size_t count)
{
	for (size_t i = 0, end; i < count; i = end) {
		bool differs = false;

		for (end = i + 1; end < count && keys[end].kind == EDIT_ENV && keys[i].kind == EDIT_ENV &&
		    keys[end].file == keys[i].file; end++)
			differs = differs || keys[end].now != keys[i].now;
		for (size_t k = i; differs && k < end; k++) {
			const struct inventory_item *item = &p->v->items[keys[k].item];

			if (item->site_known && view_is_own(p, a, item->site.file))
				keys[k] = (struct key){ EDIT_SITE, item->site.file, item->site.off,
					item->site.len, 0, keys[k].item };
			else
				keys[k].kind = EDIT_NONE;
		}
	}
}

static bool
is_same_site(const struct planner *p, uint32_t i, uint32_t j)
{
	const struct inventory_place *x = &p->v->items[i].site, *y = &p->v->items[j].site;

	return x->file == y->file && x->off == y->off && x->len == y->len;
}

/* Whether item I has an alias that may become its content: in a file of the app's own, and no other
 * service's (which may extend this one). */
static bool
has_own_alias(const struct planner *p, const struct app_plan *a, uint32_t i)
{
	const struct inventory_place *alias = &view_rare(p, i)->alias;

	if (!view_rare(p, i)->alias_text || !view_is_own(p, a, alias->file))
		return false;
	for (const struct index_entry *e = index_entry_at(
		 p, a, (struct index_key){ BY_ALIAS, alias->file, alias->off, alias->len });
	     index_entry_is(e, BY_ALIAS, alias->file) && e->key.y == alias->off && e->key.z == alias->len;
	     e++)
		if (p->v->items[e->item].service != p->v->items[i].service)
			return false;
	return true;
}

/* Services that share one text through aliases and clash have to part: one keeps the text, each other's
 * alias becomes its content. From the last on, so that the first stays, or the one that the anchor belongs
 * to. */
static void
split_aliases(struct planner *p, const struct app_plan *a, struct key *keys, size_t count)
{
	for (size_t i = 0, end; i < count; i = end) {
		uint8_t kind = keys[i].kind;

		for (end = i + 1; end < count && is_one_key(&keys[i], &keys[end]); end++)
			;
		for (size_t k = end; end - i > 1 && k-- > i; ) {
			uint32_t item = keys[k].item;
			const struct inventory_rare *rare = view_rare(p, item);
			bool clashes = false;

			for (size_t j = i; j < end && rare->alias_text && !clashes; j++)
				clashes = j != k && keys[j].kind == kind &&
				    p->now[keys[j].item] == p->now[item] &&
				    is_same_site(p, keys[j].item, item) &&
				    view_items_clash(p, keys[j].item, item);
			/* one key for the ports of a range; the length of one alias says nothing more */
			if (clashes && has_own_alias(p, a, item))
				keys[k] = (struct key){ EDIT_ALIAS, rare->alias.file, rare->alias.off,
					rare->alias_at, 0, item };
		}
	}
}

/* What shares a variable but clashes within the app (two services on ${PORT}) has to part: the later gets
 * a literal. What an alias or `extends` makes one text stays together: that is for a person. */
static void
split_clashes(struct planner *p, const struct app_plan *a, struct key *keys, size_t count)
{
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && is_one_key(&keys[i], &keys[end]); end++)
			;
		if (keys[i].kind != EDIT_ENV)
			continue;
		for (size_t k = i + 1; k < end; k++) {
			uint32_t own = keys[k].item;
			const struct inventory_item *item = &p->v->items[own];
			bool clashes = false;
			size_t twin = k;

			for (size_t j = i; j < k; j++) {
				if (twin == k && is_same_site(p, keys[j].item, own))
					twin = j;
				clashes = clashes ||
				    (keys[j].kind == EDIT_ENV && view_items_clash(p, keys[j].item, own));
			}
			if (twin < k) {
				keys[k] = keys[twin];
				keys[k].item = own;
			} else if (clashes && item->site_known && view_is_own(p, a, item->site.file)) {
				keys[k] = (struct key){ EDIT_SITE, item->site.file, item->site.off,
					item->site.len, 0, own };
			}
		}
	}
}

static void
add_unit(struct planner *p, const struct app_plan *a, const struct key *keys, size_t count)
{
	struct unit *u;
	uint16_t high = 0;

	MEM_GROW(p->units, p->unit_count, p->unit_cap);
	u = &p->units[p->unit_count++];
	*u = (struct unit){ .app = a->app,
		.item = keys[0].item,
		.first = (uint32_t)p->member_count,
		.count = (uint32_t)count,
		.low = UINT16_MAX,
		.edit = keys[0].kind,
		.variable = keys[0].kind == EDIT_ENV ? keys[0].file : 0 };
	for (size_t i = 0; i < count; i++) {
		uint8_t role = p->v->items[keys[i].item].role;
		uint16_t now = p->now[keys[i].item];

		MEM_GROW(p->members, p->member_count, p->member_cap);
		p->members[p->member_count++] = keys[i].item;
		u->item = keys[i].item < u->item ? keys[i].item : u->item;
		u->low = now < u->low ? now : u->low;
		high = now > high ? now : high;
		if (u->role == ROLE_NONE && (role == ROLE_BACKEND || role == ROLE_FRONTEND))
			u->role = role;
	}
	u->width = (uint16_t)(high - u->low + 1);
	if (u->edit == EDIT_NONE)
		u->why_not = why_not(p, a, &p->v->items[keys[0].item]);
}

/* tcp and udp, alike in width, of what is one service's and begins with one number. */
static bool
is_pair_of_protocols(
    const struct planner *p, const struct key *a, size_t a_count, const struct key *b, size_t b_count)
{
	const struct inventory_item *x = &p->v->items[a->item], *y = &p->v->items[b->item];

	return a_count == b_count && a->kind == b->kind && x->protocol != y->protocol &&
	    p->now[a[a_count - 1].item] == p->now[b[b_count - 1].item];
}

/* Keys that are one. */
struct group {
	uint32_t first, count;
	uint32_t service;
	uint16_t now;
	bool done;
};

/* What is_pair_of_protocols would find side by side, in the order of the groups. */
struct group_place {
	uint32_t service, group;
	uint16_t now;
};

static int
compare_places(const void *pa, const void *pb)
{
	const struct group_place *a = pa, *b = pb;

	if (a->service != b->service)
		return a->service < b->service ? -1 : 1;
	if (a->now != b->now)
		return a->now < b->now ? -1 : 1;
	return (a->group > b->group) - (a->group < b->group);
}

/* Groups of keys; to be freed. */
static struct group *
list_groups(const struct planner *p, const struct key *keys, size_t count, size_t *ret_count)
{
	struct group *groups = mem_alloc((count + 1) * sizeof *groups);
	size_t n = 0;

	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && is_one_key(&keys[i], &keys[end]); end++)
			;
		groups[n++] = (struct group){ (uint32_t)i, (uint32_t)(end - i),
			p->v->items[keys[i].item].service, p->now[keys[i].item], false };
	}
	*ret_count = n;
	return groups;
}

/* Groups of keys, in the order of their first item, with tcp and udp side by side. */
static void
add_units(struct planner *p, const struct app_plan *a, struct key *keys, size_t count)
{
	struct key *joined = mem_alloc((count + 1) * sizeof *joined);
	size_t group_count;
	struct group *groups = list_groups(p, keys, count, &group_count);
	struct group_place *places = mem_alloc((group_count + 1) * sizeof *places);

	for (uint32_t i = 0; i < group_count; i++)
		places[i] = (struct group_place){ groups[i].service, i, groups[i].now };
	qsort(places, group_count, sizeof *places, compare_places);
	for (uint32_t i = 0; i < group_count; i++) {
		const struct group *g = &groups[i];
		const struct group_place own = { g->service, i, g->now };
		const struct group_place *x = bsearch(
		    &own, places, group_count, sizeof *places, compare_places);
		size_t n = g->count;

		if (g->done)
			continue;
		memcpy(joined, keys + g->first, n * sizeof *joined);
		while (++x < places + group_count && x->service == g->service && x->now == g->now) {
			struct group *h = &groups[x->group];

			if (h->done ||
			    !is_pair_of_protocols(p, keys + g->first, g->count, keys + h->first, h->count))
				continue;
			memcpy(joined + n, keys + h->first, h->count * sizeof *joined);
			n += h->count;
			h->done = true;
		}
		add_unit(p, a, joined, n);
	}
	free(joined);
	free(groups);
	free(places);
}

/* By the first item: the order of the compose file, whatever the numbers of texts are. */
static int
compare_units(const void *pa, const void *pb)
{
	const struct unit *a = pa, *b = pb;

	return (a->item > b->item) - (a->item < b->item);
}

static void
gather_app(struct planner *p, struct app_plan *a, struct key **keys, size_t *cap)
{
	const struct inventory_app *app = &p->v->apps[a->app];
	size_t count = 0;

	a->first_unit = (uint32_t)p->unit_count;
	for (uint32_t i = inventory_find(p->v, app, FINDING_PORT, 0); i != INVENTORY_NONE && a->copies;
	    i = inventory_find(p->v, app, FINDING_PORT, i + 1))
		look_ahead(p, a, &p->v->items[i]);
	for (uint32_t i = inventory_find(p->v, app, FINDING_PORT, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_PORT, i + 1)) {
		if (!inventory_is_published(p->v, &p->v->items[i]))
			continue;
		p->now[i] = p->after[i] = number_after_copy(p, a, &p->v->items[i]);
		MEM_GROW(*keys, count, *cap);
		(*keys)[count++] = key_of(p, a, i);
	}
	if (count) {
		qsort(*keys, count, sizeof **keys, compare_keys);
		split_variables(p, a, *keys, count);
		qsort(*keys, count, sizeof **keys, compare_keys);
		split_aliases(p, a, *keys, count);
		qsort(*keys, count, sizeof **keys, compare_keys);
		split_clashes(p, a, *keys, count);
		qsort(*keys, count, sizeof **keys, compare_keys);
		add_units(p, a, *keys, count);
	}
	a->unit_count = (uint32_t)p->unit_count - a->first_unit;
	if (a->unit_count)
		qsort(p->units + a->first_unit, a->unit_count, sizeof *p->units, compare_units);
}

void
units_gather(struct planner *p)
{
	struct key *keys = NULL;
	size_t cap = 0, n = p->v->item_count;

	p->now = mem_zero(n + 1, sizeof *p->now);
	p->after = mem_zero(n + 1, sizeof *p->after);
	p->unit_of = mem_alloc((n + 1) * sizeof *p->unit_of);
	memset(p->unit_of, 0xFF, (n + 1) * sizeof *p->unit_of);
	p->facts = mem_alloc((p->v->text_count + 1) * sizeof *p->facts);
	memset(p->facts, 0xFF, (p->v->text_count + 1) * sizeof *p->facts);
	for (size_t i = 0; i < p->v->app_count; i++)
		gather_app(p, &p->apps[i], &keys, &cap);
	free(p->facts);
	p->facts = NULL;
	for (uint32_t u = 0; u < p->unit_count; u++)
		for (uint32_t k = 0; k < p->units[u].count; k++)
			p->unit_of[p->members[p->units[u].first + k]] = u;
	free(keys);
}
