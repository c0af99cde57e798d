/* files: the files that were read for an app or looked for, as findings.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_FILES_H
#define BERTH_SCAN_FILES_H

struct writer;

/* A record for each. */
void files_write(struct writer *);

#endif
