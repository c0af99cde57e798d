/* registered: a fresh registry, and what is in it, for the tests of this room; included first.
 * SPDX-License-Identifier: MIT */
#ifndef TESTS_REGISTERED_H
#define TESTS_REGISTERED_H

#include "unit/scratch.h"

#include "store/store.h"

static inline struct store *
registered_fresh(void)
{
	AUTO(error) err = ERROR_INIT;
	struct store *s = NULL;

	assert_int_equal(store_open(&s, NULL, STORE_MEMORY, &err), 0);
	return s;
}

/* How many pairs there are. */
static inline size_t
registered_pairs(struct store *s)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct store_pair *rows;
	size_t count;

	assert_int_equal(store_pairs(s, &a, &rows, &count, &err), 0);
	return count;
}

#endif
