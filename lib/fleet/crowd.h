/* crowd: those who want one thing, found by whom they would clash with.
 * SPDX-License-Identifier: MIT
 *
 * Of ten thousand that want one port and do not mind each other (each an address, each a profile) none is
 * held against all the others: a claim is only shown those whose address overlaps its own and that, within
 * its app, may run at the same time. Whether they clash is for the asker to say. */
#ifndef BERTH_FLEET_CROWD_H
#define BERTH_FLEET_CROWD_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct crowd_claim {
	uint32_t thing;		/* claims on different things never meet */
	uint32_t app;
	struct str ip;		/* of a port: its host address */
	struct str profile;	/* the profiles of its service, by commas; empty: it always runs */
};

struct crowd_row;

struct crowd {
	struct arena *arena;		/* all of it ends with this */
	/* private: rows by what is wanted, the address, the app and the profile; open addressing */
	struct crowd_row **slots;
	size_t slot_count, row_count;
};

#define CROWD_IN(arena) { (arena), NULL, 0, 0 }
#define CROWD_NONE UINT32_MAX

enum crowd_answer {
	CROWD_CLASHES,
	CROWD_DOES_NOT,
	CROWD_APP_DOES_NOT	/* nor does any other claim of its app on this thing */
};

/* What the claim with that number is to the one that asks. */
typedef enum crowd_answer crowd_ask(void *context, uint32_t number);

/* Takes in a claim under NUMBER, which is higher than those before it. */
void crowd_add(struct crowd *, const struct crowd_claim *, uint32_t number);
/* The number of one that clashes with the claim, by what ASK says; CROWD_NONE: none does. It is the lowest
 * where the claims of each app were added one after the other. */
uint32_t crowd_find(const struct crowd *, const struct crowd_claim *, crowd_ask *ask, void *context);

#endif
