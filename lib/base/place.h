/* place: where a text stands: in which file, and at which of its bytes.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_BASE_PLACE_H
#define BERTH_BASE_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* Two numbers and no pointer, so that a span outlives any buffer and can travel in a stream or a database.
 * It counts bytes from the file's start, a byte order mark included. */
struct span {
	size_t off;
	size_t len;		/* 0: the point before byte off */
};

/* Whether A and B share a byte. Neighbours do not; an empty span does where it lies strictly inside. */
bool span_overlaps(struct span a, struct span b);
static inline size_t span_end(struct span s) { return s.off + s.len; }

/* What kind of text decides a value: a literal in the compose file, a variable's value in an env file, or
 * the default in ${VAR:-default}. NONE: no text does (Docker picks the port, the name is derived). */
enum origin { ORIGIN_NONE, ORIGIN_LITERAL, ORIGIN_ENV, ORIGIN_DEFAULT };

/* Text in a file of the fleet. */
struct place {
	/* false: no single span decides it, but file and line may say where to look */
	bool known;
	struct str file;	/* relative to the root */
	size_t line, column;	/* from 1; 0: not known */
	struct span span;
	struct str raw;		/* the bytes of the span as they stand in the file, where they may be shown */
};

#endif
