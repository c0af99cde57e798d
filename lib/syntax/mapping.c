/* mapping: a port mapping's text, `[[IP:]HOST:]CONTAINER[/PROTOCOL]`, as Compose takes or refuses it.
 * SPDX-License-Identifier: MIT */
#include "syntax/mapping.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "syntax/interpolation.h"
#include "base/pattern.h"

enum { PORT_MAX = 65535, TEXT_LEN_MAX = 4096 };

/* Numbers as Compose's language reads them: with a sign where the number stays in range, so that a range
 * may end at -0; the first dash splits it. */
#define FIRST "\\+?[0-9]++"
#define LAST "\\+?[0-9]++|-0++"

/* What is taken; what is not is cut by hand afterwards to say which part is wrong. The address is all
 * before the last two colons, and may be empty. */
static const char SHORT_FORM[] =
    "\\A (?: (?: (?<ip>.*) : )? (?: (" FIRST ") (?: - (" LAST ") )? )? : )?"
    " (" FIRST ") (?: - (" LAST ") )? (?: / (tcp|udp|sctp)? )? \\z";
enum { IP = 1, HOST_FIRST, HOST_LAST, CONTAINER_FIRST, CONTAINER_LAST, PROTOCOL };

static const char RANGE[] = "\\A (?: " FIRST ") (?: - (?: " LAST ") )? \\z";

struct mapping_parser {
	struct pattern *short_form, *range;
	struct match *match;
};

int
mapping_parser_open(struct mapping_parser **ret, struct error *err)
{
	struct mapping_parser *p = mem_zero(1, sizeof *p);

	if (pattern_open(&p->short_form, SHORT_FORM, PATTERN_EXTENDED | PATTERN_FOLD, err) < 0 ||
	    pattern_open(&p->range, RANGE, PATTERN_EXTENDED, err) < 0) {
		mapping_parser_close(p);
		return -1;
	}
	p->match = match_open();
	*ret = p;
	return 0;
}

void
mapping_parser_close(struct mapping_parser *p)
{
	if (!p)
		return;
	pattern_close(p->short_form);
	pattern_close(p->range);
	match_close(p->match);
	free(p);
}

bool
mapping_is_address(struct str s)
{
	char text[INET6_ADDRSTRLEN];
	unsigned char bits[sizeof(struct in6_addr)];

	if (!s.len || s.len >= sizeof text || str_has_nul(s))
		return false;
	memcpy(text, s.ptr, s.len);
	text[s.len] = '\0';
	return inet_pton(AF_INET, text, bits) == 1 || inet_pton(AF_INET6, text, bits) == 1;
}

/* The number that a matched group holds; false where it is no port. */
static bool
port_of(struct str digits, unsigned *ret)
{
	uint64_t n;

	if (digits.len && (digits.ptr[0] == '+' || digits.ptr[0] == '-'))
		digits = str_sub(digits, 1, digits.len);
	if (!str_to_uint(digits, PORT_MAX, &n))
		return false;
	*ret = (unsigned)n;
	return true;
}

/* The first and last port of groups I and I + 1; false where they are none, or the wrong way round. */
static bool
range_of(const struct match *m, int i, unsigned *ret_first, unsigned *ret_last)
{
	struct span got;

	if (!port_of(match_str(m, i), ret_first))
		return false;
	*ret_last = *ret_first;
	return !match_span(m, i + 1, &got) ||
	    (port_of(match_str(m, i + 1), ret_last) && *ret_last >= *ret_first);
}

/* The span from where group I begins to where it or group I + 1 ends. */
static struct span
range_span(const struct match *m, int i)
{
	struct span first = { 0, 0 }, last;

	if (match_span(m, i, &first) && match_span(m, i + 1, &last))
		first.len = span_end(last) - first.off;
	return first;
}

