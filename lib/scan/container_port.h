/* container_port: mappings that give the container the host's own number, and whether the container side may
 * move along.
 * SPDX-License-Identifier: MIT
 *
 * In `${PORT:-5000}:${PORT:-5000}` a variable decides the container side. It may follow the host side where
 * nothing but that variable says the number: any other text of the app that names it would be left behind.
 * Uses of the variable itself move with it, which is right in environment, build arguments, labels, command,
 * entrypoint, healthcheck and expose, and nowhere else. */
#ifndef BERTH_SCAN_CONTAINER_PORT_H
#define BERTH_SCAN_CONTAINER_PORT_H

#include "scan/places.h"
#include "scan/writer.h"
#include "scan/watch.h"

struct references;

/* Adds the variables that decide such a container side. */
void container_port_watch(const struct project *, struct watch *);
/* Writes a `use` with role `container` for each such mapping; its detail says what keeps the container
 * side from following. */
void container_port_write(struct writer *, const struct references *, const struct places *);

#endif
