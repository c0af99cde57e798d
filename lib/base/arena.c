/* arena: memory of one lifetime, given back as a whole.
 * SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/print.h"

enum { FIRST_BLOCK = 64 * 1024 };

/* The address sanitizer sees who touches what nobody was given, and the gap that then stands behind each
 * piece. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#else
enum { GAP = 0 };
#define ASAN_POISON_MEMORY_REGION(from, size) ((void)(from), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(from, size) ((void)(from), (void)(size))
#endif

struct arena_block {
	struct arena_block *older;
	size_t size;
	alignas(max_align_t) char bytes[];
};

static void
add_block(struct arena *a, size_t least)
{
	size_t size = a->blocks ? a->blocks->size * 2 : FIRST_BLOCK;
	struct arena_block *b;

	if (size < least)
		size = least;
	if (size > SIZE_MAX - sizeof *b)
		mem_exhausted();
	b = mem_alloc(sizeof *b + size);
	b->older = a->blocks;
	b->size = size;
	a->blocks = b;
	a->next = b->bytes;
	a->end = b->bytes + size;
	ASAN_POISON_MEMORY_REGION(b->bytes, size);
}

/* SIZE bytes from an address that ALIGN, a power of two, divides. */
static void *
take(struct arena *a, size_t size, size_t align)
{
	size_t skip = -(uintptr_t)a->next & (align - 1);
	char *p;

	if (size > SIZE_MAX - align - GAP)
		mem_exhausted();
	if (!a->next || (size_t)(a->end - a->next) < skip + size + GAP) {
		add_block(a, size + GAP);
		skip = 0;
	}
	p = a->next + skip;
	a->next = p + size + GAP;
	ASAN_UNPOISON_MEMORY_REGION(p, size);
	return p;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	return take(a, size, alignof(max_align_t));
}

void *
arena_zero(struct arena *a, size_t nmemb, size_t size)
{
	void *p;

	if (size && nmemb > SIZE_MAX / size)
		mem_exhausted();
	p = arena_alloc(a, nmemb * size);
	memset(p, 0, nmemb * size);
	return p;
}

struct str
arena_cat(struct arena *a, struct str x, struct str y)
{
	char *p;

	if (x.len > SIZE_MAX - y.len - 1)
		mem_exhausted();
	p = take(a, x.len + y.len + 1, 1);	/* texts are many, and need no alignment */
	if (x.len)
		memcpy(p, x.ptr, x.len);
	if (y.len)
		memcpy(p + x.len, y.ptr, y.len);
	p[x.len + y.len] = '\0';
	return (struct str){ p, x.len + y.len };
}

struct str
arena_dup(struct arena *a, struct str s)
{
	return arena_cat(a, s, (struct str)STR_INIT);
}

struct str
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *p;
	int n;

	char shorter[128];	/* as most are: formatted once */

	va_copy(again, ap);
	n = print_into(shorter, sizeof shorter, fmt, ap);
	if (n < 0)
		mem_exhausted();
	p = take(a, (size_t)n + 1, 1);
	if ((size_t)n < sizeof shorter)
		memcpy(p, shorter, (size_t)n + 1);
	else
		(void)print_into(p, (size_t)n + 1, fmt, again);	/* its length was just measured */
	va_end(again);
	return (struct str){ p, (size_t)n };
}

struct str
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	struct str s;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

void *
arena_regrow(struct arena *a, const void *old, size_t count, size_t cap, size_t size)
{
	void *p;

	if (size && cap > SIZE_MAX / size)
		mem_exhausted();
	p = arena_alloc(a, cap * size);
	if (count)
		memcpy(p, old, count * size);
	return p;
}

size_t
arena_size(const struct arena *a)
{
	size_t size = 0;

	for (const struct arena_block *b = a->blocks; b; b = b->older)
		size += b->size;
	return size - (size_t)(a->end - a->next);
}

void
arena_reset(struct arena *a)
{
	if (!a->blocks)
		return;
	while (a->blocks->older) {
		struct arena_block *b = a->blocks;

		a->blocks = b->older;
		free(b);
	}
	a->next = a->blocks->bytes;
	a->end = a->blocks->bytes + a->blocks->size;
	ASAN_POISON_MEMORY_REGION(a->blocks->bytes, a->blocks->size);
}

void
arena_release(struct arena *a)
{
	arena_reset(a);
	free(a->blocks);
	*a = (struct arena)ARENA_INIT;
}
