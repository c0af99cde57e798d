/* display: text as a terminal may be shown it.
 * SPDX-License-Identifier: MIT */
#include "base/display.h"

#include <stdbool.h>
#include <stdint.h>

enum { NOT_UTF8 = 0xfffd };

struct range { uint32_t first, last; };

/* Marks that stand on the character before them, and joiners: no column. */
static const struct range no_width[] = {
	{ 0x300, 0x36f }, { 0x483, 0x489 }, { 0x591, 0x5bd }, { 0x64b, 0x65f }, { 0x900, 0x902 },
	{ 0x93c, 0x93c }, { 0x941, 0x948 }, { 0x94d, 0x94d }, { 0xe31, 0xe31 }, { 0xe34, 0xe3a },
	{ 0xe47, 0xe4e }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200d }, { 0x20d0, 0x20ff },
	{ 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0x1f3fb, 0x1f3ff }, { 0xe0100, 0xe01ef },
};

/* East Asian Wide and Fullwidth (Unicode's EastAsianWidth.txt, joined where only unassigned code points
 * lie between). */
static const struct range two_wide[] = {
	{ 0x1100, 0x115f }, { 0x231a, 0x231b }, { 0x23e9, 0x23ec }, { 0x2614, 0x2615 }, { 0x26a1, 0x26a1 },
	{ 0x2705, 0x2705 }, { 0x274c, 0x274c }, { 0x2753, 0x2755 }, { 0x2b1b, 0x2b1c }, { 0x2e80, 0x303e },
	{ 0x3041, 0x4dbf }, { 0x4e00, 0xa4cf }, { 0xa960, 0xa97f }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
	{ 0xfe10, 0xfe19 }, { 0xfe30, 0xfe6f }, { 0xff01, 0xff60 }, { 0xffe0, 0xffe6 },
	{ 0x17000, 0x18cff }, { 0x1b000, 0x1b2ff }, { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff },
	{ 0x1f7e0, 0x1f7eb }, { 0x1f900, 0x1f9ff }, { 0x1fa70, 0x1faff }, { 0x20000, 0x3fffd },
};

/* Printable by class, but they reorder or hide what stands around them. */
static const struct range deceiving[] = {
	{ 0x80, 0x9f }, { 0xad, 0xad }, { 0x61c, 0x61c }, { 0x200e, 0x200f }, { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0001, 0xe007f },
};

static bool
is_in(const struct range *ranges, size_t count, uint32_t c)
{
	for (size_t i = 0; i < count && c >= ranges[i].first; i++)
		if (c <= ranges[i].last)
			return true;
	return false;
}
#define IS_IN(ranges, c) is_in((ranges), sizeof (ranges) / sizeof *(ranges), (c))

uint32_t
display_next(struct str s, size_t *at)
{
	unsigned char first = (unsigned char)s.ptr[*at];
	size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	struct str one = str_sub(s, *at, len);
	uint32_t c;

	if (one.len < len || !str_is_utf8(one)) {
		++*at;
		return NOT_UTF8;
	}
	c = len == 1 ? first : len == 2 ? first & 0x1f : len == 3 ? first & 0x0f : first & 0x07;
	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)one.ptr[i] & 0x3f);
	*at += len;
	return c;
}

void
display_add(struct buf *b, struct str s)
{
	for (size_t at = 0, from; at < s.len; ) {
		uint32_t c;

		for (from = at; at < s.len && s.ptr[at] >= ' ' && s.ptr[at] <= '~'; )
			at++;
		if (at > from) {	/* most text, as it is */
			buf_add(b, s.ptr + from, at - from);
			continue;
		}
		c = display_next(s, &at);
		if (c == NOT_UTF8 && at - from == 1)
			buf_printf(b, "\\x%02x", (unsigned char)s.ptr[from]);
		else if (c == '\n' || c == '\t' || c == '\r')
			buf_printf(b, "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
		else if (c < 0x20 || c == 0x7f)
			buf_printf(b, "\\x%02x", (unsigned)c);
		else if (IS_IN(deceiving, c))
			buf_printf(b, c > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)c);
		else
			buf_add(b, s.ptr + from, at - from);
	}
}

