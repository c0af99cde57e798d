/* dbfile: what the files of a database say before SQLite opens it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYSTEM_DBFILE_H
#define BERTH_SYSTEM_DBFILE_H

#include <stdbool.h>

struct buf;

/* Makes the database where it is missing, so that only its owner can read it, which SQLite would not do; that
 * says better than this could why it can't be made. */
void dbfile_make(const char *path);
/* Whether PATH is a database whose texts are UTF-16, which none of another encoding takes beside it. */
bool dbfile_is_utf16(const char *path);
/* Whether PATH is in WAL mode and nobody has it open. The files beside it are then gone, and a reader may not
 * make them: it has to read the database as one that nobody changes. */
bool dbfile_is_settled_wal(const char *path);
/* Whether a rollback journal lies beside PATH: somebody writes, or was ended while they did. */
bool dbfile_has_journal(const char *path);
/* PATH as a URI that is only read: what means something in one is escaped; an absolute path gets an empty
 * authority before it. */
void dbfile_uri(const char *path, struct buf *ret);

#endif
