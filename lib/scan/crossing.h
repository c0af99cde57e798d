/* crossing: which files the apps of a fleet read, in their own folders and in others'.
 * SPDX-License-Identifier: MIT
 *
 * A folder that another app includes and that Compose refuses by itself is a part of that app; and a compose
 * file that nobody reads is one that somebody may run with `-f`. Both are only known once every app was read:
 * an app that the answer matters for is put off until then. The threads of a scan share one crossing. */
#ifndef BERTH_SCAN_CROSSING_H
#define BERTH_SCAN_CROSSING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"

struct crossing;
struct project;

struct crossing *crossing_open(void);
void crossing_close(struct crossing *);

/* The project in FOLDER reads its files. */
void crossing_note(struct crossing *, struct str folder, const struct project *);
/* App number INDEX is put off. */
void crossing_put_off(struct crossing *, size_t index);
/* From now on all has been noted; those that were put off, sorted. */
size_t crossing_complete(struct crossing *, const size_t **ret);
bool crossing_is_complete(const struct crossing *);
/* The first by path of the folders whose app reads the file at PATH from another folder (OTHERS), or at all;
 * empty: none does. Once it is complete. */
struct str crossing_reader(const struct crossing *, struct str path, bool others);
/* Whether an app reads the file at PATH from another folder, be it a compose file or not. */
bool crossing_is_read(const struct crossing *, struct str path);

MEM_AUTO_PTR(crossing);

#endif
