/* inside: settings in which an address is the container's own, and no address of the host.
 * SPDX-License-Identifier: MIT */
#include "scan/inside.h"

#include "base/path.h"
#include "fleet/hostip.h"

/* Words of a key. What is listened on or bound to is inside, whatever its number; what asks whether the
 * program is well, runs in the container or is internal, is inside where the container has that port. What is
 * advertised is what clients outside are told. */
static const struct str listening[] = { STR_OF("LISTEN"), STR_OF("BIND"), STR_OF("ASPNETCORE_URLS"),
	STR_OF("DOTNET_URLS"), STR_OF("KESTREL") };
static const struct str asking[] = { STR_OF("HEALTH"), STR_OF("LIVENESS"), STR_OF("READINESS"),
	STR_OF("PROBE"), STR_OF("COMMAND"), STR_OF("CMD"), STR_OF("EXEC"), STR_OF("INTERNAL"),
	STR_OF("VOTERS") };
static const struct str outside[] = { STR_OF("ADVERTISE"), STR_OF("PUBLIC"), STR_OF("EXTERNAL") };
/* Words of an option that clients may be told, beside those; each of them is a container's own as well. */
static const struct str told[] = { STR_OF("HOSTNAME"), STR_OF("ORIGIN"), STR_OF("REDIRECT"),
	STR_OF("CALLBACK"), STR_OF("ISSUER"), STR_OF("WEBHOOK"), STR_OF("BASE"), STR_OF("ROOT"),
	STR_OF("SITE") };

static bool
has_word(struct str key, const struct str *words, size_t count)
{
	for (size_t at = 0; at < key.len; at++)
		for (size_t i = 0; i < count; i++)
			/* its first letter in capitals, if it is one */
			if ((key.ptr[at] & ~0x20) == words[i].ptr[0] &&
			    str_eq_fold(str_sub(key, at, words[i].len), words[i]))
				return true;
	return false;
}

#define HAS_WORD(key, words) has_word(key, words, sizeof (words) / sizeof *(words))

bool
inside_is_listened_on(struct str key)
{
	return HAS_WORD(key, listening) && !HAS_WORD(key, outside);
}

static bool
service_has(const struct project_service *s, struct str port)
{
	for (size_t i = 0; i < s->port_count; i++)
		if (str_eq(s->ports[i].container_port, port))
			return true;
	return false;
}

bool
inside_has_port(const struct project *p, const struct project_service *service, struct str port)
{
	if (service)
		return service_has(service, port);
	for (size_t i = 0; i < p->service_count; i++)
		if (service_has(&p->services[i], port))
			return true;
	return false;
}

/* Whether SERVICE, if any, has no network of its own. */
static bool
is_on_host(const struct project_service *service)
{
	return service && str_eq(service->network_mode, STR("host"));
}

static bool
is_for_people(struct str name)
{
	return str_starts(name, STR("README")) || str_starts(name, STR("Makefile")) ||
	    str_ends(name, STR(".md")) || str_ends(name, STR(".rst")) || str_ends(name, STR(".adoc"));
}

/* Whether the container of S gets PATH. */
static bool
gets(const struct project_service *s, struct str path)
{
	struct str below;

	for (size_t i = 0; i < s->sources.count; i++)
		if (path_relative(path, s->sources.items[i], &below))
			return true;
	return false;
}

/* Whether S listens on PORT, as it says. */
static bool
listens(const struct project_service *s, struct str port)
{
	for (size_t i = 0; i < s->expose_count; i++)
		if (str_eq(str_sub(s->expose[i], 0, str_find(s->expose[i], 0, '/')), port))
			return true;
	return service_has(s, port);
}

const struct project_service *
inside_reader(const struct project *p, struct str path, struct str port)
{
	for (size_t i = 0; i < p->service_count && !is_for_people(path_name(path)); i++)
		if (!is_on_host(&p->services[i]) && listens(&p->services[i], port) &&
		    gets(&p->services[i], path))
			return &p->services[i];
	return NULL;
}

/* Whether VALUE is a file of configuration in a setting: it has lines. */
static bool
is_block(struct str value)
{
	struct str trimmed = str_trim(value);

	return str_find(trimmed, 0, '\n') < trimmed.len;
}

bool
inside_may_be_beside(const struct project_service *owner, struct str key, struct str host, struct str port)
{
	return hostip_is_loopback(host) && !HAS_WORD(key, outside) && service_has(owner, port);
}

enum inside
inside_judge_run(const struct project_service *service, struct str host)
{
	return !hostip_is_loopback(host) || is_on_host(service) ? INSIDE_NOT : INSIDE_SURE;
}

bool
inside_may_be_told(const struct project *p, const struct project_service *service, struct str option,
    struct str host, unsigned port)
{
	bool is_told = HAS_WORD(option, outside) || HAS_WORD(option, told);
	struct str_digits room;

	if (!hostip_is_loopback(host) || inside_is_listened_on(option) ||
	    (!is_told && listens(service, str_from_uint(&room, port))))
		return false;
	for (size_t i = 0; i < p->service_count; i++)
		for (size_t k = 0; k < p->services[i].port_count; k++) {
			struct port_range published = p->services[i].ports[k].host_port;

			if (published.low <= port && port <= published.high)
				return true;
		}
	return false;
}

enum inside
inside_judge(const struct project *p, const struct project_service *service, struct str key, struct str value,
    struct str host, struct str port)
{
	if (HAS_WORD(key, outside))
		return INSIDE_NOT;
	if (!hostip_is_loopback(host))
		return !hostip_is_of_engine(host) && is_block(value) && inside_has_port(p, service, port)
		    ? INSIDE_MAYBE : INSIDE_NOT;
	if (HAS_WORD(key, listening))
		return INSIDE_SURE;
	if (is_on_host(service) || !inside_has_port(p, service, port))
		return INSIDE_NOT;
	if (HAS_WORD(key, asking))
		return INSIDE_SURE;
	return is_block(value) ? INSIDE_MAYBE : INSIDE_NOT;
}
