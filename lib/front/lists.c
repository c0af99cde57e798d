/* lists: what a person gave through a pipe, kept so that each program that asks for it finds all of it.
 * SPDX-License-Identifier: MIT */
#include "front/lists.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "system/file.h"
#include "system/process.h"

enum { LIST_MAX = 16 << 20 };

/* Whether what stands at PATH can be read once only. What is not there the programs tell. */
static bool
is_read_once(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

/* A scratch file with TEXT that the programs inherit. Its descriptor; -1. */
static int
keep(struct str text, struct error *err)
{
	int fd = process_scratch_of(text, err);

	if (fd < 0 || fcntl(fd, F_SETFD, 0) == 0)
		return fd;
	error_errno(err, errno, "cannot hand a scratch file on");
	(void)close(fd);	/* it has no name and is not needed */
	return -1;
}

int
lists_keep(struct lists *l, const char **path, struct error *err)
{
	AUTO(buf) text = BUF_INIT;
	int fd;

	if (!is_read_once(*path))
		return 0;
	if (file_read_given(*path, LIST_MAX, &text, err) < 0 || (fd = keep(buf_str(&text), err)) < 0)
		return -1;
	MEM_GROW(l->fds, l->count, l->cap);
	l->fds[l->count++] = fd;
	*path = arena_printf(&l->arena, "/dev/fd/%d", fd).ptr;
	return 0;
}

int
lists_rewind(const struct lists *l, struct error *err)
{
	for (size_t i = 0; i < l->count; i++)
		if (lseek(l->fds[i], 0, SEEK_SET) < 0)
			return error_errno(err, errno, "cannot read a scratch file again");
	return 0;
}

void
lists_release(struct lists *l)
{
	while (l->count)
		(void)close(l->fds[--l->count]);	/* a nameless scratch file */
	free(l->fds);
	arena_release(&l->arena);
	*l = (struct lists)LISTS_INIT;
}
