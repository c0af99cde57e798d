/* held: what the host holds beside the fleet, by what it is.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FLEET_HELD_H
#define BERTH_FLEET_HELD_H

#include <stdint.h>

#include "base/dict.h"
#include "fleet/inventory.h"

struct held {
	const struct inventory *inventory;
	uint32_t *next; /* private: by held thing, of ports: the next on the port, from 1 */
	uint32_t *first; /* private: by port */
	struct dict names; /* private: `role name`, by the first that has it */
	struct arena *arena; /* private */
};

/* Indexes what INVENTORY holds, which is not added to meanwhile; in ARENA. */
void held_index(struct held *ret, const struct inventory *, struct arena *);
/* What holds PORT with PROTOCOL on an address that IP shares; NULL: nothing. What may be the fleet's own
 * (ROLE_SOCKET) does not count. */
const struct inventory_held *held_port(
    const struct held *, uint16_t port, struct str protocol, struct str ip);
/* What holds NAME in ROLE (ROLE_CONTAINER, ROLE_PROJECT, ROLE_NETWORK, ROLE_VOLUME); NULL: nothing. */
const struct inventory_held *held_name(const struct held *, enum finding_role role, struct str name);

#endif
