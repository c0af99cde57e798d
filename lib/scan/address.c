/* address: texts such as `http://localhost:8003` that name a port on this host.
 * SPDX-License-Identifier: MIT */
#include "scan/address.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/pattern.h"

/* The name of this host, with no part of a longer name before it, and a port, with no part of a longer
 * word behind it. What stands before an @ is a user's name and password, even if it looks like an address.
 * The search for that @ is bounded: otherwise each address of a long text would be searched for to the
 * text's end. So is what may stand between `host=` and `port=` in a list of such words, on one line. */
#define PORT_WORD "port \\x20? = \\x20? ['\"]? ([0-9]{1,5}) (?! [A-Za-z0-9_] ) ['\"]?"
#define NO_USER "(?! [^@\\s/?\\#,;\"'<>|]{0,255} @ )"
#define BETWEEN "(?= [;\\s] ) (?: (?! host ) [^\"\\r\\n] ){1,255}? (?<= [;\\s] )"
static const char ADDRESS[] =
    "(?: (?<! [A-Za-z0-9_.\\-] ) ( (?: " PORT_WORD BETWEEN " )?"
    " (?: host (?: addr | name )? | server | data\\x20source ) \\x20? = \\x20? ['\"]? (?: tcp: )? )"
    " | (?<! [A-Za-z0-9_.\\-] ) | (?<= %2f ) )"
    "( (?:";
/* What this host is called, beside the names that the owner gives. */
static const char HOSTS[] =
    " (?: [a-z0-9] [a-z0-9\\-]{0,62} \\. ){0,8} localhost | 127 (?: \\. [0-9]{1,3} ){3}"
    " | \\[ ::1 \\] | (?: host | gateway ) \\. docker\\.internal | host\\.containers\\.internal"
    " | 172\\.17\\.0\\.1";
/* What comes behind the names that this host has beside those. */
static const char PORT[] =
    " ) (?: \\. (?= \\\\? : | %3a ) )? )"
    "(?(1) (?(2) (?! [A-Za-z0-9_.:,%\\-] )"
    " | (?: , ([0-9]{1,5}) (?! [A-Za-z0-9_.] ) | ['\"]? " BETWEEN PORT_WORD " ) )"
    " | (?: (?: \\\\? : | %3a ) ([0-9]{1,5}) (?! [A-Za-z0-9_] ) | (?! [A-Za-z0-9_.:%\\-] | \\\\: ) ) )"
    NO_USER;
/* Another host: a name that is none of this host's, or an address; not one that is listened on, and no tag of
 * an image behind a slash. */
static const char ELSEWHERE[] = "(?: (?<= // ) | (?<! [A-Za-z0-9_.\\-/] ) ) (?! 0+ \\. ) (?! (?:";
static const char ELSEWHERE_PORT[] =
    " ) \\.? : ) ( (?: [a-z0-9] [a-z0-9\\-]{0,62} \\. ){0,8} [a-z0-9] [a-z0-9\\-]{0,62} )"
    " : ([0-9]{1,5}) (?! [A-Za-z0-9_.] )" NO_USER;
enum { ELSEWHERE_HOST = 1, ELSEWHERE_DIGITS };
enum { PORT_FIRST = 2, HOST, PORT_COMMA, PORT_BEHIND, PORT_COLON, GROUPS };

struct address_finder {
	struct pattern *pattern, *elsewhere;
	struct match *match;
};

/* Adds NAME to the names in the pattern B. */
static int
add_name(struct buf *b, const char *name, struct error *err)
{
	static const struct str marks = STR_OF(".:-_[]");

	buf_add_str(b, STR(" | "));
	for (const char *p = name; *p; p++) {
		char c = str_lower(*p);
		bool is_alnum = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (!is_alnum && !str_has(marks, *p))
			return error_set(err, "'%s' is no host's name or address (IPv6 in brackets)", name);
		if (!is_alnum)
			buf_add_char(b, '\\');
		buf_add_char(b, *p);
	}
	return *name ? 0 : error_set(err, "a host's name that is empty");
}

/* The pattern that has all names of this host between BEFORE and BEHIND. */
static int
open_pattern(struct pattern **ret, struct str before, struct str names, struct str behind, struct error *err)
{
	AUTO(buf) b = BUF_INIT;

	buf_add_str(&b, before);
	buf_add_str(&b, names);
	buf_add_str(&b, behind);
	return pattern_open(ret, b.ptr, PATTERN_EXTENDED | PATTERN_FOLD, err);
}

int
address_finder_open(
    struct address_finder **ret, const char *const *names, size_t count, struct error *err)
{
	struct address_finder *f = mem_zero(1, sizeof *f);
	AUTO(buf) b = BUF_INIT;
	int result = 0;

