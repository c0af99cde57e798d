/* quote: text as a shell reads it.
 * SPDX-License-Identifier: MIT */
#include "base/quote.h"

#include "base/buf.h"

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    str_find(STR("_./+-"), 0, c) < 5;
}

void
quote_add(struct buf *b, struct str s)
{
	size_t plain = 0;

	while (plain < s.len && is_plain(s.ptr[plain]))
		plain++;
	if (plain == s.len && s.len > 0) {
		buf_add_str(b, s);
		return;
	}
	buf_add_char(b, '\'');
	for (size_t i = 0; i < s.len; i++)
		buf_add_str(b, s.ptr[i] == '\'' ? STR("'\\''") : str_sub(s, i, 1));
	buf_add_char(b, '\'');
}
