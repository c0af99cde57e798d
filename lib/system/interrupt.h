/* interrupt: signals that ask a process to end, while it does what must not stop halfway.
 * SPDX-License-Identifier: MIT
 *
 * SIGINT, SIGTERM and SIGHUP are held off and heard by a thread of its own, which answers each at once,
 * however long the work waits for a disk. All other signals that would end the process wait for the end.
 *
 *	interrupt_begin -> may stop -> interrupt_pass -> too late -> interrupt_end */
#ifndef BERTH_SYSTEM_INTERRUPT_H
#define BERTH_SYSTEM_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

struct interrupt;

struct interrupt_call {
	int signal;
	bool is_late;			/* the work goes on all the same */
	bool is_for_all;		/* a terminal's, which its other programs get as well */
};

/* Whoever answers a call, in the thread. */
struct interrupt_answer {
	void (*tell)(void *context, const struct interrupt_call *);	/* NULL: nobody is told */
	void *context;
};

/* Begins to hold them off. Where no thread can be had they are answered when the work asks or ends. */
struct interrupt *interrupt_begin(struct interrupt_answer);
/* The signals that were blocked before, as a program that is started meanwhile has to find them. */
const sigset_t *interrupt_mask(const struct interrupt *);
/* Whether one came in time: the work has to be taken back. I may be NULL, then nobody can stop it. */
bool interrupt_came(struct interrupt *);
/* From here on it is too late. False: one came before. */
bool interrupt_pass(struct interrupt *);
/* Lets them through again, and frees I. The signal that came in time; 0: none. */
int interrupt_end(struct interrupt *);
/* Ends the process as SIGNAL does. */
void interrupt_die(int signal);

#endif
