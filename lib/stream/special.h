/* special: the bytes that CSV gives a meaning, looked for eight at a time.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_STREAM_SPECIAL_H
#define BERTH_STREAM_SPECIAL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline bool
special_is(char c)
{
	return c == ',' || c == '"' || c == '\n' || c == '\r';
}

/* Whether one of the eight bytes of V is C. */
static inline bool
special_has(uint64_t v, char c)
{
	uint64_t x = v ^ UINT64_C(0x0101010101010101) * (unsigned char)c;

	return (x - UINT64_C(0x0101010101010101)) & ~x & UINT64_C(0x8080808080808080);
}

/* Whether one of the eight bytes at P is below '-', as all special ones are and few bytes of a path. May
 * err towards true. */
static inline bool
special_may_be_near(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return (v - UINT64_C(0x2d2d2d2d2d2d2d2d)) & ~v & UINT64_C(0x8080808080808080);
}

/* Whether one of the eight bytes at P is special. */
static inline bool
special_is_in(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return special_may_be_near(p) && (special_has(v, ',') || special_has(v, '"') ||
	    special_has(v, '\n') || special_has(v, '\r'));
}

#endif
