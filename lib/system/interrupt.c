/* interrupt: signals that ask a process to end, while it does what must not stop halfway.
 * SPDX-License-Identifier: MIT */
#include "system/interrupt.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"

enum { WAKE = SIGUSR1 };	/* which the thread alone gets */

struct interrupt {
	struct interrupt_answer answer;
	sigset_t heard;			/* those that the thread waits for */
	sigset_t before;		/* the mask that the work began with */
	pthread_t thread;
	bool can_hear, has_thread;
	pthread_mutex_t lock;		/* of what follows */
	int came;
	bool is_late;
};

/* The lock is held. */
static void
answer(struct interrupt *i, const siginfo_t *from)
{
	/* what the kernel itself sends is a terminal's */
	struct interrupt_call call = { from->si_signo, i->is_late, from->si_code > 0 };

	if (!i->is_late)
		i->came = call.signal;
	if (i->answer.tell)
		i->answer.tell(i->answer.context, &call);
}

/* Ends when it is woken. It is not cancelled: that could lose a signal which it has taken already. */
static void *
hear(void *arg)
{
	struct interrupt *i = arg;
	sigset_t both = i->heard;
	siginfo_t from;
	int got;

	(void)sigaddset(&both, WAKE);
	while ((got = sigwaitinfo(&both, &from)) != WAKE) {
		if (got < 0)
			continue;	/* a debugger's doing */
		(void)pthread_mutex_lock(&i->lock);
		answer(i, &from);
		(void)pthread_mutex_unlock(&i->lock);
	}
	return NULL;
}

/* Answers what came and was not yet heard. */
static void
catch_up(struct interrupt *i)
{
	static const struct timespec at_once = { 0, 0 };
	siginfo_t from;

	while (i->can_hear && sigtimedwait(&i->heard, &from, &at_once) > 0)
		answer(i, &from);
}

/* All that would end the process; job control goes on. */
static void
hold(sigset_t *before)
{
	static const int free[] = { SIGTSTP, SIGTTIN, SIGTTOU };
	sigset_t all;

	(void)sigfillset(&all);	/* none of these calls fails with arguments like these */
	for (size_t n = 0; n < sizeof free / sizeof *free; n++)
		(void)sigdelset(&all, free[n]);
	(void)pthread_sigmask(SIG_BLOCK, &all, before);
}

/* What nohup and the like have the process ignore goes on being ignored. */
static bool
choose(sigset_t *ret)
{
	static const int all[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction now;
	bool any = false;

	(void)sigemptyset(ret);
	for (size_t n = 0; n < sizeof all / sizeof *all; n++)
		if (sigaction(all[n], NULL, &now) == 0 && now.sa_handler != SIG_IGN) {
			(void)sigaddset(ret, all[n]);
			any = true;
		}
	return any;
}

struct interrupt *
interrupt_begin(struct interrupt_answer answer)
{
	struct interrupt *i = mem_zero(1, sizeof *i);

	i->answer = answer;
	hold(&i->before);
	(void)pthread_mutex_init(&i->lock, NULL);
	i->can_hear = choose(&i->heard);
	i->has_thread = i->can_hear && pthread_create(&i->thread, NULL, hear, i) == 0;
	return i;
}

const sigset_t *
interrupt_mask(const struct interrupt *i)
{
	return &i->before;
}

bool
interrupt_came(struct interrupt *i)
{
	bool came;

	if (!i)
		return false;
	(void)pthread_mutex_lock(&i->lock);
	catch_up(i);
	came = i->came != 0;
	(void)pthread_mutex_unlock(&i->lock);
	return came;
}

bool
interrupt_pass(struct interrupt *i)
{
	bool came;

	if (!i)
		return true;
	(void)pthread_mutex_lock(&i->lock);
	catch_up(i);
	came = i->came != 0;
	i->is_late = !came;
	(void)pthread_mutex_unlock(&i->lock);
	return !came;
}

int
interrupt_end(struct interrupt *i)
{
	int came;

	if (i->has_thread) {
		(void)pthread_kill(i->thread, WAKE);
		(void)pthread_join(i->thread, NULL);
	}
	catch_up(i);
	came = i->came;
	(void)pthread_mutex_destroy(&i->lock);
	(void)pthread_sigmask(SIG_SETMASK, &i->before, NULL);
	free(i);
	return came;
}

void
interrupt_die(int number)
{
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}
