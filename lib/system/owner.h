/* owner: whether nobody but the user can have written a database.
 * SPDX-License-Identifier: MIT
 *
 * What apply writes, it writes on the word of its registry and its journal, and root writes anywhere. So what
 * somebody else could have put there is not believed. */
#ifndef BERTH_SYSTEM_OWNER_H
#define BERTH_SYSTEM_OWNER_H

#include <stdbool.h>
#include <sys/types.h>

struct error;

/* Whether that is the user, root, the user who became root with sudo(8), or the owner of `/`. */
bool owner_is_trusted(uid_t);

/* -1 where somebody else than these owns or may write the database PATH, one of the files that SQLite keeps
 * beside it, or the folder that they lie in, or may exchange a folder above that; also where one of the files
 * is a symlink, or no regular file. The error names the command that shows it. What is not there is no
 * error. */
int owner_check(const char *path, struct error *);

#endif
