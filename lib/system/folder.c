/* folder: the entries of one folder, in the order the file system gives them.
 * SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE	/* DT_REG and its like */
#include "system/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "system/compat.h"

int
folder_open(struct folder *f, int dirfd, const char *path, bool nofollow, char *buffer, struct error *err)
{
	f->fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (nofollow ? O_NOFOLLOW : 0));
	if (f->fd < 0)
		return error_errno(err, errno, "cannot open the folder");
	f->buffer = buffer;
	f->next = f->end = 0;
	return 0;
}

struct folder_id
folder_id(const struct stat *st)
{
	struct folder_id id;

	(void)snprintf(id.text, sizeof id.text, "d%ju-i%ju", (uintmax_t)st->st_dev, (uintmax_t)st->st_ino);
	return id;
}

bool
folder_is(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

void
folder_close(struct folder *f)
{
	if (f->fd >= 0)
		(void)close(f->fd);	/* only read */
	f->fd = -1;
}

static enum folder_kind
kind_of_mode(mode_t mode)
{
	return S_ISREG(mode) ? FOLDER_FILE
	    : S_ISDIR(mode)  ? FOLDER_FOLDER
	    : S_ISLNK(mode)  ? FOLDER_LINK
			     : FOLDER_OTHER;
}

/* Some file systems leave the kind open: then, and only then, the entry is looked at. */
static enum folder_kind
kind_of(int dirfd, const struct compat_entry *d)
{
	struct stat st;

	switch (d->kind) {
	case DT_REG:
		return FOLDER_FILE;
	case DT_DIR:
		return FOLDER_FOLDER;
	case DT_LNK:
		return FOLDER_LINK;
	case DT_UNKNOWN:
		if (fstatat(dirfd, d->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			return kind_of_mode(st.st_mode);
		return FOLDER_OTHER;
	default:
		return FOLDER_OTHER;
	}
}

int
folder_next(struct folder *f, struct folder_entry *ret, struct error *err)
{
	for (;;) {
		if (f->next == f->end) {
			ssize_t n = compat_entries(f->fd, f->buffer, FOLDER_BUFFER);

			if (n < 0)
				return error_errno(err, errno, "cannot list the folder");
			if (n == 0)
				return 0;
			f->next = 0;
			f->end = (size_t)n;
		}
		const struct compat_entry *d = (const void *)(f->buffer + f->next);

		f->next += d->size;
		if (d->name[0] == '.' && (d->name[1] == '\0' || (d->name[1] == '.' && d->name[2] == '\0')))
			continue;
		ret->name = str_from(d->name);
		ret->kind = kind_of(f->fd, d);
		return 1;
	}
}
