/* owner: whether nobody but the user can have written a database.
 * SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700	/* getpwent, S_ISVTX */
#include "system/owner.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"
#include "base/quote.h"
#include "system/compat.h"

/* Whether root was taken on by this user with sudo(8): who may do that is no stranger to root. */
static bool
is_who_called_sudo(uid_t uid)
{
	const char *caller = geteuid() == 0 ? getenv("SUDO_UID") : NULL;
	uint64_t n;

	return caller && str_to_uint(str_from(caller), UINT32_MAX, &n) && n == uid;
}

/* Whoever owns `/` could replace everything. That is root, and where the user is in a namespace that has no
 * root, what stands for root in it. */
bool
owner_is_trusted(uid_t uid)
{
	struct stat top;

	return uid == geteuid() || uid == 0 || is_who_called_sudo(uid) ||
	    (stat("/", &top) == 0 && uid == top.st_uid);
}

static bool
has_stranger(char *const *names)
{
	for (; *names; names++) {
		const struct passwd *p = getpwnam(*names);

		if (!p || !owner_is_trusted(p->pw_uid))
			return true;
	}
	return false;
}

/* Whether GID is a group that a trusted user has alone, as many systems give one to each user; files that are
 * made with their umask can be written by that group. */
static bool
is_private(gid_t gid)
{
	const struct group *g = getgrgid(gid);
	const struct passwd *p;
	bool has_owner = false, is_shared = !g || has_stranger(g->gr_mem);

	setpwent();
	while (!is_shared && (p = getpwent()))
		if (p->pw_gid == gid) {
			has_owner = true;
			is_shared = !owner_is_trusted(p->pw_uid);
		}
	endpwent();
	return has_owner && !is_shared;
}

static bool
is_open_to_others(const char *path, const struct stat *st)
{
	if (st->st_mode & S_IWOTH)
		return true;
	return (st->st_mode & S_IWGRP) && (!is_private(st->st_gid) || compat_has_acl(path));
}

/* The error: WHY, the command that shows PATH, and what to do. */
static int
refuse(const char *path, const char *why, const char *remedy, struct error *err)
{
	AUTO(buf) quoted = BUF_INIT;

	quote_add(&quoted, str_from(path));
	error_set(err, "%s (`ls -ld %s` shows it): berth believes a registry, its journal and its berth.conf "
	    "only where nobody else could have written them; %s", why, quoted.ptr, remedy);
	return error_file(err, str_from(path));
}

static int
check_stat(const char *path, const struct stat *st, bool others_may, struct error *err)
{
	AUTO(buf) b = BUF_INIT;
	const struct passwd *p;

	if (!owner_is_trusted(st->st_uid)) {
		p = getpwuid(st->st_uid);
		buf_printf(&b, "belongs to user %s", p ? p->pw_name : "");
		if (!p)
			buf_printf(&b, "%lu", (unsigned long)st->st_uid);
		return refuse(path, b.ptr, "run it as that user, or give --db a file in a folder of your own",
		    err);
	}
	if (others_may || !is_open_to_others(path, st))
		return 0;
	buf_add_str(&b, STR("`chmod go-w "));
	quote_add(&b, str_from(path));
	buf_add_str(&b, STR("` ends that, or give --db a file in a folder of your own"));
	return refuse(path, "can be written by others", b.ptr, err);
}

/* Whether FOLDER and each folder above it is trusted. In a folder above, others may write where it is sticky:
 * they can't take away there what is not theirs. */
static int
check_folders(struct arena *a, struct str folder, struct error *err)
{
	for (struct str at = folder; ; at = path_folder(at)) {
		const char *path = arena_dup(a, at).ptr;
		struct stat st;

		if (stat(path, &st) == 0 &&
		    check_stat(path, &st, at.len < folder.len && (st.st_mode & S_ISVTX), err) < 0)
			return -1;
		if (at.len <= 1)
			return 0;
	}
}

static int
check_file(const char *path, struct error *err)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return 0;	/* not there, or whoever opens it says why not */
	if (S_ISLNK(st.st_mode))
		return refuse(path, "is a symlink", "give --db the file that it leads to", err);
	if (!S_ISREG(st.st_mode))
		return refuse(path, "is not a regular file", "give --db another file", err);
	return check_stat(path, &st, false, err);
}

int
owner_check(const char *path, struct error *err)
{
	static const char *const beside[] = { "", "-journal", "-wal", "-shm" };
	AUTO(arena) a = ARENA_INIT;
	char here[PATH_MAX];
	struct str folder = arena_dup(&a, path_folder(str_from(path))), named;
	char *real = compat_real_path(folder.ptr);
	int result;

	if (!real)
		return 0;
	named = getcwd(here, sizeof here) ? path_resolve(&a, str_from(here), folder) : str_from(real);
	result = check_folders(&a, str_from(real), err);
	/* also where the symlinks stand that lead there */
	if (result == 0 && !str_eq(named, str_from(real)))
		result = check_folders(&a, named, err);
	for (size_t i = 0; i < sizeof beside / sizeof *beside && result == 0; i++)
		result = check_file(arena_printf(&a, "%s%s", path, beside[i]).ptr, err);
	free(real);
	return result;
}
