/* hostip: the host address of a published port, as the engine takes it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FLEET_HOSTIP_H
#define BERTH_FLEET_HOSTIP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct error;

enum hostip_kind {
	HOSTIP_EVERY,		/* none given: all addresses of both families */
	HOSTIP_EVERY4,		/* 0.0.0.0 */
	HOSTIP_EVERY6,		/* :: */
	HOSTIP_ONE4,
	HOSTIP_ONE6,
	HOSTIP_KINDS
};

struct hostip {
	uint32_t kind;		/* enum hostip_kind */
	uint32_t key;		/* equal for equal addresses: of different ones almost never; 0 but for ONE */
};

/* What the text of a host_ip means: `[::1]`, `::1` and `0:0:0:0:0:0:0:1` are one, and `::ffff:127.0.0.1` is
 * 127.0.0.1. */
struct hostip hostip_of(struct str ip);
/* Whether the two texts share an address: none, `0.0.0.0` and `::` overlap all of their family. */
bool hostip_overlaps(struct str a, struct str b);
/* Whether all addresses of the one kind and of the other overlap, but that of two of one kind of ONE only
 * equal ones do. */
bool hostip_kinds_meet(enum hostip_kind a, enum hostip_kind b);

/* Whether HOST, a name or an address, is the machine that asks, which in a container is the container. */
bool hostip_is_loopback(struct str host);
/* Where a port may be published that is asked for at HOST: fills *RET and returns how many, those that mean
 * all among them. 0: HOST is no address, but another name of this host's, and may mean any. */
enum { HOSTIP_REACHED = 6 };
size_t hostip_reached(struct str host, struct hostip ret[static HOSTIP_REACHED]);
/* Whether HOST is what engines call the host for containers alone: nothing listens as that. */
bool hostip_is_of_engine(struct str host);
/* The address that --bind TEXT names, without the brackets of IPv6; it borrows from TEXT. -1: it is none, or
 * each one that the host has. */
int hostip_read_bind(const char *text, struct str *ret, struct error *);

#endif
