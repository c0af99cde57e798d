/* flush: everything that a run wrote, out to the disk.
 * SPDX-License-Identifier: MIT */
#include "apply/flush.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "system/compat.h"
#include "system/file.h"

enum { FEW_FILES = 16, MANY_FILE_SYSTEMS = 64 };

int
flush_note(struct flush *f, int folder, struct error *err)
{
	struct stat st;
	int fd;

	if (fstat(folder, &st) < 0)
		return error_errno(err, errno, "cannot examine the folder");
	for (size_t i = f->count; i-- > 0;)
		if (f->targets[i].device == st.st_dev)
			return 0;
	if (f->each || f->count == MANY_FILE_SYSTEMS) {
		f->each = true;
		return 0;
	}
	fd = fcntl(folder, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return error_errno(err, errno, "cannot keep the folder open");
	MEM_GROW(f->targets, f->count, f->cap);
	f->targets[f->count++] = (struct flush_target){ st.st_dev, fd };
	return 0;
}

void
flush_choose(struct flush *f, size_t files)
{
	f->each |= files <= FEW_FILES;
}

int
flush_all(struct flush *f, struct error *err)
{
	for (size_t i = 0; !f->each && i < f->count; i++) {
		int result;

		do
			result = compat_flush_filesystem(f->targets[i].folder);
		while (result < 0 && errno == EINTR);
		if (result < 0 && (errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM))
			f->each = true;
		else if (result < 0)
			return error_errno(err, errno, "cannot write the file system out to the disk");
	}
	return 0;
}

int
flush_folder(int folder, struct error *err)
{
	/* EINVAL: on this file system folders cannot be flushed, and need not be */
	if (file_flush(folder) < 0 && errno != EINVAL)
		return error_errno(err, errno, "cannot write the folder out to the disk");
	return 0;
}

void
flush_release(struct flush *f)
{
	while (f->count)
		(void)close(f->targets[--f->count].folder);	/* nothing was written through it */
	free(f->targets);
	*f = (struct flush)FLUSH_INIT;
}
