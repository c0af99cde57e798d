/* pattern: PCRE2 patterns, compiled once and JITed, with bounded matching.
 * SPDX-License-Identifier: MIT
 *
 * A pattern is read-only after pattern_open and may be shared by threads; a match belongs to one thread.
 * Match limits are set so that an input made to backtrack ends in an error and never in a hang. */
#ifndef BERTH_BASE_PATTERN_H
#define BERTH_BASE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/place.h"

struct error;
struct pattern;
struct match;

enum pattern_flags {
	/* characters, not bytes; subjects must then be UTF-8 (an error else) */
	PATTERN_UTF = 1 << 0,
	PATTERN_FOLD = 1 << 1,		/* caseless */
	PATTERN_EXTENDED = 1 << 2,	/* blanks and # comments in the pattern are ignored */
	PATTERN_ANCHORED = 1 << 3	/* matches only at the offset that is asked for */
};

/* -1 with the pattern compiler's message and offset: the error is the user's for --layout and the like. */
int pattern_open(struct pattern **ret, const char *regex, unsigned flags, struct error *);
void pattern_close(struct pattern *);
/* The number of a named group, or -1. */
int pattern_group(const struct pattern *, const char *name);

struct match *match_open(void);
void match_close(struct match *);
/* Searches S from byte FROM on: 1 found, 0 not, -1 where a match limit was hit or S is not UTF-8 under
 * PATTERN_UTF. */
int pattern_match(const struct pattern *, struct match *, struct str s, size_t from, struct error *);
/* The span of group I (0: the whole) of the last match, relative to the subject's start; false where it
 * took no part. */
bool match_span(const struct match *, int i, struct span *ret);
/* The bytes of group I; empty where it took no part. */
struct str match_str(const struct match *, int i);

MEM_AUTO_PTR(pattern);
MEM_AUTO_PTR(match);

#endif
