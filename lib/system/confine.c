/* confine: opening what lies below one root folder, and nothing else.
 * SPDX-License-Identifier: MIT */
#include "system/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/path.h"
#include "system/compat.h"

enum {
	FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
	/* The kernel answers EAGAIN where a rename elsewhere made it unsure; it does not for ever. */
	TRIES = 64
};

int
confine_open(struct confine *c, const char *root, struct folder_id *ret_id, struct error *err)
{
	struct stat st;

	*c = (struct confine)CONFINE_INIT;
	c->root = open(root, FOLDER_FLAGS);
	if (c->root >= 0 && fstat(c->root, &st) == 0) {
		*ret_id = folder_id(&st);
		return 0;
	}
	error_errno(err, errno, "cannot open the fleet's root (--root DIR where it is elsewhere now)");
	return error_file(err, str_from(root));
}

void
confine_release(struct confine *c)
{
	confine_leave(c);
	if (c->root >= 0)
		(void)close(c->root);	/* a folder that was only read */
	c->root = -1;
}

struct confine
confine_like(const struct confine *c)
{
	return (struct confine){ c->root, -1, STR_INIT, c->walks };
}

void
confine_leave(struct confine *c)
{
	if (c->folder >= 0)
		(void)close(c->folder);	/* what was done in it is flushed by name */
	c->folder = -1;
}

/* Opens PATH one part after the other, each from the descriptor of the one before. */
static int
walk(int root, const char *path)
{
	char name[NAME_MAX + 1];
	struct str part;
	int fd = root;

	for (size_t at = 0; fd >= 0 && str_next_part(str_from(path), '/', &at, &part); ) {
		int above = fd, saved;

		fd = -1;
		errno = ENAMETOOLONG;
		if (part.len <= NAME_MAX) {
			memcpy(name, part.ptr, part.len);
			name[part.len] = '\0';
			fd = openat(above, name, FOLDER_FLAGS | O_NOFOLLOW);
		}
		saved = errno;
		if (above != root)
			(void)close(above);	/* a folder that was only read */
		errno = saved;
	}
	return fd;
}

static int
open_folder(struct confine *c, const char *path)
{
	if (strcmp(path, ".") == 0)
		return openat(c->root, ".", FOLDER_FLAGS);
	if (!path_is_clean(str_from(path))) {
		errno = EXDEV;
		return -1;
	}
	for (int i = 0; !c->walks && i < TRIES; i++) {
		int fd = compat_open_beneath(c->root, path, FOLDER_FLAGS);

		if (fd >= 0)
			return fd;
		/* EPERM: a sandbox that does not know it */
		if (errno == ENOSYS || errno == EPERM || errno == E2BIG)
			c->walks = true;
		else if (errno != EAGAIN && errno != EINTR)
			return -1;
	}
	return walk(c->root, path);
}

int
confine_enter(struct confine *c, struct str path, struct error *err)
{
	if (c->folder >= 0 && str_eq(c->path, path))
		return 0;
	confine_leave(c);
	c->path = path;
	c->folder = open_folder(c, path.ptr);
	if (c->folder < 0)
		return error_errno(err, errno, "cannot open the folder (berth goes through no symlink)");
	return 0;
}

enum file_outcome
confine_open_file(int folder, const char *name, int *ret, struct error *err)
{
	/* O_NONBLOCK: see file_read */
	*ret = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
	if (*ret >= 0)
		return FILE_READ;
	if (errno == ENOENT)
		return FILE_ABSENT;
	if (errno == ELOOP)
		error_set(err, "is a symlink; berth rewrites no file through one: edit its target, "
		    "or put a file in its place");
	else
		error_errno(err, errno, "cannot open");
	return FILE_FAILED;
}

int
confine_read_fd(int fd, size_t max, struct buf *b, struct confine_meta *ret_meta, struct error *err)
{
	struct stat st;

	if (file_read_stat(fd, max, b, &st, err) < 0)
		return -1;
	*ret_meta = (struct confine_meta){ .is_known = true, .mode = st.st_mode & 07777, .uid = st.st_uid,
		.gid = st.st_gid, .links = (size_t)st.st_nlink };
	return 0;
}

enum file_outcome
confine_read(
    int folder, const char *name, size_t max, struct buf *b, struct confine_meta *ret_meta, struct error *err)
{
	int fd;
	enum file_outcome outcome = confine_open_file(folder, name, &fd, err);

	if (outcome == FILE_READ && confine_read_fd(fd, max, b, ret_meta, err) < 0)
		outcome = FILE_FAILED;
	if (fd >= 0)
		(void)close(fd);	/* it was only read */
	return outcome;
}
