/* replace: a file that changes as a whole.
 * SPDX-License-Identifier: MIT */
#include "system/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "system/file.h"

static int
make(int folder, const char *name)
{
	return openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
}

/* Whether NAME is what a killed process of this user's left, and no link that somebody laid there so that
 * what it leads to is written. */
static bool
is_left(int folder, const char *name)
{
	struct stat st;

	return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	       st.st_uid == geteuid() && st.st_nlink == 1;
}

int
replace_file(int folder, struct str name, struct str content, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	const char *beside = arena_printf(&a, ".%.*s.new", STR_ARG(name)).ptr;
	int fd = make(folder, beside), failed;

	if (fd < 0 && errno == EEXIST && is_left(folder, beside) && unlinkat(folder, beside, 0) == 0)
		fd = make(folder, beside);
	failed = fd < 0 || file_write(fd, content) < 0 ? errno : 0;

	if (fd >= 0 && close(fd) < 0 && !failed)
		failed = errno;
	if (!failed && renameat(folder, beside, folder, arena_dup(&a, name).ptr) < 0)
		failed = errno;
	if (!failed)
		return 0;
	if (fd >= 0)
		(void)unlinkat(folder, beside, 0);	/* what is left is only a temporary file */
	return error_errno(err, failed, "cannot write");
}
