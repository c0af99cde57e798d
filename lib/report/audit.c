/* audit: what is known of a fleet, laid out in memory for reports to query.
 * SPDX-License-Identifier: MIT */
#include "report/audit.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/error.h"
#include "fleet/inventory.h"
#include "format/rows.h"
#include "report/clashes.h"
#include "report/internal.h"
#include "report/load.h"
#include "report/newer.h"
#include "report/ports.h"
#include "stream/finding.h"
#include "system/sql.h"

enum { BUSY_MS = 5000 };

struct audit {
	struct sql *sql;
	struct buf root, created, behind, beyond, host, owner, asked;
	bool database, findings, is_blank;
	size_t problems;
	struct only only;
};

static void
explain(const struct sql_failure *f, struct error *err)
{
	if (f->trouble == SQL_NO_DATABASE)
		(void)error_set(err, "is not a SQLite database; name berth's with --db or $BERTH_DB");
	else if (f->trouble == SQL_DENIED)
		(void)error_set(err, "a report only reads: %s", f->message);
	else
		sql_explain(f, err);
}

/* Whose the database is goes into the audit's host. */
static int
read_owner(struct audit *a, struct error *err)
{
	static const char has_names[] = "SELECT 1 FROM registry.sqlite_master WHERE name = 'berth_meta'";
	static const char doing[] = "cannot read whose the database is";
	AUTO(sql_query) q = SQL_QUERY_INIT;
	int64_t ignored;
	int got = sql_number(a->sql, has_names, doing, &ignored, err);

	if (got <= 0)
		return got;
	q = sql_prepare(a->sql, "SELECT value FROM registry.berth_meta WHERE key = 'host'", doing, err);
	if ((got = sql_next(&q)) > 0)
		buf_add_str(&a->host, sql_column_str(&q, 0));
	return got < 0 ? -1 : 0;
}

/* Attaches the database; but not one of another host than the stream is of. */
static int
attach(struct audit *a, const struct audit_options *opt, struct error *err)
{
	struct str host = opt->reader ? finding_reader_host(opt->reader) : (struct str)STR_INIT;
	bool is_same;

	if (sql_attach(a->sql, opt->db, "registry", "cannot read the database", err) < 0 ||
	    read_owner(a, err) < 0)
		return -1;
	is_same = str_eq(host, buf_str(&a->host));
	if (!opt->reader || is_same || (!opt->is_of_many && (!host.len || !a->host.len))) {
		a->database = true;
		return 0;
	}
	buf_add_str(&a->owner, buf_str(&a->host));
	return sql_script(a->sql, "DETACH registry", "cannot close the database", err);
}

static int
find_database(struct audit *a, const struct audit_options *opt, struct error *err)
{
	const char *path = opt->db;
	struct stat st;

	if (!path || !*path)
		return 0;
	if (stat(path, &st) == 0)
		return attach(a, opt, err) < 0 ? error_file(err, str_from(path)) : 0;
	if (errno == ENOENT)
		return 0;
	error_errno(err, errno, "cannot open the database");
	return error_file(err, str_from(path));
}

static int
load_findings(struct audit *a, const struct audit_options *opt, struct inventory *claims, struct error *err)
{
	a->findings = opt->reader != NULL;
	if ((a->findings ? load_stream(a->sql, opt, claims, err) :
	    a->database ? load_registry(a->sql, claims, err) : 0) < 0)
		return -1;
	if (a->database && !a->findings && newer_look(a->sql, err) < 0)
		return -1;
	return load_identities(a->sql, claims, err);
}

/* Fills findings and clashes. The claims are gone before the index is made, which takes as much memory. */
static int
load_clashes(struct audit *a, const struct audit_options *opt, struct error *err)
{
	AUTO(inventory) claims = INVENTORY_INIT;

	if (load_findings(a, opt, &claims, err) < 0 ||
	    (opt->host_check && ports_hold(a->sql, "/proc", &claims, err) < 0))
		return -1;
	return clashes_fill(a->sql, &claims, opt->host_check, opt->accepted, err);
}

static int
load(struct audit *a, const struct audit_options *opt, struct error *err)
{
	const char *proc = opt->host_check ? "/proc" : NULL;

	if (load_tables(a->sql, err) < 0 || load_clashes(a, opt, err) < 0 ||
	    sql_script(a->sql, "CREATE INDEX findings_by_app ON findings (record, app)",
		"cannot sort the findings", err) < 0)
		return -1;
	return clashes_place(a->sql, err) < 0 || ports_fill(a->sql, proc, !opt->no_free, err) < 0 ? -1 : 0;
}

