/* source: whether a descriptor has something to say.
 * SPDX-License-Identifier: MIT */
#include "source.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum source_state
source_wait(int fd, int milliseconds)
{
	struct pollfd p = { fd, POLLIN, 0 };
	struct stat st;
	int waiting = 0, got;

	if (fstat(fd, &st) < 0)
		return SOURCE_NONE;
	if (S_ISREG(st.st_mode)) {
		off_t at = lseek(fd, 0, SEEK_CUR);

		return at >= 0 && at < st.st_size ? SOURCE_BYTES : SOURCE_NONE;
	}
	if (!S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode))
		return SOURCE_NONE;
	do
		got = poll(&p, 1, milliseconds);
	while (got < 0 && errno == EINTR);
	if (got == 0)
		return SOURCE_WAITING;
	/* At the end of a FIFO or socket poll reports it readable with nothing to read. */
	if (got < 0 || ioctl(fd, FIONREAD, &waiting) < 0 || waiting <= 0)
		return SOURCE_NONE;
	return SOURCE_BYTES;
}
