/* clash: two things of a fleet that cannot both be, and which two.
 * SPDX-License-Identifier: MIT
 *
 * A group of n that want one thing is told as n-1 pairs: each later one with the first before it that it
 * clashes with, the holder. plan asks the same questions one by one that clash_find asks of a whole fleet,
 * and asks clash_find of the fleet as it will be. */
#ifndef BERTH_FLEET_CLASH_H
#define BERTH_FLEET_CLASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "fleet/crowd.h"
#include "fleet/inventory.h"
#include "stream/identity.h"

struct error;

enum clash_kind {
	CLASH_PORT,		/* the same host port, protocol and address */
	CLASH_CONTAINER,	/* the same container name, explicit or Compose's default */
	CLASH_PROJECT,		/* two folders that are one project to Compose */
	CLASH_VOLUME,		/* a volume or network that two projects make */
	CLASH_NETWORK,
	CLASH_ALIAS,		/* one name on one network that two projects join */
	CLASH_IMAGE,		/* a tag that two projects build from different folders */
	CLASH_SUBNET,		/* address ranges of two networks that overlap */
	CLASH_REPLICAS,		/* a fixed port or name with more than one replica */
	CLASH_HELD,		/* the host holds it, beside the fleet */
	CLASH_DRIFT,		/* the database says another port */
	CLASH_ORPHAN,		/* a row of the database whose app is gone */
	CLASH_ROLE,		/* the database gives one number to two apps, in different roles */
	/* what is often meant, and often a disaster: told where it is asked for, and never a conflict */
	CLASH_ROUTER,		/* one name of a router or service of Traefik in two projects */
	CLASH_FOLDER		/* a folder of the host that two projects mount for writing */
};

const char *clash_kind_name(enum clash_kind);
/* Whether it is only a hazard. */
bool clash_is_hazard(enum clash_kind);

/* Two apps that share something on purpose. */
struct clash_accepted {
	struct str a, b;	/* `model/appN` or the folder, in either order; empty: any app */
	struct str what;	/* as in struct clash; empty: anything */
	struct str reason;
	size_t line;		/* of the file that says so */
};

/* One side: an item, or only an app (a default name), or neither (a row of the database). */
struct clash_side {
	uint32_t item;		/* INVENTORY_NONE: no finding of its own */
	uint32_t app;		/* INVENTORY_NONE: not in the fleet */
	struct str service;	/* empty: none */
	struct identity id;	/* empty: it has none */
};

struct clash {
	enum clash_kind kind;
	struct clash_side holder, other;	/* OTHER alone for replicas, what is held, drift, orphans */
	struct str what;		/* `5003/tcp`, `myapp_backend`, `app1` */
	struct str detail;		/* a sentence that names both sides */
	const struct clash_accepted *accepted;	/* what lets it be; NULL: nothing does */
};

/* A fleet as scan found it, or as it will be. */
struct clash_view {
	const struct inventory *inventory;
	/* by item: the port that it publishes instead of its own; 0: its own. NULL: each its own */
	const uint16_t *ports;
	/* by item: the index in TEXTS of what it is called instead; 0: what it was called. NULL: all as they
	 * were */
	const uint32_t *names;
	const struct str *texts;
};

/* --- all clashes --- */

/* A row of port_configurations. */
struct clash_pair {
	struct identity id;
	uint16_t backend, frontend;
	/* its app's folder is known and lies below the scanned root: judged as an orphan when gone */
	bool is_below_root;
};

struct clash_options {
	/* of the database; NULL: drift, orphans and roles are not asked for */
	const struct clash_pair *pairs;
	size_t pair_count;
	bool held;				/* what the host holds beside the fleet counts */
	bool hazards;				/* they are told as well */
	const struct clash_accepted *accepted;
	size_t accepted_count;
	bool tell_accepted;	/* what is accepted is told as well */
};

/* Whether a clash can be about F, or turn on it: who includes whom decides whether one text that both reach
 * is one. */
bool clash_is_about(const struct finding *f);
/* Whether one can be about any of RECORD. */
bool clash_may_be_about(enum finding_record record);

/* Is given one clash, whose strs are good until it returns. -1, with the error set, ends the search. */
typedef int clash_visit(void *context, const struct clash *, struct error *);

/* All clashes of a fleet, one after the other: ordered by kind, then by what, then by the later side's place
 * in the fleet. None is kept: ten thousand apps can have a hundred thousand. OPTIONS may be NULL. -1 where
 * VISIT returned that. */
int clash_find(const struct clash_view *, const struct clash_options *, clash_visit *visit, void *context,
    struct error *);

/* --- single questions --- */

/* What item I of the inventory, which wants PORT (0: a name), is to a crowd. */
struct crowd_claim clash_crowd_claim(const struct inventory *, uint32_t i, uint16_t port);
/* The port that item I publishes in the view; 0: none, or any of a range. */
uint16_t clash_port_of(const struct clash_view *, uint32_t i);
/* What item I is called in the view. */
struct str clash_name_of(const struct clash_view *, uint32_t i);
/* What the network of its app's own on which item I has its alias or its address is called in the view; of
 * one that the app only uses, what it was called. */
struct str clash_network_of(const struct clash_view *, uint32_t i);
/* Whether services with these profile lists may run at the same time. */
bool clash_profiles_meet(struct str a, struct str b);
/* Whether one text decides items I and J of two apps of which one includes the other: they are one thing. */
bool clash_is_one_text(const struct inventory *, uint32_t i, uint32_t j);
/* Whether items I and J, which publish ports of one number, cannot both be. */
bool clash_is_of_ports(const struct inventory *, uint32_t i, uint32_t j);

/* A container by its name. */
struct clash_name {
	uint32_t item;		/* the name, or the project that Compose makes it from */
	struct str service;
};

/* Whether containers A and B, which are called the same, cannot both be. */
bool clash_is_of_names(const struct clash_view *, const struct clash_name *a, const struct clash_name *b);

/* An app by what --accept may call it. */
struct clash_party {
	struct identity id;
	bool in_layout;		/* it may be called by its identity */
	struct str folder;	/* empty: it has none */
};

/* Whether the app is called NAME. */
bool clash_is_called(const struct clash_party *, struct str name);
/* The first of the COUNT accepted that lets A and B share what is called WHAT; NULL: none does. */
const struct clash_accepted *clash_accepted_by(const struct clash_accepted *accepted, size_t count,
    const struct clash_party *a, const struct clash_party *b, struct str what);

#endif
