/* dbfile: what the files of a database say before SQLite opens it.
 * SPDX-License-Identifier: MIT */
#include "system/dbfile.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

void
dbfile_make(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0)
		(void)close(fd);	/* nothing was written */
}

/* The first LEN bytes of PATH. False where it has no more than that, or is no database. */
static bool
read_header(const char *path, unsigned char *ret, size_t len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, len);

	if (fd >= 0)
		(void)close(fd);	/* opened for reading */
	return n == (ssize_t)len && memcmp(ret, "SQLite format 3", 16) == 0;
}

static bool
is_beside(const char *path, const char *suffix)
{
	AUTO(buf) name = BUF_INIT;

	buf_printf(&name, "%s%s", path, suffix);
	return access(name.ptr, F_OK) == 0;
}

bool
dbfile_is_utf16(const char *path)
{
	unsigned char header[60];

	return read_header(path, header, sizeof header) && header[59] > 1;	/* byte 59: the encoding */
}

bool
dbfile_is_settled_wal(const char *path)
{
	unsigned char header[20];

	return read_header(path, header, sizeof header) && header[18] == 2 && !is_beside(path, "-wal");
}

bool
dbfile_has_journal(const char *path)
{
	return is_beside(path, "-journal");
}

void
dbfile_uri(const char *path, struct buf *b)
{
	buf_add_str(b, path[0] == '/' ? STR("file://") : STR("file:"));
	for (; *path; path++)
		if (strchr("%?#", *path))
			buf_printf(b, "%%%02X", (unsigned char)*path);
		else
			buf_add_char(b, *path);
	buf_add_str(b, STR("?mode=ro"));
}
