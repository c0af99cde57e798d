/* mapping: a port mapping's text, `[[IP:]HOST:]CONTAINER[/PROTOCOL]`, as Compose takes or refuses it.
 * SPDX-License-Identifier: MIT */
#include "syntax/mapping.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/pattern.h"
#include "syntax/interpolation.h"

enum { PORT_MAX = 65535, TEXT_LEN_MAX = 4096 };

/* Numbers as Go reads them: with a sign where the number stays in range, so that a range may end at -0. The
 * first dash parts a range. */
#define FIRST "\\+?[0-9]++"
#define LAST "\\+?[0-9]++|-0++"

/* What Compose takes. The address is all that stands before the last two colons, and may be empty. Of any
 * other text refuse() finds the part that is wrong. */
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

/* Refuses TEXT as its PART is none of what is called WHAT; REMEDY says what would be. */
static int
refuse_part(struct error *err, struct str text, const char *what, struct str part, const char *remedy)
{
	/* a variable of it has no value, which is told elsewhere; what stands there for that case is not */
	if (str_search(text, 0, STR("${")) < text.len)
		return error_set(err, "port mapping has no %s that could be read: %s", what, remedy);
	return error_set(err, "port mapping '%.*s' has no such %s as '%.*s': %s",
	    STR_ARG(str_sub(text, 0, 100)), what, STR_ARG(part), remedy);
}

static int
refuse_text(struct error *err, struct str text, const char *why)
{
	return error_set(err, "port mapping '%.*s' %s", STR_ARG(str_sub(text, 0, 100)), why);
}

static bool
is_protocol(struct str s)
{
	return str_eq_fold(s, STR("tcp")) || str_eq_fold(s, STR("udp")) || str_eq_fold(s, STR("sctp"));
}

/* Where the last part of S before END begins that a colon begins; 0 where no colon does. */
static size_t
part_start(struct str s, size_t end)
{
	while (end > 0 && s.ptr[end - 1] != ':')
		end--;
	return end;
}

/* Says which part of TEXT, which is no mapping, is wrong. */
static int
refuse(struct mapping_parser *parser, struct str text, struct error *err)
{
	size_t start = part_start(text, text.len), host_end = start > 0 ? start - 1 : 0;
	size_t host_start = part_start(text, host_end), slash = str_find(text, start, '/');
	struct str container = str_sub(text, start, slash - start);
	struct str protocol = str_sub(text, slash + 1, text.len);
	struct str host = str_sub(text, host_start, host_end - host_start);

	if (container.len == 0)
		return refuse_text(err, text, "names no container port: write HOST:CONTAINER, as in 8080:80");
	if (protocol.len > 0 && !is_protocol(protocol))
		return refuse_part(err, text, "protocol", str_sub(protocol, 0, 100), "tcp, udp or sctp");
	if (host_start > 1 && str_find(text, 0, '\n') < host_start)
		return refuse_text(err, text, "has a line break in its address");
	if (pattern_match(parser->range, parser->match, container, 0, err) <= 0)
		return refuse_part(err, text, "container port", str_sub(container, 0, 100),
		    "a number from 1 to 65535, or a range as in 80-82");
	return refuse_part(err, text, "host port", str_sub(host, 0, 100),
	    "a number from 0 to 65535, or a range as in 8000-8002; an address needs a host port of its own");
}

/* The address that WRITTEN gives, with brackets or without; an empty text gives an empty one. False where
 * it is no address. */
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

/* Takes the parts of the TEXT that was just matched. */
static void
take_parts(const struct match *m, struct mapping *ret)
{
	ret->protocol = protocol_of(match_str(m, PROTOCOL));
	ret->container_at = range_span(m, CONTAINER_FIRST);
	ret->host_at = (struct span){ ret->container_at.off ? ret->container_at.off - 1 : 0, 0 };
	ret->has_host = match_span(m, HOST_FIRST, &ret->host_at);
	if (ret->has_host)
		ret->host_at = range_span(m, HOST_FIRST);
}

int
mapping_parse(struct mapping_parser *parser, struct str text, struct mapping *ret, struct error *err)
{
	static const char upwards[] = "ports end at 65535, and a range runs upwards";
	struct match *m = parser->match;
	struct mapping got = { .has_host = false };
	int found;

	if (text.len > TEXT_LEN_MAX)
		return error_set(err, "port mapping '%.*s…' is longer than any can be",
		    STR_ARG(str_sub(text, 0, 100)));
	found = pattern_match(parser->short_form, m, text, 0, err);
	if (found <= 0)
		return found < 0 ? -1 : refuse(parser, text, err);
	take_parts(m, &got);
	if (!address_of(match_str(m, IP), &got.host_ip))
		return refuse_part(err, text, "address", str_sub(match_str(m, IP), 0, 100),
		    "write an IPv4 address, or an IPv6 one in brackets");
	if (!range_of(m, CONTAINER_FIRST, &got.container_first, &got.container_last))
		return refuse_part(err, text, "container port",
		    str_sub(text, got.container_at.off, got.container_at.len), upwards);
	if (got.has_host && !range_of(m, HOST_FIRST, &got.host_first, &got.host_last))
		return refuse_part(err, text, "host port",
		    str_sub(text, got.host_at.off, got.host_at.len), upwards);
	if (got.container_first == 0)
		return refuse_text(err, text,
		    "has container port 0: give the port that the container listens on");
	got.is_any = got.has_host &&
	    got.host_last - got.host_first != got.container_last - got.container_first;
	if (got.is_any && got.container_first != got.container_last)
		return refuse_text(err, text,
		    "has ranges of different lengths: make them equal, or give a single container port");
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
	ret->published = (struct str)STR_INIT;
	if (m->has_host && m->is_any)
		ret->published = arena_printf(a, "%u-%u", m->host_first, m->host_last);
	else if (m->has_host)
		ret->published = arena_printf(a, "%u", m->host_first + (c->container - m->container_first));
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

/* Where the last two colons stand that are in no expansion of S. Returns how many there are in all. */
static size_t
outer_colons(struct interpolation *ip, struct str s, size_t *ret_previous, size_t *ret_last)
{
	struct span expansion = { 0, 0 };
	size_t count = 0, at = 0;

	for (bool more = true; more; at = span_end(expansion)) {
		struct str before;

		more = interpolation_find(ip, s, at, &expansion);
		before = str_sub(s, 0, more ? expansion.off : s.len);
		for (; (at = str_find(before, at, ':')) < before.len; at++) {
			*ret_previous = *ret_last;
			*ret_last = at;
			count++;
		}
	}
	return count;
}

bool
mapping_host_site(struct interpolation *ip, struct trace written, struct trace resolved, struct span *ret)
{
	struct str r = resolved.text;
	size_t last = 0, previous = 0, count = outer_colons(ip, written.text, &previous, &last);
	size_t container = part_start(r, r.len), host = container > 0 ? part_start(r, container - 1) : 0;

	/* The colons have to be what splits the resolved text too. */
	if (count == 0 || container == 0 || !same_byte(written, last, resolved, container - 1) ||
	    (count > 1) != (host > 0))
		return false;
	if (count > 1 && !same_byte(written, previous, resolved, host - 1))
		return false;
	ret->off = count > 1 ? previous + 1 : 0;
	ret->len = last - ret->off;
	return true;
}
