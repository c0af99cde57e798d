/* subnets: the address ranges that networks of the fleet ask for.
 * SPDX-License-Identifier: MIT */
#include "fleet/subnets.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "fleet/clash.h"

enum { ADDRESS = 16, TEXT_MAX = 64 };

struct subnet {
	bool is_6;
	unsigned char low[ADDRESS], high[ADDRESS];
	uint32_t item; /* of a stranger's network: behind the items, in their order */
	struct str text;
};

struct subnets {
	struct subnet *items;
	size_t count, cap;
};

/* What `172.20.0.0/16` holds; false where TEXT is none. */
static bool
parse(struct str text, struct subnet *ret)
{
	size_t slash = str_find(text, 0, '/'), bytes;
	char address[TEXT_MAX];
	uint64_t bits;

	if (slash >= TEXT_MAX || slash == text.len)
		return false;
	memcpy(address, text.ptr, slash);
	address[slash] = 0;
	*ret = (struct subnet){ .is_6 = str_find(text, 0, ':') < text.len, .text = text };
	bytes = ret->is_6 ? 16 : 4;
	if (inet_pton(ret->is_6 ? AF_INET6 : AF_INET, address, ret->low) != 1 ||
	    !str_to_uint(str_sub(text, slash + 1, text.len), 8 * bytes, &bits))
		return false;
	for (size_t i = 0; i < bytes; i++) {
		uint64_t kept = bits > 8 * i ? bits - 8 * i : 0;	/* of this byte and those behind it */
		unsigned char mask = (unsigned char)(kept >= 8 ? 0xFF : 0xFF << (8 - kept));

		ret->low[i] &= mask;
		ret->high[i] = (unsigned char)(ret->low[i] | (unsigned char)~mask);
	}
	return true;
}

/* The bytes of ADDRESS; false where it is none. */
static bool
parse_address(struct str address, bool *ret_is_6, unsigned char ret[ADDRESS])
{
	char text[TEXT_MAX];

	if (address.len >= TEXT_MAX || str_has_nul(address))
		return false;
	memcpy(text, address.ptr, address.len);
	text[address.len] = 0;
	*ret_is_6 = str_has(address, ':');
	return inet_pton(*ret_is_6 ? AF_INET6 : AF_INET, text, ret) == 1;
}

bool
subnets_hold(struct str subnets, struct str address)
{
	unsigned char bytes[ADDRESS];
	struct subnet s;
	struct str one;
	bool is_6, is_well = false;

	if (!parse_address(address, &is_6, bytes))
		return true;
	for (size_t at = 0; !is_well && str_next_part(subnets, ',', &at, &one); ) {
		size_t len = is_6 ? 16 : 4;

		is_well = !parse(one, &s) || (s.is_6 == is_6 && memcmp(s.low, bytes, len) <= 0 &&
		    memcmp(bytes, s.high, len) <= 0);
	}
	return is_well;
}

struct str
subnets_address(struct arena *a, struct str address)
{
	unsigned char bytes[ADDRESS];
	char text[INET6_ADDRSTRLEN];
	bool is_6;

	if (!parse_address(address, &is_6, bytes) ||
	    !inet_ntop(is_6 ? AF_INET6 : AF_INET, bytes, text, sizeof text))
		return address;
	return arena_dup(a, str_from(text));
}

/* By family and first address, then in fleet order. */
static int
compare_subnets(const void *pa, const void *pb)
{
	const struct subnet *a = pa, *b = pb;
	int c = a->is_6 - b->is_6;

	if (c == 0)
		c = memcmp(a->low, b->low, ADDRESS);
	return c ? c : order_of(a->item, b->item);
}

static void
add_subnets(struct subnets *list, struct str all, uint32_t item)
{
	struct str one;

	for (size_t at = 0; str_next_part(all, ',', &at, &one); ) {
		struct subnet s;

		if (!parse(one, &s))
			continue;
		s.item = item;
		MEM_GROW(list->items, list->count, list->cap);
		list->items[list->count++] = s;
	}
}

/* Those of the fleet's networks, in order; WITH_HELD: also those of strangers' networks on the host. */
static struct subnets
list_subnets(const struct inventory *v, bool with_held)
{
	struct subnets list = { NULL, 0, 0 };

	for (uint32_t i = 0; i < v->item_count; i++)
		if (v->items[i].record == FINDING_NETWORK && v->items[i].words->whole)
			add_subnets(&list, inventory_str(v, v->items[i].words->whole), i);
	for (size_t i = 0; i < v->held_count && with_held && list.count; i++)
		if (v->held[i].role == ROLE_NETWORK && v->held[i].whole)
			add_subnets(&list, inventory_str(v, v->held[i].whole), (uint32_t)(v->item_count + i));
	if (list.count)
		qsort(list.items, list.count, sizeof *list.items, compare_subnets);
	return list;
}

/* Whether S, which begins where WIDE does or behind it, has an address of it. */
static bool
overlaps(const struct subnet *wide, const struct subnet *s)
{
	return s->is_6 == wide->is_6 && memcmp(s->low, wide->high, ADDRESS) <= 0;
}

/* Of WIDE, NULL where there is none yet, and S, which comes behind it, the one that reaches further. */
static const struct subnet *
further(const struct subnet *wide, const struct subnet *s)
{
	return !wide || !overlaps(wide, s) || memcmp(s->high, wide->high, ADDRESS) > 0 ? s : wide;
}

void
subnets_find_held(const struct clash_view *view, subnets_tell_held *tell, void *context)
{
	const struct inventory *v = view->inventory;
	struct subnets list = list_subnets(v, true);
	const struct subnet *wide[2] = { NULL, NULL };

	for (size_t i = 0; i < list.count; i++) {
		const struct subnet *s = &list.items[i];
		bool is_held = s->item >= v->item_count;
		const struct subnet *other = wide[!is_held];
		const struct subnet *own = is_held ? other : s, *held = is_held ? s : other;

		if (other && overlaps(other, s) &&
		    !str_eq(clash_name_of(view, own->item),
			inventory_str(v, v->held[held->item - v->item_count].value)))
			tell(context, own->item, &v->held[held->item - v->item_count], own->text);
		wide[is_held] = further(wide[is_held], s);
	}
	free(list.items);
}

void
subnets_find(const struct clash_view *view, subnets_tell *tell, void *context)
{
	struct subnets list = list_subnets(view->inventory, false);
	const struct subnet *wide = NULL;

	for (size_t i = 0; i < list.count; i++) {
		const struct subnet *s = &list.items[i];

		if (wide && overlaps(wide, s) &&
		    !str_eq(clash_name_of(view, s->item), clash_name_of(view, wide->item)))
			tell(context, s->item < wide->item ? s->item : wide->item,
			    s->item < wide->item ? wide->item : s->item,
			    s->item < wide->item ? wide->text : s->text);
		wide = further(wide, s); /* of those so far the one that reaches furthest */
	}
	free(list.items);
}
