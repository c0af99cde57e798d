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

/* Whether one of the eight bytes at P is below '-', as all special ones are and few bytes of a path. May
 * err towards true. */
static inline bool
special_may_be_near(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return (v - UINT64_C(0x2d2d2d2d2d2d2d2d)) & ~v & UINT64_C(0x8080808080808080);
}

#endif
