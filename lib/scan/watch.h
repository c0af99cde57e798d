/* watch: the variables of an app that its findings depend on.
 * SPDX-License-Identifier: MIT
 *
 * First all are added, then the watch is closed, then it is asked. Lives in an arena. */
#ifndef BERTH_SCAN_WATCH_H
#define BERTH_SCAN_WATCH_H

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

struct trace;

enum watch_flags {
	WATCH_PORT = 1 << 0,		/* a published host port depends on it */
	WATCH_NAME = 1 << 1,		/* a container's, project's, volume's or network's name does */
	WATCH_ADDRESS = 1 << 2		/* a reference does, or its value holds one */
};

struct watch_entry {
	struct str variable;
	unsigned flags;
};

struct watch {
	struct arena *arena;
	struct watch_entry *entries;
	size_t count, cap;
};

#define WATCH_INIT(a) { (a), NULL, 0, 0 }

void watch_add(struct watch *, struct str variable, unsigned flags);
/* Every variable that T came through. */
void watch_add_trace(struct watch *, const struct trace *t, unsigned flags);
void watch_close(struct watch *);
/* The flags of VARIABLE; 0: no finding depends on it. Only after watch_close. */
unsigned watch_flags(const struct watch *, struct str variable);
/* The index of VARIABLE among the entries; count where it is not there. Only after watch_close. */
size_t watch_find(const struct watch *, struct str variable);

#endif
