/* ports: of an audit, the ports that are still to be had, and those that this host listens on.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_PORTS_H
#define BERTH_REPORT_PORTS_H

#include <stdint.h>

struct error;
struct sql;

/* Fills free_ports (runs of ports) and free_pairs (what plan would give to new apps, in its order, with
 * its usual bases), from what the fleet and the registry hold. With PROC ("/proc") the host's ephemeral
 * range and its listeners count; NULL: Linux's usual range and no listener, so that an audit says the same
 * on any machine. */
int ports_fill(struct sql *, const char *proc, struct error *);
/* Fills listeners and the flags in RET. */
int ports_listen(struct sql *, const char *proc, uint8_t ret[static 65536], struct error *);

#endif
