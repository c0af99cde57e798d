/* ports: of an audit, the ports that are still to be had, and what this host holds.
 * SPDX-License-Identifier: MIT */
#include "report/ports.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "engine/held.h"
#include "engine/listeners.h"
#include "fleet/inventory.h"
#include "fleet/portmap.h"
#include "report/internal.h"
#include "system/sql.h"

enum { EPHEMERAL_LOW = 32768, EPHEMERAL_HIGH = 60999 };	/* Linux's default */

static const char doing[] = "cannot work out what is free";

static int
take_held(struct sql *sql, struct portmap *m, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, report_held_sql, doing, err);
	int got;

	while ((got = sql_next(&q)) > 0) {
		int64_t low = sql_column_int(&q, 0), high = sql_column_int(&q, 1);

		if (low > 0 && high < PORTMAP_PORTS)
			for (; low <= high; low++)
				portmap_take(m, (uint16_t)low, 0);
	}
	return got;
}

static int
put(struct sql_query *q, unsigned a, unsigned b)
{
	sql_bind_int(q, a);
	sql_bind_int(q, b);
	return sql_run(q);
}

static int
put_free(struct sql *sql, const struct portmap *m, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, "INSERT INTO free_ports VALUES (?1, ?2)", doing, err);
	int result = 0;

	for (unsigned port = 1; port < PORTMAP_PORTS && result == 0; port++) {
		unsigned last = port;

		if (!portmap_is_free(m, port))
			continue;
		while (last + 1 < PORTMAP_PORTS && portmap_is_free(m, last + 1))
			last++;
		result = put(&q, port, last);
		port = last;
	}
	return result;
}

static int
put_pairs(struct sql *sql, struct portmap *m, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(
	    sql, "INSERT INTO free_pairs (backend_port, frontend_port) VALUES (?1, ?2)", doing, err);
	struct port_series series = PORT_SERIES_USUAL;
	uint16_t backend, frontend;
	int result = 0;

	while (result == 0 && portmap_next_pair(m, &series, &backend, &frontend)) {
		portmap_take(m, backend, 0);
		portmap_take(m, frontend, 0);
		result = put(&q, backend, frontend);
	}
	return result;
}

static int
put_special(struct sql_query *q, unsigned low, unsigned high, struct str kind)
{
	sql_bind_int(q, low);
	sql_bind_int(q, high);
	sql_bind_str(q, kind);
	return sql_run(q);
}

/* What there is to say of some numbers, wherever they stand. */
static int
fill_special(struct sql *sql, uint16_t low, uint16_t high, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, "INSERT INTO special_ports VALUES (?1, ?2, ?3)", doing, err);
	const uint16_t *bad;
	size_t count = portmap_bad_ports(&bad);

	for (size_t i = 0; i < count; i++)
		if (put_special(&q, bad[i], bad[i], STR("refused")) < 0)
			return -1;
	return put_special(&q, 1, 1023, STR("privileged")) < 0 ||
	    put_special(&q, low, high, STR("ephemeral")) < 0 ? -1 : 0;
}

static int
fill_free(struct sql *sql, uint16_t low, uint16_t high, struct error *err)
{
	struct portmap *m = mem_alloc(sizeof *m);
	int result;

	portmap_init(m);
	portmap_block_low(m);
	portmap_block_bad(m);
	portmap_block(m, low, high, PORT_EPHEMERAL);
	result = take_held(sql, m, err);
	if (result == 0)
		result = put_free(sql, m, err) < 0 || put_pairs(sql, m, err) < 0 ? -1 : 0;
	free(m);
	return result;
}

int
ports_fill(struct sql *sql, const char *proc, bool free, struct error *err)
{
	uint16_t low = EPHEMERAL_LOW, high = EPHEMERAL_HIGH;

	if (proc)
		listeners_ephemeral(proc, &low, &high);
	return fill_special(sql, low, high, err) < 0 ? -1 : free ? fill_free(sql, low, high, err) : 0;
}

/* --- what the host holds --- */

static int
add_held(void *context, const struct finding *f, struct error *err)
{
	return inventory_add(context, f, err);
}

/* Looks at this host, for findings that do not say what it holds. */
static int
look(struct sql *sql, const char *proc, struct inventory *claims, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, "SELECT root FROM fleet", doing, err);
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) no_engine = BUF_INIT;
	struct str *folders = arena_zero(&a, claims->app_count + 1, sizeof *folders);
	struct held_fleet fleet = { STR("/"), folders, claims->app_count };
	int got = sql_next(&q);

	if (got > 0)
		fleet.root = sql_column_copy(&q, 0, &a);
	for (size_t i = 0; i < claims->app_count; i++)
		folders[i] = arena_dup(&a, inventory_str(claims, claims->apps[i].folder));
	return got < 0 ? -1 : held_look(proc, &fleet, add_held, claims, &no_engine, err);
}

int
ports_hold(struct sql *sql, const char *proc, struct inventory *claims, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, "INSERT OR IGNORE INTO listeners VALUES (?1)", doing, err);

	if (!claims->held_count && look(sql, proc, claims, err) < 0)
		return -1;
	for (size_t i = 0; i < claims->held_count; i++) {
		if (!claims->held[i].port)
			continue;
		sql_bind_int(&q, claims->held[i].port);
		if (sql_run(&q) < 0)
			return -1;
	}
	return 0;
}
