/* pager: what is longer than the terminal goes through $PAGER, as git does it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYSTEM_PAGER_H
#define BERTH_SYSTEM_PAGER_H

#include <stdbool.h>

#include "base/str.h"

struct error;

/* Whether TEXT needs one: standard output is a terminal with fewer lines, standard error is one, too, and
 * $PAGER is neither empty nor cat. */
bool pager_is_needed(struct str text);
/* Runs $PAGER (else less) on TEXT to its end. *ret_shown is false where there is none. */
int pager_show(struct str text, bool *ret_shown, struct error *err);

#endif
