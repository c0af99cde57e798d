/* home: where the registry lies that nobody named.
 * SPDX-License-Identifier: MIT */
#include "system/home.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"
#include "system/file.h"

#define HOME ".berth"
#define REGISTRY HOME "/berth.db"

enum { UP_MAX = 64 };

/* Whether PATH is such a folder, and not another user's. Root takes anyone's: whether it may be believed is
 * asked, and told, when it is opened. */
static bool
is_home(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && (geteuid() == 0 || st.st_uid == geteuid());
}

static bool
is_root(const char *folder)
{
	struct stat st, top;

	return stat(folder, &st) < 0 || stat("/", &top) < 0 ||
	    (st.st_dev == top.st_dev && st.st_ino == top.st_ino);
}

/* Goes up from FROM (empty: the working folder; else a slash ends it). */
static bool
look_up(const char *from, struct buf *ret)
{
	AUTO(buf) folder = BUF_INIT;

	buf_add_str(&folder, str_from(from));
	for (int i = 0; i < UP_MAX; i++) {
		buf_clear(ret);
		buf_add_str(ret, buf_str(&folder));
		buf_add_str(ret, STR(HOME));
		if (is_home(ret->ptr)) {
			buf_add_str(ret, str_sub(STR(REGISTRY), STR(HOME).len, STR(REGISTRY).len));
			return true;
		}
		if (is_root(folder.len ? folder.ptr : "."))
			return false;
		buf_add_str(&folder, STR("../"));
	}
	return false;
}

bool
home_find(const char *root, struct buf *ret)
{
	static const char old[] = "berth.db";
	bool is_old = access(old, F_OK) == 0;
	AUTO(buf) from = BUF_INIT;

	if (!is_old && look_up("", ret))
		return false;
	if (root)
		buf_printf(&from, "%s/", root);
	if (!is_old && root && look_up(from.ptr, ret))
		return true;
	buf_clear(ret);
	buf_add_str(ret, is_old ? str_from(old) : STR(REGISTRY));
	return false;
}

int
home_make(const char *path, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct str folder = arena_dup(&a, path_folder(str_from(path)));
	int home, fd, failed;

	if (!str_eq(path_name(folder), STR(HOME)) || mkdir(folder.ptr, 0700) < 0)
		return 0;	/* it is there, or whoever opens the registry says why not */
	/* whoever owns the folder around it may have put a symlink there meanwhile */
	home = open(folder.ptr, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	fd = home < 0 ? -1 : openat(home, ".gitignore", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	failed = errno;
	if (home >= 0)
		(void)close(home);	/* it was only looked up in */
	if (fd < 0)
		return error_errno(err, failed, "cannot write into the folder %s", folder.ptr);
	failed = file_write(fd, STR("*\n")) < 0;
	if (close(fd) < 0 || failed)
		return error_errno(err, errno, "cannot write into the folder %s", folder.ptr);
	return 0;
}
