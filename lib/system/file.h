/* file: reading a whole regular file, whatever stands at its path, and writing all of what is to be written.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYSTEM_FILE_H
#define BERTH_SYSTEM_FILE_H

#include <stddef.h>

#include "base/str.h"

struct buf;
struct error;
struct stat;

enum file_outcome {
	FILE_READ,		/* its bytes were appended to the buffer */
	FILE_ABSENT,		/* nothing stands there (ENOENT, ENOTDIR) */
	FILE_FAILED		/* the error says why */
};

/* Reads PATH (NUL-terminated, taken relative to directory DIRFD) through symlinks, as Compose would. A
 * folder, FIFO, socket or device is an error without being waited for; so is a file of more than MAX
 * bytes, before it is read. The error's place is left to the caller. */
enum file_outcome file_read(int dirfd, const char *path, size_t max, struct buf *ret, struct error *);
/* The same; *ret_is_link: a symlink stands at PATH, whatever became of it. */
enum file_outcome file_read_linked(
    int dirfd, const char *path, size_t max, struct buf *ret, bool *ret_is_link, struct error *);

/* Reads an open descriptor, which stays the caller's, under the same rules. */
int file_read_fd(int fd, size_t max, struct buf *ret, struct error *);
/* The same; *ret_st is what the system said of it before it was read. */
int file_read_stat(int fd, size_t max, struct buf *ret, struct stat *ret_st, struct error *);

/* Appends what stands at PATH, but for a byte order mark. A person named it, so it may be a pipe or a
 * terminal as well, which is waited for. -1: it cannot be read, or is longer than MAX; ERR has PATH for its
 * place. */
int file_read_given(const char *path, size_t max, struct buf *ret, struct error *);

/* Fills BYTES with what nobody can guess. */
int file_read_random(void *bytes, size_t count, struct error *);

/* Writes all of S to FD, however little the system takes at once. -1 with errno set. */
int file_write(int fd, struct str s);
/* Has what was written to FD, or the names in the folder FD, on the disk when it returns. -1 with errno
 * set. */
int file_flush(int fd);

#endif
