/* value: what Compose takes a text for where it wants a truth, a number, a duration or a size.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool
is_any_of(struct str s, const char *const words[4])
{
	for (size_t i = 0; i < 4; i++)
		if (str_eq_fold(s, str_from(words[i])))
			return true;
	return false;
}

bool
value_truth(struct str s, int64_t *ret)
{
	static const char *const yes[] = { "true", "yes", "y", "on" };
	static const char *const no[] = { "false", "no", "n", "off" };

	*ret = is_any_of(s, yes);
	return *ret || is_any_of(s, no);
}

bool
value_integer(struct str s, int64_t *ret)
{
	bool minus = s.len > 0 && s.ptr[0] == '-', sign = minus || (s.len > 0 && s.ptr[0] == '+');
	uint64_t v;

	if (!str_to_uint(str_sub(s, sign, s.len), INT64_MAX, &v))
		return false;
	*ret = minus ? -(int64_t)v : (int64_t)v;
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
value_fraction(struct str s, double *ret)
{
	char text[400], *end;
	size_t len = 0;

	if (s.len == 0 || s.len >= sizeof text)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		bool between = i > 0 && i + 1 < s.len && is_digit(s.ptr[i - 1]) && is_digit(s.ptr[i + 1]);

		if (s.ptr[i] == '_' && between)
			continue;
		if (!memchr("0123456789.eE+-", s.ptr[i], 15))
			return false;
		text[len++] = s.ptr[i];
	}
	text[len] = '\0';
	*ret = strtod(text, &end);
	return end == text + len && isfinite(*ret);
}

/* How many bytes from AT on are of a number without sign and exponent. */
static size_t
number_len(struct str s, size_t at)
{
	return str_skip(s, at, STR("0123456789.")) - at;
}

/* The nanoseconds of the unit that stands at AT, and the length of its name in *RET_LEN; 0 where no unit
 * does. */
static double
unit_at(struct str s, size_t at, size_t *ret_len)
{
	static const struct { const char *name; double ns; } units[] = {
		{ "ns", 1 }, { "us", 1e3 }, { "\xc2\xb5s", 1e3 }, { "\xce\xbcs", 1e3 }, { "ms", 1e6 },
		{ "s", 1e9 }, { "m", 60e9 }, { "h", 3600e9 }, { "d", 86400e9 }, { "w", 604800e9 },
	};
	size_t end = at;

	while (end < s.len && !is_digit(s.ptr[end]) && s.ptr[end] != '.')
		end++;
	*ret_len = end - at;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (str_eq(str_sub(s, at, *ret_len), str_from(units[i].name)))
			return units[i].ns;
	return 0;
}

bool
value_is_duration(struct str s)
{
	double sum = 0;
	size_t at = s.len > 0 && (s.ptr[0] == '+' || s.ptr[0] == '-');

	if (at == s.len || str_eq(str_sub(s, at, s.len), STR("0")))
		return at < s.len;
	while (at < s.len) {
		size_t digits = number_len(s, at), len;
		double unit = unit_at(s, at + digits, &len), v;

		if (unit == 0 || !value_fraction(str_sub(s, at, digits), &v))
			return false;
		at += digits + len;
		sum += v * unit;
		/* A double cannot hold the largest number of nanoseconds, but the next one above it, 2 to the
		 * 63rd: what is that near to it passes. */
		if (sum > 0x1p63)
			return false;
	}
	return true;
}

bool
value_is_size(struct str s)
{
	size_t digits = s.len;
	struct str unit, behind;
	double v;

	while (digits > 0 && !memchr("0123456789. ", s.ptr[digits - 1], 12))
		digits--;
	unit = str_sub(s, digits, s.len);
	if (digits > 0 && s.ptr[digits - 1] == ' ')
		digits--;
	if (!value_fraction(str_sub(s, 0, digits), &v) || v < 0)
		return false;
	if (unit.len == 0 || str_eq_fold(unit, STR("b")))
		return true;
	behind = str_sub(unit, 1, unit.len);
	return memchr("kmgtpKMGTP", unit.ptr[0], 10) &&
	    (behind.len == 0 || str_eq_fold(behind, STR("b")) || str_eq_fold(behind, STR("ib")));
}

/* What a command line was left open with, and the last character of the word at hand; '\0': it has none. */
struct quoting {
	bool escaped, in_double, in_single, in_back, in_brackets;
	char last;
};

/* Whether C is a quote that Q takes as one, so that it is no part of the word. */
static bool
is_quote(struct quoting *q, char c)
{
	if (q->in_brackets)
		return false;
	if (c == '"' && !q->in_single)
		q->in_double = !q->in_double;
	else if (c == '\'' && !q->in_double)
		q->in_single = !q->in_single;
	else
		return false;
	return true;
}

/* Takes character C, which stands in no quotes, into Q. Returns 0 where it goes on, 1 where no more is read,
 * and -1 where C may not stand there. */
static int
take_bare(struct quoting *q, char c)
{
	if (c == '`' && !q->in_brackets) {
		q->in_back = !q->in_back;
	} else if (c == ')' && !q->in_back) {
		q->in_brackets = !q->in_brackets;
	} else if (c == '(' && !q->in_back) {
		if (q->in_brackets || q->last != '$')
			return -1;
		q->in_brackets = true;
	} else if (c != '\0' && strchr(";&|<>", c) && !q->in_back && !q->in_brackets) {
		return 1;
	}
	return 0;
}

bool
value_is_command(struct str s)
{
	struct quoting q = { .last = '\0' };
	int r = 0;

	for (size_t i = 0; i < s.len && r == 0; i++) {
		char c = s.ptr[i];
		bool in_quotes = q.in_single || q.in_double, was_escaped = q.escaped;

		q.escaped = !was_escaped && c == '\\' && !q.in_single;
		if (q.escaped || (!was_escaped && is_quote(&q, c)))
			continue;
		if (!was_escaped && !in_quotes)
			r = take_bare(&q, c);
		in_quotes = in_quotes || q.in_back || q.in_brackets;
		q.last = c;
		if (!was_escaped && !in_quotes && str_has(STR(" \t\r\n"), c))
			q.last = '\0';
	}
	return r >= 0 && !q.escaped && !q.in_double && !q.in_single && !q.in_back && !q.in_brackets;
}

bool
value_whole(const struct node *n, int64_t *ret)
{
	double v;

	if (!n || n->kind != NODE_SCALAR)
		return false;
	*ret = n->number;
	if (n->type != NODE_FLOAT)
		return n->type == NODE_INT;
	if (!value_fraction(n->value, &v) || floor(v) != v || fabs(v) >= 0x1p63)
		return false;
	*ret = (int64_t)v;
	return true;
}
