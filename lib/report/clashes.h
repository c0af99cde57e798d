/* clashes: the clashes of an audit's findings, as a table.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_CLASHES_H
#define BERTH_REPORT_CLASHES_H

#include <stdint.h>

struct error;
struct inventory;
struct sql;

/* Fills clashes from CLAIMS (load.h), for the moments `now` and, where a plan is known, `found` (before it)
 * and `planned` (after it). LISTENING: 65,536 flags of ports that this host listens on, which clash too;
 * NULL: not asked for. */
int clashes_fill(struct sql *, const struct inventory *claims, const uint8_t *listening, struct error *);
/* Gives clashes of names that stand in no file their place, from the table findings. */
int clashes_place(struct sql *, struct error *);

#endif
