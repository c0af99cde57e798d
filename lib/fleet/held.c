/* held: what the host holds beside the fleet, by what it is.
 * SPDX-License-Identifier: MIT */
#include "fleet/held.h"

#include "fleet/hostip.h"

enum { PORTS = 65536 };

static struct str
key_of(struct arena *a, enum finding_role role, struct str name)
{
	return arena_printf(a, "%.*s %.*s", STR_ARG(finding_role_name(role)), STR_ARG(name));
}

void
held_index(struct held *ret, const struct inventory *v, struct arena *a)
{
	*ret = (struct held){ .inventory = v, .names = DICT_IN(a), .arena = a };
	if (!v->held_count)
		return;
	ret->first = arena_zero(a, PORTS, sizeof *ret->first);
	ret->next = arena_zero(a, v->held_count, sizeof *ret->next);
	for (size_t i = v->held_count; i-- > 0;) {
		const struct inventory_held *h = &v->held[i];

		if (h->role == ROLE_PORT || h->role == ROLE_LISTENER) {
			ret->next[i] = ret->first[h->port];
			ret->first[h->port] = (uint32_t)i + 1;
		} else if (h->role != ROLE_SOCKET) {
			(void)dict_add(
			    &ret->names, key_of(a, h->role, inventory_str(v, h->value)), (uint32_t)i);
		}
	}
}

const struct inventory_held *
held_port(const struct held *held, uint16_t port, struct str protocol, struct str ip)
{
	const struct inventory *v = held->inventory;

	for (uint32_t at = held->first ? held->first[port] : 0; at; at = held->next[at - 1]) {
		const struct inventory_held *h = &v->held[at - 1];

		if (str_eq_fold(inventory_str(v, h->protocol), protocol) &&
		    hostip_overlaps(inventory_str(v, h->host_ip), ip))
			return h;
	}
	return NULL;
}

const struct inventory_held *
held_name(const struct held *held, enum finding_role role, struct str name)
{
	AUTO(arena) a = ARENA_INIT;
	uint32_t i = held->first ? dict_find(&held->names, key_of(&a, role, name)) : DICT_NONE;

	return i == DICT_NONE ? NULL : &held->inventory->held[i];
}
