/* subnets: the address ranges that networks of the fleet ask for, and which of them overlap.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FLEET_SUBNETS_H
#define BERTH_FLEET_SUBNETS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct clash_view;
struct inventory_held;

/* Is given item OTHER, a network, whose subnet WHAT overlaps one of HOLDER's. */
typedef void subnets_tell(void *context, uint32_t holder, uint32_t other, struct str what);

/* Tells of each subnet of two networks that overlaps one before it. Networks that are called the same are one
 * network, whose clash is its name's. */
void subnets_find(const struct clash_view *, subnets_tell *tell, void *context);

/* Is given ITEM, a network whose subnet WHAT overlaps one of HELD, a stranger's network on the host. */
typedef void subnets_tell_held(
    void *context, uint32_t item, const struct inventory_held *held, struct str what);

/* Tells of each subnet of the fleet or of a stranger that overlaps one of the other before it. */
void subnets_find_held(const struct clash_view *, subnets_tell_held *tell, void *context);
/* Whether one of SUBNETS, parted by commas, holds ADDRESS. What is no address or subnet is taken for well. */
bool subnets_hold(struct str subnets, struct str address);
/* ADDRESS as any other way to write it: `::1` of `0:0:0:0:0:0:0:1`. */
struct str subnets_address(struct arena *, struct str address);

#endif
