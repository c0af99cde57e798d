/* identity: which app of which model a folder is, and the layout that tells it by the path it stands at.
 * SPDX-License-Identifier: MIT
 *
 * A layout is a pattern with the named groups `model` and `app_num`; a folder whose absolute path it
 * matches is in the layout. A layout is read-only after layout_open and may be shared by threads. */
#ifndef BERTH_STREAM_IDENTITY_H
#define BERTH_STREAM_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
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

/* `MODEL/appN`, in printf's format with IDENTITY_ARG. */
#define IDENTITY_FORMAT "%.*s/app%llu"
#define IDENTITY_ARG(id) STR_ARG((id).model), (unsigned long long)(id).app_num
/* `MODEL/appN` with a NUL behind it. */
struct str identity_text(struct arena *, struct identity id);
/* Whether TEXT is how identity_text writes ID. */
bool identity_is_text(struct identity id, struct str text);
/* Whether the shell pattern is for the app with that id (as identity_text writes it) or that folder, behind
 * which stands a NUL. */
bool identity_is_like(struct identity id, struct str folder, const char *pattern);
/* TEXT is `MODEL/appN`, or a path that ends so; the model is borrowed from it. */
int identity_parse(struct identity *ret, const char *text, struct error *);

static inline bool
identity_eq(struct identity a, struct identity b)
{
	return a.app_num == b.app_num && str_eq(a.model, b.model);
}
/* Model by bytes, then app_num as a number. */
int identity_compare(struct identity a, struct identity b);
/* The index of the first of COUNT things, sorted by their identities, whose identity is ID; COUNT where none
 * is. FIRST is the first thing's identity, SIZE the size of a thing. */
size_t identity_find(const struct identity *first, size_t size, size_t count, struct identity id);

/* REGEX: NULL for the default. -1: it does not compile, or lacks one of the groups. */
int layout_open(struct layout **ret, const char *regex, struct error *);
void layout_close(struct layout *);
/* Whether PATH is in the layout; *ret then borrows from PATH. A number that no registry could hold, or a
 * path that runs into the match limits, is outside the layout. */
bool layout_match(const struct layout *, struct match *, struct str path, struct identity *ret);

MEM_AUTO_PTR(layout);

#endif
