/* compat: what POSIX has no call for, and what to do where the system has none either.
 * SPDX-License-Identifier: MIT
 *
 * Each call sets errno as system calls do; ENOSYS says that this system does not have it, and the caller
 * takes the longer way. */
#ifndef BERTH_SYSTEM_COMPAT_H
#define BERTH_SYSTEM_COMPAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct error;

/* Opens PATH below the folder ROOT with no symlink anywhere on it and no way out of ROOT, whatever is
 * renamed meanwhile. */
int compat_open_beneath(int root, const char *path, int flags);
/* An entry of a folder, as Linux gives it. */
struct compat_entry {
	uint64_t ino;
	int64_t off;
	unsigned short size;	/* of this entry: the next one follows */
	unsigned char kind;	/* DT_REG, … of <dirent.h> */
	char name[];
};
/* The next entries of FOLDER into BUFFER: their bytes; 0 at the end. POSIX's readdir allocates, and does
 * not tell the kind. */
ssize_t compat_entries(int folder, char *buffer, size_t size);
/* Writes out all of the file system that FD is on: data, names and sizes. -1 also for write errors since
 * its last flush. */
int compat_flush_filesystem(int fd);
/* Gives FROM the name TO in FOLDER unless TO exists (EEXIST). A hard link where there is no such call: a
 * kill may then leave both names. */
int compat_rename_new(int folder, const char *from, const char *to);
/* Exchanges what two names in FOLDER stand for, at once. EINVAL where the file system can't. */
int compat_swap(int folder, const char *a, const char *b);
/* Takes (or only asks for) a lock on the file FD, for as long as it is open; EWOULDBLOCK where another
 * one holds it. */
int compat_lock(int fd, bool exclusive);

/* The absolute path of PATH without symlinks, to be freed; NULL with errno. (POSIX has it in its XSI
 * part.) */
char *compat_real_path(const char *path);

/* The path of the running program into RET, with its NUL; false where the system does not tell, or it is
 * longer. */
bool compat_self(char *ret, size_t size);

/* Whether the file has extended attributes or an access control list; false where the system has none. */
bool compat_has_attributes(int fd);
/* Whether what stands at PATH has an access control list. */
bool compat_has_acl(const char *path);
/* Gives the file TO the attributes of FROM that belong to its owner, to access control and to labels, and
 * takes away those that FROM has not. -1 with the attribute named in the error. */
int compat_copy_attributes(int from, int to, struct error *);
/* Takes an access control list away that the folder's default gave the file FD. */
int compat_drop_acl(int fd);

#endif
