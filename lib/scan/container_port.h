/* container_port: mappings that give the container the host's own number, and whether the container side may
 * move along.
 * SPDX-License-Identifier: MIT
 *
 * Of `${PORT:-5000}:${PORT:-5000}` the container side is decided by a variable. It may follow the host
 * side where that variable alone says the number: whatever else names it in the app's files would be left
 * behind. Uses of the variable itself move with it, which is right in environment, build arguments,
 * labels, command, entrypoint, healthcheck and expose, and nowhere else. */
#ifndef BERTH_SCAN_CONTAINER_PORT_H
#define BERTH_SCAN_CONTAINER_PORT_H

#include "scan/places.h"
#include "scan/writer.h"
#include "scan/watch.h"

struct references;

/* Adds the variables that decide such a container side. Before watch_close. */
void container_port_watch(const struct project *, struct watch *);
/* One `use` with role `container` for each such mapping; its detail says what keeps it from following. */
void container_port_write(struct writer *, const struct references *, const struct places *);

#endif
