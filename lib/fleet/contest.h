/* contest: things that one has and another wants.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FLEET_CONTEST_H
#define BERTH_FLEET_CONTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "fleet/clash.h"

struct finder;

/* One claim on one thing: a port, or a name. */
struct claim {
	uint32_t port;
	struct str name;
	uint32_t item, app;
	struct str service;
};

struct claims {
	struct claim *items;
	size_t count, cap;
};

/* A kind of thing that one has and another wants. */
struct contest {
	enum clash_kind kind;
	const char *thing;		/* `port` */
	bool (*clash)(const struct finder *, const struct claim *, const struct claim *);
	bool is_within;			/* one app's own may clash as well */
};

void contest_add(struct claims *, struct claim);
/* Tells of each claim the first before it that it clashes with. The claims are freed. */
void contest_find(struct finder *, struct claims *, const struct contest *);

#endif
