/* stage: a file's new content, waiting under a temporary name until it takes its place.
 * SPDX-License-Identifier: MIT */
#include "apply/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "system/compat.h"
#include "system/file.h"

enum { NAME_SIZE = 80 };	/* 16 for the token, and twice 20 digits at most */

static void
name_of(struct stage s, char ret[static NAME_SIZE])
{
	struct str_digits app, file;
	const struct str parts[] = { STR_OF(".berth-"), str_sub(s.token, 0, 16), STR_OF("-"),
		str_from_uint(&app, s.app), STR_OF("-"), str_from_uint(&file, s.file), STR_OF(".tmp") };

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		memcpy(ret, parts[i].ptr, parts[i].len);
		ret += parts[i].len;
	}
	*ret = '\0';
}

/* Gives FD the attributes of the file LIKE; where that has none, takes away what the folder's defaults gave
 * FD. */
static int
set_attributes(int fd, int like, struct error *err)
{
	if (like >= 0 && compat_has_attributes(like))
		return compat_copy_attributes(like, fd, err);
	if (!compat_has_attributes(fd) || compat_drop_acl(fd) == 0)
		return 0;
	return error_errno(err, errno, "cannot take away the folder's default access control list");
}

/* The owner is set first, as that takes special bits away, and the mode last, so that nobody reads what they
 * may not. Of a model only the owner is taken over here, where that is allowed. */
static int
set_meta(int fd, const struct confine_meta *meta, int like, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_errno(err, errno, "cannot examine the new file");
	if ((st.st_uid != meta->uid || st.st_gid != meta->gid) && fchown(fd, meta->uid, meta->gid) < 0 &&
	    !meta->is_model)
		return error_errno(err, errno,
		    "cannot keep the owner, %lu:%lu (run as its owner, or as root)", (unsigned long)meta->uid,
		    (unsigned long)meta->gid);
	if (meta->is_model)
		return 0;
	if (set_attributes(fd, like, err) < 0)
		return -1;
	if (fchmod(fd, meta->mode) < 0)
		return error_errno(err, errno, "cannot keep the mode");
	return 0;
}

/* The mode that the file is created with. A new .env may come to hold secrets and decides what runs: the
 * umask and the folder's default access control list count, as they do for cp, and whatever these say nobody
 * but its owner and group may write it. */
static mode_t
first_mode(const struct confine_meta *meta)
{
	const mode_t most = 0664;

	if (!meta->is_known)
		return most;
	return meta->is_model ? meta->mode & most : 0600;
}

int
stage_cannot(const char *what, int number, struct error *err)
{
	/* which no mode and no owner explains, be it root who asks */
	return error_errno(err, number, "cannot %s%s", what, number != EPERM ? "" :
	    " (lsattr -d tells whether it or its folder is immutable)");
}

static int
create(int folder, const char *name, mode_t mode)
{
	int fd;

	do
		fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

int
stage_write(
    struct stage s, struct str content, const struct confine_meta *meta, int like, struct error *err)
{
	char name[NAME_SIZE];
	mode_t mode = first_mode(meta);
	int fd, result;

	name_of(s, name);
	fd = create(s.folder, name, mode);
	if (fd < 0 && errno == EEXIST && unlinkat(s.folder, name, 0) == 0)
		fd = create(s.folder, name, mode);
	if (fd < 0)
		return stage_cannot("make a file in the folder", errno, err);
	result = file_write(fd, content) < 0 ? error_errno(err, errno, "cannot write the new file") : 0;
	if (result == 0 && meta->is_known)
		result = set_meta(fd, meta, like, err);
	/* After EINTR the descriptor is closed all the same, and the flush will tell what close could not. */
	if (close(fd) < 0 && errno != EINTR && result == 0)
		result = error_errno(err, errno, "cannot write the new file");
	return result;
}

int
stage_place(struct stage s, const char *name, bool replaces, struct error *err)
{
	char from[NAME_SIZE];
	int result;

	name_of(s, from);
	result = replaces ? renameat(s.folder, from, s.folder, name)
			  : compat_rename_new(s.folder, from, name);
	return result < 0 ? stage_cannot("put the new file in its place", errno, err) : 0;
}

int
stage_swap(struct stage s, const char *name)
{
	char from[NAME_SIZE];

	name_of(s, from);
	return compat_swap(s.folder, from, name);
}

int
stage_take(struct stage s, const char *name)
{
	char to[NAME_SIZE];

	name_of(s, to);
	return compat_rename_new(s.folder, name, to);
}

int
stage_give(struct stage s, const char *name)
{
	char from[NAME_SIZE];

	name_of(s, from);
	return compat_rename_new(s.folder, from, name);
}

enum file_outcome
stage_read(struct stage s, struct buf *ret, struct error *err)
{
	struct confine_meta ignored;
	char name[NAME_SIZE];

	name_of(s, name);
	return confine_read(s.folder, name, TEXT_MAX, ret, &ignored, err);
}

void
stage_remove(struct stage s)
{
	char name[NAME_SIZE];

	name_of(s, name);
	/* mostly there is none; one that stays does no harm */
	if (unlinkat(s.folder, name, 0) < 0 && errno != ENOENT)
		(void)unlinkat(s.folder, name, 0);
}

int
stage_flush(struct stage s, struct error *err)
{
	char name[NAME_SIZE];
	int fd, result;

	name_of(s, name);
	fd = openat(s.folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return error_errno(err, errno, "cannot open the new file to write it out");
	if ((result = file_flush(fd)) < 0)
		error_errno(err, errno, "cannot write the new file out to the disk");
	(void)close(fd);	/* fsync has told all there was */
	return result;
}
