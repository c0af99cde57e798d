/* place: where a text stands.
 * SPDX-License-Identifier: MIT */
#include "base/place.h"

bool
span_overlaps(struct span a, struct span b)
{
	if (a.len == 0 && b.len == 0)
		return false;
	if (a.len == 0)
		return a.off > b.off && a.off < span_end(b);
	if (b.len == 0)
		return b.off > a.off && b.off < span_end(a);
	return a.off < span_end(b) && b.off < span_end(a);
}
