/* export: a whole audit as files in a folder.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_EXPORT_H
#define BERTH_REPORT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

struct audit;
struct error;
struct report_set;

struct export_result {
	size_t files;
	bool fails;		/* one of the reports found what must not be */
};

/* Writes NAME.csv for each of REPORTS that AUDIT can answer, and index.html, into FOLDER, which is made
 * where it is not there. Each file is its old self or its new self. SAFE as in sheet_add. */
int export_write(const char *folder, struct audit *audit, const struct report_set *reports, bool safe,
    struct export_result *ret, struct error *err);

#endif
