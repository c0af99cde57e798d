/* input: whether a descriptor has something to say.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYSTEM_INPUT_H
#define BERTH_SYSTEM_INPUT_H

struct error;

enum input_state {
	INPUT_NONE,	/* a terminal, /dev/null, a closed descriptor, or a file that was read to its end */
	INPUT_EMPTY,	/* a FIFO or socket that ended without a byte: its writer may have failed */
	/* A FIFO, regular file or socket with bytes to read. An empty file counts too: whoever names a file
	 * means it, and whoever finds no row in it says so. */
	INPUT_BYTES,
	INPUT_WAITING	/* a FIFO or socket that somebody may still write to, and has not */
};

/* Waits up to MILLISECONDS (-1: without limit) until FD has bytes or ends; takes none of them. */
enum input_state input_wait(int fd, int milliseconds);

/* The descriptor of what OPTION (--findings, an operand) names: a file, `-` for standard input, or NULL
 * for standard input if it has bytes, for which it is waited. *ret is -1 where there is none. *ret_name is
 * for messages. */
int input_open(const char *option, int *ret, const char **ret_name, struct error *);
/* As input_open, for something that has to be there: where OPTION is NULL it is standard input, which is
 * waited for but may not be a terminal. WHAT it is, and where it comes from, is for the message. */
int input_need(const char *option, const char *what, int *ret, const char **ret_name, struct error *);
/* Gives back what input_open gave. */
void input_close(int fd);

#endif
