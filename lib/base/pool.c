/* pool: records of one size, of which those that are alike are kept once.
 * SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static size_t
slot_of(const struct pool *p, const void *record)
{
	size_t mask = p->slot_count - 1, i = (size_t)text_digest((struct str){ record, p->size }) & mask;

	while (p->slots[i] && memcmp(pool_at(p, p->slots[i] - 1), record, p->size) != 0)
		i = (i + 1) & mask;
	return i;
}

/* Doubles the table before it is two thirds full. */
static void
make_room(struct pool *p)
{
	if (p->slot_count && ((size_t)p->count + 1) * 3 < p->slot_count * 2)
		return;
	free(p->slots);
	p->slot_count = p->slot_count ? p->slot_count * 2 : POOL_PAGE;
	p->slots = mem_zero(p->slot_count, sizeof *p->slots);
	for (uint32_t i = 1; i < p->count; i++)
		p->slots[slot_of(p, pool_at(p, i))] = i + 1;
}

/* Room for one more, of zeros. */
static char *
append(struct pool *p)
{
	if (p->count % POOL_PAGE == 0) {
		MEM_GROW(p->pages, p->page_count, p->page_cap);
		p->pages[p->page_count++] = mem_zero(POOL_PAGE, p->size);
	}
	p->count++;
	return p->pages[(p->count - 1) / POOL_PAGE] + (p->count - 1) % POOL_PAGE * p->size;
}

uint32_t
pool_add(struct pool *p, const void *record)
{
	size_t slot;

	if (!p->count)
		(void)append(p);
	if (memcmp(pool_at(p, 0), record, p->size) == 0)
		return 0;
	make_room(p);
	slot = slot_of(p, record);
	if (!p->slots[slot]) {
		memcpy(append(p), record, p->size);
		p->slots[slot] = p->count;
	}
	return p->slots[slot] - 1;
}

void
pool_release(struct pool *p)
{
	for (size_t i = 0; i < p->page_count; i++)
		free(p->pages[i]);
	free(p->pages);
	free(p->slots);
	*p = (struct pool){ .size = p->size };
}
