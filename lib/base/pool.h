/* pool: records of one size, of which those that are alike are kept once.
 * SPDX-License-Identifier: MIT
 *
 * A record is a struct of numbers without padding: two are alike if all their bytes are. That of zeros alone
 * has the number 0, and is there once any was added; each other has the next when it is new. None is ever
 * taken out, and addresses stay valid until release. */
#ifndef BERTH_BASE_POOL_H
#define BERTH_BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

enum { POOL_PAGE = 512 };	/* records that are allocated together */

struct pool {
	size_t size;		/* of a record */
	uint32_t count;
	char **pages;		/* private */
	size_t page_count, page_cap;	/* private */
	uint32_t *slots;	/* private: open addressing: number + 1, 0 where free */
	size_t slot_count;	/* private: a power of two, or 0 */
};

#define POOL_INIT(type) { sizeof(type), 0, NULL, 0, 0, NULL, 0 }

/* The number of the record that is like RECORD, which is copied where it is new. */
uint32_t pool_add(struct pool *, const void *record);
/* The record of that number, which is less than `count`. */
static inline const void *
pool_at(const struct pool *p, uint32_t number)
{
	return p->pages[number / POOL_PAGE] + number % POOL_PAGE * p->size;
}
void pool_release(struct pool *);

MEM_AUTO(pool);

#endif
