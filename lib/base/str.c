/* str: borrowed bytes, and span: where bytes are in a file as it was read.
 * SPDX-License-Identifier: MIT */
#include "base/str.h"

#include <string.h>

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.ptr, b.ptr, n) : 0;

	if (c)
		return c;
	return (a.len > b.len) - (a.len < b.len);
}

char
str_lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool
str_eq_fold(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (str_lower(a.ptr[i]) != str_lower(b.ptr[i]))
			return false;
	return true;
}

bool
str_is_one_of(struct str s, const char *const *words)
{
	while (*words && !str_eq(s, str_from(*words)))
		words++;
	return *words != NULL;
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq((struct str){ s.ptr, prefix.len }, prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len &&
	    str_eq((struct str){ s.ptr + (s.len - suffix.len), suffix.len }, suffix);
}

size_t
str_find(struct str s, size_t from, char c)
{
	const char *p;

	if (from >= s.len)
		return s.len;
	p = memchr(s.ptr + from, c, s.len - from);
	return p ? (size_t)(p - s.ptr) : s.len;
}

size_t
str_bom(struct str s)
{
	const struct str mark = STR("\xef\xbb\xbf");

	return str_starts(s, mark) ? mark.len : 0;
}

size_t
str_skip(struct str s, size_t from, struct str set)
{
	while (from < s.len && str_has(set, s.ptr[from]))
		from++;
	return from < s.len ? from : s.len;
}

size_t
str_search(struct str s, size_t from, struct str needle)
{
	if (needle.len == 0)
		return s.len;
	for (size_t i = from; (i = str_find(s, i, needle.ptr[0])) < s.len && s.len - i >= needle.len; i++)
		if (memcmp(s.ptr + i, needle.ptr, needle.len) == 0)
			return i;
	return s.len;
}

struct str
str_sub(struct str s, size_t off, size_t len)
{
	if (off >= s.len)
		return (struct str)STR_INIT;
	return (struct str){ s.ptr + off, len < s.len - off ? len : s.len - off };
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str
str_trim(struct str s)
{
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	while (s.len && is_blank(s.ptr[0]))
		s.ptr++, s.len--;
	return s;
}

bool
str_next_part(struct str s, char by, size_t *at, struct str *ret)
{
	size_t end;

	if (*at >= s.len)
		return false;
	end = str_find(s, *at, by);
	*ret = (struct str){ s.ptr + *at, end - *at };
	*at = end + 1;
	return true;
}

struct str
str_from_uint(struct str_digits *room, uint64_t value)
{
	char *end = room->bytes + sizeof room->bytes, *p = end;

	do
		*--p = (char)('0' + value % 10);
	while (value /= 10);
	return (struct str){ p, (size_t)(end - p) };
}

bool
str_to_uint(struct str s, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned d = (unsigned char)s.ptr[i] - (unsigned)'0';

		if (d > 9 || d > max || v > max / 10 || v * 10 > max - d)
			return false;
		v = v * 10 + d;
	}
	*ret = v;
	return true;
}

bool
str_has_nul(struct str s)
{
	return str_has(s, '\0');
}

/* The length of the well-formed sequence at P (N bytes left), or 0. The table is RFC 3629 section 4. */
static size_t
utf8_sequence(const unsigned char *p, size_t n)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		len = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		len = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (n < len)
		return 0;
	if (p[0] == 0xe0)
		lo = 0xa0;
	else if (p[0] == 0xed)
		hi = 0x9f;
	else if (p[0] == 0xf0)
		lo = 0x90;
	else if (p[0] == 0xf4)
		hi = 0x8f;
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < len; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	return len;
}

bool
str_is_utf8(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	size_t i = 0;

	while (i < s.len) {
		size_t n = utf8_sequence(p + i, s.len - i);

		if (n == 0)
			return false;
		i += n;
	}
	return true;
}
