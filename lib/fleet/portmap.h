/* portmap: which of the 65,536 ports may be handed out, and why not the others.
 * SPDX-License-Identifier: MIT
 *
 * A port that is no longer free never becomes free again, but for portmap_reopen. That is what makes looking
 * for the next free one cheap. */
#ifndef BERTH_FLEET_PORTMAP_H
#define BERTH_FLEET_PORTMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"

struct error;

enum port_state {
	PORT_FREE,
	PORT_LOW,		/* below 1024 */
	PORT_BAD,		/* on the Fetch standard's list: browsers refuse it */
	PORT_EPHEMERAL,		/* the kernel hands it out for outgoing connections */
	PORT_RESERVED,		/* by --reserve */
	PORT_OUTSIDE,		/* of --range */
	PORT_LISTENING,		/* something else on this host has it */
	PORT_IN_RANGE,		/* an app may take any port of a range that it lies in */
	PORT_TAKEN		/* by an app; see owner */
};

enum { PORTMAP_PORTS = 65536 };
#define PORTMAP_NOBODY UINT32_MAX

struct portmap {
	uint8_t state[PORTMAP_PORTS];		/* enum port_state */
	uint32_t owner[PORTMAP_PORTS];		/* who took it: a number that the caller gave */
	uint32_t next[PORTMAP_PORTS + 1];	/* private: where the search for a free one goes on */
};

/* Every port is free but 0, which never is. */
void portmap_init(struct portmap *);
/* Starts as a copy of BLOCKED; NULL: as portmap_init does. */
void portmap_init_from(struct portmap *, const struct portmap *blocked);
/* Takes the ports LOW to HIGH from the free ones. A port that is not free keeps its state. */
void portmap_block(struct portmap *, uint32_t low, uint32_t high, enum port_state why);
/* Makes those free again that were blocked for that reason; whether there were any. */
bool portmap_reopen(struct portmap *, enum port_state why);
void portmap_block_low(struct portmap *);
void portmap_block_bad(struct portmap *);
/* How many there are, and which. */
size_t portmap_bad_ports(const uint16_t **ret);
/* Notes that OWNER has PORT, whether it was free or not. The first by number stays the owner. */
void portmap_take(struct portmap *, uint16_t port, uint32_t owner);
bool portmap_is_free(const struct portmap *, uint32_t port);
/* The first of WIDTH free ports in a row at or above FROM; 0 where there are none. */
uint16_t portmap_find(struct portmap *, uint32_t from, uint32_t width);

/* Where pairs of a backend and a frontend port are looked for: at the bases, then STEP higher, and so on to
 * the last port; then in the same way from one above the bases, until each of the STEP series has been
 * tried. */
struct port_series {
	uint16_t base_backend, base_frontend, step;
	uint32_t backend, frontend, at;	/* private: the next pair, and which of the series it belongs to */
};

#define PORT_SERIES_INIT(backend, frontend, step) { backend, frontend, step, 0, 0, 0 }
/* Where plan begins unless it is told otherwise. */
#define PORT_SERIES_USUAL PORT_SERIES_INIT(5001, 8001, 2)

/* Finds the first pair of which both ports are free; false once all series are used up. Until one of its
 * ports is taken, the same pair is found again. */
bool portmap_next_pair(
    const struct portmap *, struct port_series *, uint16_t *ret_backend, uint16_t *ret_frontend);
/* Why a port in that state is not handed out: `browsers refuse it` and so on; for messages. */
const char *portmap_reason(enum port_state);
/* Takes the ports of LIST (`5432,9000-9100`) from the free ones, and makes all of them PORT_RESERVED. -1:
 * LIST is no such list. */
int portmap_reserve(struct portmap *, struct str list, struct error *);

#endif
