/* export: a whole audit as files in a folder.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_EXPORT_H
#define BERTH_REPORT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

struct audit;
struct error;
struct report_path;

struct gather_result {
	size_t files;
	bool fails;		/* one of the reports found what must not be */
};

/* Writes NAME.csv for each report of the path that AUDIT can answer, and index.html, into FOLDER, which is
 * made where it is not there. Each file is its old self or its new self. SAFE as in sheet_add. */
int gather_write(const char *folder, struct audit *audit, const struct report_path *path, bool safe,
    struct gather_result *ret, struct error *err);

#endif
