/* asked: which tables of an audit reports ask, so that the others need not be filled.
 * SPDX-License-Identifier: MIT */
#include "report/asked.h"

#include "base/error.h"
#include "report/load.h"
#include "report/report.h"
#include "system/sql.h"

static void
take(void *taker, struct str table, bool is_direct)
{
	struct report_asks *ret = taker;

	ret->findings |= is_direct && str_eq_fold(table, STR("findings"));
	ret->free |= str_eq_fold(table, STR("free_ports")) || str_eq_fold(table, STR("free_pairs"));
	ret->hosts |= str_eq_fold(table, STR("hosts"));
	ret->placements |= str_eq_fold(table, STR("placements"));
}

static int
look(struct sql *sql, struct report *r)
{
	for (size_t i = 0; i < r->notes.count; i++)
		if (sql_tables(sql, r->notes.items[i], take, &r->asks) < 0)
			return -1;
	if (r->fails.len && !str_eq(r->fails, STR("rows")) && sql_tables(sql, r->fails, take, &r->asks) < 0)
		return -1;
	return sql_tables(sql, r->query, take, &r->asks);
}

void
asked_find(struct report *reports, size_t count)
{
	const struct sql_options empty = { .mode = SQL_MEMORY };
	AUTO_PTR(sql) sql = NULL;
	AUTO(error) ignored = ERROR_INIT;
	bool is_laid = sql_open(&sql, &empty, &ignored) == 0 && load_tables(sql, &ignored) == 0;

	for (size_t i = 0; i < count; i++)
		if (!is_laid || look(sql, &reports[i]) < 0)
			reports[i].asks = (struct report_asks){ true, true, true, true };
}
