/* sql_guard: what a database may be asked that others' tables are attached to, and by statements of others.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYSTEM_SQL_GUARD_H
#define BERTH_SYSTEM_SQL_GUARD_H

struct sqlite3;

/* HANDLE does not trust what is attached to it, and has the function shell_word(TEXT) (base/quote.h). */
void sql_guard(struct sqlite3 *handle);
/* For sqlite3_set_authorizer: statements may only read. */
int sql_guard_authorize(
    void *data, int action, const char *one, const char *two, const char *schema, const char *trigger);

#endif
