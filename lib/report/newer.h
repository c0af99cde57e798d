/* newer: whether the files of a fleet have changed since the registry last heard of them.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_NEWER_H
#define BERTH_REPORT_NEWER_H

struct error;
struct sql;

/* Where the root that the table fleet names is at hand, says in its column `behind` how many files are newer
 * than what the registry knows of them, unless something is said there already. */
int newer_look(struct sql *, struct error *);

#endif
