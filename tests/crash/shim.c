/* shim: makes the Nth call that changes anything fail, or the process die there. For LD_PRELOAD.
 * SPDX-License-Identifier: MIT
 *
 * CRASH_AT=N        the call; 0 or absent: none
 * CRASH_DO=WHAT     kill (before the call), after (when it is done), group (before it, and the whole process
 * group), stop (before it, until somebody continues it), short (a write that takes one byte), ask (SIGINT as
 * from a terminal, and again at each call that follows), or an errno's name
 * CRASH_COUNT=FILE  where the calls of all processes that bear this are counted together
 * CRASH_NO=NAME     a call that this system shall not have: it always gives ENOSYS
 * CRASH_SQL=1       counts, and fails, what is asked of SQLite instead
 * CRASH_READS=1     counts, and fails, the calls that only look instead
 * CRASH_LOG=FILE    gets a line for each call: its number and name
 * CRASH_WAYS=1      and behind them a number for the way that led to it
 *
 * Calls on descriptors 0 to 2 are not counted: what goes there is told, not kept. Nor is closing what was
 * only read, nor opening the profile that `make cov` is made of. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* The one place with state: a preloaded library has nowhere else to keep its count. */
static _Atomic unsigned long own_calls;

/* Counts this call: among this process's, or among those of all that share the file of CRASH_COUNT. */
static unsigned long
count_call(void)
{
	static unsigned long *shared;
	const char *path = getenv("CRASH_COUNT");
	void *p;
	int fd;

	if (!path)
		return ++own_calls;
	if (!shared) {
		fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0 || syscall(SYS_ftruncate, fd, (long)sizeof *shared) < 0)
			abort();
		p = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (p == MAP_FAILED)
			abort();
		(void)syscall(SYS_close, fd);
		shared = p;
	}
	return __atomic_add_fetch(shared, 1, __ATOMIC_SEQ_CST);
}

/* A number for the functions of the program that called each other until this call was made. */
static unsigned long
way(void)
{
	void *callers[64];
	unsigned long sum = 14695981039346656037u;
	Dl_info of;

	for (int i = backtrace(callers, 64); i-- > 0; )
		if (dladdr(callers[i], &of) && !strstr(of.dli_fname, ".so"))
			sum = (sum ^ (unsigned long)callers[i]) * 1099511628211u;
	return sum;
}

static void
note(unsigned long calls, const char *name)
{
	const char *path = getenv("CRASH_LOG");
	char line[96];
	int fd, n;

	if (!path)
		return;
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	n = getenv("CRASH_WAYS") ? snprintf(line, sizeof line, "%lu %s %lx\n", calls, name, way())
				 : snprintf(line, sizeof line, "%lu %s\n", calls, name);
	if (fd >= 0) {
		(void)syscall(SYS_write, fd, line, (size_t)n);
		(void)syscall(SYS_close, fd);
	}
}

static int
error_number(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} known[] = { { "ENOSPC", ENOSPC }, { "EIO", EIO }, { "EACCES", EACCES }, { "EINTR", EINTR },
		{ "EROFS", EROFS },
		{ "EDQUOT", EDQUOT }, { "EMFILE", EMFILE } };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(name, known[i].name) == 0)
			return known[i].number;
	abort();
}

enum fate { GO, SHORT, DIE_AFTER, FAIL };

/* Of what is asked: a call that changes something, one that only looks, or SQLite. */
static bool
is_asked_for(const char *name, bool looks)
{
	bool sql = strncmp(name, "sqlite3_", 8) == 0;

	return getenv("CRASH_SQL") ? sql : getenv("CRASH_READS") ? looks : !looks && !sql;
}

/* What shall become of this call, which only LOOKS; with FAIL errno is set. */
static enum fate
fate_of(const char *name, bool looks)
{
	const char *at = getenv("CRASH_AT"), *what = getenv("CRASH_DO"), *no = getenv("CRASH_NO");
	unsigned long calls;

	if (no && strcmp(no, name) == 0) {
		errno = ENOSYS;
		return FAIL;
	}
	if (!is_asked_for(name, looks))
		return GO;
	calls = count_call();
	note(calls, name);
	if (at && what && strcmp(what, "ask") == 0 && calls >= strtoul(at, NULL, 10)) {
		(void)kill(getpid(), SIGINT);
		return GO;
	}
	if (!at || !what || strtoul(at, NULL, 10) != calls)
		return GO;
	if (strcmp(what, "kill") == 0)
		(void)raise(SIGKILL);
	if (strcmp(what, "group") == 0)
		(void)kill(0, SIGKILL);
	if (strcmp(what, "stop") == 0) {
		(void)raise(SIGSTOP);
		return GO;
	}
	if (strcmp(what, "after") == 0)
		return DIE_AFTER;
	if (strcmp(what, "short") == 0)
		return SHORT;
	errno = error_number(what);
	return FAIL;
}

