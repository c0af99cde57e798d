/* stage: a file's new content, waiting under a temporary name in the file's own folder until it takes its
 * place.
 * SPDX-License-Identifier: MIT
 *
 * The name is made of the run's token and the place of the file in the run, so that a later process finds
 * what a killed one left, and nobody else's file bears it. */
#ifndef BERTH_APPLY_STAGE_H
#define BERTH_APPLY_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "system/confine.h"

struct buf;
struct error;

struct stage {
	int folder;		/* the descriptor of the file's folder; not the stage's own */
	struct str token;
	size_t app, file;
};

/* Says that WHAT could not be done to a file or in its folder, for the reason NUMBER (errno). Returns -1. */
int stage_cannot(const char *what, int number, struct error *);
/* Makes the temporary file with CONTENT and what META says; attributes are copied from the open file LIKE, -1
 * where there is none. One that is there already is what a killed process left of this run, and goes. On -1 a
 * part of it may stay: stage_remove. */
int stage_write(struct stage, struct str content, const struct confine_meta *meta, int like, struct error *);
/* It becomes NAME: instead of the file of that name where REPLACES, else only where there is none. */
int stage_place(struct stage, const char *name, bool replaces, struct error *);
/* It becomes NAME, and what was NAME becomes the temporary file, at once. -1 with errno: EINVAL or ENOSYS
 * where the system can't. */
int stage_swap(struct stage, const char *name);
/* NAME becomes the temporary file, and is gone. -1 with errno. */
int stage_take(struct stage, const char *name);
/* The temporary file becomes NAME again, unless that is there. -1 with errno. */
int stage_give(struct stage, const char *name);
/* Appends what the temporary file holds. */
enum file_outcome stage_read(struct stage, struct buf *ret, struct error *);
/* Takes the temporary file away; that there is none is no error. */
void stage_remove(struct stage);
/* Writes it out to the disk. */
int stage_flush(struct stage, struct error *);

#endif
