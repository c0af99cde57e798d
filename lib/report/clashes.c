/* clashes: the clashes of an audit's findings, as a table.
 * SPDX-License-Identifier: MIT */
#include "report/clashes.h"

#include "base/arena.h"
#include "base/error.h"
#include "fleet/clash.h"
#include "fleet/inventory.h"
#include "report/internal.h"
#include "store/columns.h"
#include "stream/finding.h"
#include "system/sql.h"

static const char doing[] = "cannot look for clashes";

static const char insert_clash[] =
    "INSERT INTO clashes (moment, kind, value, model, app_num, app, service, file, line, column, other_model,"
    " other_app_num, other_app, other_service, other_file, other_line, other_column, message)"
    " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18)";

static int
read_inventory(struct sql *sql, const char *moment, struct inventory *v, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, report_claims_sql, doing, err);
	struct columns columns;
	int got;

	columns_find(&columns, &q, &finding_table);
	sql_bind_str(&q, str_from(moment));
	while ((got = sql_next(&q)) > 0) {
		struct finding f = { .record = FINDING_OTHER };

		columns_read(&columns, &q, &f);
		if (inventory_add(v, &f, err) < 0)
			return -1;
	}
	inventory_settle(v);
	return got;
}

struct pairs {
	struct clash_pair *items;
	size_t count, cap;
	struct arena arena;
};

static int
read_pairs(struct sql *sql, struct pairs *p, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, report_pairs_sql, doing, err);
	int got;

	while ((got = sql_next(&q)) > 0) {
		ARENA_GROW(&p->arena, p->items, p->count, p->cap);
		p->items[p->count++] = (struct clash_pair){
			.id.model = sql_column_bytes_copy(&q, 0, &p->arena),
			.id.app_num = sql_column_uint(&q, 1, UINT64_MAX),
			.backend = (uint16_t)sql_column_uint(&q, 2, UINT16_MAX),
			.frontend = (uint16_t)sql_column_uint(&q, 3, UINT16_MAX),
			.is_below_root = sql_column_int(&q, 4) != 0,
		};
	}
	return got;
}

static void
bind_side(struct sql_query *q, const struct inventory *v, const struct clash_side *s)
{
	bool any = s->id.model.len != 0 || s->app != INVENTORY_NONE;
	struct finding f = { .record = FINDING_OTHER };

	if (s->item != INVENTORY_NONE)
		inventory_finding(v, s->item, &f);
	/* A name that several texts make up has no place of its own; where it is written, it has. */
	const struct place *p = f.place.file.len ? &f.place : &f.site;

	sql_bind_str(q, s->id.model);
	sql_bind_optional(q, any, s->id.app_num);
	sql_bind_str(
	    q, s->app == INVENTORY_NONE ? (struct str)STR_INIT : inventory_str(v, v->apps[s->app].folder));
	sql_bind_str(q, s->service);
	sql_bind_str(q, p->file);
	sql_bind_optional(q, p->line != 0, p->line);
	sql_bind_optional(q, p->column != 0, p->column);
}

struct clash_writer {
	struct sql_query *insert;
	const char *moment;
	const struct inventory *v;
};

/* In the table the app that has to give way comes first: it is the one whose file the place names. */
static int
write_clash(void *context, const struct clash *c, struct error *err)
{
	const struct clash_writer *w = context;

	(void)err;	/* the query has it */
	SQL_BIND_STRS(w->insert, str_from(w->moment), str_from(clash_kind_name(c->kind)), c->what);
	bind_side(w->insert, w->v, &c->other);
	bind_side(w->insert, w->v, &c->holder);
	sql_bind_str(w->insert, c->detail);
	return sql_run(w->insert);
}

static int
fill(struct sql *sql, const char *moment, const struct clash_options *opt, struct error *err)
{
	AUTO(inventory) v = INVENTORY_INIT;
	AUTO(sql_query) q = sql_prepare(sql, insert_clash, doing, err);
	struct clash_writer w = { &q, moment, &v };

	return read_inventory(sql, moment, &v, err) < 0 ? -1 : clash_find(
	    &(struct clash_view){ .inventory = &v }, opt, write_clash, &w, err);
}

int
clashes_fill(struct sql *sql, const uint8_t *listening, struct error *err)
{
	struct pairs pairs = { NULL, 0, 0, ARENA_INIT };
	struct clash_options now = { .listening = listening }, alone = { .listening = NULL };
	int64_t planned = 0;
	int result = read_pairs(sql, &pairs, err);

	now.pairs = pairs.items;
	now.pair_count = pairs.count;
	if (result == 0)
		result = fill(sql, "now", &now, err);
	if (result == 0)
		result = sql_number(sql, "SELECT count(*) FROM findings WHERE coalesce(after, '') <> ''",
			     doing, &planned, err) < 0
		    ? -1
		    : 0;
	if (result == 0 && planned)
		result = fill(sql, "found", &alone, err) < 0 || fill(sql, "planned", &alone, err) < 0 ? -1
												      : 0;
	if (result == 0)
		result = sql_script(sql, report_unplaced_sql, doing, err);
	arena_release(&pairs.arena);
	return result;
}
