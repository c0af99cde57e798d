/* source: whether a descriptor has something to say.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SOURCE_H
#define BERTH_SOURCE_H

enum source_state {
	SOURCE_NONE,		/* a terminal, /dev/null, a closed descriptor, or an end without a byte */
	SOURCE_BYTES,		/* a FIFO, regular file or socket with bytes to read */
	SOURCE_WAITING		/* a FIFO or socket on which nothing has come yet, and whose writer is there */
};

/* Waits up to MILLISECONDS (-1: without limit) until FD has bytes or ends; takes none of them. */
enum source_state source_wait(int fd, int milliseconds);

#endif
