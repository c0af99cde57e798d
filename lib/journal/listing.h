/* listing: the runs of a journal, as apply --runs shows them.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_JOURNAL_LISTING_H
#define BERTH_JOURNAL_LISTING_H

#include <stdio.h>

struct error;

/* A row for each run of the registry DB (NULL: as store_open), the latest first, under a header. No
 * journal: no rows. */
int listing_write(FILE *, const char *db, struct error *);

#endif
