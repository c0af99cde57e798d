/* quote: text as a shell reads it.
 * SPDX-License-Identifier: MIT */
#include "base/quote.h"

#include "base/arena.h"
#include "base/buf.h"

static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-";

void
quote_add(struct buf *b, struct str s)
{
	if (s.len > 0 && str_is_made_of(s, str_from(plain))) {
		buf_add_str(b, s);
		return;
	}
	buf_add_char(b, '\'');
	for (size_t i = 0; i < s.len; i++)
		buf_add_str(b, s.ptr[i] == '\'' ? STR("'\\''") : str_sub(s, i, 1));
	buf_add_char(b, '\'');
}

struct str
quote_in(struct arena *a, const char *s)
{
	AUTO(buf) b = BUF_INIT;

	quote_add(&b, str_from(s));
	return arena_dup(a, buf_str(&b));
}
