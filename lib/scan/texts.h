/* texts: the files of a folder in which people may have written something, and the folders in it.
 * SPDX-License-Identifier: MIT
 *
 * Left out are links, logs, lock files and minified code, the folders of other people's code, and berth's
 * own. */
#ifndef BERTH_SCAN_TEXTS_H
#define BERTH_SCAN_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/* Relative to the fleet's root, NUL behind each. */
struct texts_paths {
	struct arena *arena;
	struct str *items;
	size_t count, cap;
};

/* Adds the files and folders in FOLDER, using LISTING (FOLDER_BUFFER bytes). One that holds a compose file is
 * an app, whose files are its own: of such a one nothing is added, unless IS_APP says that it is asked for.
 * Nor is of one that cannot be read. */
void texts_list(int rootfd, char *listing, struct str folder, bool is_app, struct texts_paths *files,
    struct texts_paths *folders);
/* By their bytes. */
void texts_sort(struct texts_paths *);

#endif
