/* identity: which app of which model a folder is, by the path it stands at.
 * SPDX-License-Identifier: MIT
 *
 * A layout is a pattern with the named groups `model` and `app_num`; a folder whose absolute path it
 * matches is in the layout. A layout is read-only after layout_open and may be shared by threads. */
#ifndef BERTH_STREAM_IDENTITY_H
#define BERTH_STREAM_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"

struct error;
struct layout;
struct match;

/* {model}/app{N} at the path's end. */
#define LAYOUT_DEFAULT "/(?<model>[^/]+)/app(?<app_num>[0-9]+)\\z"

struct identity {
	struct str model;
	uint64_t app_num;
};

/* REGEX: NULL for the default. -1: it does not compile, or lacks one of the groups. */
int layout_open(struct layout **ret, const char *regex, struct error *);
void layout_close(struct layout *);
/* Whether PATH is in the layout; *ret then borrows from PATH. A number that no registry could hold, or a
 * path that runs into the match limits, is outside the layout. */
bool layout_match(const struct layout *, struct match *, struct str path, struct identity *ret);
/* Model by bytes, then app_num as a number. */
int identity_compare(struct identity a, struct identity b);

MEM_AUTO_PTR(layout);

#endif
