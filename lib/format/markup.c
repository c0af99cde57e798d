/* markup: text as HTML and SVG may hold it.
 * SPDX-License-Identifier: MIT */
#include "format/markup.h"

#include "base/display.h"

static struct str
escape(char c)
{
	switch (c) {
	case '&':
		return STR("&amp;");
	case '<':
		return STR("&lt;");
	case '>':
		return STR("&gt;");
	case '"':
		return STR("&quot;");
	case '\'':
		return STR("&#39;");
	default:
		return (struct str)STR_INIT;
	}
}

static void
add(struct buf *b, struct str s, bool wrapped)
{
	AUTO(buf) shown = BUF_INIT;

	display_add(&shown, s);
	for (size_t i = 0; i < shown.len; i++) {
		char c = shown.ptr[i];
		struct str escaped = escape(c);

		if (escaped.len)
			buf_add_str(b, escaped);
		else
			buf_add_char(b, c);
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
