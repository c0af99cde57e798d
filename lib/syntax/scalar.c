/* scalar: what a plain scalar is: a number, a truth, a date, nothing, or a string.
 * SPDX-License-Identifier: MIT
 *
 * The rules are those of the YAML library that Compose uses, which reads YAML 1.2 with the octal numbers
 * of 1.1. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "syntax/internal.h"
#include "syntax/node.h"

enum { NUMBER_MAX = 400 };	/* more digits fit no number */

struct number {
	enum node_type type;
	int64_t value;
};

static bool
is_word(struct str s, struct node *n)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
	static const char *const trues[] = { "true", "True", "TRUE", NULL };
	static const char *const falses[] = { "false", "False", "FALSE", NULL };
	static const char *const floats[] = { ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf",
		"+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", NULL };

	if (s.len > 5 || (s.len > 0 && !memchr("~nNtTfF.+-", s.ptr[0], 10)))
		return false;
	if (str_is_one_of(s, nulls)) {
		n->type = NODE_NULL;
	} else if (str_is_one_of(s, trues)) {
		n->type = NODE_BOOL;
		n->number = 1;
	} else if (str_is_one_of(s, falses)) {
		n->type = NODE_BOOL;
		n->number = 0;
	} else if (str_is_one_of(s, floats)) {
		n->type = NODE_FLOAT;
	} else {
		return false;
	}
	return true;
}

static size_t
digits(struct str s, size_t at)
{
	return str_skip(s, at, STR("0123456789")) - at;
}

static bool
number_field(struct str s, size_t *at, size_t least, size_t most, unsigned *ret)
{
	size_t n = digits(s, *at);
	uint64_t v;

	if (n > most)
		n = most;
	if (n < least || !str_to_uint(str_sub(s, *at, n), 9999, &v))
		return false;
	*at += n;
	*ret = (unsigned)v;
	return true;
}

static bool
skip_char(struct str s, size_t *at, const char *any)
{
	if (*at >= s.len || s.ptr[*at] == '\0' || !strchr(any, s.ptr[*at]))
		return false;
	(*at)++;
	return true;
}

static bool
is_day(unsigned year, unsigned month, unsigned day)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month >= 1 && month <= 12 && day >= 1 &&
	    day <= days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

/* Moves *AT past a date that the calendar has: 2001-12-14. */
static bool
skip_date(struct str s, size_t *at)
{
	unsigned year, month, day;

	return digits(s, *at) == 4 && number_field(s, at, 4, 4, &year) && skip_char(s, at, "-") &&
	    number_field(s, at, 1, 2, &month) && skip_char(s, at, "-") && number_field(s, at, 1, 2, &day) &&
	    is_day(year, month, day);
}

/* Moves *AT past a time of day, with a fraction of a second or without: 21:59:43.10. */
static bool
skip_clock(struct str s, size_t *at)
{
	unsigned hour, minute, second;
	size_t fraction;

	if (!number_field(s, at, 1, 2, &hour) || !skip_char(s, at, ":") ||
	    !number_field(s, at, 1, 2, &minute) || !skip_char(s, at, ":") ||
	    !number_field(s, at, 1, 2, &second) || hour > 23 || minute > 59 || second > 59)
		return false;
	if (!skip_char(s, at, ".,"))
		return true;
	fraction = digits(s, *at);
	*at += fraction;
	return fraction > 0;
}

/* Moves *AT past a time zone: Z, or -05:00. */
static bool
skip_zone(struct str s, size_t *at)
{
	unsigned hours, minutes;

	return skip_char(s, at, "Z") ||
	    (skip_char(s, at, "+-") && number_field(s, at, 2, 2, &hours) && hours <= 24 &&
		skip_char(s, at, ":") && number_field(s, at, 2, 2, &minutes) && minutes <= 60);
}

/* Whether S is a date as 2001-12-14, or one with a time as 2001-12-14 21:59:43.10 or
 * 2001-12-14t21:59:43.10-05:00. Behind a `t` a zone is needed. */
static bool
is_time(struct str s)
{
	size_t at = 0;
	bool zoned;

	if (!skip_date(s, &at))
		return false;
	if (at == s.len)
		return true;
	zoned = s.ptr[at] == 't' || s.ptr[at] == 'T';
	return skip_char(s, &at, "tT ") && skip_clock(s, &at) && (!zoned || skip_zone(s, &at)) && at == s.len;
}

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