/* What the tables say of the fleet as a whole. */
static int
know_fleet(struct audit *a, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(a->sql, "SELECT root, created, behind, beyond, created IS NULL AND "
	    "NOT EXISTS (SELECT 1 FROM port_configurations) FROM fleet", "cannot read the fleet", err);
	int64_t problems = 0;
	int got = sql_next(&q);

	if (got > 0) {
		buf_add_str(&a->root, sql_column_str(&q, 0));
		buf_add_str(&a->created, sql_column_str(&q, 1));
		buf_add_str(&a->behind, sql_column_str(&q, 2));
		buf_add_str(&a->beyond, sql_column_str(&q, 3));
		a->is_blank = !a->findings && sql_column_int(&q, 4);
	}
	if (got >= 0 && a->findings)
		got = sql_number(a->sql, "SELECT count(*) FROM findings WHERE record = 'problem'",
		    "cannot count the problems", &problems, err);
	a->problems = (size_t)problems;
	return got < 0 ? -1 : 0;
}

/* How many problems those have that were chosen. */
static int
know_chosen(struct audit *a, struct error *err)
{
	AUTO(rows) rows = ROWS_INIT;

	if (a->only.count && audit_ask(a, "SELECT model, app_num, app FROM problems "
	    "WHERE severity = 'problem'", NULL, &rows, err) < 0)
		return -1;
	if (a->only.count)
		a->problems = rows.count;
	return 0;
}

int
audit_check_only(struct audit *a, struct error *err)
{
	const struct only only = a->only;
	AUTO(rows) apps = ROWS_INIT;
	int result;

	a->only.count = 0;	/* of all there are */
	result = only.count ? audit_ask(a, "SELECT model, app_num, app FROM apps", NULL, &apps, err) : 0;
	a->only = only;
	return result < 0 ? -1 : only_check(&only, &apps, err);
}

/* The tables of some ten thousand apps are held in memory; nobody takes them back. */
static const char room[] = "PRAGMA main.cache_size = -160000; PRAGMA main.journal_mode = OFF";

int
audit_open(struct audit **ret, const struct audit_options *options, struct error *err)
{
	const struct sql_options scratch = { .mode = SQL_SCRATCH, .busy_ms = BUSY_MS, .explain = explain };
	AUTO_PTR(audit) a = mem_zero(1, sizeof *a);
	AUTO_PTR(finding_reader) own = NULL;
	struct audit_options opt = *options;

	if (!opt.reader && opt.findings >= 0 &&
	    finding_reader_open(&own, opt.findings, opt.findings_name, opt.takes, err) < 0)
		return -1;
	if (own)
		opt.reader = own;
	if (opt.reader)
		buf_add_str(&a->asked, finding_reader_asked(opt.reader));
	/* All of the registry is read as it is at one moment. */
	if (sql_open(&a->sql, &scratch, err) < 0 || sql_script(a->sql, room, "cannot begin", err) < 0 ||
	    find_database(a, &opt, err) < 0 ||
	    sql_script(a->sql, "BEGIN", "cannot begin", err) < 0 || load(a, &opt, err) < 0)
		return -1;
	if (opt.reader && finding_reader_host(opt.reader).len) {
		buf_clear(&a->host);
		buf_add_str(&a->host, finding_reader_host(opt.reader));
	}
	sql_only_read(a->sql, true);
	a->only = opt.only;
	if (know_fleet(a, err) < 0 || know_chosen(a, err) < 0)
		return -1;
	*ret = a;
	a = NULL;
	return 0;
}

void
audit_close(struct audit *a)
{
	if (!a)
		return;
	sql_close(a->sql);
	buf_release(&a->root);
	buf_release(&a->created);
	buf_release(&a->behind);
	buf_release(&a->beyond);
	buf_release(&a->host);
	buf_release(&a->owner);
	buf_release(&a->asked);
	free(a);
}

bool
audit_has_database(const struct audit *a)
{
	return a->database;
}

bool
audit_has_findings(const struct audit *a)
{
	return a->findings;
}

bool
audit_is_blank(const struct audit *a)
{
	return a->is_blank;
}

bool
audit_was_asked(const struct audit *a, struct str option)
{
	return finding_was_asked(buf_str(&a->asked), option);
}

struct str
audit_host(const struct audit *a)
{
	return buf_str(&a->host);
}

struct str
audit_owner(const struct audit *a)
{
	return buf_str(&a->owner);
}

struct str
audit_root(const struct audit *a)
{
	return buf_str(&a->root);
}

struct str
audit_created(const struct audit *a)
{
	return buf_str(&a->created);
}

struct str
audit_behind(const struct audit *a)
{
	return buf_str(&a->behind);
}

struct str
audit_beyond(const struct audit *a)
{
	return buf_str(&a->beyond);
}

bool
audit_is_part(const struct audit *a)
{
	return a->only.count > 0;
}

size_t
audit_problems(const struct audit *a)
{
	return a->problems;
}

/* Puts the rows of FROM by INSERT, each behind what it is of, SIDE, where that is not NULL. Both are in
 * memory: they are copied row by row. */
static int
copy(struct sql *sql, const char *insert, const char *side, struct sql_query *from, struct error *err)
{
	AUTO(sql_query) to = sql_prepare(sql, insert, "cannot copy what is asked for", err);
	int got;

	while ((got = sql_next(from)) > 0) {
		if (side)
			sql_bind_str(&to, str_from(side));
		for (int c = 0; c < (int)sql_column_count(from); c++)
			sql_bind_column(&to, from, c);
		if (sql_run(&to) < 0)
			return -1;
	}
	return got;
}

