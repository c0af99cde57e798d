/* mention: addresses and containers' names in an app's other files, and addresses in those of no app.
 * SPDX-License-Identifier: MIT
 *
 * Source, nginx.conf, vite.config.js, a README: whatever text lies in the app's folder and below, up to
 * the next app. Left out are the files that Compose reads (they have references), binary and large files,
 * those with more mentions than anybody writes by hand (a warning says so), what berth's tools say to each
 * other, links, and what lib/scan/texts.h leaves out. */
#ifndef BERTH_SCAN_MENTION_H
#define BERTH_SCAN_MENTION_H

#include "base/arena.h"
#include "base/mem.h"
#include "compose/project.h"

struct address_finder;
struct error;
struct texts_paths;
struct writer;

/* Larger files are left out: nobody writes one by hand. */
#define MENTION_MAX ((size_t)1 << 20)

/* What one thread needs to search; it serves app after app. */
struct mention_search;

/* ROOTFD is borrowed. HOSTS: as for address_finder_open. */
int mention_search_open(
    struct mention_search **ret, int rootfd, const char *const *hosts, size_t count, struct error *);
void mention_search_close(struct mention_search *);
/* Writes a reference record for each mention of a port of this host, or of a container of the app, in the
 * order of the files' paths. A file or folder that cannot be read is passed over, as the app runs without
 * it. */
void mention_write(struct mention_search *, struct writer *);
/* The same of FILES, which belong to no app: the writer has no project, and its app is their folder. Names
 * of containers are not looked for. */
void mention_write_outside(struct mention_search *, struct writer *, struct texts_paths *files);

MEM_AUTO_PTR(mention_search);

#endif
