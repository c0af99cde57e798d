/* tables: what is known of a fleet, in the tables that reports query.
 * SPDX-License-Identifier: MIT */
#include "report/tables.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "fleet/listeners.h"
#include "report/audit.h"
#include "report/clashes.h"
#include "report/internal.h"
#include "report/ports.h"
#include "store/columns.h"
#include "stream/finding.h"
#include "system/sql.h"

int
tables_lay(struct sql *sql, struct error *err)
{
	return sql_script(sql, report_tables_sql, "cannot lay out the tables", err) < 0 ||
	    sql_script(sql, report_absent_sql, "cannot lay out a table", err) < 0 ||
	    sql_script(sql, report_views_sql, "cannot lay out the views", err) < 0 ? -1 : 0;
}

/* Whether a view may show it (views.sql), or the clashes be made of it. Half of a stream is neither. */
static bool
is_in_views(const struct finding *f)
{
	return f->record != FINDING_SETTING && !(f->record == FINDING_USE && f->role != ROLE_ADDRESS);
}

/* Prepares RET for the rows of findings: their position, and what a finding has of the other columns. */
static struct sql_query
prepare_findings(struct sql *sql, struct columns *ret, const char *doing, struct error *err)
{
	AUTO(sql_query) all = sql_prepare(sql, "SELECT * FROM findings", doing, err);
	AUTO(buf) names = BUF_INIT, text = BUF_INIT;

	columns_find(ret, &all, &finding_table);
	for (size_t i = 0; i < ret->count; i++)
		if (ret->of[i])
			buf_printf(&names, ", %s", ret->of[i]->name);
	buf_printf(&text, "INSERT INTO findings (position%.*s) VALUES (?1", STR_ARG(buf_str(&names)));
	for (size_t i = 0; i < ret->count; i++)
		if (ret->of[i])
			buf_add_str(&text, STR(", ?"));
	buf_add_char(&text, ')');
	return sql_prepare(sql, text.ptr, doing, err);
}

static int
put_finding(struct sql_query *q, const struct columns *columns, const struct finding *f, int64_t position)
{
	union column_room rooms[COLUMN_MAX];
	size_t at = 1;

	sql_bind_int(q, position);
	columns_bind(columns, &at, f, rooms, q);
	return sql_run(q);
}

int
tables_read_stream(struct sql *sql, const struct audit_options *from, struct error *err)
{
	static const char doing[] = "cannot hold the findings";
	AUTO(sql_query) fleet = sql_prepare(sql,
	    "INSERT INTO fleet (source, root, version) VALUES ('findings', ?1, ?2)", doing, err);
	struct columns columns;
	AUTO(sql_query) q = prepare_findings(sql, &columns, doing, err);
	AUTO_PTR(finding_reader) reader = NULL;
	struct finding f;
	int got;

	if (finding_reader_open(&reader, from->findings, from->findings_name, from->partial, err) < 0)
		return -1;
	SQL_BIND_STRS(&fleet, finding_reader_root(reader), finding_reader_version(reader));
	if (sql_run(&fleet) < 0)
		return -1;
	for (int64_t position = 1; (got = finding_next(reader, &f, err)) > 0; position++)
		if (!(from->views_only && !is_in_views(&f)) && put_finding(&q, &columns, &f, position) < 0)
			return -1;
	return got;
}

int
tables_read_registry(struct sql *sql, struct error *err)
{
	return sql_script(
	    sql, report_registry_sql, "cannot read what the last plan left in the database", err);
}

int
tables_work_out(struct sql *sql, bool host_check, struct error *err)
{
	const char *proc = host_check ? "/proc" : NULL;
	uint8_t *listening = host_check ? mem_zero(LISTENERS_PORTS, 1) : NULL;
	int result = sql_script(
	    sql, "CREATE INDEX findings_by_app ON findings (record, app)", "cannot sort the findings", err);

	if (result == 0)
		result = sql_script(sql, report_twins_sql, "cannot sort the findings", err);
	if (result == 0 && proc)
		result = ports_listen(sql, proc, listening, err);
	if (result == 0)
		result = clashes_fill(sql, listening, err) < 0 || ports_fill(sql, proc, err) < 0 ? -1 : 0;
	free(listening);
	return result;
}

/* Both are in memory: copied row by row. */
int
tables_compare(struct sql *sql, const char *side, struct sql *other, const char *moment, struct error *err)
{
	AUTO(sql_query) from = sql_prepare(other, report_sides_sql, "cannot compare", err);
	AUTO(sql_query) to = sql_prepare(
	    sql, "INSERT INTO compared VALUES (?1,?2,?3,?4,?5,?6,?7,?8)", "cannot compare", err);
	int got;

	sql_bind_str(&from, str_from(moment));
	while ((got = sql_next(&from)) > 0) {
		sql_bind_str(&to, str_from(side));
		for (int c = 0; c < (int)sql_column_count(&from); c++)
			sql_bind_column(&to, &from, c);
		if (sql_run(&to) < 0)
			return -1;
	}
	return got;
}
