/* asked: which tables of an audit reports ask, so that the others need not be filled.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_ASKED_H
#define BERTH_REPORT_ASKED_H

#include <stddef.h>

struct report;

/* Sets what each of the COUNT reports asks: all of it where SQLite cannot read one, which is told when it is
 * run, or asks a table that only the user's registry has. */
void asked_find(struct report *, size_t count);

#endif
