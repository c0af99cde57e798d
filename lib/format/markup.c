/* markup: text as HTML and SVG may hold it.
 * SPDX-License-Identifier: MIT */
#include "format/markup.h"

#include "base/display.h"

static void
add(struct buf *b, struct str s, bool wrapped)
{
	AUTO(buf) shown = BUF_INIT;

	display_add(&shown, s);
	for (size_t i = 0; i < shown.len; i++) {
		char c = shown.ptr[i];

		switch (c) {
		case '&':
			buf_add_str(b, STR("&amp;"));
			break;
		case '<':
			buf_add_str(b, STR("&lt;"));
			break;
		case '>':
			buf_add_str(b, STR("&gt;"));
			break;
		case '"':
			buf_add_str(b, STR("&quot;"));
			break;
		case '\'':
			buf_add_str(b, STR("&#39;"));
			break;
		default:
			buf_add_char(b, c);
		}
		if (wrapped && (c == '/' || c == '_' || c == '=' || c == ':') && i + 1 < shown.len)
			buf_add_str(b, STR("<wbr>"));
	}
}

void
markup_text(struct buf *b, struct str s)
{
	add(b, s, false);
}

void
markup_wrapped(struct buf *b, struct str s)
{
	add(b, s, true);
}
