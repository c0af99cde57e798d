/* schema: the tables and views that reports query.
 * SPDX-License-Identifier: MIT
 *
 * docs/reports.md is their reference. */
#ifndef BERTH_REPORT_SCHEMA_H
#define BERTH_REPORT_SCHEMA_H

#include <stddef.h>

/* Run first, in memory: tables that are filled from findings. */
extern const char audit_tables[];
/* Run last: views over those tables and the registry's. */
extern const char audit_views[];

/* A table of the registry that reports and views name: what stands for it where it is not there. */
struct audit_stand_in {
	const char *name, *columns;
};
extern const struct audit_stand_in audit_stand_ins[];
extern const size_t audit_stand_in_count;

#endif
