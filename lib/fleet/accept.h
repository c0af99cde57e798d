/* accept: what two apps share on purpose, as a file of a person's lists it.
 * SPDX-License-Identifier: MIT
 *
 * Lines of `A B [WHAT] [# REASON]`: apps by model/appN or folder, in either order, that may share WHAT
 * (`5432/tcp`, a name), or anything. A word in double quotes may hold blanks, commas and `#`; `\"` and `\\`
 * stand for themselves. */
#ifndef BERTH_FLEET_ACCEPT_H
#define BERTH_FLEET_ACCEPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/mem.h"
#include "fleet/clash.h"

struct error;

struct accept {
	struct clash_accepted *items;
	size_t count, cap;
	bool *is_met;			/* by item: there is something that it accepts; see accept_meet */
	struct arena arena;
};

#define ACCEPT_INIT { NULL, 0, 0, NULL, ARENA_INIT }

/* Takes in the lines of the file PATH. */
int accept_read(struct accept *, const char *path, struct error *);
/* Notes that ITEM, one of the list's, accepts something that is there. */
void accept_meet(struct accept *, const struct clash_accepted *item);
/* The next of the list that accepts nothing, from *AT on, which is 0 at first; NULL at the end. */
const struct clash_accepted *accept_next_idle(const struct accept *, size_t *at);
void accept_release(struct accept *);

MEM_AUTO(accept);

#endif
