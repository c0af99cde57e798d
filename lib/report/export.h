/* export: a whole audit as files in a folder.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_EXPORT_H
#define BERTH_REPORT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct audit;
struct buf;
struct error;
struct report_set;

/* A folder to which files go. */
struct export_folder {
	int dir;
	const char *path;
	size_t files;		/* that were written */
};

/* Makes it where it is not there. */
int export_open(struct export_folder *ret, const char *path, struct error *);
/* Writes the file NAME with its ENDING: it is its old self or its new self. */
int export_put(
    struct export_folder *, struct str name, const char *ending, const struct buf *content, struct error *);
/* How many files were written. */
size_t export_close(struct export_folder *);

struct export_result {
	size_t files;
	bool fails;		/* one of the reports found what must not be */
};

/* Writes NAME.csv for each of REPORTS that AUDIT can answer, and index.html, into FOLDER, which is made
 * where it is not there. Each file is its old self or its new self. SAFE as in sheet_add. */
int export_write(const char *folder, struct audit *audit, const struct report_set *reports, bool safe,
    struct export_result *ret, struct error *err);

#endif
