/* scaffold: a folder outside the layout that apps are laid out from: no app of its own.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_SCAFFOLD_H
#define BERTH_SCAN_SCAFFOLD_H

#include "scan/setting.h"
#include "scan/watch.h"
#include "scan/writer.h"

/* Where a placeholder stands in the place of a port or a name. */
struct scaffold_sign {
	struct str file;		/* relative to the root; empty: in the folder's own name */
	size_t line, column;		/* 0: not known */
};

/* Whether W's app is a scaffold: where a port or a name of it belongs stands `{{…}}`, in the name of its
 * folder, in a compose file, in its .env, or in a .env.example that nobody has made a .env of yet. A
 * placeholder in any other text is the app's own. WATCH: the variables that its ports and names depend on. */
bool scaffold_found(const struct writer *w, const struct watch *watch, const struct placeholder_finder *,
    struct scaffold_sign *ret);
/* The only record that a scaffold has beside its app's. */
void scaffold_write(
    struct writer *, const struct scaffold_sign *, const struct placeholder_finder *);

#endif
