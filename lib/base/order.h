/* order: of two numbers, as qsort and its like ask.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_BASE_ORDER_H
#define BERTH_BASE_ORDER_H

#include <stdint.h>

/* Below 0: A comes first; above: B does; 0: they are one. */
static inline int
order_of(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

#endif
