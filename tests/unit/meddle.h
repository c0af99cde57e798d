/* meddle: what somebody else does to a database of ours.
 * SPDX-License-Identifier: MIT */
#ifndef TESTS_MEDDLE_H
#define TESTS_MEDDLE_H

#include "unit/scratch.h"

#include <sqlite3.h>

/* Runs SCRIPT on the database FILE. */
static inline void
meddle(const char *file, const char *script)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
	if (sqlite3_exec(db, script, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

#endif