/* Says which part of TEXT, that is no mapping, is wrong; as much of it as fits a line. */
static int
refuse(struct mapping_parser *parser, struct str text, struct error *err)
{
	size_t colon = text.len, before, slash;
	struct str container, protocol, host, shown = str_sub(text, 0, 100);

	while (colon && text.ptr[colon - 1] != ':')
		colon--;
	container = str_sub(text, colon, text.len);
	slash = str_find(container, 0, '/');
	protocol = str_sub(container, slash + 1, container.len);
	container.len = slash;
	before = colon ? colon - 1 : 0;
	while (before && text.ptr[before - 1] != ':')
		before--;
	host = str_sub(text, before, colon ? colon - 1 - before : 0);
	if (!container.len)
		return error_set(err,
		    "port mapping '%.*s' names no container port: write HOST:CONTAINER, as in 8080:80",
		    STR_ARG(shown));
	if (protocol.len && !str_eq_fold(protocol, STR("tcp")) && !str_eq_fold(protocol, STR("udp")) &&
	    !str_eq_fold(protocol, STR("sctp")))
		return error_set(err, "port mapping '%.*s' has no such protocol as '%.*s': tcp, udp or sctp",
		    STR_ARG(shown),
		    STR_ARG(str_sub(protocol, 0, 100)));
	if (before > 1 && str_find(text, 0, '\n') < before)
		return error_set(err, "port mapping '%.*s' has a line break in its address", STR_ARG(shown));
	if (pattern_match(parser->range, parser->match, container, 0, err) <= 0)
		return error_set(err,
		    "port mapping '%.*s' has no such container port as '%.*s': a number from 1 to 65535, or "
		    "a range as in 80-82", STR_ARG(shown), STR_ARG(str_sub(container, 0, 100)));
	return error_set(err,
	    "port mapping '%.*s' has no such host port as '%.*s': a number from 0 to 65535, or a range as "
	    "in 8000-8002; an address needs a host port of its own", STR_ARG(shown),
	    STR_ARG(str_sub(host, 0, 100)));
}

/* The address between the brackets of WRITTEN, or all of it; false where it is none. Empty is none given. */
static bool
address_of(struct str written, struct str *ret)
{
	if (written.len && written.ptr[0] == '[') {
		if (written.ptr[written.len - 1] != ']' || written.len < 2)
			return false;
		written = str_sub(written, 1, written.len - 2);
		if (str_find(written, 0, '[') < written.len || str_find(written, 0, ']') < written.len)
			return false;
	}
	*ret = written;
	return !written.len || mapping_is_address(written);
}

static struct str
protocol_of(struct str written)
{
	if (str_eq_fold(written, STR("udp")))
		return STR("udp");
	return str_eq_fold(written, STR("sctp")) ? STR("sctp") : STR("tcp");
}

int
mapping_parse(struct mapping_parser *parser, struct str text, struct mapping *ret, struct error *err)
{
	struct match *m = parser->match;
	struct mapping got = { .has_host = false };
	struct str shown = str_sub(text, 0, 100);
	int found = 0;

	if (text.len > TEXT_LEN_MAX)
		return error_set(err, "port mapping '%.*s…' is longer than any can be", STR_ARG(shown));
	found = pattern_match(parser->short_form, m, text, 0, err);
	if (found <= 0)
		return found < 0 ? -1 : refuse(parser, text, err);
	got.protocol = protocol_of(match_str(m, PROTOCOL));
	got.container_at = range_span(m, CONTAINER_FIRST);
	got.host_at = (struct span){ got.container_at.off ? got.container_at.off - 1 : 0, 0 };
	got.has_host = match_span(m, HOST_FIRST, &got.host_at);
	if (got.has_host)
		got.host_at = range_span(m, HOST_FIRST);
	if (!match_span(m, PROTOCOL, &got.protocol_at))
		got.protocol_at = (struct span){ text.len, 0 };
	(void)match_span(m, IP, &got.host_ip_at);	/* none: at the start, and empty */
	if (!address_of(match_str(m, IP), &got.host_ip))
		return error_set(err,
		    "port mapping '%.*s' has no such address as '%.*s': write an IPv4 address, or an IPv6 "
		    "one in brackets", STR_ARG(shown), STR_ARG(str_sub(match_str(m, IP), 0, 100)));
	if (!range_of(m, CONTAINER_FIRST, &got.container_first, &got.container_last))
		return error_set(err,
		    "port mapping '%.*s' has no such container port as '%.*s': ports end at 65535, and a "
		    "range runs upwards", STR_ARG(shown),
		    STR_ARG(str_sub(text, got.container_at.off, got.container_at.len)));
	if (got.has_host && !range_of(m, HOST_FIRST, &got.host_first, &got.host_last))
		return error_set(err,
		    "port mapping '%.*s' has no such host port as '%.*s': ports end at 65535, and a range "
		    "runs upwards", STR_ARG(shown), STR_ARG(str_sub(text, got.host_at.off, got.host_at.len)));
	if (!got.container_first)
		return error_set(err,
		    "port mapping '%.*s' has container port 0: give the port that the container listens on",
		    STR_ARG(shown));
	if (got.has_host && got.host_last - got.host_first != got.container_last - got.container_first) {
		if (got.container_first != got.container_last)
			return error_set(err,
			    "port mapping '%.*s' has ranges of different lengths: make them equal, or give a "
			    "single container port", STR_ARG(shown));
		got.is_any = true;
	}
	*ret = got;
	return 0;
}

