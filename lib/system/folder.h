/* folder: the entries of one folder, in the order the file system gives them.
 * SPDX-License-Identifier: MIT
 *
 * A fleet is mostly folders, so a listing costs its system calls and nothing else: no memory of its own,
 * no stat where the file system says what an entry is. */
#ifndef BERTH_SYSTEM_FOLDER_H
#define BERTH_SYSTEM_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct error;
struct stat;

enum folder_kind { FOLDER_FILE, FOLDER_FOLDER, FOLDER_LINK, FOLDER_OTHER };

struct folder_entry {
	struct str name;	/* NUL behind it; good until the next call */
	enum folder_kind kind;
};

enum { FOLDER_BUFFER = 64 * 1024 };

/* Which folder or file one is, whatever its path is by now: its device and its inode, as
 * `d2049-i393217`. */
struct folder_id {
	char text[48];
};

struct folder_id folder_id(const struct stat *);
/* Whether PATH is a folder, or a symlink leads to one. */
bool folder_is(const char *path);

struct folder {
	int fd;
	/* FOLDER_BUFFER bytes, aligned for any type; the caller's, and may serve one listing after another */
	char *buffer;
	size_t next, end;	/* private */
};

/* Opens PATH (relative to DIRFD) for listing; where NOFOLLOW is set a symlink is an error (errno ELOOP or
 * ENOTDIR). -1 with errno as the error's. */
int folder_open(struct folder *, int dirfd, const char *path, bool nofollow, char *buffer, struct error *);
/* Leaves fd -1, and may be called again. */
void folder_close(struct folder *);
/* 1 and the next entry (never . or ..); 0 at the end; -1. */
int folder_next(struct folder *, struct folder_entry *ret, struct error *);

#endif
