/* lock: one writer at a time on a fleet.
 * SPDX-License-Identifier: MIT
 *
 * The lock is on the root folder itself, so no file is made for it, two databases do not matter, and it
 * ends with the process however that ends. A writer locks its root for itself and every folder above it
 * for sharing: so a run on a fleet keeps out one on a part of it, and the other way round, but two runs
 * side by side do not meet. */
#ifndef BERTH_SYSTEM_LOCK_H
#define BERTH_SYSTEM_LOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"

struct error;

struct lock {
	int *fds;		/* owned; closed by release */
	size_t count, cap;
};

#define LOCK_INIT { NULL, 0, 0 }

/* Locks ROOT, a path as compat_real_path gives it: of one that names a folder twice (/a/.) the lock would
 * keep itself out. Waits up to SECONDS for another holder to end. A file system that can't lock folders is
 * no error: there the journal's own lock is all there is. */
int lock_take(struct lock *, const char *root, unsigned seconds, struct error *);
/* From now on the programs that are started hold it as well, each until it ends: should we be killed, who
 * comes next waits for what we had begun. */
void lock_bequeath(struct lock *);
void lock_release(struct lock *);
/* Whether a live process holds ROOT for itself. */
bool lock_is_held(const char *root);

MEM_AUTO(lock);

#endif
