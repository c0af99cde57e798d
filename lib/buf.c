/* buf: bytes that grow.
 * SPDX-License-Identifier: MIT */
#include "buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *
buf_reserve(struct buf *b, size_t len)
{
	size_t need;

	if (len > SIZE_MAX - b->len - 1)
		mem_exhausted();
	need = b->len + len + 1;
	if (need > b->cap) {
		size_t cap = mem_next_capacity(b->cap);

		b->cap = cap > need ? cap : need;
		b->ptr = mem_resize(b->ptr, b->cap, 1);
	}
	return b->ptr + b->len;
}

void
buf_add(struct buf *b, const void *bytes, size_t len)
{
	char *p = buf_reserve(b, len);

	if (len)
		memcpy(p, bytes, len);
	b->len += len;
	b->ptr[b->len] = '\0';
}

void
buf_add_str(struct buf *b, struct str s)
{
	buf_add(b, s.ptr, s.len);
}

void
buf_add_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		mem_exhausted();
	(void)vsnprintf(buf_reserve(b, (size_t)n), (size_t)n + 1, fmt, again);	/* its length was just measured */
	va_end(again);
	b->len += (size_t)n;
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->ptr, b->len };
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->ptr)
		b->ptr[0] = '\0';
}

void
buf_release(struct buf *b)
{
	free(b->ptr);
	*b = (struct buf)BUF_INIT;
}
