/* load: fills the tables of an audit.
 * SPDX-License-Identifier: MIT
 *
 * Steps of audit_open, in this order; SQL is an open database in memory with, perhaps, berth's attached as
 * registry. */
#ifndef BERTH_REPORT_LOAD_H
#define BERTH_REPORT_LOAD_H

#include <stdbool.h>

struct error;
struct sqlite3;

/* Tables and views; empty ones for what the registry lacks, so that a report finds every name it may use. */
int audit_load_schema(struct sqlite3 *sql, struct error *);
/* findings and fleet, from a stream. VIEWS_ONLY: without the findings that no view shows. -1 where it is
 * cut short or damaged. */
int audit_load_stream(
    struct sqlite3 *sql, int fd, const char *name, bool partial, bool views_only, struct error *);
/* findings and fleet, as the last plan left them in the registry, and what became of them. */
int audit_load_database(struct sqlite3 *sql, struct error *);
/* What is worked out from those: clashes, and with HOST_CHECK the host's listeners. */
int audit_load_rest(struct sqlite3 *sql, bool host_check, struct error *);
/* As audit_compare. */
int audit_load_compared(
    struct sqlite3 *sql, const char *side, struct sqlite3 *other, const char *moment, struct error *);

#endif
