/* input: whether a descriptor has something to say.
 * SPDX-License-Identifier: MIT */
#include "system/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

enum input_state
input_wait(int fd, int milliseconds)
{
	struct pollfd p = { fd, POLLIN, 0 };
	struct stat st;
	int waiting = 0, got;

	if (fstat(fd, &st) < 0)
		return INPUT_NONE;
	if (S_ISREG(st.st_mode)) {
		off_t at = lseek(fd, 0, SEEK_CUR);

		return at >= 0 && (at < st.st_size || at + st.st_size == 0) ? INPUT_BYTES : INPUT_NONE;
	}
	if (!S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode))
		return INPUT_NONE;
	do
		got = poll(&p, 1, milliseconds);
	while (got < 0 && errno == EINTR);
	if (got == 0)
		return INPUT_WAITING;
	/* At the end of a FIFO or socket poll reports it readable with nothing to read. */
	if (got < 0 || ioctl(fd, FIONREAD, &waiting) < 0)
		return INPUT_NONE;
	return waiting > 0 ? INPUT_BYTES : INPUT_EMPTY;
}

int
input_open(const char *option, int *ret, const char **ret_name, struct error *err)
{
	*ret_name = "standard input";
	if (!option) {
		*ret = input_wait(STDIN_FILENO, -1) == INPUT_BYTES ? STDIN_FILENO : -1;
		return 0;
	}
	if (strcmp(option, "-") == 0) {
		*ret = STDIN_FILENO;
		return 0;
	}
	*ret_name = option;
	*ret = open(option, O_RDONLY | O_CLOEXEC);
	if (*ret >= 0)
		return 0;
	error_errno(err, errno, "cannot open it");
	return error_file(err, str_from(option));
}

int
input_need(const char *option, const char *what, int *ret, const char **ret_name, struct error *err)
{
	*ret = -1;
	if (!option && isatty(STDIN_FILENO))
		return error_set(err, "standard input is a terminal, and has to be %s", what);
	return input_open(option ? option : "-", ret, ret_name, err);
}

void
input_close(int fd)
{
	if (fd >= 0 && fd != STDIN_FILENO)
		(void)close(fd);	/* opened for reading */
}
