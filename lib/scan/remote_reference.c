/* remote_reference: texts of an app that give a port which it publishes to a host that may be this one.
 * SPDX-License-Identifier: MIT */
#include "scan/remote_reference.h"

#include "base/error.h"
#include "scan/address.h"
#include "scan/inside.h"
#include "scan/port_reference.h"
#include "scan/secrets.h"

/* Whether NAME is that of a network of the project, for containers or for the host. */
static bool
is_network(const struct project *p, struct str name)
{
	for (size_t i = 0; i < p->network_count; i++)
		if (str_eq(p->networks[i].key, name) || str_eq(p->networks[i].name, name))
			return true;
	return false;
}

/* Whether HOST is a container: by a name that it is called by (`db`, `db.shop_default`), or its address. */
static bool
is_container(const struct reference_search *r, struct str host)
{
	size_t dot = str_find(host, 0, '.');
	const struct project_words *own = r->service ? &r->service->hosts : NULL;

	for (size_t i = 0; own && i < own->count; i++)
		if (str_eq_fold(own->items[i], host))
			return true;
	return dict_find(&r->called, host) != DICT_NONE ||
	    (dict_find(&r->called, str_sub(host, 0, dot)) != DICT_NONE &&
		is_network(r->project, str_sub(host, dot + 1, host.len)));
}

/* BEFORE without the user's name and password that it ends with. */
static struct str
without_user(struct str before)
{
	size_t at = before.len;

	if (!str_ends(before, STR("@")))
		return before;
	while (at > 0 && before.ptr[at - 1] != '/' && before.ptr[at - 1] > ' ')
		at--;
	return str_sub(before, 0, at);
}

/* Whether HOST is what the service calls this host, in what its container gets and runs. */
static bool
is_this_host(const struct reference_search *r, const struct reference *like, struct str host)
{
	bool is_for_it = r->service && like->role != ROLE_ARGS && like->role != ROLE_LABELS &&
	    like->role != ROLE_LOGGING;
	const struct project_words *names = is_for_it ? &r->service->gateways : NULL;

	for (size_t i = 0; names && i < names->count; i++)
		if (str_eq_fold(names->items[i], host))
			return true;
	return false;
}

/* Whether the host behind TEXT is asked by HTTP: a page's address is one for clients. */
static bool
is_page(struct str text)
{
	struct str before = without_user(text);
	static const struct str schemes[] = { STR_OF("http://"), STR_OF("https://"), STR_OF("ws://"),
		STR_OF("wss://") };

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (before.len >= schemes[i].len &&
		    str_eq_fold(str_sub(before, before.len - schemes[i].len, schemes[i].len), schemes[i]))
			return true;
	return false;
}

/* The address A in TEXT may be one of another machine: LIKE then says so. */
static void
doubt_remote(struct reference_search *r, struct reference *like, struct trace text, const struct address *a)
{
	struct str host = str_sub(text.text, a->host.off, a->host.len);

	if (is_page(str_sub(text.text, 0, a->host.off)) &&
	    port_reference_follows(r, trace_sub(r->arena, text, a->digits.off, a->digits.len)))
		return;
	like->doubt = arena_printf(r->arena,
	    "it may be another machine's: `--host-alias %.*s` says that this host is called so",
	    STR_ARG(host));
	like->written = trace_written_part(text, a->digits.off, a->digits.len);
	like->is_at_use = like->written.known;
}

/* Whether A in TEXT, which is no name of this host's, may be a port of the app's. LIKE: where it stands. */
static bool
is_remote(
    struct reference_search *r, const struct reference *like, struct trace text, const struct address *a)
{
	struct str host = str_sub(text.text, a->host.off, a->host.len);

	return str_has(host, '.') && like->role != ROLE_HEALTHCHECK && !a->begins_range &&
	    port_reference_is_published(r, a->port) && !inside_is_listened_on(like->key) &&
	    !is_container(r, host) &&
	    !secrets_decide(r->secrets, trace_sub(r->arena, text, a->host.off, a->host.len));
}

void
remote_reference_search(struct reference_search *r, struct reference like, struct trace text)
{
	/* where a text is too intricate to be matched, nothing is found */
	AUTO(error) ignored = ERROR_INIT;
	struct address_cursor c = ADDRESS_CURSOR_INIT(r->finder, text.text);
	struct address a;

	/* whether a machine is another one only its full name says */
	if (like.role == ROLE_EXAMPLE ||
	    (!str_has(text.text, '.') && !(r->service && r->service->gateways.count)))
		return;
	while (address_next_elsewhere(&c, &a, &ignored) > 0) {
		struct reference ref = like;
		bool is_certain = is_this_host(r, &like, str_sub(text.text, a.host.off, a.host.len));

		if (!is_certain && !is_remote(r, &like, text, &a))
			continue;
		ref.value = str_sub(text.text, a.host.off, span_end(a.digits) - a.host.off);
		ref.host_port = (struct port_range){ (uint16_t)a.port, (uint16_t)a.port, STR_INIT };
		if (a.begins_range)
			ref.doubt = STR(ADDRESS_RANGE_DOUBT);
		else if (!is_certain)
			doubt_remote(r, &ref, text, &a);
		port_reference_add_digits(r, ref, text, a.digits);
	}
}
