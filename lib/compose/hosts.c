/* hosts: what a service calls other containers, and is called by them.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

/* What `container:` is followed by in what joins another container. */
static const struct str prefix = STR_OF("container:");

static void
add_word(struct load *l, struct project_words *words, struct str word)
{
	ARENA_GROW(l->arena, words->items, words->count, words->cap);
	words->items[words->count++] = word;
}

/* Adds LEN bytes at OFF of N, the name of a container, which stands below KEY. */
static void
add_container(
    struct load *l, struct project_service *s, struct str key, struct node *n, struct span at)
{
	struct project_texts *texts = &s->containers;
	struct trace name = trace_sub(l->arena, node_trace(l->arena, n), at.off, at.len);
	size_t cap = texts->count;	/* there are few */

	if (!name.text.len)
		return;
	ARENA_GROW(l->arena, texts->items, texts->count, cap);
	texts->items[texts->count++] = (struct project_text){ key, name, anchors_elsewhere(l, n).len > 0 };
}

/* N, where it is `container:NAME`, up to END. */
static void
read_joined(struct load *l, struct project_service *s, struct str key, struct node *n, size_t end)
{
	if (node_is_string(n) && str_starts(n->value, prefix) && end > prefix.len)
		add_container(l, s, key, n, (struct span){ prefix.len, end - prefix.len });
}

static void
read_volumes_from(struct load *l, struct project_service *s, const struct node *list)
{
	for (size_t i = 0; i < node_count(list, NODE_SEQUENCE); i++) {
		struct node *n = list->entries[i].value;

		read_joined(l, s, STR("volumes_from"), n, str_find(n->value, prefix.len, ':'));
	}
}

/* `NAME` and `NAME:ALIAS`: the alias, or else the name, is what the service resolves. */
static void
read_links(struct load *l, struct project_service *s, const struct node *list, bool are_external)
{
	for (size_t i = 0; i < node_count(list, NODE_SEQUENCE); i++) {
		struct node *n = list->entries[i].value;
		size_t colon = str_find(n->value, 0, ':');

		if (!node_is_string(n))
			continue;
		if (are_external)
			add_container(l, s, STR("external_links"), n, (struct span){ 0, colon });
		if (!are_external || colon < n->value.len)
			add_word(l, &s->hosts,
			    colon < n->value.len ? str_sub(n->value, colon + 1, n->value.len) : n->value);
	}
}

/* Whether ADDRESS is this host's, as a container reaches it. */
static bool
is_gateway(struct str address)
{
	return str_eq(address, STR("host-gateway")) || str_eq(address, STR("172.17.0.1"));
}

/* The address of ENTRY, an item of `extra_hosts`, whose name ends at END. */
static struct str
address_of(const struct node_entry *entry, size_t end)
{
	struct str item = entry->value->value;

	return entry->key ? item : str_sub(item, end + 1, item.len);
}

static void
read_extra_hosts(struct load *l, struct project_service *s, const struct node *hosts)
{
	for (size_t i = 0; i < node_size(hosts); i++) {
		const struct node_entry *e = &hosts->entries[i];
		const struct node *n = e->key ? e->key : e->value;
		size_t end = 0;

		while (end < n->value.len && n->value.ptr[end] != ':' && n->value.ptr[end] != '=')
			end++;
		add_word(l, &s->hosts, str_sub(n->value, 0, end));
		if (is_gateway(address_of(e, end)))
			add_word(l, &s->gateways, str_sub(n->value, 0, end));
	}
}

static void
join(struct load *l, struct project_service *s, struct str network, struct str alias, const struct node *at)
{
	size_t count = s->joined_count;

	if (count == 0 || (count & (count - 1)) == 0)	/* it grows at each power of two */
		s->joined =
		    arena_regrow(l->arena, s->joined, count, count ? 2 * count : 1, sizeof *s->joined);
	s->joined[s->joined_count++] =
	    (struct project_joined){ network, alias, { at->source, at->start } };
}

/* The addresses that service S asks for on NETWORK, which says so in N. */
static void
read_addresses(struct load *l, struct project_service *s, struct str network, const struct node *n)
{
	static const struct str keys[] = { STR_OF("ipv4_address"), STR_OF("ipv6_address") };
	size_t cap = s->address_count;	/* there are few */

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct node *address = node_get(n, keys[i]);

		if (!node_is_string(address) || !address->value.len)
			continue;
		ARENA_GROW(l->arena, s->addresses, s->address_count, cap);
		s->addresses[s->address_count++] = (struct project_joined){ network, address->value,
			{ address->source, address->start } };
	}
}

static void
read_networks(struct load *l, struct project_service *s, const struct node *networks)
{
	for (size_t i = 0; i < node_size(networks); i++) {
		const struct node_entry *e = &networks->entries[i];
		const struct node *key = e->key ? e->key : e->value, *list = NULL;

		if (e->key)
			list = node_get(e->value, STR("aliases"));
		join(l, s, key->value, s->name, key);
		read_addresses(l, s, key->value, e->key ? e->value : NULL);
		for (size_t k = 0; k < node_count(list, NODE_SEQUENCE); k++) {
			const struct node *alias = list->entries[k].value;

			add_word(l, &s->aliases, alias->value);
			join(l, s, key->value, alias->value, alias);
		}
	}
}

void
hosts_read(struct load *l, struct project_service *s, const struct node *service)
{
	static const struct str joining[] = { STR_OF("network_mode"), STR_OF("pid"), STR_OF("ipc") };
	const struct node *hostname = node_get(service, STR("hostname"));

	for (size_t i = 0; i < sizeof joining / sizeof *joining; i++) {
		struct node *n = node_get(service, joining[i]);

		if (n)
			read_joined(l, s, joining[i], n, n->value.len);
	}
	read_volumes_from(l, s, node_get(service, STR("volumes_from")));
	read_links(l, s, node_get(service, STR("external_links")), true);
	read_links(l, s, node_get(service, STR("links")), false);
	read_extra_hosts(l, s, node_get(service, STR("extra_hosts")));
	read_networks(l, s, node_get(service, STR("networks")));
	if (node_is_string(hostname))
		s->hostname = hostname->value;
}
