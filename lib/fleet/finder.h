/* finder: who looks for the clashes of one fleet, and tells of each.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FLEET_FINDER_H
#define BERTH_FLEET_FINDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/dict.h"
#include "fleet/clash.h"

struct error;

struct finder {
	const struct clash_view *view;
	const struct inventory *v;	/* the view's */
	const struct clash_options *o;
	clash_visit *visit;
	void *context;
	struct error *err;
	struct arena made;	/* the names that Compose makes, while claims hold them */
	/* by name: the networks of an app that are its own and have a name there, but for those that it uses
	 * as another app's as well */
	struct dict own;
	uint32_t own_app;	/* that app */
	struct arena networks;	/* of OWN */
	struct dict used;	/* by name: the number among the owners of a network that apps use only */
	uint32_t *owners;	/* the network's item, of the app whose own it is; INVENTORY_NONE: no one's */
	struct arena words;	/* of one clash */
	struct arena crowd;	/* of one group */
	bool failed;		/* the visitor did: nothing more is looked for */
};

struct str finder_str(const struct finder *, uint32_t text);
/* The side of item I alone. */
struct clash_side finder_side(const struct finder *, uint32_t i);
/* `model/appN` of an app in the layout, else the folder. */
struct str finder_app(struct finder *, const struct clash_side *);
/* `5003/tcp` of item I. */
struct str finder_port(struct finder *, uint16_t port, uint32_t i);
/* What lets A and B share what is called WHAT; NULL: nothing does. */
const struct clash_accepted *finder_accepted(
    struct finder *, const struct clash_side *a, const struct clash_side *b, struct str what);
/* Tells of C, unless that is accepted and nobody wants to know. */
void finder_tell(struct finder *, struct clash c);

#endif
