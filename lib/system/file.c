/* file: reading a whole regular file, whatever stands at its path, and writing all of what is to be written.
 * SPDX-License-Identifier: MIT */
#include "system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"

/* A file may grow while it is read: what comes after the size that was seen is read too, up to MAX. One that
 * ends where it was seen to end is not asked once more. */
static int
read_all(int fd, size_t expected, size_t max, struct buf *b, struct error *err)
{
	size_t start = b->len;

	for (;;) {
		size_t room = b->len - start < expected ? expected - (b->len - start) + 1 : 4096;
		char *p = buf_reserve(b, room);
		ssize_t n = read(fd, p, room);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(err, errno, "cannot read");
		b->len += (size_t)n;
		b->ptr[b->len] = '\0';
		if (n == 0 || ((size_t)n < room && expected && b->len - start == expected))
			return 0;
		if (b->len - start > max)
			return error_set(err, "larger than %zu MiB", max >> 20);
	}
}

static int
check(const struct stat *st, size_t max, struct error *err)
{
	if (S_ISDIR(st->st_mode))
		return error_errno(err, EISDIR, "cannot read");
	if (!S_ISREG(st->st_mode))
		return error_set(err, "is not a regular file (a FIFO, socket or device)");
	if (st->st_size < 0 || (uintmax_t)st->st_size > max)
		return error_set(err, "larger than %zu MiB; no compose file or .env is", max >> 20);
	return 0;
}

int
file_read_stat(int fd, size_t max, struct buf *b, struct stat *ret_st, struct error *err)
{
	if (fstat(fd, ret_st) < 0)
		return error_errno(err, errno, "cannot examine");
	if (check(ret_st, max, err) < 0)
		return -1;
	return read_all(fd, (size_t)ret_st->st_size, max, b, err);
}

int
file_read_fd(int fd, size_t max, struct buf *b, struct error *err)
{
	struct stat st;

	return file_read_stat(fd, max, b, &st, err);
}

int
file_read_random(void *bytes, size_t count, struct error *err)
{
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, bytes, count);
	int saved = errno;

	if (fd >= 0)
		(void)close(fd);
	if (got >= 0 && (size_t)got == count)
		return 0;
	error_errno(err, got < 0 ? saved : EIO, "cannot read");
	return error_file(err, STR("/dev/urandom"));
}

/* O_NONBLOCK: opening a FIFO with no writer would wait for one. It means nothing to a regular file. */
enum { READING = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK };

/* Reads what FD was opened for, which may have failed. */
static enum file_outcome
read_opened(int fd, size_t max, struct buf *b, struct error *err)
{
	int result;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return FILE_ABSENT;
	if (fd < 0) {
		error_errno(err, errno, "cannot open");
		return FILE_FAILED;
	}
	result = file_read_fd(fd, max, b, err);
	(void)close(fd);	/* opened for reading: there is nothing that close could lose */
	return result < 0 ? FILE_FAILED : FILE_READ;
}

enum file_outcome
file_read(int dirfd, const char *path, size_t max, struct buf *b, struct error *err)
{
	return read_opened(openat(dirfd, path, READING), max, b, err);
}

enum file_outcome
file_read_linked(
    int dirfd, const char *path, size_t max, struct buf *b, bool *ret_is_link, struct error *err)
{
	int fd = openat(dirfd, path, READING | O_NOFOLLOW);

	*ret_is_link = fd < 0 && (errno == ELOOP || errno == EMLINK);	/* EMLINK: on FreeBSD */
	return read_opened(*ret_is_link ? openat(dirfd, path, READING) : fd, max, b, err);
}

/* Takes away the byte order mark that B may have at START. */
static void
drop_mark(struct buf *b, size_t start)
{
	size_t mark = str_bom(str_sub(buf_str(b), start, b->len));

	if (!mark)
		return;
	b->len -= mark;
	memmove(b->ptr + start, b->ptr + start + mark, b->len - start + 1);
}

int
file_read_given(const char *path, size_t max, struct buf *b, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), result;
	size_t start = b->len;

	if (fd < 0) {
		error_errno(err, errno, "cannot read");
		return error_file(err, str_from(path));
	}
	result = read_all(fd, 0, max, b, err);
	(void)close(fd);
	drop_mark(b, start);
	return result < 0 ? error_file(err, str_from(path)) : 0;
}

int
file_write(int fd, struct str s)
{
	for (size_t done = 0; done < s.len; ) {
		ssize_t n = write(fd, s.ptr + done, s.len - done);

		if (n == 0)
			errno = ENOSPC;
		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			return -1;
	}
	return 0;
}

int
file_flush(int fd)
{
	int result;

	do
		result = fsync(fd);
	while (result < 0 && errno == EINTR);
	return result;
}
