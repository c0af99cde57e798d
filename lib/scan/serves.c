/* serves: images that have a standard port for the sake of others.
 * SPDX-License-Identifier: MIT */
#include "scan/serves.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/path.h"

enum { NAMES = 18, PORTS = 8 };

static const struct {
	struct str what;
	const char *images[NAMES];	/* the last part of the image's path, without its tag */
	uint16_t ports[PORTS];
} table[] = {
	{ STR_OF("proxy"), { "traefik", "caddy", "caddy-docker-proxy", "haproxy", "nginx-proxy",
	    "nginx-proxy-manager", "npmplus", "swag", "envoy", "bunkerweb", "zoraxy", "https-portal",
	    NULL }, { 80, 443 } },
	{ STR_OF("dns"), { "pihole", "adguardhome", "unbound", "bind9", "coredns", "dns-server", "dnsmasq",
	    "blocky", "powerdns", "pdns-recursor", "dnsdist", NULL }, { 53, 853 } },
	{ STR_OF("mail"), { "docker-mailserver", "mailserver", "postfix", "dovecot", "exim", "maddy",
	    "stalwart", "mail-server", "poste.io", "opensmtpd", NULL },
	    { 25, 110, 143, 465, 587, 993, 995, 4190 } },
};

static bool
has_port(const uint16_t ports[static PORTS], uint16_t port)
{
	for (size_t i = 0; i < PORTS; i++)
		if (ports[i] == port)
			return port != 0;
	return false;
}

struct str
serves_what(struct str image, uint16_t port)
{
	struct str name = path_name(image);
	size_t end = 0;

	while (end < name.len && name.ptr[end] != ':' && name.ptr[end] != '@')
		end++;
	name.len = end;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (has_port(table[i].ports, port) && str_is_one_of(name, table[i].images))
			return table[i].what;
	return (struct str)STR_INIT;
}
