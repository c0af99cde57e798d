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
		if (f->devices[i] == st.st_dev)
			return 0;
	if (f->each || f->count == MANY_FILE_SYSTEMS) {
		f->each = true;
		return 0;
	}
	fd = fcntl(folder, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return error_errno(err, errno, "cannot keep the folder open");
	if (f->count >= f->cap) {
		f->cap = mem_next_capacity(f->count);
		f->devices = mem_resize(f->devices, f->cap, sizeof *f->devices);
		f->fds = mem_resize(f->fds, f->cap, sizeof *f->fds);
	}
	f->devices[f->count] = st.st_dev;
	f->fds[f->count++] = fd;
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
			result = compat_flush_filesystem(f->fds[i]);
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
		(void)close(f->fds[--f->count]);	/* folders: nothing was written through them */
	free(f->devices);
	free(f->fds);
	*f = (struct flush)FLUSH_INIT;
}
