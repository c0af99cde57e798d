/* arena: memory of one lifetime, given back as a whole.
 * SPDX-License-Identifier: MIT
 *
 * What is known of one app lives in an arena that is reset before the next app: nothing in it is freed
 * singly, and whoever keeps any of it longer copies it. Addresses stay valid until reset or release. */
#ifndef BERTH_BASE_ARENA_H
#define BERTH_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;	/* private */
	char *next, *end;		/* private */
};

#define ARENA_INIT { NULL, NULL, NULL }

/* SIZE bytes, aligned for any type, not cleared; never NULL. */
void *arena_alloc(struct arena *, size_t size);
/* NMEMB * SIZE bytes of zeros; the product is checked. */
void *arena_zero(struct arena *, size_t nmemb, size_t size);
/* A copy of S, followed by a NUL that its length does not count (so that it can be given to system calls). */
struct str arena_dup(struct arena *, struct str s);
/* The concatenation of X and Y, NUL behind it. */
struct str arena_cat(struct arena *, struct str x, struct str y);
struct str arena_printf(struct arena *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str arena_vprintf(struct arena *, const char *fmt, va_list) __attribute__((format(printf, 2, 0)));
/* A copy of the COUNT elements of SIZE bytes at OLD with room for CAP; OLD stays until reset. For growing
 * arrays. */
void *arena_regrow(struct arena *, const void *old, size_t count, size_t cap, size_t size);
/* How many bytes it has given out since the last reset, blocks that were left half empty included. */
size_t arena_size(const struct arena *);
/* Forgets everything but keeps the first block, so that the next app costs no malloc. */
void arena_reset(struct arena *);
void arena_release(struct arena *);

MEM_AUTO(arena);

/* Room for one more element behind COUNT in an array of an arena (as MEM_GROW). */
#define ARENA_GROW(a, array, count, cap) \
	do { \
		if ((count) >= (cap)) { \
			(cap) = mem_next_capacity(count); \
			(array) = arena_regrow((a), (array), (count), (cap), sizeof *(array)); \
		} \
	} while (0)

#endif
