/* home: where the registry lies that nobody named: the folder .berth, found as git finds its own.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYSTEM_HOME_H
#define BERTH_SYSTEM_HOME_H

#include <stdbool.h>

struct buf;
struct error;

/* The registry of the nearest .berth in the working folder or above it, else in ROOT (NULL: none) or above
 * that; where there is none, the one that would be made in the working folder. One that another user made is
 * passed over, but by root: whether it is believed is told when it is opened. A berth.db in the working
 * folder goes before all. Whether only ROOT led to it. */
bool home_find(const char *root, struct buf *ret);
/* Makes the folder of the registry PATH where that is a .berth which is not there yet: for the user alone,
 * and ignored by git, since the journal in it has secrets. */
int home_make(const char *path, struct error *);

#endif
