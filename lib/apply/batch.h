/* batch: a run carried out: every file of it replaced, made or removed, each app wholly or not at all.
 * SPDX-License-Identifier: MIT
 *
 *	stage      each new content goes to an exclusive temporary file beside the old one, with its
 *	           owner, mode and attributes
 *	flush      once for each file system where that can be had, else file by file
 *	check      each old file is still what the run knows, byte by byte; else the app is stale
 *	rename     app by app; an app that fails half way is put back
 *	flush
 *
 * A reader sees the old file or the new one at every instant, and after a power cut too: a rename is begun
 * only when all that it names is on the disk. A hard link is broken on purpose: the other names keep the old
 * content, as they may be backups or belong to another app. What somebody saves between the check and the
 * rename is put back where the system can exchange two names; else it is lost, as no POSIX call closes that
 * window of a few microseconds.
 *
 * Recovery: after a kill the same run is carried out again, and what is done already is left. An app of which
 * a file was edited meanwhile, while others are as the run made them, is torn, and the run stays open. */
#ifndef BERTH_APPLY_BATCH_H
#define BERTH_APPLY_BATCH_H

#include <stddef.h>

#include "journal/run.h"

struct confine;
struct error;

/* Carries out the waiting apps of the run with JOBS threads (0: as many as suit it) and sets their states. 0;
 * or -1 where a flush failed: where that was the first one nothing has changed and all apps failed, after the
 * second they stay waiting (it is not known what a power cut would leave). */
int batch_commit(
    struct run *, const struct confine *, enum run_direction, size_t jobs, struct error *);

/* Sets the state of each waiting app as far as it can be foretold: all there already, stale, or still
 * waiting. Touches nothing. */
void batch_foresee(struct run *, const struct confine *, enum run_direction);

#endif
