/* handed: variables that containers get as they stand in .env, by no `${…}`.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_HANDED_H
#define BERTH_SCAN_HANDED_H

#include "scan/pair.h"
#include "scan/watch.h"
#include "scan/writer.h"

/* Whether a container gets VARIABLE as it stands in .env, or .env itself. */
bool handed_has(const struct project *, struct str variable);
/* Writes a use of each watched variable that a service gets so. MATCH: the thread's. */
void handed_write(struct writer *, const struct watch *, const struct pair_rule *, struct match *match);

#endif