/* An integer with a sign and a prefix for its base; a bare 0 in front makes it octal. */
static bool
is_integer(const char *s, size_t len, int64_t *ret)
{
	size_t at = 0;
	bool minus = false;
	unsigned base = 10;
	uint64_t v = 0;

	if (at < len && (s[at] == '+' || s[at] == '-'))
		minus = s[at++] == '-';
	if (at + 1 < len && s[at] == '0') {
		char c = (char)(s[at + 1] | 0x20);

		base = c == 'x' ? 16 : c == 'b' ? 2 : 8;
		at += c == 'x' || c == 'b' || c == 'o' ? 2 : 1;
	}
	if (at >= len)
		return false;
	for (; at < len; at++) {
		int d = digit_value(s[at]);

		if (d >= (int)base || v > (UINT64_MAX - (unsigned)d) / base)
			return false;
		v = v * base + (unsigned)d;
	}
	if (minus && v > (uint64_t)INT64_MAX + 1)
		return false;
	/* Compose takes numbers above INT64_MAX too, but no number that matters here is that large. */
	if (v > INT64_MAX)
		*ret = minus ? INT64_MIN : INT64_MAX;
	else
		*ret = minus ? -(int64_t)v : (int64_t)v;
	return true;
}

static bool
is_float(const char *s, size_t len)
{
	size_t at = 0, whole = 0, part = 0;
	struct str t = { s, len };

	if (at < len && (s[at] == '+' || s[at] == '-'))
		at++;
	whole = digits(t, at);
	at += whole;
	if (at < len && s[at] == '.') {
		part = digits(t, ++at);
		at += part;
	}
	if (whole + part == 0)
		return false;
	if (at < len && (s[at] == 'e' || s[at] == 'E')) {
		size_t n;

		at++;
		if (at < len && (s[at] == '+' || s[at] == '-'))
			at++;
		n = digits(t, at);
		if (n == 0)
			return false;
		at += n;
	}
	return at == len && isfinite(strtod(s, NULL));
}

static void
plain_type(struct node *n, bool may_be_time)
{
	struct str s = n->value;
	char plain[NUMBER_MAX + 1];
	size_t len = 0;
	char c = s.len > 0 ? s.ptr[0] : '\0';

	n->type = NODE_STRING;
	if (is_word(s, n) || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.') ||
	    s.len > NUMBER_MAX)
		return;
	if (c == '.') {
		if (is_float(s.ptr, s.len))
			n->type = NODE_FLOAT;
		return;
	}
	if (may_be_time && is_time(s)) {
		n->type = NODE_TIME;
		return;
	}
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != '_')
			plain[len++] = s.ptr[i];
	plain[len] = '\0';
	if (is_integer(plain, len, &n->number))
		n->type = NODE_INT;
	else if (is_float(plain, len))
		n->type = NODE_FLOAT;
}

int
scalar_type(struct node *n, struct error *err)
{
	static const struct { struct str tag; enum node_type type; } tags[] = {
		{ { "bool", 4 }, NODE_BOOL }, { { "int", 3 }, NODE_INT }, { { "float", 5 }, NODE_FLOAT },
		{ { "null", 4 }, NODE_NULL }, { { "timestamp", 9 }, NODE_TIME },
	};
	const struct str prefix = STR("tag:yaml.org,2002:");
	bool untagged = n->tag.len == 0 || str_eq(n->tag, STR("!"));

	n->type = NODE_STRING;
	if (untagged) {
		if (n->style == NODE_PLAIN)
			plain_type(n, true);
		return 0;
	}
	if (!str_starts(n->tag, prefix))
		return 0;
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		if (!str_eq(str_sub(n->tag, prefix.len, n->tag.len), tags[i].tag))
			continue;
		plain_type(n, tags[i].type == NODE_TIME);
		if (n->type == NODE_INT && tags[i].type == NODE_FLOAT)
			n->type = NODE_FLOAT;
		if (n->type != tags[i].type)
			return error_set(err, "'%.60s' is no %s, as its tag says it is", n->value.ptr,
			    tags[i].tag.ptr);
		return 0;
	}
	return 0;
}
