/* portmap: which of the 65,536 ports may be handed out, and why not the others.
 * SPDX-License-Identifier: MIT
 *
 * A port leaves the free ones once and never comes back, which is what makes looking for the next free one
 * cheap. */
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
	PORT_TAKEN		/* by an app; see owner */
};

enum { PORTMAP_PORTS = 65536 };
#define PORTMAP_NOBODY UINT32_MAX

struct portmap {
	uint8_t state[PORTMAP_PORTS];		/* enum port_state */
	uint32_t owner[PORTMAP_PORTS];		/* whoever took it: a number of the caller's */
	uint32_t next[PORTMAP_PORTS + 1];	/* private: where to look further for a free one */
};

/* 0 is never free; all else is. */
void portmap_init(struct portmap *);
/* Begins with what BLOCKED does not hand out; NULL: as portmap_init. */
void portmap_init_from(struct portmap *, const struct portmap *blocked);
/* Takes LOW to HIGH from the free ones; those that are not free keep their reason. */
void portmap_block(struct portmap *, uint32_t low, uint32_t high, enum port_state why);
void portmap_block_low(struct portmap *);
void portmap_block_bad(struct portmap *);
/* Notes that OWNER has PORT, free or not. The first owner stays. */
void portmap_take(struct portmap *, uint16_t port, uint32_t owner);
bool portmap_is_free(const struct portmap *, uint32_t port);
/* The first of WIDTH free ports in a row at or above FROM; 0 where there are none. */
uint16_t portmap_find(struct portmap *, uint32_t from, uint32_t width);
/* Where the pairs of a backend and a frontend port are looked for: at the bases, then a step higher, and so on to the last
 * port; then from one above the bases, until every series has been tried. */
struct port_series {
	uint16_t base_backend, base_frontend, step;
	uint32_t backend, frontend, at;	/* private: the pair that is looked at next, and of which series it is */
};

#define PORT_SERIES_INIT(backend, frontend, step) { backend, frontend, step, 0, 0, 0 }
/* Where plan begins unless it is told otherwise. */
#define PORT_SERIES_USUAL PORT_SERIES_INIT(5001, 8001, 2)

/* The first pair of the series whose both ports are free; false once all series are used up. The same pair is given again until
 * one of its ports is taken. */
bool portmap_next_pair(const struct portmap *, struct port_series *, uint16_t *ret_backend, uint16_t *ret_frontend);
/* `a port that browsers refuse` and so on; for messages. */
const char *portmap_reason(enum port_state);
/* Takes the ports of LIST (`5432,9000-9100`) from the free ones as RESERVED. -1 where it is no such list. */
int portmap_reserve(struct portmap *, struct str list, struct error *);
/* `9000-9100` or `9000`: two numbers from 1 to 65535 in order. */
bool portmap_parse_range(struct str s, uint16_t *ret_low, uint16_t *ret_high);

#endif