	buf_add_str(&b, str_from(HOSTS));
	for (size_t i = 0; i < count && result == 0; i++)
		if ((result = add_name(&b, names[i], err)) < 0)
			(void)error_about(err, names[i]);
	if (result < 0 ||
	    open_pattern(&f->pattern, str_from(ADDRESS), buf_str(&b), str_from(PORT), err) < 0 ||
	    open_pattern(
		&f->elsewhere, str_from(ELSEWHERE), buf_str(&b), str_from(ELSEWHERE_PORT), err) < 0) {
		address_finder_close(f);
		return -1;
	}
	f->match = match_open();
	*ret = f;
	return 0;
}

void
address_finder_close(struct address_finder *f)
{
	if (!f)
		return;
	pattern_close(f->pattern);
	pattern_close(f->elsewhere);
	match_close(f->match);
	free(f);
}

/* Whether the text can hold an address at all: each has a colon, which may be percent-encoded, or `host=`. */
static bool
may_hold(const struct address_cursor *c)
{
	size_t left = c->text.len - c->at;
	const char *rest = c->text.ptr + c->at;

	return left && (memchr(rest, ':', left) || memchr(rest, '%', left) || memchr(rest, '=', left));
}

/* The port of an address that gives none and whose host is behind BEFORE: by its scheme; 0: it has none. */
static unsigned
port_of_scheme(struct str before)
{
	static const struct {
		struct str scheme;
		unsigned port;
	} schemes[] = { { STR_OF("http"), 80 }, { STR_OF("https"), 443 }, { STR_OF("ws"), 80 },
		{ STR_OF("wss"), 443 } };

	if (str_ends(before, STR("\\://")))		/* as it stands in a file of properties */
		before = str_sub(before, 0, before.len - 4);
	else if (str_ends(before, STR("://")))
		before = str_sub(before, 0, before.len - 3);
	else
		return 0;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		struct str s = schemes[i].scheme;

		if (before.len >= s.len && str_eq_fold(str_sub(before, before.len - s.len, s.len), s))
			return schemes[i].port;
	}
	return 0;
}

/* The digits of the port, whichever way it is given. */
static bool
find_digits(const struct match *m, struct span *ret)
{
	for (int i = PORT_FIRST; i < GROUPS; i++)
		if (i != HOST && match_span(m, i, ret))
			return true;
	return false;
}

/* Whether a dash and a digit stand in BEHIND, at its start. */
static bool
begins_range(struct str behind)
{
	return behind.len > 1 && behind.ptr[0] == '-' && behind.ptr[1] >= '0' && behind.ptr[1] <= '9';
}

int
address_next(struct address_cursor *c, struct address *ret, struct error *err)
{
	while (c->at < c->text.len && may_hold(c)) {
		struct match *m = c->finder->match;
		int found = pattern_match(c->finder->pattern, m, c->text, c->at, err);
		uint64_t port;

		if (found <= 0)
			return found;
		*ret = (struct address){ .port = 0 };
		(void)match_span(m, HOST, &ret->host);		/* it is in every match */
		if (!find_digits(m, &ret->digits)) {
			c->at = span_end(ret->host);
			ret->digits = (struct span){ c->at, 0 };
			ret->port = port_of_scheme(str_sub(c->text, 0, ret->host.off));
			if (ret->port)
				return 1;
			continue;
		}
		c->at = ret->digits.off > ret->host.off ? span_end(ret->digits) : span_end(ret->host);
		if (!str_to_uint(str_sub(c->text, ret->digits.off, ret->digits.len), 65535, &port) || !port)
			continue;
		ret->port = (unsigned)port;
		ret->begins_range = begins_range(str_sub(c->text, span_end(ret->digits), c->text.len));
		return 1;
	}
	return 0;
}

int
address_next_elsewhere(struct address_cursor *c, struct address *ret, struct error *err)
{
	struct match *m = c->finder->match;
	uint64_t port;
	int found;

	while (c->at < c->text.len && memchr(c->text.ptr + c->at, ':', c->text.len - c->at)) {
		found = pattern_match(c->finder->elsewhere, m, c->text, c->at, err);
		if (found <= 0)
			return found;
		*ret = (struct address){ .port = 0 };
		(void)match_span(m, ELSEWHERE_HOST, &ret->host);		/* both are in every match */
		(void)match_span(m, ELSEWHERE_DIGITS, &ret->digits);
		c->at = span_end(ret->digits);
		if (!str_to_uint(str_sub(c->text, ret->digits.off, ret->digits.len), UINT16_MAX, &port) ||
		    !port)
			continue;
		ret->port = (unsigned)port;
		ret->begins_range = begins_range(str_sub(c->text, c->at, c->text.len));
		return 1;
	}
	return 0;
}
