/* clashes: the clashes of an audit's findings, as a table.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_CLASHES_H
#define BERTH_REPORT_CLASHES_H

#include <stdint.h>

struct error;
struct sql;

/* Fills clashes from findings, for the moments `now` and, where a plan is known, `found` (before it) and
 * `planned` (after it). LISTENING: 65,536 flags of ports that this host listens on, which clash too; NULL:
 * not asked for. */
int clashes_fill(struct sql *, const uint8_t *listening, struct error *);

#endif
