/* registry: what people do to the allocations by hand: release, prune, import.
 * SPDX-License-Identifier: MIT
 *
 * Each is one transaction of its own, and writes to OUT the rows that it freed or took in, as CSV under a
 * header. */
#ifndef BERTH_PLAN_REGISTRY_H
#define BERTH_PLAN_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "stream/identity.h"
#include "base/str.h"

struct error;
struct inventory;
struct store;
struct stream_writer;

/* Gives up the pair, ports and names of an app. -1 also where it has none. */
int registry_release(struct store *, struct identity id, FILE *out, struct error *);
/* Frees what belongs to apps that are gone: known to have stood in a folder below ROOT, of which INVENTORY,
 * all of ROOT's findings, knows nothing any more. DRY_RUN: only lists them. -1 also where INVENTORY has no
 * app. */
int registry_prune(
    struct store *, const struct inventory *, struct str root, bool dry_run, FILE *out, struct error *);
/* Takes in the allocations of FILE: CSV with the columns model, app_num (or app_number), backend_port,
 * frontend_port, or a JSON list. A row that contradicts the registry or another row is refused by name, and
 * then nothing is taken in. */
int registry_import(struct store *, const char *file, bool dry_run, FILE *out, struct error *);
/* Writes allocations as CSV to OUT: the header now, then rows. To be flushed, and closed. */
struct stream_writer *registry_writer_open(FILE *out);
void registry_write_row(struct stream_writer *, struct identity id, uint16_t backend, uint16_t frontend);

#endif
