/* units: the stage that tells which published ports move as one, and where the edit that moves them goes.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_PLAN_UNITS_H
#define BERTH_PLAN_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fleet/inventory.h"

struct view;

/* --- decider.c: which text decides a port or a name, and so where the edit that changes it goes --- */

/* Where the edit that changes a claim goes. */
enum decider_edit {
	EDIT_NONE,		/* nowhere */
	EDIT_ENV,		/* the value of a variable in .env, or a new line there */
	EDIT_PLACE,		/* the deciding span */
	EDIT_SITE,		/* the host part of the mapping, or the name, becomes a literal */
	EDIT_ALIAS,		/* an alias becomes its content, with the port or name in it */
	EDIT_OVERRIDE		/* a line in the app's override file (--overrides) */
};

/* Ports of an app with one decider move as one, and names with one are one. */
struct decider {
	uint8_t edit;		/* enum decider_edit; EDIT_NONE: it stays where it is */
	/* of a span; of EDIT_ENV file is the variable (text); of EDIT_OVERRIDE file is the service (text),
	 * off where its text stands and len in which file, or off is the item */
	uint32_t file, off, len;
	uint16_t now;		/* of EDIT_ENV: the two defaults of one variable are two deciders */
	uint32_t item;
};

/* What the uses of a variable in one app allow. */
struct decider_facts {
	uint32_t app;		/* INVENTORY_NONE: not looked at yet */
	bool has_other_use;	/* a use would mind another value */
	/* it is used in the host part of a mapping that has its number from elsewhere, or none (`$PORT` alone
	 * before anything sets it, `${PORT:-${OTHER:-80}}`, `80${PORT}`): a line in .env would change that
	 * mapping too */
	bool is_in_other_port;
};

/* What is needed to find deciders. */
struct decider_search {
	const struct view *view;
	const uint16_t *now;		/* by item: its number once .env is there */
	struct decider_facts *facts;	/* by text, of the app that was looked at last */
};

/* The decider of port I. */
struct decider decider_find(const struct decider_search *, uint32_t i);
/* Where in a compose file the edit goes that changes the port or name I alone, whichever variables it is made
 * of: nowhere where its text means something else as well and nothing can part the two. */
struct decider decider_of_text(const struct view *, uint32_t i);
/* Where the edit of name I goes: likewise, or into the app's override file. */
struct decider decider_of_name(const struct view *, uint32_t i);
/* Whether a line of the app's override file may decide claim I (--overrides); *RET is then that decider. */
bool decider_override(const struct view *, uint32_t i, struct decider *ret);
/* Whether what stands as the alias of port I, so that it may become its content, is a part of its mapping
 * itself (`${AT:-127.0.0.1:80}`). */
bool decider_is_in_mapping(const struct view *, uint32_t i);
/* Whether an alias of claim I may become its content; *RET is then that decider. EDITS: by item from the
 * app's first on, the enum decider_edit that was found for it, as those that part from a mapping leave it to
 * the others; NULL: none was yet. */
bool decider_part(const struct view *, uint32_t i, const uint8_t *edits, struct decider *ret);
/* That of a port whose mapping's host part becomes a literal. */
struct decider decider_of_site(const struct view *, const struct inventory_item *item, uint32_t i);
/* Whether that may be: the host part is a text of its own, in a file of the app's own. */
bool decider_may_be_site(const struct view *, const struct inventory_item *item);
/* `; …`: what would help APP where a decider has EDIT_NONE, or why nothing does; may be empty. */
struct str decider_cure(const struct view *, uint32_t app);
/* Why nothing can move a port whose decider has EDIT_NONE. */
const char *decider_why_not(const struct view *, const struct inventory_item *item);
/* By decider, then in the fleet's order; for qsort. */
int decider_compare(const void *, const void *);
/* The end of the deciders that are one with LIST[FIRST] in sorted LIST. */
size_t decider_group_end(const struct decider *list, size_t first, size_t count);

/* --- parting.c: ports that one text decides, but that have to differ --- */

/* LIST: the deciders of an app's ports, sorted before and after. Where ports that clash share one, only one
 * of them keeps it, and the others get deciders of their own. NOW: by item, its number once .env is there. */
void parting_part(const struct view *, const uint16_t *now, struct decider *list, size_t count);

/* --- units.c --- */

/* Port findings that move as one: one text decides them, or they are a service's on one number, tcp and udp,
 * or on all addresses of IPv4 and of IPv6. */
struct unit {
	uint32_t app;
	uint32_t item;			/* the first of its items */
	uint32_t first, count;		/* its items: members[first …] of struct units */
	uint16_t low, width;		/* the ports that it holds once .env is there */
	uint8_t role;			/* what scan takes it for: ROLE_BACKEND, ROLE_FRONTEND or ROLE_NONE */
	uint8_t edit;			/* enum decider_edit */
	uint32_t variable;		/* text; of EDIT_ENV */
	const char *why_not;		/* of EDIT_NONE: why it cannot be moved */
};

struct units {
	struct unit *items;		/* app by app, in the order of the compose files */
	size_t count;
	uint32_t *first;		/* by app, one more than there are: its units */
	uint32_t *members;
	size_t member_count;
	uint16_t *now;			/* by item: its number once .env is there; 0: it has none */
	uint32_t *of;			/* by item: its unit; INVENTORY_NONE: it is no published port */
};

void units_gather(struct units *ret, const struct view *);

#endif
