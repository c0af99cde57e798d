/* held: what this host holds beside a fleet: what listens, and what its engine's containers have.
 * SPDX-License-Identifier: MIT */
#include "engine/held.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"
#include "engine/client.h"
#include "engine/internal.h"
#include "engine/listeners.h"
#include "engine/snapshot.h"
#include "stream/finding.h"
#include "system/process.h"
#include "system/sql.h"

static const char doing[] = "cannot hold what the host holds";

static int
put_fleet(struct sql *sql, const struct held_fleet *fleet, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, "INSERT OR IGNORE INTO fleet VALUES (?1, ?2)", doing, err);
	AUTO(arena) a = ARENA_INIT;

	for (size_t i = 0; i < fleet->count; i++) {
		SQL_BIND_STRS(&q, path_resolve(&a, fleet->root, fleet->folders[i]), fleet->folders[i]);
		if (sql_run(&q) < 0)
			return -1;
	}
	return 0;
}

/* The address pools that the engine makes networks from; Docker's own are not told. */
static int
put_pools(struct sql *sql, struct error *err)
{
	static const char *const words[] = { "info", "--format", "{{json .DefaultAddressPools}}", NULL };
	AUTO(process_answer) answer = PROCESS_ANSWER_INIT;
	AUTO(sql_query) q = sql_prepare(
	    sql, "INSERT INTO answers SELECT 'pools', ?1 WHERE json_valid(?1)", doing, err);

	if (client_ask(words, &answer, err) < 0)
		return -1;
	sql_bind_str(&q, answer.end.status == 0 ? buf_str(&answer.out) : STR("[]"));
	return sql_run(&q);
}

static int
put_listeners(struct sql *sql, const char *proc, struct error *err)
{
	AUTO(listeners) found = LISTENERS_INIT;
	AUTO(sql_query) q = sql_prepare(sql, "INSERT INTO listening VALUES (?1, ?2, ?3, ?4)", doing, err);

	if (listeners_read(proc, &found, err) < 0)
		return -1;
	listeners_name(proc, &found);
	for (size_t i = 0; i < found.count; i++) {
		const struct listener *l = &found.items[i];

		sql_bind_int(&q, l->port);
		SQL_BIND_STRS(
		    &q, l->is_tcp ? STR("tcp") : STR("udp"), str_from(l->address), str_from(l->process));
		if (sql_run(&q) < 0)
			return -1;
	}
	return 0;
}

static int
tell(struct sql *sql, held_visit *visit, void *context, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, engine_held_sql, doing, err);
	int got;

	while ((got = sql_next(&q)) > 0) {
		uint16_t port = (uint16_t)sql_column_uint(&q, 2, UINT16_MAX);
		struct finding f = { .record = FINDING_HELD,
			.role = finding_role_of(sql_column_str(&q, 0)),
			.host_ip = sql_column_str(&q, 1),
			.host_port = { .low = port, .high = port },
			.protocol = sql_column_str(&q, 3),
			.value = sql_column_str(&q, 4),
			.whole = sql_column_str(&q, 5),
			.detail = sql_column_str(&q, 6) };

		if (visit(context, &f, err) < 0)
			return -1;
	}
	return got;
}

int
held_look(const char *proc, const struct held_fleet *fleet, held_visit *visit, void *context, struct buf *why,
    struct error *err)
{
	AUTO_PTR(sql) sql = NULL;
	int asked = snapshot_open(&sql, why, err);

	if (asked < 0 ||
	    sql_script(sql,
		"CREATE TABLE fleet (folder TEXT PRIMARY KEY, tail TEXT);"
		"CREATE TABLE listening (port INTEGER, protocol TEXT, address TEXT, process TEXT);"
		"CREATE TABLE asked (yes INTEGER)",
		doing, err) < 0 ||
	    put_fleet(sql, fleet, err) < 0)
		return -1;
	if (asked &&
	    (sql_script(sql, "INSERT INTO asked VALUES (1)", doing, err) < 0 || put_pools(sql, err) < 0))
		return -1;
	if ((!asked || !client_is_elsewhere(err)) && put_listeners(sql, proc, err) < 0)
		return -1;
	return tell(sql, visit, context, err);
}