static enum fate
fate(const char *name)
{
	return fate_of(name, false);
}

static void *
real(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (!p)
		abort();
	return p;
}

#define CALL(name, type, params, args) CALL_OF(name, type, params, args, fate(#name))
#define LOOK(name, type, params, args) CALL_OF(name, type, params, args, fate_of(#name, true))
#define CALL_OF(name, type, params, args, told) \
	type name params; \
	type name params \
	{ \
		type (*next) params = (type (*) params)real(#name); \
		enum fate f = told; \
		type r; \
		if (f == FAIL) \
			return -1; \
		r = next args; \
		if (f == DIE_AFTER) \
			(void)raise(SIGKILL); \
		return r; \
	}

CALL(fsync, int, (int fd), (fd))
CALL(fdatasync, int, (int fd), (fd))
CALL(syncfs, int, (int fd), (fd))
CALL(ftruncate, int, (int fd, off_t len), (fd, len))
CALL(ftruncate64, int, (int fd, off64_t len), (fd, len))
CALL(rename, int, (const char *from, const char *to), (from, to))
CALL(renameat, int, (int a, const char *from, int b, const char *to), (a, from, b, to))
CALL(
    renameat2, int, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags))
CALL(linkat, int, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags))
CALL(unlink, int, (const char *path), (path))
CALL(unlinkat, int, (int fd, const char *path, int flags), (fd, path, flags))
CALL(mkdir, int, (const char *path, mode_t mode), (path, mode))
CALL(fchmod, int, (int fd, mode_t mode), (fd, mode))
CALL(fchown, int, (int fd, uid_t uid, gid_t gid), (fd, uid, gid))
CALL(fsetxattr, int, (int fd, const char *name, const void *value, size_t len, int flags),
    (fd, name, value, len, flags))
CALL(fremovexattr, int, (int fd, const char *name), (fd, name))

LOOK(fstat, int, (int fd, struct stat *st), (fd, st))
LOOK(fstat64, int, (int fd, struct stat64 *st), (fd, st))
LOOK(stat, int, (const char *path, struct stat *st), (path, st))
LOOK(stat64, int, (const char *path, struct stat64 *st), (path, st))
LOOK(lstat, int, (const char *path, struct stat *st), (path, st))
LOOK(lstat64, int, (const char *path, struct stat64 *st), (path, st))
LOOK(fstatat, int, (int at, const char *path, struct stat *st, int flags), (at, path, st, flags))
LOOK(fstatat64, int, (int at, const char *path, struct stat64 *st, int flags), (at, path, st, flags))
LOOK(access, int, (const char *path, int mode), (path, mode))
LOOK(faccessat, int, (int at, const char *path, int mode, int flags), (at, path, mode, flags))
LOOK(readlink, ssize_t, (const char *path, char *to, size_t size), (path, to, size))
LOOK(readlinkat, ssize_t, (int at, const char *path, char *to, size_t size), (at, path, to, size))
LOOK(read, ssize_t, (int fd, void *to, size_t len), (fd, to, len))
LOOK(pread, ssize_t, (int fd, void *to, size_t len, off_t at), (fd, to, len, at))
LOOK(pread64, ssize_t, (int fd, void *to, size_t len, off64_t at), (fd, to, len, at))

