/* ports: of an audit, the ports that are still to be had, and those that this host listens on.
 * SPDX-License-Identifier: MIT */
#include "report/ports.h"

#include <stdlib.h>

#include <sqlite3.h>

#include "base/error.h"
#include "fleet/listeners.h"
#include "base/mem.h"
#include "fleet/portmap.h"

enum { EPHEMERAL_LOW = 32768, EPHEMERAL_HIGH = 60999 };	/* Linux's default */

static const char select_held[] =
    "SELECT port, last_port FROM ports WHERE port > 0"
    " UNION SELECT CAST(planned_port AS INTEGER), CAST(planned_port AS INTEGER) FROM ports WHERE planned_port <> ''"
    " UNION SELECT backend_port, backend_port FROM port_configurations"
    " UNION SELECT frontend_port, frontend_port FROM port_configurations"
    " UNION SELECT port, port FROM berth_ports UNION SELECT port, port FROM listeners";

static int
failed(sqlite3 *sql, struct error *err)
{
	return error_set(err, "cannot work out what is free: %s", sqlite3_errmsg(sql));
}

static int
take_held(sqlite3 *sql, struct portmap *m, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	int got = SQLITE_ERROR;

	if (sqlite3_prepare_v2(sql, select_held, -1, &stmt, NULL) == SQLITE_OK)
		while ((got = sqlite3_step(stmt)) == SQLITE_ROW) {
			sqlite3_int64 low = sqlite3_column_int64(stmt, 0),
				      high = sqlite3_column_int64(stmt, 1);

			if (low > 0 && low <= high && high < PORTMAP_PORTS)
				for (sqlite3_int64 port = low; port <= high; port++)
					portmap_take(m, (uint16_t)port, 0);
		}
	(void)sqlite3_finalize(stmt);	/* repeats the step's result */
	return got == SQLITE_DONE ? 0 : failed(sql, err);
}

static int
put(sqlite3 *sql, sqlite3_stmt *stmt, unsigned a, unsigned b, struct error *err)
{
	if (sqlite3_bind_int64(stmt, 1, a) == SQLITE_OK && sqlite3_bind_int64(stmt, 2, b) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_DONE && sqlite3_reset(stmt) == SQLITE_OK)
		return 0;
	return failed(sql, err);
}

static int
put_free(sqlite3 *sql, sqlite3_stmt *stmt, const struct portmap *m, struct error *err)
{
	int result = 0;

	for (unsigned port = 1; port < PORTMAP_PORTS && result == 0; port++) {
		unsigned last = port;

		if (!portmap_is_free(m, port))
			continue;
		while (last + 1 < PORTMAP_PORTS && portmap_is_free(m, last + 1))
			last++;
		result = put(sql, stmt, port, last, err);
		port = last;
	}
	return result;
}

static int
put_pairs(sqlite3 *sql, sqlite3_stmt *stmt, struct portmap *m, struct error *err)
{
	struct port_series series = PORT_SERIES_USUAL;
	uint16_t backend, frontend;
	int result = 0;

	while (result == 0 && portmap_next_pair(m, &series, &backend, &frontend)) {
		portmap_take(m, backend, 0);
		portmap_take(m, frontend, 0);
		result = put(sql, stmt, backend, frontend, err);
	}
	return result;
}

int
audit_ports_fill(sqlite3 *sql, const char *proc, struct error *err)
{
	struct portmap *m = mem_alloc(sizeof *m);
	sqlite3_stmt *ports = NULL, *pairs = NULL;
	uint16_t low = EPHEMERAL_LOW, high = EPHEMERAL_HIGH;
	int result;

	if (proc)
		listeners_ephemeral(proc, &low, &high);
	portmap_init(m);
	portmap_block_low(m);
	portmap_block_bad(m);
	portmap_block(m, low, high, PORT_EPHEMERAL);
	result = take_held(sql, m, err);
	if (result == 0 &&
	    (sqlite3_prepare_v2(sql, "INSERT INTO free_ports VALUES (?1, ?2)", -1, &ports, NULL) !=
		    SQLITE_OK ||
		sqlite3_prepare_v2(sql,
		    "INSERT INTO free_pairs (backend_port, frontend_port) VALUES (?1, ?2)", -1, &pairs,
		    NULL) != SQLITE_OK))
		result = failed(sql, err);
	if (result == 0)
		result = put_free(sql, ports, m, err) < 0 || put_pairs(sql, pairs, m, err) < 0 ? -1 : 0;
	(void)sqlite3_finalize(ports);
	(void)sqlite3_finalize(pairs);
	free(m);
	return result;
}

int
audit_ports_listen(sqlite3 *sql, const char *proc, uint8_t flags[static 65536], struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	int result = listeners_read(proc, flags, err);

	if (result == 0 &&
	    sqlite3_prepare_v2(sql, "INSERT INTO listeners VALUES (?1)", -1, &stmt, NULL) != SQLITE_OK)
		result = failed(sql, err);
	for (unsigned port = 1; port < LISTENERS_PORTS && result == 0; port++)
		if (flags[port] &&
		    (sqlite3_bind_int64(stmt, 1, port) != SQLITE_OK || sqlite3_step(stmt) != SQLITE_DONE ||
			sqlite3_reset(stmt) != SQLITE_OK))
			result = failed(sql, err);
	(void)sqlite3_finalize(stmt);
	return result;
}
