/* registered: a fresh registry for the tests of this room; included first.
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

#endif
