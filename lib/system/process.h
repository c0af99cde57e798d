/* process: running berth's own programs, and telling how they ended.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYSTEM_PROCESS_H
#define BERTH_SYSTEM_PROCESS_H

#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"

struct buf;
struct error;

/* The words of a command, NULL at the end. Zeroed is empty; the strings are borrowed. */
struct process_args {
	const char **words;	/* owned */
	size_t count, cap;
};

void process_args_add(struct process_args *, const char *word);
void process_args_release(struct process_args *);

/* Appends to RET (emptied first) the path of berth's program NAME: beside the running program, or where
 * `make install` puts it. -1 where it is in neither place. */
int process_tool_path(const char *name, struct buf *ret, struct error *);

struct process_end {
	int status;		/* 128 + N where signal N ended it */
	int heard;		/* the last signal that asked us to end meanwhile; 0: none */
};

/* Runs PATH with ARGS to its end, its stdin and stdout being IN and OUT (-1: inherited), which stay the
 * caller's to close. A signal that asks us to end is the program's to answer: it is handed on. */
int process_run(
    const char *path, const struct process_args *, int in, int out, struct process_end *ret, struct error *);

/* A descriptor of a new file that has no name, for what one program leaves to the next; -1 with the error
 * set. */
int process_scratch(struct error *);

MEM_AUTO(process_args);

#endif
