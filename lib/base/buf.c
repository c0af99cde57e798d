/* buf: bytes that grow.
 * SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/print.h"

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
	char *p = b->len + 1 < b->cap ? b->ptr + b->len : buf_reserve(b, 1);

	p[0] = c;
	p[1] = '\0';
	b->len++;
}

void
buf_add_uint(struct buf *b, unsigned long long value)
{
	struct str_digits room;

	buf_add_str(b, str_from_uint(&room, value));
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	size_t room;
	int n;

	va_copy(again, ap);
	(void)buf_reserve(b, 64);	/* most are shorter, and formatted once */
	room = b->cap - b->len;
	n = print_into(b->ptr + b->len, room, fmt, ap);
	if (n < 0)
		mem_exhausted();
	if ((size_t)n >= room)
		/* its length was just measured */
		(void)print_into(buf_reserve(b, (size_t)n), (size_t)n + 1, fmt, again);
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
