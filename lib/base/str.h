/* str: borrowed bytes.
 * SPDX-License-Identifier: MIT
 *
 * A str is a pointer and a length: any byte value, not NUL-terminated, never freed through it; it lives as
 * long as whatever it was borrowed from. */
#ifndef BERTH_BASE_STR_H
#define BERTH_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *ptr;	/* may be NULL where len is 0 */
	size_t len;
};

#define STR_INIT { NULL, 0 }
/* A str of a string literal; STR_OF in a table of constants. */
#define STR_OF(literal) { "" literal, sizeof(literal) - 1 }
#define STR(literal) ((struct str)STR_OF(literal))
/* What printf may look at also where it is to show nothing of it. */
static inline const char *
str_shown(struct str s)
{
	return s.ptr ? s.ptr : "";
}

/* For printf's "%.*s". Only for texts known to be shorter than INT_MAX. */
#define STR_ARG(s) (int)(s).len, str_shown(s)

/* A str of a NUL-terminated string; an empty one of NULL. */
static inline struct str
str_from(const char *cstr)
{
	return (struct str){ cstr, cstr ? strlen(cstr) : 0 };
}
static inline bool
str_eq(struct str a, struct str b)
{
	/* most that are not equal differ in length or begin otherwise: that is not worth a call */
	return a.len == b.len && (a.len == 0 || (*a.ptr == *b.ptr && memcmp(a.ptr, b.ptr, a.len) == 0));
}
/* As strcmp, by unsigned bytes; a prefix comes first. */
int str_cmp(struct str a, struct str b);
/* A-Z as a-z, else C. */
char str_lower(char c);
/* As str_eq with A-Z taken as a-z (ASCII only, whatever the locale). */
bool str_eq_fold(struct str a, struct str b);
/* Whether S is one of WORDS, behind the last of which stands NULL. */
bool str_is_one_of(struct str s, const char *const *words);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Index of the first byte C at or after FROM; s.len where there is none. */
size_t str_find(struct str s, size_t from, char c);
/* Whether C is one of the bytes of SET. */
static inline bool
str_has(struct str set, char c)
{
	return set.len && memchr(set.ptr, c, set.len);
}
/* How many bytes at the start of S are a byte order mark of UTF-8: 3 or 0. */
size_t str_bom(struct str s);
/* Index of the first byte at or after FROM that is none of SET; s.len where there is none. */
size_t str_skip(struct str s, size_t from, struct str set);
/* Whether S has no byte but those of SET. */
static inline bool
str_is_made_of(struct str s, struct str set)
{
	return str_skip(s, 0, set) == s.len;
}
/* Index of the first occurrence of NEEDLE at or after FROM; s.len where there is none or NEEDLE is empty. */
size_t str_search(struct str s, size_t from, struct str needle);
/* At most LEN bytes from OFF on; empty where OFF is past the end. */
struct str str_sub(struct str s, size_t off, size_t len);
/* S without ASCII blanks (space, tab, CR, LF, VT, FF) at either end. */
struct str str_trim(struct str s);
/* The next part of S, which BY parts, at *AT, which moves behind it and its BY; *AT is 0 for the first. False
 * at the end of S: an empty text has no part, and there is none behind a BY at the end. */
bool str_next_part(struct str s, char by, size_t *at, struct str *ret);
/* VALUE in decimal digits, which stand in ROOM. */
struct str_digits {
	char bytes[20];
};
struct str str_from_uint(struct str_digits *room, uint64_t value);
/* The digits of S as a number: all of S, decimal, no sign, at least one digit, at most MAX. *ret only on
 * true. */
bool str_to_uint(struct str s, uint64_t max, uint64_t *ret);
/* Whether S holds a NUL byte (no path may). */
bool str_has_nul(struct str s);
/* Whether S is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF). */
bool str_is_utf8(struct str s);

#endif
