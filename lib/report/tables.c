/* tables: what is known of a fleet, in the tables that reports query.
 * SPDX-License-Identifier: MIT */
#include "report/tables.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/text.h"
#include "fleet/listeners.h"
#include "report/audit.h"
#include "report/clashes.h"
#include "report/internal.h"
#include "report/ports.h"
#include "stream/finding.h"
#include "system/sql.h"

int
tables_lay(struct sql *sql, struct error *err)
{
	return sql_script(sql, report_tables_sql, "cannot lay out the tables", err) < 0 ||
	    sql_script(sql, report_absent_sql, "cannot lay out a table", err) < 0 ||
	    sql_script(sql, report_views_sql, "cannot lay out the views", err) < 0 ? -1 : 0;
}

static void
bind_place(struct sql_query *q, const struct place *p)
{
	sql_bind_str(q, p->file);
	sql_bind_optional(q, p->line != 0, p->line);
	sql_bind_optional(q, p->column != 0, p->column);
	sql_bind_optional(q, p->known, p->span.off);
	sql_bind_optional(q, p->known, p->span.len);
}

/* Whether a view may show it (views.sql), or the clashes be made of it. Half of a stream is neither. */
static bool
is_in_views(const struct finding *f)
{
	return f->record != FINDING_SETTING && !(f->record == FINDING_USE && f->role != ROLE_ADDRESS);
}

static int
put_finding(struct sql_query *q, const struct finding *f, int64_t position)
{
	char digest[TEXT_DIGEST_SIZE] = "";

	if (f->has_digest)
		text_digest_format(f->digest, digest);
	sql_bind_int(q, position);
	SQL_BIND_STRS(q, finding_record_name(f->record), f->id.model);
	sql_bind_optional(q, true, f->id.app_num);
	SQL_BIND_STRS(q, f->app, f->service, finding_role_word(f), f->host_ip, f->host_port, f->container_port, f->protocol,
	    f->value, f->variable, finding_origin_name(f->origin));
	bind_place(q, &f->place);
	SQL_BIND_STRS(q, str_from(digest), f->profile, f->network_mode, f->detail, f->place.raw, f->chain);
	bind_place(q, &f->site);
	SQL_BIND_STRS(q, f->site.raw, f->whole, f->replicas);
	return sql_run(q);
}

static const char insert_finding[] =
    "INSERT INTO findings (position, record, model, app_num, app, service, role, host_ip, host_port, container_port, protocol,"
    " value, variable, origin, file, line, column, offset, length, digest, profile, network_mode, detail, raw, chain,"
    " site_file, site_line, site_column, site_offset, site_length, site_raw, whole, replicas) VALUES"
    " (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25,?26,?27,?28,?29,?30,"
    "?31,?32,?33)";

int
tables_read_stream(struct sql *sql, const struct audit_options *from, struct error *err)
{
	static const char doing[] = "cannot hold the findings";
	AUTO(sql_query) fleet = sql_prepare(sql,
	    "INSERT INTO fleet (source, root, version) VALUES ('findings', ?1, ?2)", doing, err);
	AUTO(sql_query) q = sql_prepare(sql, insert_finding, doing, err);
	AUTO_PTR(finding_reader) reader = NULL;
	struct finding f;
	int got;

	if (finding_reader_open(&reader, from->findings, from->findings_name, from->partial, err) < 0)
		return -1;
	SQL_BIND_STRS(&fleet, finding_reader_root(reader), finding_reader_version(reader));
	if (sql_run(&fleet) < 0)
		return -1;
	for (int64_t position = 1; (got = finding_next(reader, &f, err)) > 0; position++)
		if (!(from->views_only && !is_in_views(&f)) && put_finding(&q, &f, position) < 0)
			return -1;
	return got;
}

int
tables_read_registry(struct sql *sql, struct error *err)
{
	return sql_script(sql, report_registry_sql, "cannot read what the last plan left in the database", err);
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
