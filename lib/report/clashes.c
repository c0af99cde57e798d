/* clashes: the clashes of an audit's findings, as a table.
 * SPDX-License-Identifier: MIT */
#include "report/clashes.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "fleet/accept.h"
#include "fleet/inventory.h"
#include "report/internal.h"
#include "stream/finding.h"
#include "system/sql.h"

static const char doing[] = "cannot look for clashes";

/* --- rows of the table --- */

static void
bind_side(struct sql_query *q, const struct inventory *v, const struct clash_side *s)
{
	bool is_app = s->id.model.len != 0 || s->app != INVENTORY_NONE;
	struct finding f = { .record = FINDING_OTHER };

	if (s->item != INVENTORY_NONE)
		inventory_finding(v, s->item, &f);
	/* A name that several texts make up has no place of its own; where it is written, it has. */
	const struct place *p = f.place.file.len ? &f.place : &f.site;

	sql_bind_str(q, s->id.model);
	sql_bind_optional(q, is_app, s->id.app_num);
	sql_bind_str(q, s->app == INVENTORY_NONE ? STR("") : inventory_str(v, v->apps[s->app].folder));
	sql_bind_str(q, s->service);
	sql_bind_str(q, p->file);
	sql_bind_optional(q, p->line != 0, p->line);
	sql_bind_optional(q, p->column != 0, p->column);
	sql_bind_optional(q, p->known, p->span.len);
}

struct clash_writer {
	struct sql_query *insert;
	const char *moment;
	const struct inventory *claims;
	struct accept *accepted;	/* NULL: nothing is */
};

/* In the table the app that has to give way comes first: it is the one whose file the place names. */
static int
write_clash(void *context, const struct clash *c, struct error *err)
{
	const struct clash_writer *w = context;

	(void)err;	/* the query has it */
	if (c->accepted)
		accept_meet(w->accepted, c->accepted);
	SQL_BIND_STRS(w->insert, c->accepted ? STR("accepted") : str_from(w->moment),
	    str_from(clash_kind_name(c->kind)), c->what);
	bind_side(w->insert, w->claims, &c->other);
	bind_side(w->insert, w->claims, &c->holder);
	sql_bind_str(w->insert, c->detail);
	sql_bind_str(w->insert, c->accepted ? c->accepted->reason : STR(""));
	return sql_run(w->insert);
}

/* What counts as a clash now. */
struct clashes_options {
	const struct clash_pair *pairs;
	size_t pair_count;
	bool held;
	struct accept *accepted;
};

static int
fill(struct sql *sql, const char *moment, const struct clash_view *view, const struct clashes_options *asked,
    struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql,
	    "INSERT INTO clashes (moment, kind, value, model, app_num, app, service, file, line, column,"
	    " length, other_model, other_app_num, other_app, other_service, other_file, other_line, "
	    " other_column, other_length, message, reason)"
	    " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21)",
	    doing, err);
	bool is_now = strcmp(moment, "now") == 0;
	struct accept *accepted = asked->accepted;
	struct clash_writer w = { &q, moment, view->inventory, accepted };
	struct clash_options opt = { .accepted = accepted ? accepted->items : NULL,
		.accepted_count = accepted ? accepted->count : 0 };

	if (is_now) {
		opt.tell_accepted = opt.hazards = true;
		opt.pairs = asked->pairs;
		opt.pair_count = asked->pair_count;
		opt.held = asked->held;
	}
	return clash_find(view, &opt, write_clash, &w, err);
}

/* --- what the plan makes of the claims --- */

/* The claims, with what the plan makes of those of the apps in HAS_PLAN (NULL: of all). */
static struct clash_view
planned(struct arena *a, const struct inventory *claims, const bool *has_plan)
{
	uint16_t *ports = arena_zero(a, claims->item_count + 1, sizeof *ports);
	uint32_t *names = arena_zero(a, claims->item_count + 1, sizeof *names);

	for (size_t i = 0; i < claims->item_count; i++) {
		struct inventory_item item = claims->items[i];
		uint64_t port = 0;

		if (!item.words->chain || (has_plan && !has_plan[item.app]))
			continue;
		if (item.record != FINDING_PORT) {
			names[i] = item.words->chain;
			continue;
		}
		(void)str_to_uint(inventory_str(claims, item.words->chain), UINT16_MAX, &port);
		item.low = item.high = (uint16_t)port;
		if (inventory_is_published(claims, &item))
			ports[i] = (uint16_t)port;
	}
	return (struct clash_view){ claims, ports, names, claims->texts };
}

static bool
is_planned(const struct inventory *claims)
{
	for (size_t i = 0; i < claims->item_count; i++)
		if (claims->items[i].words->chain)
			return true;
	return false;
}

/* By app: whether it has the last plan now. */
static int
read_applied(struct sql *sql, const struct inventory *claims, bool *ret, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql,
	    "SELECT app FROM berth_plan_apps WHERE applied = 1 AND plan = (SELECT plan FROM fleet)", doing,
	    err);
	int got;

	while ((got = sql_next(&q)) > 0) {
		uint32_t app = inventory_app_of(claims, inventory_lookup(claims, sql_column_str(&q, 0)));

		if (app != INVENTORY_NONE)
			ret[app] = true;
	}
	return got;
}

static int
fill_moments(struct sql *sql, const struct inventory *claims, const struct clashes_options *asked,
    struct error *err)
{
	struct clash_view found = { .inventory = claims };
	AUTO(arena) a = ARENA_INIT;
	struct clash_view present, future;
	bool *has_plan;

	if (!is_planned(claims))
		return fill(sql, "now", &found, asked, err);
	has_plan = arena_zero(&a, claims->app_count + 1, sizeof *has_plan);
	if (read_applied(sql, claims, has_plan, err) < 0)
		return -1;
	present = planned(&a, claims, has_plan);
	future = planned(&a, claims, NULL);
	return fill(sql, "now", &present, asked, err) < 0 || fill(sql, "found", &found, asked, err) < 0 ||
	    fill(sql, "planned", &future, asked, err) < 0 ? -1 : 0;
}

/* --- what the database says --- */

struct pairs {
	struct clash_pair *items;
	size_t count, cap;
};

static int
read_pairs(struct sql *sql, struct arena *a, struct pairs *p, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, report_pairs_sql, doing, err);
	int got;

	while ((got = sql_next(&q)) > 0) {
		ARENA_GROW(a, p->items, p->count, p->cap);
		p->items[p->count++] = (struct clash_pair){
			.id = { sql_column_copy(&q, 0, a), sql_column_uint(&q, 1, SIZE_MAX) },
			.backend = (uint16_t)sql_column_uint(&q, 2, UINT16_MAX),
			.frontend = (uint16_t)sql_column_uint(&q, 3, UINT16_MAX),
			.is_below_root = sql_column_int(&q, 4) != 0,
		};
	}
	return got;
}

int
clashes_fill(
    struct sql *sql, const struct inventory *claims, bool held, struct accept *accepted, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct pairs pairs = { NULL, 0, 0 };

	if (read_pairs(sql, &a, &pairs, err) < 0)
		return -1;
	const struct clashes_options asked = { pairs.items, pairs.count, held, accepted };

	return fill_moments(sql, claims, &asked, err);
}

int
clashes_place(struct sql *sql, struct error *err)
{
	return sql_script(sql, report_unplaced_sql, doing, err);
}
