/* compat: what POSIX has no call for.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE	/* syncfs, renameat2, SYS_openat2; here alone */
#include "system/compat.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#endif

#include "base/error.h"
#include "base/mem.h"

/* As <linux/openat2.h> has it, which not every system with the call installs. */
struct open_beneath {
	uint64_t flags, mode, resolve;
};

enum { NO_MAGICLINKS = 0x02, NO_SYMLINKS = 0x04, BENEATH = 0x08 };

int
compat_open_beneath(int root, const char *path, int flags)
{
#ifdef SYS_openat2
	struct open_beneath how = { .flags = (unsigned)flags,
		.resolve = BENEATH | NO_SYMLINKS | NO_MAGICLINKS };

	return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
#else
	(void)root, (void)path, (void)flags;
	errno = ENOSYS;
	return -1;
#endif
}

/* The call itself: libcs differ in its name and in the type of an entry. */
ssize_t
compat_entries(int folder, char *buffer, size_t size)
{
#ifdef SYS_getdents64
	return syscall(SYS_getdents64, folder, buffer, size);
#else
	(void)folder, (void)buffer, (void)size;
	errno = ENOSYS;
	return -1;
#endif
}

int
compat_flush_filesystem(int fd)
{
#ifdef __linux__
	return syncfs(fd);
#else
	(void)fd;	/* sync() elsewhere only schedules the writes */
	errno = ENOSYS;
	return -1;
#endif
}

int
compat_rename_new(int folder, const char *from, const char *to)
{
#ifdef RENAME_NOREPLACE
	if (renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != ENOSYS && errno != EINVAL)
		return -1;
#endif
	if (linkat(folder, from, folder, to, 0) < 0)
		return -1;
	return unlinkat(folder, from, 0);
}

int
compat_swap(int folder, const char *a, const char *b)
{
#ifdef RENAME_EXCHANGE
	return renameat2(folder, a, folder, b, RENAME_EXCHANGE);
#else
	(void)folder, (void)a, (void)b;
	errno = ENOSYS;
	return -1;
#endif
}

int
compat_lock(int fd, bool exclusive)
{
	int result;

	do
		result = flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB);
	while (result < 0 && errno == EINTR);
	return result;
}

char *
compat_real_path(const char *path)
{
	return realpath(path, NULL);
}

bool
compat_self(char *ret, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", ret, size);
	char *real = NULL;
	bool fits;

	if (n > 0 && (size_t)n < size) {
		ret[n] = '\0';
		return true;
	}
#ifdef __linux__
	/* no /proc: as it was started, which the kernel leaves beside the environment */
	if (getauxval(AT_EXECFN))
		real = compat_real_path((const char *)(uintptr_t)getauxval(AT_EXECFN));
#endif
	fits = real && strlen(real) < size;
	if (fits)
		memcpy(ret, real, strlen(real) + 1);
	free(real);
	return fits;
}

#ifdef __linux__

static const char acl_name[] = "system.posix_acl_access";

bool
compat_has_attributes(int fd)
{
	return flistxattr(fd, NULL, 0) > 0;
}

bool
compat_has_acl(const char *path)
{
	return getxattr(path, acl_name, NULL, 0) > 0;
}

int
compat_drop_acl(int fd)
{
	if (fremovexattr(fd, acl_name) < 0 && errno != ENODATA && errno != ENOTSUP)
		return -1;
	return 0;
}

/* The names of the attributes of FD, each with its NUL. NULL and *ret_len 0 where there are none. */
static char *
list(int fd, size_t *ret_len, struct error *err)
{
	ssize_t len = flistxattr(fd, NULL, 0);
	char *names;

	*ret_len = 0;
	if (len <= 0)
		return NULL;	/* none, or a file system without */
	names = mem_alloc((size_t)len + 1);
	len = flistxattr(fd, names, (size_t)len);
	if (len < 0) {
		error_errno(err, errno, "cannot list the extended attributes");
		free(names);
		return NULL;
	}
	names[len] = '\0';
	*ret_len = (size_t)len;
	return names;
}

/* security.capability and the integrity hashes (ima, evm) are about the old bytes; trusted.* is the file
 * system's own. */
static bool
is_kept(const char *name)
{
	return strncmp(name, "user.", 5) == 0 || strcmp(name, acl_name) == 0 ||
	       strcmp(name, "security.selinux") == 0 || strncmp(name, "security.SMACK64", 16) == 0;
}

static int
copy_one(int from, int to, const char *name, struct error *err)
{
	ssize_t len = fgetxattr(from, name, NULL, 0), had;
	char *value, *present;
	int result = 0;

	if (len < 0)
		return error_errno(err, errno, "cannot read the extended attribute %s", name);
	value = mem_alloc((size_t)len + 1);
	present = mem_alloc((size_t)len + 1);
	len = fgetxattr(from, name, value, (size_t)len);
	had = fgetxattr(to, name, present, len > 0 ? (size_t)len : 0);
	if (len < 0)
		result = error_errno(err, errno, "cannot read the extended attribute %s", name);
	else if ((had != len || memcmp(value, present, (size_t)len) != 0) &&
		 fsetxattr(to, name, value, (size_t)len, 0) < 0)
		result = error_errno(err, errno, "cannot keep the extended attribute %s", name);
	free(value);
	free(present);
	return result;
}

static bool
has_name(const char *names, size_t len, const char *name)
{
	for (const char *p = names; p && p < names + len; p += strlen(p) + 1)
		if (strcmp(p, name) == 0)
			return true;
	return false;
}

int
compat_copy_attributes(int from, int to, struct error *err)
{
	size_t len;
	char *names = list(from, &len, err);
	int result = error_is_set(err) ? -1 : 0;

	if (result == 0 && !has_name(names, len, acl_name) && compat_drop_acl(to) < 0)
		result = error_errno(err, errno, "cannot take away the folder's default access control list");
	for (const char *p = names; p && result == 0 && p < names + len; p += strlen(p) + 1)
		if (is_kept(p))
			result = copy_one(from, to, p, err);
	free(names);
	return result;
}

#else

bool
compat_has_attributes(int fd)
{
	(void)fd;
	return false;
}

bool
compat_has_acl(const char *path)
{
	(void)path;
	return false;
}

int
compat_drop_acl(int fd)
{
	(void)fd;
	return 0;
}

int
compat_copy_attributes(int from, int to, struct error *err)
{
	(void)from, (void)to, (void)err;
	return 0;
}

#endif
