/* print: what printf does, for the conversions that nearly all texts of ours are made with. A plan makes
 * some sixty texts an app, and the C library takes a thousand instructions for each.
 * SPDX-License-Identifier: MIT */
#include "base/print.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

struct arguments {
	va_list left;
};

/* What the conversion at *FMT, behind its `%`, makes of the next arguments; *FMT moves behind it. False: it
 * is none of ours. */
static bool
convert(const char **fmt, struct arguments *a, struct str_digits *room, struct str *ret)
{
	const char *s;

	if (strncmp(*fmt, ".*s", 3) == 0) {
		int most = va_arg(a->left, int);

		*fmt += 3;
		s = va_arg(a->left, const char *);
		*ret = (struct str){ s, most > 0 ? strnlen(s, (size_t)most) : 0 };
		return most >= 0;
	}
	if (strncmp(*fmt, "zu", 2) == 0) {
		*fmt += 2;
		*ret = str_from_uint(room, va_arg(a->left, size_t));
		return true;
	}
	if (strncmp(*fmt, "llu", 3) == 0) {
		*fmt += 3;
		*ret = str_from_uint(room, va_arg(a->left, unsigned long long));
		return true;
	}
	switch (*(*fmt)++) {
	case 's':
		*ret = str_from(va_arg(a->left, const char *));
		return ret->ptr != NULL;
	case 'u':
		*ret = str_from_uint(room, va_arg(a->left, unsigned));
		return true;
	default:
		return false;
	}
}

/* False: a conversion is none of ours. */
static bool
print(char *to, size_t size, const char *fmt, struct arguments *a, size_t *ret)
{
	size_t len = 0;

	for (; *fmt;) {
		struct str_digits room;
		struct str s = { fmt, strcspn(fmt, "%") };

		fmt += s.len;
		if (s.len == 0) {
			fmt++;
			if (!convert(&fmt, a, &room, &s))
				return false;
		}
		if (s.len && len < size && s.len < size - len)
			memcpy(to + len, s.ptr, s.len);
		len += s.len;
	}
	if (len < size)
		to[len] = '\0';
	*ret = len;
	return len < INT_MAX;
}

int
print_into(char *to, size_t size, const char *fmt, va_list ap)
{
	struct arguments a;
	size_t len;
	bool is_ours;

	va_copy(a.left, ap);
	is_ours = print(to, size, fmt, &a, &len);
	va_end(a.left);
	return is_ours ? (int)len : vsnprintf(to, size, fmt, ap);
}
