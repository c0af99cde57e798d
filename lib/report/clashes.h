/* clashes: the clashes of an audit's findings, as a table.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_CLASHES_H
#define BERTH_REPORT_CLASHES_H

#include <stdbool.h>

struct accept;
struct error;
struct inventory;
struct sql;

/* Fills clashes from CLAIMS (load.h), for the moments `now` and, where a plan is known, `found` (before it)
 * and `planned` (after it). HELD: what the host holds beside the fleet clashes, too. What is ACCEPTED (NULL:
 * nothing) has the moment `accepted`. */
int clashes_fill(
    struct sql *, const struct inventory *claims, bool held, struct accept *accepted, struct error *);
/* Gives clashes of names that stand in no file their place, from the table findings. */
int clashes_place(struct sql *, struct error *);

#endif
