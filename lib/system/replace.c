/* replace: a file that changes as a whole.
 * SPDX-License-Identifier: MIT */
#include "system/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "system/file.h"

int
replace_file(int folder, struct str name, struct str content, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	const char *beside = arena_printf(&a, ".%.*s.new", STR_ARG(name)).ptr;
	int fd = openat(folder, beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	int failed = fd < 0 || file_write(fd, content) < 0 ? errno : 0;

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
