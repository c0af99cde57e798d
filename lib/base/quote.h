/* quote: text as a shell reads it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_BASE_QUOTE_H
#define BERTH_BASE_QUOTE_H

#include "base/str.h"

struct arena;
struct buf;

/* Appends S as one word of a POSIX shell's command line: as it is where no byte of it means anything to the
 * shell, else in single quotes. */
void quote_add(struct buf *, struct str s);
/* The same in ARENA. */
struct str quote_in(struct arena *, const char *s);

#endif
