/* scratch: a folder of a test's own to work in, and what a test does with files there.
 * SPDX-License-Identifier: MIT
 *
 * Included first. A test that is set up with scratch_make and torn down with scratch_clean runs in an
 * empty folder, which is the working one. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#define _XOPEN_SOURCE 700	/* nftw, posix_openpt */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"
#include "system/file.h"

struct scratch {
	char root[PATH_MAX];		/* its real path */
	int cwd;			/* where the test came from */
	size_t open; /* how many descriptors were open before */
};

/* How many descriptors are open, where the system tells. */
static inline size_t
scratch_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	if (!d)
		return 0;
	while (readdir(d))
		n++;
	assert_int_equal(closedir(d), 0);
	return n;
}

static inline int
scratch_make(void **state)
{
	struct scratch *s = malloc(sizeof *s);
	const char *above = getenv("TMPDIR");
	char path[PATH_MAX];

	(void)snprintf(path, sizeof path, "%s/berth-unit-XXXXXX", above && *above ? above : "/tmp");
	assert_non_null(s);
	s->open = scratch_descriptors();
	s->cwd = open(".", O_RDONLY | O_DIRECTORY);
	assert_true(s->cwd >= 0);
	assert_non_null(mkdtemp(path));
	assert_int_equal(chdir(path), 0);
	assert_non_null(getcwd(s->root, sizeof s->root));
	*state = s;
	return 0;
}

static inline int
scratch_remove(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

static inline int
scratch_clean(void **state)
{
	struct scratch *s = *state;

	assert_int_equal(fchdir(s->cwd), 0);
	assert_int_equal(close(s->cwd), 0);
	assert_int_equal(scratch_descriptors(), s->open); /* whoever opened one has closed it */
	assert_int_equal(nftw(s->root, scratch_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(s);
	return 0;
}

#define scratch_test(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_clean)

/* The file PATH is TEXT from now on; folders on the way are made. */
static inline void
scratch_put(const char *path, const char *text)
{
	char above[PATH_MAX];
	int fd;

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		(void)snprintf(above, sizeof above, "%.*s", (int)(slash - path), path);
		assert_true(mkdir(above, 0755) == 0 || errno == EEXIST);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(close(fd), 0);
}

/* The file PATH is TEXT; NULL: it is not there. */
static inline void
scratch_holds(const char *path, const char *text)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(
	    file_read(AT_FDCWD, path, (size_t)1 << 24, &b, &err), text ? FILE_READ : FILE_ABSENT);
	if (text)
		assert_string_equal(b.ptr ? b.ptr : "", text);
}

/* An open file that holds TEXT, at its start: what a tool reads from its input. */
static inline FILE *
scratch_input(const char *text)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fflush(f), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
	return f;
}

/* All that was written to F, which is closed, is TEXT. */
static inline void
scratch_wrote(FILE *f, const char *text)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(fflush(f), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
	assert_int_equal(file_read_fd(fileno(f), (size_t)1 << 24, &b, &err), 0);
	assert_string_equal(b.ptr ? b.ptr : "", text);
	assert_int_equal(fclose(f), 0);
}

/* The error names FILE (NULL: no place) at LINE and says TEXT; it is cleared. */
static inline void
scratch_error(struct error *err, const char *file, size_t line, const char *text)
{
	assert_true(error_is_set(err) && err->what && text);
	if (!strstr(err->what, text))
		fail_msg("'%s' does not say '%s'", err->what, text);
	if (file && (!err->file || strcmp(err->file, file) != 0))
		fail_msg("the place is '%s', not '%s'", err->file ? err->file : "", file);
	if (!file)
		assert_null(err->file);
	assert_int_equal(err->line, line);
	error_release(err);
}

#endif
