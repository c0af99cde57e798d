/* watch: the variables of an app that its findings depend on.
 * SPDX-License-Identifier: MIT
 *
 * A watch lives in an arena and ends with it. */
#ifndef BERTH_SCAN_WATCH_H
#define BERTH_SCAN_WATCH_H

#include <stddef.h>

#include "base/arena.h"
#include "base/dict.h"
#include "base/str.h"

struct trace;

enum watch_flags {
	WATCH_PORT = 1 << 0,		/* a published host port depends on it */
	WATCH_NAME = 1 << 1,		/* a container's, project's, volume's or network's name does */
	WATCH_ADDRESS = 1 << 2		/* a reference does, or its value holds one */
};

struct watch {
	struct arena *arena;
	struct dict index;		/* the index of each variable among the flags */
	unsigned *flags;
	size_t count, cap;
};

#define WATCH_INIT(a) { (a), DICT_IN(a), NULL, 0, 0 }

void watch_add(struct watch *, struct str variable, unsigned flags);
/* Adds every variable that T's text came through. */
void watch_add_trace(struct watch *, const struct trace *t, unsigned flags);
/* The flags of VARIABLE; 0: no finding depends on it. */
unsigned watch_flags(const struct watch *, struct str variable);

#endif