/* For what the C library has no function of its own on every system. */
long syscall(long number, ...);
long
syscall(long number, ...)
{
	long (*next)(long, ...) = (long (*)(long, ...))real("syscall");
	const char *name = number == SYS_getdents64 ? "getdents64" : number == SYS_openat2 ? "openat2" : NULL;
	long a[6];
	va_list ap;

	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	return name && fate_of(name, true) == FAIL ? -1 : next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

#define WRITE(name, params, args, short_args) \
	ssize_t name params; \
	ssize_t name params \
	{ \
		ssize_t (*next) params = (ssize_t (*) params)real(#name); \
		enum fate f = fd > 2 ? fate(#name) : GO; \
		ssize_t r; \
		if (f == FAIL) \
			return -1; \
		r = f == SHORT && len > 1 ? next short_args : next args; \
		if (f == DIE_AFTER) \
			(void)raise(SIGKILL); \
		return r; \
	}

WRITE(write, (int fd, const void *p, size_t len), (fd, p, len), (fd, p, 1))
WRITE(pwrite, (int fd, const void *p, size_t len, off_t at), (fd, p, len, at), (fd, p, 1, at))
WRITE(pwrite64, (int fd, const void *p, size_t len, off64_t at), (fd, p, len, at), (fd, p, 1, at))

/* A close that fails has closed all the same, as on Linux. */
int close(int fd);
int
close(int fd)
{
	int (*next)(int) = (int (*)(int))real("close");
	int flags = fcntl(fd, F_GETFL);
	enum fate f = fd > 2 && flags >= 0 && (flags & O_ACCMODE) != O_RDONLY ? fate("close") : GO;
	int saved = errno, r = next(fd);

	if (f == DIE_AFTER)
		(void)raise(SIGKILL);
	if (f == FAIL) {
		errno = saved;
		return -1;
	}
	return r;
}

static bool
changes(int flags)
{
	return (flags & (O_CREAT | O_TRUNC)) || (flags & O_ACCMODE) != O_RDONLY;
}

static enum fate
fate_of_open(const char *name, const char *path, int flags)
{
	size_t len = strlen(path);
	bool is_profile = len > 5 && strcmp(path + len - 5, ".gcda") == 0;

	return is_profile ? GO : fate_of(name, !changes(flags));
}

#define OPEN(name, first_params, first_args) \
	int name first_params; \
	int name first_params \
	{ \
		int (*next) first_params = (int (*) first_params)real(#name); \
		mode_t mode = 0; \
		enum fate f; \
		va_list ap; \
		int fd; \
		va_start(ap, flags); \
		if (flags & O_CREAT) \
			mode = (mode_t)va_arg(ap, int); \
		va_end(ap); \
		f = fate_of_open(#name, path, flags); \
		if (f == FAIL) \
			return -1; \
		fd = next first_args; \
		if (f == DIE_AFTER) \
			(void)raise(SIGKILL); \
		return fd; \
	}

OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, (int at, const char *path, int flags, ...), (at, path, flags, mode))
OPEN(openat64, (int at, const char *path, int flags, ...), (at, path, flags, mode))

/* SQLite as far as it is asked; its own errors are numbers above 0. A call is named by what it asks. */
enum { SQLITE_IOERR = 10 };

static enum fate
sql_fate(const char *name, const char *text)
{
	char whole[48];
	int n = snprintf(whole, sizeof whole, "%s:%s", name, text ? text : "");

	for (int i = 0; i < n && i < (int)sizeof whole - 1; i++)
		if (whole[i] <= ' ')
			whole[i] = '_';
	return fate(whole);
}

/* sqlite3_exec steps as well, and asks the statement afterwards what became of it: it fails as a whole. */
static _Thread_local int inside;

int sqlite3_step(void *statement);
int
sqlite3_step(void *statement)
{
	int (*next)(void *) = (int (*)(void *))real("sqlite3_step");
	const char *(*text)(void *) = (const char *(*)(void *))real("sqlite3_sql");

	return !inside && sql_fate("sqlite3_step", text(statement)) == FAIL ? SQLITE_IOERR : next(statement);
}

typedef int each_row(void *, int, char **, char **);

int sqlite3_exec(void *db, const char *text, each_row *f, void *p, char **err);
int
sqlite3_exec(void *db, const char *text, each_row *f, void *p, char **err)
{
	int (*next)(void *, const char *, each_row *, void *, char **) =
	    (int (*)(void *, const char *, each_row *, void *, char **))real("sqlite3_exec");

	int result;

	if (!inside && sql_fate("sqlite3_exec", text) == FAIL)
		return SQLITE_IOERR;
	inside++;
	result = next(db, text, f, p, err);
	inside--;
	return result;
}
