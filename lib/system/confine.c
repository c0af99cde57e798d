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
confine_open(struct confine *c, const char *root, struct error *err)
{
	c->walk = false;
	c->root = open(root, FOLDER_FLAGS);
	if (c->root >= 0)
		return 0;
	error_errno(err, errno, "cannot open the fleet's root (--root DIR where it is elsewhere now)");
	return error_place(err, str_from(root), 0, 0);
}

void
confine_release(struct confine *c)
{
	if (c->root >= 0)
		(void)close(c->root);	/* a folder that was only read */
	c->root = -1;
}

/* One component after the other, each from the descriptor of the one before. */
static int
walk(int root, const char *path)
{
	char name[NAME_MAX + 1];
	int fd = -1, at = root;

	for (const char *p = path; *p;) {
		size_t len = strcspn(p, "/");
		int next;

		if (len > NAME_MAX) {
			next = -1;
			errno = ENAMETOOLONG;
		} else {
			memcpy(name, p, len);
			name[len] = '\0';
			next = openat(at, name, FOLDER_FLAGS | O_NOFOLLOW);
		}
		if (fd >= 0) {
			int saved = errno;

			(void)close(fd);	/* a folder that was only read */
			errno = saved;
		}
		if (next < 0)
			return -1;
		at = fd = next;
		p += len;
		p += *p == '/';
	}
	return fd;
}

int
confine_folder(struct confine *c, const char *path)
{
	if (strcmp(path, ".") == 0)
		return openat(c->root, ".", FOLDER_FLAGS);
	if (!path_is_clean(str_from(path))) {
		errno = EXDEV;
		return -1;
	}
	for (int i = 0; !c->walk && i < TRIES; i++) {
		int fd = compat_open_beneath(c->root, path, FOLDER_FLAGS);

		if (fd >= 0)
			return fd;
		/* EPERM: a sandbox that does not know it */
		if (errno == ENOSYS || errno == EPERM || errno == E2BIG)
			c->walk = true;
		else if (errno != EAGAIN && errno != EINTR)
			return -1;
	}
	return walk(c->root, path);
}

enum file_outcome
confine_read(
    int folder, const char *name, size_t max, struct buf *b, struct confine_meta *ret_meta, struct error *err)
{
	/* O_NONBLOCK: see file_read */
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
	enum file_outcome outcome;
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return FILE_ABSENT;
	if (fd < 0) {
		if (errno == ELOOP)
			error_set(err,
			    "is a symlink; berth rewrites no file through one: edit its target, or put a file in its "
			    "place");
		else
			error_errno(err, errno, "cannot open");
		return FILE_FAILED;
	}
	outcome = file_read_fd(fd, max, b, err) < 0 ? FILE_FAILED : FILE_READ;
	if (outcome == FILE_READ && fstat(fd, &st) < 0) {
		error_errno(err, errno, "cannot examine");
		outcome = FILE_FAILED;
	}
	if (outcome == FILE_READ) {
		ret_meta->is_known = true;
		ret_meta->mode = st.st_mode & 07777;
		ret_meta->uid = st.st_uid;
		ret_meta->gid = st.st_gid;
		ret_meta->links = (size_t)st.st_nlink;
		ret_meta->is_model = false;
		ret_meta->has_attributes = compat_has_attributes(fd);
	}
	(void)close(fd);	/* it was only read */
	return outcome;
}
