/* claims: who has the names and ports that texts of the fleet name, and what they become.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_PLAN_CLAIMS_H
#define BERTH_PLAN_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/dict.h"
#include "base/str.h"
#include "stream/finding.h"

struct decisions;
struct inventory_item;
struct view;

/* A name, or a tcp port, that a text of the fleet names. */
struct claim {
	/* how many have it; one in which it changes and stays counts as two */
	uint32_t apps;
	uint32_t app;			/* one of them, one whose name changes if there is any */
	struct str after;		/* what it becomes there */
	bool changes;
	/* of a container: those of `apps`, the last one first */
	const struct claim_holder {
		const struct claim_holder *next;
		uint32_t app;
		bool changes;
		struct str after;
	} *holders;
	uint32_t heir;			/* of a port: an app that gets it; INVENTORY_NONE: none does */
	uint32_t last;			/* private: the app that was counted last */
	bool last_changes;		/* private: whether its own did */
	/* private: of a port: the folder of the app that had it once by the registry; empty: none had, or
	 * several had */
	struct str former;
	bool has_former;
	bool is_had;			/* private: of a port: an app has it, be its .env there or not */
};

/* Of those that are asked for, and no others. */
struct claims {
	struct dict index;		/* private */
	struct claim *items;
	size_t count, cap;
	struct arena *arena;		/* private */
	/* private: the networks that each app is on, in their order */
	struct claims_network {
		uint32_t name;		/* a text */
		bool is_derived;	/* it is the app's own, after its project */
	} *networks;
	size_t *first_network;		/* by app */
};

void claims_gather(struct claims *, const struct decisions *);
/* NULL: no reference names it. NAME: of a port its number. */
const struct claim *claims_find(const struct claims *, enum finding_claim claim, struct str name);
/* What a port of APP is afterwards that had the number PORT once, as the registry knows; 0: none had,
 * somebody gets it, or it may mean a port of a container of APP's. */
uint16_t claims_recall(const struct decisions *, uint32_t app, uint16_t port);
/* The item of REF's own app that has the name which REF names; INVENTORY_NONE where none has. */
uint32_t claims_own(const struct view *, const struct inventory_item *ref);
/* Whether OWN, which claims_own found, and another of that name in the app part: are called differently. */
bool claims_part(const struct decisions *, const struct inventory_item *ref, uint32_t own);
/* What the container of REF's own app becomes to which Compose gives the name that REF names; empty: there is
 * none. */
struct str claims_made(const struct decisions *, const struct inventory_item *ref);
/* How many of a claim's holders are looked at one by one. */
enum { CLAIMS_HOLDERS_MAX = 64 };
/* Whether APP and OTHER are on one network, other than by projects of one name. */
bool claims_reach(const struct claims *, uint32_t app, uint32_t other);

#endif
