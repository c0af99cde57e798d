/* audit_clashes: the clashes of an audit's findings, as a table.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_AUDIT_CLASHES_H
#define BERTH_AUDIT_CLASHES_H

#include <stdbool.h>

struct error;
struct sqlite3;

/* Fills clashes from findings, for the moments `now` and, where a plan is known, `found` (before it) and `planned` (after it).
 * With HOST_CHECK what listens on this host clashes too. */
int audit_clashes_fill(struct sqlite3 *sql, bool host_check, struct error *);

#endif
