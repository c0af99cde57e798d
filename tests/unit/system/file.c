/* file: a regular file is read whole, and nothing else is waited for or read; what is written is there.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"
#include "system/file.h"

static char folder[] = "/tmp/berth-file-XXXXXX";
static int root;

static int
set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	root = open(folder, O_RDONLY | O_DIRECTORY);
	return root < 0 ? -1 : 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = { "plain", "empty", "link", "fifo", "large", "lost" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		(void)unlinkat(root, names[i], 0);
	(void)unlinkat(root, "folder", AT_REMOVEDIR);
	(void)close(root);
	return rmdir(folder);
}

static void
make(const char *name, const char *bytes, size_t len)
{
	int fd = openat(root, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	assert_int_equal(close(fd), 0);
}

static void
read_whole(void **state)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	make("plain", "a\0b\r\n", 5);
	make("empty", "", 0);
	assert_int_equal(symlinkat("plain", root, "link"), 0);
	buf_add_char(&b, '>');
	assert_int_equal(file_read(root, "plain", 5, &b, &err), FILE_READ);
	assert_int_equal(b.len, 6);
	assert_memory_equal(b.ptr, ">a\0b\r\n", 7);
	assert_int_equal(file_read(root, "empty", 5, &b, &err), FILE_READ);
	assert_int_equal(b.len, 6);
	assert_int_equal(file_read(root, "link", 5, &b, &err), FILE_READ);
	assert_int_equal(b.len, 11);
}

static void
a_link_is_told(void **state)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	bool is_link;

	(void)state;
	assert_int_equal(symlinkat("nowhere", root, "lost"), 0);
	assert_int_equal(file_read_linked(root, "plain", 5, &b, &is_link, &err), FILE_READ);
	assert_false(is_link);
	assert_int_equal(file_read_linked(root, "link", 5, &b, &is_link, &err), FILE_READ);
	assert_true(is_link);
	assert_int_equal(b.len, 10);
	assert_int_equal(file_read_linked(root, "lost", 5, &b, &is_link, &err), FILE_ABSENT);
	assert_true(is_link);
}

static void
absent(void **state)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(file_read(root, "nothing", 5, &b, &err), FILE_ABSENT);
	assert_int_equal(file_read(root, "plain/below", 5, &b, &err), FILE_ABSENT);
	assert_false(error_is_set(&err));
}

static void
refused(const char *name, const char *why)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(buf) said = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(file_read(root, name, 1 << 20, &b, &err), FILE_FAILED);
	error_format(&err, &said);
	assert_non_null(strstr(said.ptr, why));
	assert_int_equal(b.len, 0);
}

static void
no_regular_file(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(mkdirat(root, "folder", 0700), 0);
	assert_int_equal(mkfifoat(root, "fifo", 0600), 0);
	fd = openat(root, "large", O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)5 << 30), 0);
	assert_int_equal(close(fd), 0);
	refused("folder", "Is a directory");
	refused("fifo", "FIFO");
	refused("/dev/null", "device");
	refused("large", "larger");
}

static void
written_whole(void **state)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	int fd = openat(root, "plain", O_WRONLY | O_CREAT | O_TRUNC, 0600),
	    full = open("/dev/full", O_WRONLY);

	(void)state;
	assert_int_equal(file_write(fd, STR("a\0b")), 0);
	assert_int_equal(file_write(fd, (struct str)STR_INIT), 0);
	assert_int_equal(file_flush(fd), 0);
	assert_int_equal(file_flush(root), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(file_read(root, "plain", 5, &b, &err), FILE_READ);
	assert_int_equal(b.len, 3);
	assert_int_equal(file_write(-1, STR("a")), -1);
	assert_int_equal(file_flush(-1), -1);
	if (full < 0)
		return;
	assert_int_equal(file_write(full, STR("a")), -1);
	assert_int_equal(errno, ENOSPC);
	(void)close(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_whole),
		cmocka_unit_test(a_link_is_told),
		cmocka_unit_test(absent),
		cmocka_unit_test(no_regular_file),
		cmocka_unit_test(written_whole),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