void
display_add_lines(struct buf *b, struct str s)
{
	for (size_t at = 0, end; at < s.len; at = end) {
		char c = s.ptr[at];

		end = at + 1;
		if (c == '\n' || c == '\t' || (c == '\r' && end < s.len && s.ptr[end] == '\n')) {
			buf_add_char(b, c);
			continue;
		}
		while (end < s.len && s.ptr[end] != '\n' && s.ptr[end] != '\t' && s.ptr[end] != '\r')
			end++;
		display_add(b, str_sub(s, at, end - at));
	}
}

static size_t
width_of(uint32_t c)
{
	if (c < 0x300)
		return 1;
	return IS_IN(no_width, c) ? 0 : IS_IN(two_wide, c) ? 2 : 1;
}

size_t
display_width(struct str s)
{
	size_t width = 0;

	for (size_t at = 0; at < s.len; )
		width += width_of(display_next(s, &at));
	return width;
}

/* Where the longest head of S that takes at most WIDTH columns ends; marks that belong to its last
 * character included. */
static size_t
head(struct str s, size_t width)
{
	size_t end = 0, used = 0;

	for (size_t at = 0; at < s.len; end = at) {
		used += width_of(display_next(s, &at));
		if (used > width)
			break;
	}
	return end;
}

/* Where the shortest tail begins that leaves out at least LEAVE columns of S. */
static size_t
tail(struct str s, size_t leave)
{
	size_t at = 0, passed = 0;

	while (at < s.len) {
		size_t from = at;
		size_t w = width_of(display_next(s, &at));

		if (passed >= leave && w > 0)
			return from;
		passed += w;
	}
	return s.len;
}

/* S, which takes more than WIDTH columns, with MARK in its middle. */
static void
fit_middle(struct buf *b, struct str s, size_t width, struct str mark)
{
	size_t full = display_width(s), room, left;

	if (full <= width) {
		buf_add_str(b, s);
		return;
	}
	if (display_width(mark) >= width) {
		buf_add_str(b, str_sub(s, 0, head(s, width)));
		return;
	}
	room = width - display_width(mark);
	left = (room + 1) / 2;
	buf_add_str(b, str_sub(s, 0, head(s, left)));
	buf_add_str(b, mark);
	buf_add_str(b, str_sub(s, tail(s, full - (room - left)), s.len));
}

/* Where the last but one part of a path begins. */
static size_t
last_two(struct str s)
{
	size_t at = s.len, slashes = 0;

	while (at > 0 && slashes < 2)
		slashes += s.ptr[--at] == '/';
	return slashes < 2 ? 0 : at + 1;
}

/* A path loses its first parts, as the last two tell an app from others (MODEL/appN); then the last but one
 * is shortened. False: there is no room for that. */
static bool
fit_path(struct buf *b, struct str s, size_t width, struct str mark)
{
	enum { LEAST = 4 };
	size_t two = last_two(s), marked = display_width(mark) + 1, at = 0, last;
	struct str end;

	while ((at = str_find(s, at, '/')) + 1 <= two) {
		if (display_width(str_sub(s, at, s.len)) + marked - 1 <= width) {
			buf_add_str(b, mark);
			buf_add_str(b, str_sub(s, at, s.len));
			return true;
		}
		at++;
	}
	last = two + str_find(str_sub(s, two, s.len), 0, '/');
	end = str_sub(s, last, s.len);
	marked = two ? marked : 0;
	if (display_width(end) + marked + LEAST > width)
		return false;
	if (two) {
		buf_add_str(b, mark);
		buf_add_char(b, '/');
	}
	fit_middle(b, str_sub(s, two, last - two), width - display_width(end) - marked, mark);
	buf_add_str(b, end);
	return true;
}

void
display_fit(struct buf *b, struct str s, size_t width, struct str mark)
{
	bool is_path = str_find(s, 0, '/') < s.len && str_find(s, 0, ' ') == s.len;

	if (display_width(s) <= width || !is_path || !fit_path(b, s, width, mark))
		fit_middle(b, s, width, mark);
}

size_t
display_wrap(struct str s, size_t width)
{
	size_t most = head(s, width), at = most;

	if (most == s.len)
		return most;
	while (at > 0 && s.ptr[at] != ' ')
		at--;
	return at > 0 ? at : most > 0 ? most : s.len;
}

struct str
display_ellipsis(bool ascii)
{
	return ascii ? STR("...") : STR("\xe2\x80\xa6");
}
