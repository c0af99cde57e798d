/* port_set: port numbers as bits.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_PORT_SET_H
#define BERTH_SCAN_PORT_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/port.h"
#include "compose/project.h"

struct port_set {
	uint64_t bits[65536 / 64];
};

/* Puts the one port that RANGE gives in the set, or takes it out again; a range of several is passed over. */
void port_set_put(struct port_set *, struct port_range range, bool there);
/* Whether PORT is in the set; any number may be asked for. */
bool port_set_has(const struct port_set *, uint64_t port);
/* The same for all host ports that PROJECT publishes now. */
void port_set_put_project(struct port_set *, const struct project *, bool there);

#endif
