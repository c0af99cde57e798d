/* part: a folder that is no project by itself, as another app includes what is in it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_PART_H
#define BERTH_SCAN_PART_H

#include <stdbool.h>

#include "base/str.h"

struct crossing;
struct writer;

/* Whether W's app may be a part of another one: Compose refuses it by itself, outside the layout. */
bool part_may_be(const struct writer *w);
/* What it is a part of; empty: of nothing. The crossing is complete. */
struct str part_whole(const struct writer *w, const struct crossing *);
/* All that is written of it. */
void part_write(struct writer *, struct str whole);

#endif
