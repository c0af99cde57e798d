/* input: what a descriptor has to say is found out without taking any of it.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include <sys/socket.h>

#include "system/input.h"

static void
a_pipe_speaks_waits_or_ends(void **state)
{
	int ends[2];
	char c;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(input_wait(ends[0], 0), INPUT_WAITING);
	assert_int_equal(input_wait(ends[0], 20), INPUT_WAITING);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(input_wait(ends[0], -1), INPUT_BYTES);
	assert_int_equal(close(ends[1]), 0);
	assert_int_equal(input_wait(ends[0], -1), INPUT_BYTES);
	assert_int_equal(read(ends[0], &c, 1), 1);		/* still there */
	assert_int_equal(input_wait(ends[0], -1), INPUT_EMPTY);
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(input_wait(ends[0], -1), INPUT_NONE);
}

static void
a_socket_is_as_a_pipe(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(input_wait(ends[0], 0), INPUT_WAITING);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(input_wait(ends[0], 0), INPUT_BYTES);
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(input_wait(ends[1], -1), INPUT_EMPTY);
	assert_int_equal(close(ends[1]), 0);
}

static void
files_and_devices(void **state)
{
	int null = open("/dev/null", O_RDONLY), fd;
	char c;

	(void)state;
	scratch_put("empty", "");
	scratch_put("one", "x");
	assert_int_equal(input_wait(null, -1), INPUT_NONE);
	fd = open("empty", O_RDONLY);
	assert_int_equal(input_wait(fd, -1), INPUT_BYTES);
	assert_int_equal(close(fd), 0);
	fd = open("one", O_RDONLY);
	assert_int_equal(input_wait(fd, -1), INPUT_BYTES);
	assert_int_equal(read(fd, &c, 1), 1);
	assert_int_equal(input_wait(fd, -1), INPUT_NONE);	/* nothing is left of it */
	assert_int_equal(close(fd), 0);
	assert_int_equal(close(null), 0);
}

/* The test's own standard input is IN meanwhile. */
static int
opened(const char *option, const char *in, const char **ret_name)
{
	AUTO(error) err = ERROR_INIT;
	int saved = dup(STDIN_FILENO), file = open(in, O_RDONLY), got = -2;

	assert_true(file >= 0);
	assert_int_equal(dup2(file, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(input_open(option, &got, ret_name, &err), 0);
	assert_true(saved < 0 || dup2(saved, STDIN_FILENO) == STDIN_FILENO);
	(void)close(saved), (void)close(file);
	return got;
}

static void
an_option_names_it(void **state)
{
	AUTO(error) err = ERROR_INIT;
	const char *name;
	int fd;

	(void)state;
	scratch_put("one", "x");
	assert_int_equal(opened(NULL, "one", &name), STDIN_FILENO);
	assert_string_equal(name, "standard input");
	assert_int_equal(opened(NULL, "/dev/null", &name), -1);
	assert_int_equal(opened("-", "/dev/null", &name), STDIN_FILENO);
	assert_string_equal(name, "standard input");
	fd = opened("one", "/dev/null", &name);
	assert_true(fd > STDIN_FILENO);
	assert_string_equal(name, "one");
	input_close(fd);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	input_close(-1);
	fd = dup(STDIN_FILENO);
	input_close(STDIN_FILENO);				/* is not ours to close */
	assert_true(fd < 0 || fcntl(STDIN_FILENO, F_GETFD) >= 0);
	(void)close(fd);
	assert_int_equal(input_open("absent", &fd, &name, &err), -1);
	assert_int_equal(err.errnum, ENOENT);
	scratch_error(&err, "absent", 0, "cannot open");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pipe_speaks_waits_or_ends),
		cmocka_unit_test(a_socket_is_as_a_pipe),
		scratch_test(files_and_devices),
		scratch_test(an_option_names_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
