/* ports: of an audit, the ports that are still to be had, and what this host holds.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_PORTS_H
#define BERTH_REPORT_PORTS_H

#include <stdbool.h>

struct error;
struct inventory;
struct sql;

/* Fills special_ports, and where FREE is asked for free_ports (runs of ports) and free_pairs (what plan would
 * give to new apps, in its order, with its usual bases), from what the fleet and the registry hold. With PROC
 * ("/proc") the host's ephemeral range counts; NULL: Linux's usual one, so that an audit says the same on any
 * machine. */
int ports_fill(struct sql *, const char *proc, bool free, struct error *);
/* Fills listeners with the ports that the host holds beside the fleet: as CLAIMS say or, where they hold
 * nothing of it, as it is now (its listeners as in PROC), which is added to them. */
int ports_hold(struct sql *, const char *proc, struct inventory *claims, struct error *);

#endif
