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

#include "base/mem.h"
#include "base/str.h"
#include "system/file.h"
#include "system/folder.h"

struct buf;
struct error;

struct confine {
	int root;		/* -1: closed */
	int folder;		/* the one that was entered last; -1: none */
	struct str path;	/* of folder; borrowed */
	bool walks;		/* opens one folder after the other, as the kernel can't confine */
};

#define CONFINE_INIT { -1, -1, STR_INIT, false }

/* What a new version of a file takes over from it. */
struct confine_meta {
	bool is_known;		/* false: what a new file gets, but for writing by others */
	mode_t mode;		/* permission bits */
	uid_t uid;
	gid_t gid;
	size_t links;		/* how many names the file has */
	/* of the .env.example that a file is made like, as cp would: the umask counts, the owner is given
	 * where that is allowed */
	bool is_model;
	bool has_attributes;	/* where somebody asked: extended ones, or an access control list */
};

/* ROOT is the user's own choice: symlinks on the way to it count as usual. *ret_id: which folder it is. */
int confine_open(struct confine *, const char *root, struct folder_id *ret_id, struct error *);
void confine_release(struct confine *);
/* What another thread needs to work below the root of C, which stays C's; confine_leave ends it. */
struct confine confine_like(const struct confine *c);
/* Opens the folder PATH ("." for the root, a NUL behind it) as `folder`, which stays open until another one
 * is entered, as most files lie in the folder of the one before. PATH is borrowed as long. */
int confine_enter(struct confine *, struct str path, struct error *);
void confine_leave(struct confine *);
/* Reads the regular file NAME of FOLDER, as file_read does but through no symlink. *ret_meta only where it
 * was read. */
enum file_outcome confine_read(
    int folder, const char *name, size_t max, struct buf *ret, struct confine_meta *ret_meta, struct error *);
/* The same in two steps: *ret is the file's descriptor, or -1 where there is none or that failed. */
enum file_outcome confine_open_file(int folder, const char *name, int *ret, struct error *);
int confine_read_fd(int fd, size_t max, struct buf *ret, struct confine_meta *ret_meta, struct error *);

MEM_AUTO(confine);

#endif