/* The number that follows N in the order of decimal strings, of those up to MAX; 0 behind the last. */
static unsigned
next_as_string(unsigned n, unsigned max)
{
	if (n == 0)
		return max ? 1 : 0;
	if (n * 10 <= max)
		return n * 10;
	while (n && (n % 10 == 9 || n + 1 > max))
		n /= 10;
	return n ? n + 1 : 0;
}

int
mapping_next(struct mapping_cursor *c, struct arena *a, struct mapping_port *ret)
{
	const struct mapping *m = c->mapping;

	if (m->container_first == m->container_last)
		c->container = c->container ? 0 : m->container_first;
	else
		do
			c->container = next_as_string(c->container, m->container_last);
		while (c->container && c->container < m->container_first);
	if (!c->container)
		return 0;
	ret->container = c->container;
	ret->host = m->host_first + (c->container - m->container_first);
	ret->published = (struct str)STR_INIT;
	if (m->has_host && m->is_any)
		ret->published = arena_printf(a, "%u-%u", m->host_first, m->host_last);
	else if (m->has_host)
		ret->published = arena_printf(a, "%u", ret->host);
	return 1;
}

/* Whether byte I of A and byte J of B are the same byte of the same file. */
static bool
same_byte(struct trace a, size_t i, struct trace b, size_t j)
{
	struct trace_decision x = trace_decide_part(a, i, 1), y = trace_decide_part(b, j, 1);

	return x.known && y.known && !x.step && !y.step && x.source == y.source && x.span.off == y.span.off &&
	    x.span.len == 1 && y.span.len == 1;
}

/* The last colon of S before END; s.len where there is none. */
static size_t
colon_before(struct str s, size_t end)
{
	while (end && s.ptr[end - 1] != ':')
		end--;
	return end ? end - 1 : s.len;
}

bool
mapping_host_site(struct interpolation *ip, struct trace written, struct trace resolved, struct span *ret)
{
	struct str w = written.text, r = resolved.text;
	size_t colons[2] = { 0, 0 }, count = 0, at = 0, last, previous;
	struct span expansion = { 0, 0 };
	bool more = true;

	/* The last two colons outside expansions. */
	while (more) {
		size_t end;

		more = interpolation_find(ip, w, at, &expansion);
		end = more ? expansion.off : w.len;
		for (; (at = str_find(str_sub(w, 0, end), at, ':')) < end; at++) {
			colons[0] = colons[1];
			colons[1] = at;
			count++;
		}
		at = more ? span_end(expansion) : w.len;
	}
	last = colon_before(r, r.len);
	previous = last < r.len ? colon_before(r, last) : r.len;
	/* They have to be what splits the resolved text too. */
	if (!count || last == r.len || !same_byte(written, colons[1], resolved, last) ||
	    (count > 1) != (previous < r.len) ||
	    (count > 1 && !same_byte(written, colons[0], resolved, previous)))
		return false;
	ret->off = count > 1 ? colons[0] + 1 : 0;
	ret->len = colons[1] - ret->off;
	return true;
}
