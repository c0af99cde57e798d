/* input: whether a descriptor has something to say.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYSTEM_INPUT_H
#define BERTH_SYSTEM_INPUT_H

struct error;

enum source_state {
	SOURCE_NONE, /* a terminal, /dev/null, a closed descriptor, or an end without a byte */
	SOURCE_BYTES, /* a FIFO, regular file or socket with bytes to read; also an empty file: whoever names a file
				 * means it, and what fails to find a row in it says so */
	/* a FIFO or socket on which nothing has come yet, and whose writer is there */
	SOURCE_WAITING
};

/* Waits up to MILLISECONDS (-1: without limit) until FD has bytes or ends; takes none of them. */
enum source_state source_wait(int fd, int milliseconds);

/* The descriptor of what OPTION (--findings, an operand) names: a file, `-` for standard input, or NULL
 * for standard input if it has bytes, for which it is waited. *ret is -1 where there is none. *ret_name is
 * for messages. */
int source_open(const char *option, int *ret, const char **ret_name, struct error *);
/* The same, of something that has to be there: where OPTION is NULL it is standard input, which is waited
 * for but may not be a terminal. WHAT it is, and where to have it from, is for the message. */
int source_need(const char *option, const char *what, int *ret, const char **ret_name, struct error *);
/* Gives back what source_open gave. */
void source_close(int fd);

#endif
