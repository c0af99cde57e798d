/* lock: one writer at a time with a registry.
 * SPDX-License-Identifier: MIT
 *
 * The lock lies with the registry, as DB.lock with mode 0600: where nobody else may write, nobody else can
 * hold it, as they could a folder of the fleet or one above that. It ends with the process however that ends;
 * the file stays. Two registries that speak of one fleet are kept apart by the fleet's mark (journal/mark.h).
 */
#ifndef BERTH_SYSTEM_LOCK_H
#define BERTH_SYSTEM_LOCK_H

#include <stdbool.h>

#include "base/mem.h"

struct error;

struct lock {
	int fd;			/* -1: none */
};

#define LOCK_INIT { -1 }

/* Locks the registry DB. Waits up to SECONDS for another holder to end. A file system that can't lock is no
 * error: there the database's own lock is all there is. */
int lock_take(struct lock *, const char *db, unsigned seconds, struct error *);
/* From now on the programs that are started hold it as well, each until it ends: should we be killed, who
 * comes next waits for what we had begun. */
void lock_bequeath(struct lock *);
void lock_release(struct lock *);
/* Whether a live process holds DB. */
bool lock_is_held(const char *db);

MEM_AUTO(lock);

#endif
