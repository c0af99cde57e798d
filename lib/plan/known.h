/* known: what the registry knows when a plan begins.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_PLAN_KNOWN_H
#define BERTH_PLAN_KNOWN_H

#include <stddef.h>

#include "store/store.h"

struct known {
	struct store_pair *pairs;	/* the user's table, by identity */
	size_t pair_count;
	struct store_port *ports;	/* by port */
	size_t port_count;
	struct store_port *former;	/* what ports were before, by folder */
	size_t former_count;
	struct store_name *names;
	size_t name_count;
	struct store_app *apps;		/* those in the layout first, by identity */
	size_t app_count, apps_in_layout;
};

/* Reads all of it into ARENA. Within the transaction of what is decided from it. */
int known_read(struct known *ret, struct store *, struct arena *, struct error *);
/* The row of the user's table for ID, the app in the layout that bears it; NULL: none. */
const struct store_pair *known_pair(const struct known *, struct identity id);
const struct store_app *known_app(const struct known *, struct identity id);

#endif
