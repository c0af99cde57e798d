/* buf: bytes that grow.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_BASE_BUF_H
#define BERTH_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"

struct buf {
	char *ptr;		/* NULL or a heap block of cap bytes; owned */
	size_t len, cap;	/* ptr[len] is NUL wherever ptr is not NULL */
};

#define BUF_INIT { NULL, 0, 0 }

void buf_add(struct buf *, const void *bytes, size_t len);
void buf_add_str(struct buf *, struct str s);
void buf_add_char(struct buf *, char c);
/* In decimal digits. */
void buf_add_uint(struct buf *, unsigned long long value);
void buf_printf(struct buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *, const char *fmt, va_list) __attribute__((format(printf, 2, 0)));
/* Room for LEN more bytes; returns where they begin. The caller adds what it wrote to buf->len, then NULs
 * it. */
char *buf_reserve(struct buf *, size_t len);
/* Borrowed until the next change. */
struct str buf_str(const struct buf *);
/* Empty again, memory kept. */
void buf_clear(struct buf *);
void buf_release(struct buf *);

MEM_AUTO(buf);

#endif
