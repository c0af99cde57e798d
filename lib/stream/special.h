/* special: the bytes that CSV gives a meaning, looked for eight at a time.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_STREAM_SPECIAL_H
#define BERTH_STREAM_SPECIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

static inline bool
special_is(char c)
{
	return c == ',' || c == '"' || c == '\n' || c == '\r';
}

/* The eight bytes at P, the first of them lowest. */
static inline uint64_t
special_load(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

/* The high bit of the first of the eight bytes of V that is C, and maybe of ones behind it; 0: none is. */
static inline uint64_t
special_has(uint64_t v, char c)
{
	uint64_t x = v ^ UINT64_C(0x0101010101010101) * (unsigned char)c;

	return (x - UINT64_C(0x0101010101010101)) & ~x & UINT64_C(0x8080808080808080);
}

/* Likewise of the first special byte. */
static inline uint64_t
special_first(uint64_t v)
{
	return special_has(v, ',') | special_has(v, '"') | special_has(v, '\n') | special_has(v, '\r');
}

/* Whether one of the eight bytes of V is below '-', as all special ones are and few bytes of a path. May err
 * towards true. */
static inline bool
special_may_be_near(uint64_t v)
{
	return (v - UINT64_C(0x2d2d2d2d2d2d2d2d)) & ~v & UINT64_C(0x8080808080808080);
}

/* Whether one of the eight bytes at P is special. */
static inline bool
special_is_in(const char *p)
{
	uint64_t v = special_load(p);

	return special_may_be_near(v) && special_first(v);
}

/* The first byte from P on that is a special one or NUL; END where there is none. Eight bytes at a time. */
static inline char *
special_next(char *p, char *end)
{
	for (; end - p >= (ptrdiff_t)sizeof(uint64_t); p += sizeof(uint64_t)) {
		uint64_t v = special_load(p);
		uint64_t found = special_may_be_near(v) ? special_first(v) | special_has(v, '\0') : 0;

		if (found)
			return p + __builtin_ctzll(found) / 8;
	}
	while (p < end && !special_is(*p) && *p != '\0')
		p++;
	return p;
}

/* Where FIELD ends: at its comma or line's end; END where libcsv has to see it. *RET is the field without its
 * quotes. */
static inline char *
special_field(char *field, char *end, struct str *ret)
{
	/* most fields are empty */
	char *p = field < end && *field == ',' ? field : special_next(field, end);

	*ret = (struct str){ field, (size_t)(p - field) };
	if (p == field && p < end && *p == '"') {
		do
			p = special_next(p + 1, end);
		while (p < end && *p == ',');
		if (p == end || *p != '"')
			return end;
		*ret = (struct str){ field + 1, (size_t)(p - field - 1) };
		p++;
	}
	return p < end && (*p == ',' || *p == '\n') ? p : end;
}

#endif
