/* listing: the runs of a journal, as apply --runs shows them.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_JOURNAL_LISTING_H
#define BERTH_JOURNAL_LISTING_H

#include <stdio.h>

struct error;

/* A header, and a row for each run in the journal of DB (NULL: of the one of options_db), the latest
 * first. */
int listing_write(FILE *, const char *db, struct error *);

#endif
