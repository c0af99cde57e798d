/* confine: opening what lies below one root folder, and nothing else, whatever a path or a symlink says.
 * SPDX-License-Identifier: MIT
 *
 * The kernel confines the resolution where it can (openat2); else each folder of the path is opened by
 * itself and never through a symlink. A file is reached through a descriptor of its folder and a name
 * without a slash, and is not followed either: a symlinked compose file or .env is refused, because to
 * replace it would either break the link or write a file that another app may own. */
#ifndef BERTH_SYSTEM_CONFINE_H
#define BERTH_SYSTEM_CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "system/file.h"
#include "base/mem.h"
#include "base/str.h"

struct buf;
struct error;

struct confine {
	int root;		/* -1: closed */
	bool walk;		/* the kernel can't confine; found out by the first open */
};

#define CONFINE_INIT { -1, false }

/* What a new version of a file takes over from it. */
struct confine_meta {
	bool is_known;		/* false: what a new file gets, but for writing by others */
	mode_t mode;		/* permission bits */
	uid_t uid;
	gid_t gid;
	size_t links;		/* how many names the file has */
	bool has_attributes;	/* extended ones, or an access control list */
	/* of the .env.example that a file is made like, as cp would: the umask counts, the owner is given
	 * where that is allowed */
	bool is_model;
};

/* ROOT is the user's own choice: symlinks on the way to it count as usual. */
int confine_open(struct confine *, const char *root, struct error *);
void confine_release(struct confine *);
/* A descriptor of the folder PATH ("." for the root), to be closed by the caller; -1 with errno. */
int confine_folder(struct confine *, const char *path);
/* Reads the regular file NAME of FOLDER, as file_read does but through no symlink. *ret_meta only where it
 * was read. */
enum file_outcome confine_read(
    int folder, const char *name, size_t max, struct buf *ret, struct confine_meta *ret_meta, struct error *);

MEM_AUTO(confine);

#endif
