/* ranges: mappings that may take any port of a range (`8000-8010:80`), and whether each finds one.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FLEET_RANGES_H
#define BERTH_FLEET_RANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "fleet/clash.h"
#include "fleet/crowd.h"

/* Whether item I is such a mapping, and is published. */
bool ranges_has(const struct inventory *, uint32_t i);

/* What item OTHER, which has PORT or is about to take it, is to item OWN, which looks for one. */
typedef enum crowd_answer ranges_ask(void *context, uint32_t own, uint32_t other, uint16_t port);
/* Is given an item for which nothing is left (each replica needs a port), and one that has one of its
 * ports. */
typedef void ranges_tell(void *context, uint32_t item, uint32_t other);

/* Gives each such mapping of the fleet a port in thought, so that as many as can be find one, and tells of
 * those that find none. */
void ranges_find(const struct clash_view *, ranges_ask *ask, ranges_tell *tell, void *context);

#endif