static int
compare(struct sql *sql, const char *side, struct sql *other, const char *moment, struct error *err)
{
	AUTO(sql_query) from = sql_prepare(other, report_sides_sql, "cannot compare", err);

	sql_bind_str(&from, str_from(moment));
	return copy(sql, "INSERT INTO compared VALUES (?1,?2,?3,?4,?5,?6,?7,?8)", side, &from, err);
}

int
audit_compare(struct audit *a, const char *side, struct audit *other, const char *moment, struct error *err)
{
	int result;

	sql_only_read(a->sql, false);
	result = compare(a->sql, side, other->sql, moment, err);
	sql_only_read(a->sql, true);
	return result;
}

static int
carry(struct sql *sql, const char *insert, struct sql *other, const char *select, struct str host,
    struct error *err)
{
	AUTO(sql_query) from = sql_prepare(other, select, "cannot gather the hosts", err);

	sql_bind_str(&from, host);
	return copy(sql, insert, NULL, &from, err);
}

int
audit_carry(struct audit *a, struct audit *from, struct str host, bool places, struct error *err)
{
	int result;

	sql_only_read(a->sql, false);
	result = carry(a->sql, "INSERT INTO hosts VALUES (NULL,?1,?2,?3,?4,?5,?6,?7)", from->sql,
	    report_hosts_sql, host, err);
	if (result == 0 && places)
		result = carry(a->sql, "INSERT INTO placements VALUES (NULL,?1,?2,?3,?4,?5,?6,?7)", from->sql,
		    report_placements_sql, host, err);
	sql_only_read(a->sql, true);
	return result;
}

static void
take_row(const struct sql_query *q, struct rows *rows)
{
	struct cell *row = rows_add(rows);

	for (int c = 0; c < (int)rows->column_count; c++) {
		enum sql_type type = sql_column_type(q, c);
		bool number = type == SQL_INTEGER || type == SQL_REAL;
		struct str s = sql_column_str(q, c);

		row[c].is_null = type == SQL_NULL;
		row[c].is_number = number && !str_ends(s, STR("f"));	/* Inf is a number to no format */
		row[c].text = row[c].is_null ? (struct str)STR_INIT : arena_dup(&rows->arena, s);
	}
}

static void
take_columns(const struct sql_query *q, struct rows *rows)
{
	size_t count = sql_column_count(q);
	struct str *names = mem_zero(count, sizeof *names);

	for (size_t i = 0; i < count; i++)
		names[i] = sql_column_name(q, (int)i);
	rows_columns(rows, names, count);
	free(names);
}

/* Reads what the query gives. */
static int
take_rows(const struct audit *a, struct sql_query *q, struct rows *rows)
{
	int got;

	take_columns(q, rows);
	while ((got = sql_next(q)) > 0)
		take_row(q, rows);
	only_thin(&a->only, rows);
	return got;
}

/* The place of an error in a report is its file, with the line that the error has already. */
static int
place(int result, struct str name, struct error *err)
{
	return result < 0 ? error_at_line(err, name, err->line) : 0;
}

int
audit_query(struct audit *a, struct str sql, struct str name, struct rows *ret, struct error *err)
{
	AUTO(sql_query) q = sql_select(a->sql, sql, err);

	return place(take_rows(a, &q, ret), name, err);
}

static int
pass(const struct audit *a, struct sql_query *q, audit_take *take, void *context, struct error *err)
{
	enum { AT_A_TIME = 500 };
	bool has_taken = false;
	int got = 0;

	do {
		AUTO(rows) rows = ROWS_INIT;

		take_columns(q, &rows);
		while (rows.count < AT_A_TIME && (got = sql_next(q)) > 0)
			take_row(q, &rows);
		only_thin(&a->only, &rows);
		if (got < 0 || ((rows.count || !has_taken) && take(context, &rows, err) < 0))
			return -1;
		has_taken = true;
	} while (got > 0);
	return 0;
}

int
audit_pass(
    struct audit *a, struct str sql, struct str name, audit_take *take, void *context, struct error *err)
{
	AUTO(sql_query) q = sql_select(a->sql, sql, err);

	return place(pass(a, &q, take, context, err), name, err);
}

int
audit_number(struct audit *a, struct str sql, struct str name, int64_t *ret, struct error *err)
{
	AUTO(sql_query) q = sql_select(a->sql, sql, err);
	int got = sql_next(&q);

	*ret = got > 0 ? sql_column_int(&q, 0) : 0;
	return place(got, name, err);
}

int
audit_ask(struct audit *a, const char *sql, const char *argument, struct rows *ret, struct error *err)
{
	AUTO(sql_query) q = sql_select(a->sql, str_from(sql), err);

	if (argument)
		sql_bind_str(&q, str_from(argument));
	return take_rows(a, &q, ret);
}
