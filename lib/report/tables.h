/* tables: what is known of a fleet, in the tables that reports query.
 * SPDX-License-Identifier: MIT
 *
 * Steps of audit_open, in this order; SQL is a database in memory to which the registry, where there is one,
 * is attached. */
#ifndef BERTH_REPORT_TABLES_H
#define BERTH_REPORT_TABLES_H

#include <stdbool.h>

struct audit_options;
struct error;
struct sql;

/* Lays out tables and views. */
int tables_lay(struct sql *, struct error *);
/* Fills fleet and findings from the stream of the options. -1 where it is cut short or damaged. */
int tables_read_stream(struct sql *, const struct audit_options *, struct error *);
/* Fills fleet and findings as the last plan left them in the registry, with what became of them. */
int tables_read_registry(struct sql *, struct error *);
/* Fills what follows from those: clashes, free ports, and with HOST_CHECK the host's listeners. */
int tables_work_out(struct sql *, bool host_check, struct error *);
/* As audit_compare. */
int tables_compare(struct sql *, const char *side, struct sql *other, const char *moment, struct error *);

#endif
