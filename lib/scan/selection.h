/* selection: the app folders that a list names, instead of all below the root.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_SELECTION_H
#define BERTH_SCAN_SELECTION_H

#include <stdbool.h>

#include "base/str.h"
#include "scan/walk.h"

struct error;

/* Adds the folders that FILE ("-": standard input) lists, one a line, or ended by NULs. A path is taken
 * relative to the root; where nothing stands there, relative to the working folder; a file stands for the
 * folder it lies in. What is not there, lies outside the root or holds no entry whose BIT is among WANTED
 * is a fault. -1 where FILE cannot be read. */
int selection_read(struct walk *, int rootfd, const char *root, const char *file, bool nul,
    walk_name_bit *bit, unsigned wanted, struct error *);

#endif
