/* sql_guard: what a database may be asked that others' tables are attached to, and by statements of others.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYSTEM_SQL_GUARD_H
#define BERTH_SYSTEM_SQL_GUARD_H

#include <stdbool.h>

#include "base/str.h"

struct sqlite3;

/* Told of a table or view that a statement reads, maybe more than once; IS_DIRECT: not through a view. */
typedef void sql_guard_taker(void *taker, struct str table, bool is_direct);

/* HANDLE does not trust what is attached to it, and has the function shell_word(TEXT) (base/quote.h). */
void sql_guard(struct sqlite3 *handle);
/* For sqlite3_set_authorizer: statements may only read. */
int sql_guard_authorize(
    void *data, int action, const char *one, const char *two, const char *schema, const char *trigger);
/* Tells TAKE of each table that the statement TEXT reads. -1 where it cannot be prepared, or would do more
 * than read. */
int sql_guard_tables(struct sqlite3 *, struct str text, sql_guard_taker *take, void *taker);

#endif
