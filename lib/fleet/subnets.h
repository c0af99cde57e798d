/* subnets: the address ranges that networks of the fleet ask for, and which of them overlap.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FLEET_SUBNETS_H
#define BERTH_FLEET_SUBNETS_H

#include <stdint.h>

#include "base/str.h"

struct clash_view;

/* Is given item OTHER, a network, whose subnet WHAT overlaps one of HOLDER's. */
typedef void subnets_tell(void *context, uint32_t holder, uint32_t other, struct str what);

/* Tells of each subnet of two networks that overlaps one before it. Networks that are called the same are one
 * network, whose clash is its name's. */
void subnets_find(const struct clash_view *, subnets_tell *tell, void *context);

#endif
