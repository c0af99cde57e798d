/* ranges: mappings that may take any port of a range.
 * SPDX-License-Identifier: MIT */
#include "fleet/ranges.h"

#include <stdlib.h>

#include "base/dict.h"
#include "base/order.h"

enum { PORTS = UINT16_MAX + 1 };

/* A mapping, and how many ports it needs. */
struct seeker {
	uint16_t low, high;
	uint32_t item, needs;
};

struct search {
	const struct clash_view *view;
	ranges_ask *ask;
	ranges_tell *tell;
	void *context;
	struct seeker *list;
	size_t count, cap;
	/* by port: how many ports below it are published by a number; and how many are needed by mappings
	 * whose range begins below it, or ends below it */
	uint64_t *fixed, *begun, *ended;
	struct crowd crowd;		/* who has a port in one of the ranges, by item */
	struct dict likes;		/* mappings that are alike, and from where on they look */
	uint32_t *resume;
	size_t like_count, like_cap;
	uint32_t own;			/* whose turn it is */
	uint16_t port;
};

bool
ranges_has(const struct inventory *v, uint32_t i)
{
	const struct inventory_item *item = &v->items[i];

	return item->record == FINDING_PORT && item->low && item->low < item->high &&
	    inventory_runs(v, item) &&
	    !finding_mode_publishes_nothing(inventory_str(v, inventory_rare(v, item)->network_mode));
}

static uint32_t
replicas_of(const struct inventory *v, const struct inventory_item *item)
{
	uint64_t n;

	return str_to_uint(inventory_str(v, inventory_rare(v, item)->replicas), PORTS, &n) ? (uint32_t)n : 1;
}

static int
compare_seekers(const void *pa, const void *pb)
{
	const struct seeker *a = pa, *b = pb;

	if (a->high != b->high)
		return order_of(a->high, b->high);
	return order_of(a->item, b->item);
}

static void
list_seekers(struct search *s)
{
	const struct inventory *v = s->view->inventory;

	for (uint32_t i = 0; i < v->item_count; i++)
		if (ranges_has(v, i)) {
			MEM_GROW(s->list, s->count, s->cap);
			s->list[s->count++] = (struct seeker){ v->items[i].low, v->items[i].high, i,
				replicas_of(v, &v->items[i]) };
		}
}

/* Counts what has a number and what needs one, and makes sums of that. */
static void
count_ports(struct search *s)
{
	for (uint32_t i = 0; i < s->view->inventory->item_count; i++)
		s->fixed[clash_port_of(s->view, i) + 1]++;
	s->fixed[1] = 0;	/* what publishes none */
	for (size_t i = 0; i < s->count; i++) {
		s->begun[s->list[i].low + 1] += s->list[i].needs;
		s->ended[s->list[i].high + 1] += s->list[i].needs;
	}
	for (uint32_t p = 1; p <= PORTS; p++) {
		s->fixed[p] += s->fixed[p - 1];
		s->begun[p] += s->begun[p - 1];
		s->ended[p] += s->ended[p - 1];
	}
}

/* Whether the range is so wide that its mapping finds a port whatever the others do. */
static bool
is_wide(const struct search *s, const struct seeker *x)
{
	uint64_t width = (uint64_t)(x->high - x->low) + 1;
	uint64_t rivals = s->begun[x->high + 1] - s->ended[x->low];

	return s->fixed[x->high + 1] - s->fixed[x->low] + rivals <= width;
}

/* Takes in whoever has a port that one of the narrow ranges reaches. */
static void
seat_fixed(struct search *s)
{
	bool *is_wanted = mem_zero(PORTS, sizeof *is_wanted);

	for (size_t i = 0; i < s->count; i++)
		for (uint32_t p = s->list[i].low; p <= s->list[i].high; p++)
			is_wanted[p] = true;
	for (uint32_t i = 0; i < s->view->inventory->item_count; i++) {
		uint16_t port = clash_port_of(s->view, i);
		struct crowd_claim claim;

		if (!port || !is_wanted[port])
			continue;
		claim = clash_crowd_claim(s->view->inventory, i, port);
		crowd_add(&s->crowd, &claim, i);
	}
	free(is_wanted);
}

static enum crowd_answer
ask(void *context, uint32_t number)
{
	const struct search *s = context;

	return s->ask(s->context, s->own, number, s->port);
}

/* Where to begin, by what X asks for: a port that one like it found taken is taken for it as well. */
static uint32_t *
resume_of(struct search *s, const struct seeker *x)
{
	const struct inventory *v = s->view->inventory;
	const struct inventory_item *item = &v->items[x->item];
	const uint32_t key[] = { x->low, item->app, item->words->host_ip, item->words->protocol,
		inventory_rare(v, item)->profile };
	uint32_t at = dict_add_copy(&s->likes, s->crowd.arena,
	    (struct str){ (const char *)key, sizeof key }, (uint32_t)s->like_count);

	if (at == s->like_count) {
		ARENA_GROW(s->crowd.arena, s->resume, s->like_count, s->like_cap);
		s->resume[s->like_count++] = x->low;
	}
	return &s->resume[at];
}

/* The one whose range ends first takes the lowest port that it may: so as many as can be are seated. */
static void
seat(struct search *s, const struct seeker *x)
{
	struct crowd_claim claim;
	uint32_t needs = x->needs, *resume = resume_of(s, x), p = *resume;

	s->own = x->item;
	for (; p <= x->high && needs; p++) {
		claim = clash_crowd_claim(s->view->inventory, x->item, (uint16_t)p);
		s->port = (uint16_t)p;
		if (crowd_find(&s->crowd, &claim, ask, s) != CROWD_NONE)
			continue;
		crowd_add(&s->crowd, &claim, x->item);
		needs--;
	}
	*resume = p;
	if (!needs)
		return;
	s->port = x->low;
	claim = clash_crowd_claim(s->view->inventory, x->item, s->port);
	s->tell(s->context, x->item, crowd_find(&s->crowd, &claim, ask, s));
}

void
ranges_find(const struct clash_view *view, ranges_ask *ask_clash, ranges_tell *tell, void *context)
{
	AUTO(arena) a = ARENA_INIT;
	struct search s = { .view = view, .ask = ask_clash, .tell = tell, .context = context };
	size_t narrow = 0;

	list_seekers(&s);
	if (s.count) {
		s.fixed = arena_zero(&a, PORTS + 1, sizeof *s.fixed);
		s.begun = arena_zero(&a, PORTS + 1, sizeof *s.begun);
		s.ended = arena_zero(&a, PORTS + 1, sizeof *s.ended);
		count_ports(&s);
	}
	for (size_t i = 0; i < s.count; i++)
		if (!is_wide(&s, &s.list[i]))
			s.list[narrow++] = s.list[i];
	s.count = narrow;
	if (narrow) {
		s.crowd = (struct crowd)CROWD_IN(&a);
		s.likes = (struct dict)DICT_IN(&a);
		qsort(s.list, narrow, sizeof *s.list, compare_seekers);
		seat_fixed(&s);
	}
	for (size_t i = 0; i < narrow; i++)
		seat(&s, &s.list[i]);
	free(s.list);
}
