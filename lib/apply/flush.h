/* flush: everything that a run wrote, out to the disk, with as few calls as the system allows.
 * SPDX-License-Identifier: MIT
 *
 * One call for each file system that the run touches, where there is such a call; it also writes what
 * other programs left to write, so a small run flushes its few files and folders by themselves. */
#ifndef BERTH_APPLY_FLUSH_H
#define BERTH_APPLY_FLUSH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/mem.h"

struct error;

struct flush {
	struct flush_target {
		dev_t device;
		int folder;	/* one that is on it; owned */
	} *targets;
	size_t count, cap;
	bool each;		/* the caller flushes each file and folder */
};

#define FLUSH_INIT { NULL, 0, 0, false }

/* Notes the file system of FOLDER. */
int flush_note(struct flush *, int folder, struct error *);
/* Decides how FILES files are flushed. */
void flush_choose(struct flush *, size_t files);
/* Flushes all noted file systems, or does nothing where each file is flushed. Finding that it can't be
 * had, sets each. */
int flush_all(struct flush *, struct error *);
/* Flushes one folder's names. */
int flush_folder(int folder, struct error *);
void flush_release(struct flush *);

MEM_AUTO(flush);

#endif
