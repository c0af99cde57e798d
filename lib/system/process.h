/* process: running programs, berth's own and others, and telling how they ended.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYSTEM_PROCESS_H
#define BERTH_SYSTEM_PROCESS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

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

/* What a program answered. */
struct process_answer {
	struct buf out, why; /* its stdout and stderr */
	struct process_end end;
};

#define PROCESS_ANSWER_INIT \
	{ \
		.out = BUF_INIT \
	}

/* Runs PROGRAM, looked for in PATH where it is a bare name, with nothing to read, and keeps what it says.
 * -1: it could not be started. */
int process_ask(const char *program, const struct process_args *, struct process_answer *ret, struct error *);
void process_answer_release(struct process_answer *);

/* A descriptor of a new file that has no name, for what one program leaves to the next; -1 with the error
 * set. */
int process_scratch(struct error *);
/* One that holds TEXT, to be read from its start. */
int process_scratch_of(struct str text, struct error *);

/* How many files this process may open, after the limit was raised as far as it goes without rights. */
size_t process_descriptors(void);
/* -1 where those are too few to work with: half of what is asked could then be found not to be there. */
int process_check_descriptors(struct error *);

MEM_AUTO(process_args);
MEM_AUTO(process_answer);

#endif
