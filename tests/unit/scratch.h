/* scratch: a folder of a test's own, the working folder while the test runs. Included first: it asks for more than POSIX.
 * SPDX-License-Identifier: MIT */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#define _XOPEN_SOURCE 700	/* mkdtemp, nftw */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct scratch {
	char root[32];
	int cwd;		/* where the program was before */
};

/* A test's setup: makes and enters the folder; *STATE is its struct scratch. */
static inline int
scratch_make(void **state)
{
	struct scratch *s = malloc(sizeof *s);

	assert_non_null(s);
	(void)strcpy(s->root, "/tmp/berth-unit-XXXXXX");
	s->cwd = open(".", O_RDONLY | O_DIRECTORY);
	assert_true(s->cwd >= 0);
	assert_non_null(mkdtemp(s->root));
	assert_int_equal(chdir(s->root), 0);
	*state = s;
	return 0;
}

static inline int
scratch_remove(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

/* A test's teardown. */
static inline int
scratch_clean(void **state)
{
	struct scratch *s = *state;

	assert_int_equal(nftw(s->root, scratch_remove, 16, FTW_DEPTH | FTW_PHYS), 0);
	assert_int_equal(fchdir(s->cwd), 0);
	(void)close(s->cwd);
	free(s);
	return 0;
}

#endif
