/* ports: of an audit, the ports that are still to be had, and those that this host listens on.
 * SPDX-License-Identifier: MIT */
#include "report/ports.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "fleet/listeners.h"
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

int
ports_fill(struct sql *sql, const char *proc, struct error *err)
{
	struct portmap *m = mem_alloc(sizeof *m);
	uint16_t low = EPHEMERAL_LOW, high = EPHEMERAL_HIGH;
	int result;

	if (proc)
		listeners_ephemeral(proc, &low, &high);
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
ports_listen(struct sql *sql, const char *proc, uint8_t flags[static LISTENERS_PORTS], struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, "INSERT INTO listeners VALUES (?1)", doing, err);
	int result = listeners_read(proc, flags, err);

	for (unsigned port = 1; port < LISTENERS_PORTS && result == 0; port++)
		if (flags[port]) {
			sql_bind_int(&q, port);
			result = sql_run(&q);
		}
	return result;
}
