/* fault: system calls that fail, or have something happen before them, where a test says so.
 * SPDX-License-Identifier: MIT
 *
 * Included behind unit/scratch.h by one source of a program: its functions take the place of the C library's.
 * On Linux alone, where calls can be made by their number. */
#ifndef TESTS_FAULT_H
#define TESTS_FAULT_H

#ifdef __linux__
#include <sys/syscall.h>

enum fault_call {
	FAULT_NONE,
	FAULT_OPEN, /* of what is there */
	FAULT_CREATE,
	FAULT_READ,
	FAULT_WRITE,
	FAULT_STAT,
	FAULT_CHOWN,
	FAULT_CHMOD,
	FAULT_CLOSE,
	FAULT_SYNC, /* one file or folder */
	FAULT_SYNC_ALL, /* its file system */
	FAULT_SWAP,
	FAULT_RENAME_NEW, /* to a name that is not to be there */
	FAULT_RENAME,
	FAULT_UNLINK,
	FAULT_REMOVE_ATTRIBUTE
};

struct fault {
	enum fault_call call;
	/* a part of the name, or of the path behind a descriptor; its end, where `$` ends it; NULL: any */
	const char *path;
	int errnum; /* 0: the call is made as it is */
	int skip; /* so many such calls go well before */
	int times; /* and so many fail; 0: one */
	bool is_done; /* it does its work, and fails all the same */
	void (*before)(void); /* happens right before the first that fails */
	int hits; /* how many such calls there were */
};

enum { FAULT_MAX = 4 };

/* The one place with state: a call has nowhere else to ask. Zeroed: all calls are as they are. */
static struct fault faults[FAULT_MAX];

long syscall(long number, ...);

static inline bool
fault_is_at(const struct fault *f, const char *path)
{
	size_t len = f->path ? strlen(f->path) : 0, all = strlen(path);

	if (len && f->path[len - 1] == '$')
		return all >= len - 1 && strncmp(path + all - (len - 1), f->path, len - 1) == 0;
	return !len || strstr(path, f->path);
}

/* What is to become of a call; NULL: nothing is. */
static inline struct fault *
fault_of(enum fault_call call, const char *path)
{
	for (size_t i = 0; i < FAULT_MAX; i++) {
		struct fault *f = &faults[i];
		int at;

		if (f->call != call || !fault_is_at(f, path))
			continue;
		at = f->hits++ - f->skip;
		if (at < 0 || at >= (f->times ? f->times : 1))
			continue;
		if (at == 0 && f->before)
			f->before();
		return f;
	}
	return NULL;
}

static inline struct fault *
fault_of_descriptor(enum fault_call call, int fd)
{
	char link[40], path[PATH_MAX];
	ssize_t n;

	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	path[n > 0 ? n : 0] = '\0';
	return fault_of(call, path);
}

/* The call's result, which MADE makes, as F wants it. */
#define FAULT_RESULT(type, f, made) \
	do { \
		struct fault *fault = (f); \
		type result = fault && fault->errnum && !fault->is_done ? -1 : (type)(made); \
		if (fault && fault->errnum) { \
			errno = fault->errnum; \
			return -1; \
		} \
		return result; \
	} while (0)

int renameat2(int from, const char *old, int to, const char *new, unsigned flags);
int syncfs(int fd);

int
openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;

	if (flags & O_CREAT) {
		va_list args;

		va_start(args, flags);
		mode = (mode_t)va_arg(args, unsigned);
		va_end(args);
	}
	FAULT_RESULT(int, fault_of(flags & O_CREAT ? FAULT_CREATE : FAULT_OPEN, path),
	    syscall(SYS_openat, folder, path, flags, mode));
}

ssize_t
read(int fd, void *bytes, size_t count)
{
	FAULT_RESULT(ssize_t, fault_of_descriptor(FAULT_READ, fd), syscall(SYS_read, fd, bytes, count));
}

ssize_t
write(int fd, const void *bytes, size_t count)
{
	FAULT_RESULT(ssize_t, fault_of_descriptor(FAULT_WRITE, fd), syscall(SYS_write, fd, bytes, count));
}

int
fstat(int fd, struct stat *st)
{
	enum { OF_DESCRIPTOR = 0x1000 }; /* AT_EMPTY_PATH */

	FAULT_RESULT(int, fault_of_descriptor(FAULT_STAT, fd), fstatat(fd, "", st, OF_DESCRIPTOR));
}

int
fchown(int fd, uid_t uid, gid_t gid)
{
	FAULT_RESULT(int, fault_of_descriptor(FAULT_CHOWN, fd), syscall(SYS_fchown, fd, uid, gid));
}

int
fchmod(int fd, mode_t mode)
{
	FAULT_RESULT(int, fault_of_descriptor(FAULT_CHMOD, fd), syscall(SYS_fchmod, fd, mode));
}

/* Closing twice would close what somebody else opened between. */
int
close(int fd)
{
	if (fd >= 0 && fcntl(fd, F_GETFD) < 0)
		fail_msg("descriptor %d is not open", fd);
	FAULT_RESULT(int, fault_of_descriptor(FAULT_CLOSE, fd), syscall(SYS_close, fd));
}

/* Nothing is waited for: no test cuts the power. */
int
fsync(int fd)
{
	FAULT_RESULT(int, fault_of_descriptor(FAULT_SYNC, fd), fcntl(fd, F_GETFD) < 0 ? -1 : 0);
}

int
syncfs(int fd)
{
	FAULT_RESULT(int, fault_of_descriptor(FAULT_SYNC_ALL, fd), fcntl(fd, F_GETFD) < 0 ? -1 : 0);
}

int
renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
	const char *temporary = strstr(new, ".tmp") ? new : old;

	FAULT_RESULT(int, fault_of(flags == 2 ? FAULT_SWAP : FAULT_RENAME_NEW, temporary),
	    syscall(SYS_renameat2, from, old, to, new, flags));
}

int
renameat(int from, const char *old, int to, const char *new)
{
	FAULT_RESULT(int, fault_of(FAULT_RENAME, old), syscall(SYS_renameat2, from, old, to, new, 0));
}

int
unlinkat(int folder, const char *path, int flags)
{
	FAULT_RESULT(int, fault_of(FAULT_UNLINK, path), syscall(SYS_unlinkat, folder, path, flags));
}

int fremovexattr(int fd, const char *name);

int
fremovexattr(int fd, const char *name)
{
	FAULT_RESULT(
	    int, fault_of_descriptor(FAULT_REMOVE_ATTRIBUTE, fd), syscall(SYS_fremovexattr, fd, name));
}

#endif
#endif
