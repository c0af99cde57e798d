/* clash: two things of a fleet that cannot both be, and which two.
 * SPDX-License-Identifier: MIT
 *
 * The seven kinds of design section 4. A group of n that want one thing is told as n-1 pairs: each later
 * one with the first before it that it clashes with, the holder. plan and report ask the same question of
 * the same code. */
#ifndef BERTH_FLEET_CLASH_H
#define BERTH_FLEET_CLASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fleet/inventory.h"
#include "stream/identity.h"
#include "base/str.h"

struct error;

enum clash_kind {
	CLASH_PORT,		/* the same host port, protocol and address */
	CLASH_CONTAINER,	/* the same container name, explicit or Compose's default */
	CLASH_PROJECT,		/* two folders that are one project to Compose */
	CLASH_VOLUME,		/* a volume or network that two projects make */
	CLASH_NETWORK,
	CLASH_REPLICAS,		/* a fixed port or name with more than one replica */
	CLASH_LISTENER,		/* something on this host listens on it */
	CLASH_DRIFT,		/* the database says another port */
	CLASH_ORPHAN,		/* a row of the database whose app is gone */
	CLASH_ROLE		/* the database gives one number to two apps, in different roles */
};

const char *clash_kind_name(enum clash_kind);

/* One side: an item, or only an app (a default name), or neither (a row of the database, a listener). */
struct clash_side {
	uint32_t item;		/* INVENTORY_NONE: no finding of its own */
	uint32_t app;		/* INVENTORY_NONE: not in the fleet */
	struct str service;	/* empty: none */
	struct identity id;	/* always given but for listeners */
};

struct clash {
	enum clash_kind kind;
	struct clash_side holder, other;	/* OTHER alone for replicas, listeners, drift and orphans */
	struct str what;		/* `5003/tcp`, `myapp_backend`, `app1` */
	struct str detail;		/* a sentence that names both sides */
};

/* A row of port_configurations. */
struct clash_pair {
	struct identity id;
	uint16_t backend, frontend;
	/* its app's folder is known and lies below the scanned root: judged as an orphan when gone */
	bool is_below_root;
};

/* Sharing that is accepted on purpose. Texts as in struct clash; an empty one stands for any. */
struct clash_accepted {
	struct str a, b;	/* `model/appN` or the folder, in either order */
	struct str what;
};

struct clash_options {
	const struct clash_pair *pairs;		/* of the database; NULL: kind 7 is not asked for */
	size_t pair_count;
	const uint8_t *listening;		/* 65,536 flags; NULL: kind 6 is not asked for */
	const struct clash_accepted *accepted;
	size_t accepted_count;
};

/* Is given one clash, whose strs are good until it returns. -1, with the error set, ends the search. */
typedef int clash_visit(void *context, const struct clash *, struct error *);

/* All clashes of INVENTORY, one after the other: ordered by kind, then by what, then by the later side's
 * place in the fleet. None is kept: ten thousand apps can have a hundred thousand. -1 where VISIT returned
 * that. */
int clash_find(const struct inventory *, const struct clash_options *, clash_visit *visit, void *context,
    struct error *);

/* Whether host addresses A and B (texts of host_ip) share one: none, `0.0.0.0` and `::` overlap all of
 * their family. */
bool clash_addresses_overlap(struct str a, struct str b);
/* 0 for an address that may overlap with others than its like; of two other keys that differ the addresses
 * never overlap. */
uint32_t clash_address_key(struct str ip);
/* Whether services with these profile lists may run at the same time. */
bool clash_profiles_meet(struct str a, struct str b);

#endif
