/* path: the names of files and folders as texts, joined and taken apart.
 * SPDX-License-Identifier: MIT
 *
 * Nothing here looks at a file system. Paths within a fleet are relative to its root and clean, and the root
 * itself is `.`; what a person or a compose file says may be absolute and hold `.`, `..` and empty parts. */
#ifndef BERTH_BASE_PATH_H
#define BERTH_BASE_PATH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

static inline bool
path_is_absolute(struct str path)
{
	return path.len > 0 && path.ptr[0] == '/';
}
/* Whether PATH leads down from a folder and nowhere else: relative, no part empty or `.` or `..`, no NUL, not
 * longer than the system takes. */
bool path_is_clean(struct str path);
/* NAME in FOLDER (empty is `.`), with no part resolved. A copy, NUL behind it. */
struct str path_join(struct arena *, struct str folder, struct str name);
/* NAME as seen from FOLDER, without empty parts, `.`, and `..` that could be resolved: /a/b and ../c give
 * /a/c, a and ../../b give ../b. NAME may be absolute. A copy, NUL behind it. */
struct str path_resolve(struct arena *, struct str folder, struct str name);
/* What stands before the last slash of PATH: `.` where it has none, `/` of a name in the root. */
struct str path_folder(struct str path);
/* What stands behind the last slash of PATH, or all of it. */
struct str path_name(struct str path);
/* Whether PATH is FOLDER or lies below it; *ret is then the way from FOLDER to it, `.` of FOLDER itself. Both
 * are absolute or both start from the same folder; of FOLDER `.` every relative PATH that does not begin with
 * `..` lies below. */
bool path_relative(struct str path, struct str folder, struct str *ret);
/* Whether PATH lies below FOLDER and is not FOLDER itself. */
bool path_is_below(struct str path, struct str folder);

#endif
