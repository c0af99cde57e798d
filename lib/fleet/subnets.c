/* subnets: the address ranges that networks of the fleet ask for.
 * SPDX-License-Identifier: MIT */
#include "fleet/subnets.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "fleet/clash.h"

enum { ADDRESS = 16, TEXT_MAX = 64 };

struct subnet {
	bool is_6;
	unsigned char low[ADDRESS], high[ADDRESS];
	uint32_t item;
	struct str text;
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

/* By family and first address, then in fleet order. */
static int
compare_subnets(const void *pa, const void *pb)
{
	const struct subnet *a = pa, *b = pb;
	int c = a->is_6 - b->is_6;

	if (c == 0)
		c = memcmp(a->low, b->low, ADDRESS);
	return c ? c : (a->item > b->item) - (a->item < b->item);
}

static struct subnet *
list_subnets(const struct clash_view *view, size_t *ret_count)
{
	const struct inventory *v = view->inventory;
	struct subnet *list = NULL;
	size_t count = 0, cap = 0;

	for (uint32_t i = 0; i < v->item_count; i++) {
		const struct inventory_item *item = &v->items[i];
		struct str all, one;

		if (item->record != FINDING_NETWORK || !item->whole)
			continue;
		all = inventory_str(v, item->whole);
		for (size_t at = 0; str_next_part(all, ',', &at, &one); ) {
			struct subnet s;

			if (!parse(one, &s))
				continue;
			s.item = i;
			MEM_GROW(list, count, cap);
			list[count++] = s;
		}
	}
	*ret_count = count;
	return list;
}

void
subnets_find(const struct clash_view *view, subnets_tell *tell, void *context)
{
	size_t count;
	struct subnet *list = list_subnets(view, &count), *wide = list;

	if (count)
		qsort(list, count, sizeof *list, compare_subnets);
	for (size_t i = 1; i < count; i++) {
		struct subnet *s = &list[i];
		bool overlaps = s->is_6 == wide->is_6 && memcmp(s->low, wide->high, ADDRESS) <= 0;
		bool is_one = str_eq(clash_name_of(view, s->item), clash_name_of(view, wide->item));

		if (overlaps && !is_one)
			tell(context, s->item < wide->item ? s->item : wide->item,
			    s->item < wide->item ? wide->item : s->item,
			    s->item < wide->item ? wide->text : s->text);
		if (!overlaps || memcmp(s->high, wide->high, ADDRESS) > 0)
			wide = s;	/* of those so far the one that reaches furthest */
	}
	free(list);
}
