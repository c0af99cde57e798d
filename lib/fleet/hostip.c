/* hostip: the host address of a published port, as the engine takes it.
 * SPDX-License-Identifier: MIT */
#include "fleet/hostip.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "syntax/mapping.h"

/* An IPv6 address with a zone and so on; or a text that is no address, which only its like overlaps. */
enum { ADDRESS_MAX = 64 };

struct address {
	bool is_6;
	size_t len;
	unsigned char bytes[ADDRESS_MAX];
};

static struct str
without_brackets(struct str ip)
{
	return ip.len > 1 && ip.ptr[0] == '[' && ip.ptr[ip.len - 1] == ']' ? str_sub(ip, 1, ip.len - 2) : ip;
}

static struct address
parse(struct str ip)
{
	static const unsigned char mapped[12] = { [10] = 0xFF, [11] = 0xFF };
	struct address a = { .is_6 = str_find(ip, 0, ':') < ip.len };
	char text[ADDRESS_MAX];

	ip = without_brackets(ip);
	for (a.len = 0; a.len < ip.len && a.len < ADDRESS_MAX - 1; a.len++)
		text[a.len] = (char)(a.bytes[a.len] = (unsigned char)str_lower(ip.ptr[a.len]));
	text[a.len] = 0;
	if (inet_pton(AF_INET, text, a.bytes) == 1) {
		a.len = 4;
	} else if (inet_pton(AF_INET6, text, a.bytes) == 1) {
		a.len = 16;
		if (memcmp(a.bytes, mapped, sizeof mapped) == 0) {
			a.is_6 = false;
			a.len = 4;
			memmove(a.bytes, a.bytes + sizeof mapped, a.len);
		}
	}
	return a;
}

struct hostip
hostip_of(struct str ip)
{
	static const unsigned char zeros[16];
	struct address a;

	if (ip.len == 0)
		return (struct hostip){ HOSTIP_EVERY, 0 };
	a = parse(ip);
	if (a.len <= sizeof zeros && memcmp(a.bytes, zeros, a.len) == 0)
		return (struct hostip){ a.is_6 ? HOSTIP_EVERY6 : HOSTIP_EVERY4, 0 };
	return (struct hostip){ a.is_6 ? HOSTIP_ONE6 : HOSTIP_ONE4,
		(uint32_t)text_digest((struct str){ (const char *)a.bytes, a.len }) | 1 };
}

static unsigned
families(enum hostip_kind k)
{
	return k == HOSTIP_EVERY ? 1 | 2 : k == HOSTIP_EVERY4 || k == HOSTIP_ONE4 ? 1 : 2;
}

bool
hostip_kinds_meet(enum hostip_kind a, enum hostip_kind b)
{
	return families(a) & families(b);
}

bool
hostip_overlaps(struct str a, struct str b)
{
	struct hostip x, y;

	if (a.len == 0 || b.len == 0)
		return true;
	x = hostip_of(a);
	y = hostip_of(b);
	if (!hostip_kinds_meet((enum hostip_kind)x.kind, (enum hostip_kind)y.kind))
		return false;
	return x.key == 0 || y.key == 0 || x.key == y.key;
}

bool
hostip_is_loopback(struct str host)
{
	static const struct str name = STR_OF("localhost");
	struct str end;

	if (str_ends(host, STR(".")))		/* the root */
		host = str_sub(host, 0, host.len - 1);
	end = str_sub(host, host.len > name.len ? host.len - name.len : 0, name.len);

	return str_eq_fold(end, name) || str_starts(host, STR("127.")) || str_eq(host, STR("[::1]"));
}

bool
hostip_is_of_engine(struct str host)
{
	static const struct str names[] = { STR_OF("host.docker.internal"), STR_OF("gateway.docker.internal"),
		STR_OF("host.containers.internal"), STR_OF("172.17.0.1") };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eq_fold(host, names[i]))
			return true;
	return false;
}

size_t
hostip_reached(struct str host, struct hostip ret[static HOSTIP_REACHED])
{
	static const struct str names[] = { STR_OF("127.0.0.1"), STR_OF("::1"), STR_OF("172.17.0.1") };
	const struct str *hosts = &host;
	size_t count = 0, host_count = 1;

	host = without_brackets(host);
	if (!mapping_is_address(host)) {
		hosts = names;
		host_count = hostip_is_of_engine(host) ? 3 : hostip_is_loopback(host) ? 2 : 0;
	}
	for (size_t i = 0; i < host_count; i++)
		ret[count++] = hostip_of(hosts[i]);
	for (enum hostip_kind k = HOSTIP_EVERY; host_count && k <= HOSTIP_EVERY6; k++)
		if (hosts == names || hostip_kinds_meet(k, (enum hostip_kind)ret[0].kind))
			ret[count++] = (struct hostip){ k, 0 };
	return count;
}

int
hostip_read_bind(const char *text, struct str *ret, struct error *err)
{
	struct str ip = without_brackets(str_from(text));

	*ret = ip;
	if (!mapping_is_address(ip))
		(void)error_set(err, "--bind '%s' is no address: write one of this host's, as in 127.0.0.1",
		    text);
	else if (hostip_of(ip).kind <= HOSTIP_EVERY6)
		(void)error_set(err, "--bind %s: that is every address of this host, as it is now", text);
	else
		return 0;
	return error_about(err, text);
}
