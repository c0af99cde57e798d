/* ports: the stage that gives each unit its port.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_PLAN_PORTS_H
#define BERTH_PLAN_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fleet/portmap.h"
#include "plan/rows.h"

struct decisions;
struct known;
struct store_port;
struct unit;
struct units;

/* --- registered.c: which of the registry's ports are whose, of the apps that are here --- */

/* Those of the folder that the registry knows an app by are the app's as well. */
struct registered_rows {
	const struct store_port **rows;	/* app by app, by port */
	uint32_t *first;		/* by app, one more than there are: its rows */
};

struct registered {
	struct registered_rows ports, former;	/* what it has, and what it had before */
	bool *is_kept;			/* by unit: the registry says that its number is its app's */
	bool *is_remapped;		/* by unit: so it says, but of another mapping of the app */
};

void registered_find(struct registered *ret, const struct decisions *);
/* Whether ROW may speak of port I: it has its service and its container port, whatever the protocol, the
 * address and the number. */
bool registered_may_be(const struct view *, const struct store_port *row, uint32_t i);
/* Whether ROW has the protocol of port I. */
bool registered_has_protocol(const struct view *, const struct store_port *row, uint32_t i);

/* --- pairs.c: which units are an app's backend and frontend, and which rows of the registry are whose --- */

/* A row of port_configurations as it counts; 0 and 0 where it cannot stand. */
struct pair_numbers {
	uint16_t backend, frontend;
};

struct pair_of_app {
	uint32_t backend, frontend;	/* units; INVENTORY_NONE, both: it is given no pair */
	uint32_t row;			/* of known.pairs: its own, which stands; INVENTORY_NONE: none */
	bool is_adopted;		/* --adopt: the row's numbers are the files' from now on */
	struct str lost_row;		/* why its row could not stand; empty: it did, or there was none */
};

struct plan_pairs {
	struct pair_of_app *of_app;
	struct pair_numbers *rows;	/* by row of known.pairs; 0 and 0 of an app that is gone as well */
	uint8_t *role;			/* by unit: ROLE_BACKEND, ROLE_FRONTEND or ROLE_NONE */
};

/* What contradicts itself in the registry goes into the plan as a problem. */
void pairs_find(struct plan_pairs *ret, const struct decisions *, struct plan *);
/* Whether unit U is one of a pair: its port comes from port_configurations. */
bool pairs_has(const struct plan_pairs *, const struct units *, uint32_t u);
/* The numbers of the row that APP has; NULL: none. */
const struct pair_numbers *pairs_row(const struct plan_pairs *, uint32_t app);

/* --- holders.c: who has a port that this plan does not move --- */

struct holder {
	uint16_t port;
	struct str protocol, address;
	uint32_t app;		/* INVENTORY_NONE: none of this fleet */
	struct str who;		/* empty: it is reserved, with any protocol (--reserve) */
	bool is_gone;		/* nobody runs into it: it is only not handed out */
	uint32_t next;		/* private: index + 1 of the next one on the port; 0: none */
	uint32_t row;		/* index + 1 of the pair that it stands for; 0: it is of none */
};

struct holders {
	struct holder *items;
	size_t count, cap;
	uint32_t first[PORTMAP_PORTS], last[PORTMAP_PORTS];	/* private: by port: index + 1 */
	struct arena *arena;
};

/* The registry's rows, and the apps that are not planned for; in the stages' arena. */
struct holders *holders_gather(const struct decisions *);
/* Whom unit U runs into; NULL: nobody. */
const struct holder *holders_find(const struct holders *, const struct decisions *, uint32_t u);

/* --- fewest.c: the choice that moves the fewest, where a group is small enough to find it --- */

/* A unit that may keep its port or not. */
struct contender {
	uint32_t unit;
	bool stays;
	uint64_t cost;			/* what moving it costs */
};

/* LIST is in the fleet's order, and no two that stay in it run into each other. Those that run into each
 * other are a group: STAYS is set anew in each for which a choice is found that costs less. A group of more
 * than GRAPH_NODES, those that want the very same counting once, stays as it is; so does one that takes too
 * long. */
void fewest_choose(struct contender *list, size_t count, const struct decisions *);

/* --- keep.c: who keeps a contested port: the least number of moved ports that leaves no clash ---
 *
 * Each unit in order of preference stays if it runs into none that stays. That is the least for the usual
 * group, where all want the one port. Where one stands against several that do not mind each other
 * (0.0.0.0:80 against two specific addresses; one port against a range), it gives way if more ports would
 * otherwise move. At last small groups are searched for what no such step leads to (fewest.c). */

struct keep_unit {
	bool is_asked;			/* its app is planned for, and it is no pair's */
	bool must_move;			/* it runs into what no plan moves */
	/* the answer: */
	bool stays;
	bool is_disputed;		/* it cannot be moved, and runs into another that stays */
	uint32_t winner;		/* of one that does not stay: one that does and that it runs into */
	bool has_winners;		/* and others do */
	const char *preferred;		/* of one that stays before others: why; NULL: it is not */
};

/* Answers for UNITS, one for each unit. Of equal ways it takes the one that favours the registry, then the
 * first in fleet order. */
void keep_choose(struct keep_unit *units, const struct decisions *);

/* By app: whether it has a backend and a frontend, no row, and ports for both that clash with nothing that is
 * published now or in the registry. In the stages' arena. */
bool *keep_clean_pairs(const struct decisions *, const struct holders *);

/* --- ports.c --- */

struct port_of_unit {
	uint16_t target;		/* its lowest port afterwards; 0: nobody may give it one */
	/* of drift: what the files had when the registry's row was made. It is registered again, so that the
	 * next plan sees the drift too. 0: what they have now */
	uint16_t found;
	bool is_disputed;		/* see keep_unit: the registry gets the port as the other's alone */
	bool has_no_place;		/* it should move, and no port is left for it: it stays, disputed */
	struct str why;			/* the reason, for a row's detail */
	uint32_t lost_to;		/* index + 1 of the only one that keeps it; 0: none, or several */
};

struct port_pair {
	uint16_t backend, frontend;	/* 0: the app has no pair and no row */
	bool is_new;			/* the registry does not say so yet */
	bool is_lent;			/* it cannot, as it has them for an app that is gone */
};

struct ports {
	struct port_of_unit *of_unit;
	struct port_pair *of_app;
	uint16_t *after;		/* by item of the inventory; 0: it is no published port */
	bool *is_of_gone;		/* by port: the registry has it for an app that is gone */
};

/* Claims count in this order: rows of the registry; ports that stay; new pairs; ports that move, of apps with
 * very many of them last. -1: no pair was left for some, of which the error tells how many. */
int ports_decide(struct ports *ret, const struct decisions *, struct error *);

#endif
