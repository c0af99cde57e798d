/* batch: a run carried out: every file of it replaced, made or removed, each app wholly or not at all.
 * SPDX-License-Identifier: MIT */
#include "apply/batch.h"

#include <stdlib.h>

#include "apply/flush.h"
#include "apply/worker.h"
#include "base/error.h"
#include "base/mem.h"
#include "system/confine.h"
#include "system/interrupt.h"
#include "system/progress.h"
#include "system/threads.h"

struct batch {
	struct run *run;
	struct hand *hands;		/* one for each thread */
	size_t jobs;
	const struct step *step;	/* what is done now */
	pthread_mutex_t lock;		/* of what follows, and of the run's arena */
	struct flush flush;
};

struct hand {
	struct batch *batch;
	struct worker worker;
	bool tells;			/* how far the step is */
};

/* What is done to one app after the other. */
struct step {
	const char *doing;		/* for whoever watches */
	void (*one)(struct worker *, struct run_app *);
};

static bool
do_one(void *arg, size_t number)
{
	struct hand *h = arg;
	const struct step *step = h->batch->step;
	struct run *r = h->batch->run;

	if (interrupt_came(r->interrupt))
		return false;
	if (h->tells)
		progress_tell(r->progress, step->doing, number, r->count);
	if (r->apps[number].state == RUN_WAITING)
		step->one(&h->worker, &r->apps[number]);
	return true;
}

/* Takes a step with each app that waits. */
static void
take_step(struct batch *b, const struct step *step)
{
	b->step = step;
	threads_deal(b->run->count, do_one, b->hands, sizeof *b->hands, b->jobs);
}

/* Flushes the staged files of every waiting app one by one: for file systems that can't be flushed as a
 * whole, and for small runs. */
static int
flush_staged(struct batch *b, struct error *err)
{
	for (size_t i = 0; i < b->run->count; i++)
		if (b->run->apps[i].state == RUN_WAITING &&
		    worker_flush_staged(&b->hands->worker, &b->run->apps[i], err) < 0)
			return -1;
	return 0;
}

/* Flushes the folders of all files that were touched, when all of them are renamed. */
static int
flush_folders(struct batch *b, struct error *err)
{
	for (size_t i = 0; i < b->run->count; i++)
		if (b->run->apps[i].is_touched &&
		    worker_flush_folders(&b->hands->worker, &b->run->apps[i], err) < 0)
			return -1;
	return 0;
}

static size_t
count_waiting(const struct run *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++)
		n += r->apps[i].state == RUN_WAITING ? r->apps[i].count : 0;
	return n;
}

/* Lets all waiting apps fail with ERR, before anything is renamed. */
static void
abandon(struct batch *b, const struct error *err)
{
	for (size_t i = 0; i < b->run->count; i++) {
		struct run_app *a = &b->run->apps[i];
		AUTO(error) copy = ERROR_INIT;

		if (a->state != RUN_WAITING)
			continue;
		error_errno(&copy, err->errnum, "%s", err->what);
		worker_give_up(&b->hands->worker, a, RUN_FAILED, &a->files[0], &copy);
	}
}

/* Takes away what was written beside the files, before any of it is in place. */
static int
withdraw(struct batch *b, struct error *err)
{
	for (size_t i = 0; i < b->run->count; i++)
		if (b->run->apps[i].state == RUN_WAITING)
			worker_sweep(&b->hands->worker, &b->run->apps[i]);
	return error_set(err, "stopped before anything was in place: every file is as it was");
}

static int
commit(struct batch *b, struct error *err)
{
	static const struct step staging = { "apps written", worker_stage };
	static const struct step placing = { "apps put in place", worker_place };
	struct flush *flush = &b->flush;
	struct run *r = b->run;

	take_step(b, &staging);
	flush_choose(flush, count_waiting(r));
	if (!interrupt_came(r->interrupt) &&
	    (flush_all(flush, err) < 0 || (flush->each && flush_staged(b, err) < 0))) {
		abandon(b, err);
		return -1;
	}
	if (!interrupt_pass(r->interrupt))
		return withdraw(b, err);
	take_step(b, &placing);
	if (flush_all(flush, err) == 0 && (!flush->each || flush_folders(b, err) == 0))
		return 0;
	for (size_t i = 0; i < r->count; i++)
		if (run_app_is_done(&r->apps[i]))
			r->apps[i].state = RUN_WAITING;
	return -1;
}

static void
begin(struct batch *b, const struct confine *confine, enum run_direction d)
{
	(void)pthread_mutex_init(&b->lock, NULL);
	b->hands = mem_zero(b->jobs, sizeof *b->hands);
	for (size_t i = 0; i < b->jobs; i++)
		b->hands[i] = (struct hand){ b, { b->run, d, &b->lock, &b->flush,
		    confine_like(confine), BUF_INIT, -1 }, i == 0 };
}

static void
end(struct batch *b)
{
	for (size_t i = 0; i < b->jobs; i++)
		worker_release(&b->hands[i].worker);
	flush_release(&b->flush);
	(void)pthread_mutex_destroy(&b->lock);
	free(b->hands);
}

int
batch_commit(struct run *r, const struct confine *confine, enum run_direction d, size_t jobs,
    struct error *err)
{
	struct batch b = { .run = r, .jobs = threads_to_wait(jobs, r->count), .flush = FLUSH_INIT };
	int result;

	begin(&b, confine, d);
	result = commit(&b, err);
	end(&b);
	return result;
}

void
batch_foresee(struct run *r, const struct confine *confine, enum run_direction d)
{
	static const struct step foreseeing = { "apps looked at", worker_foresee };
	struct batch b = { .run = r, .jobs = 1, .flush = FLUSH_INIT };

	begin(&b, confine, d);
	take_step(&b, &foreseeing);
	end(&b);
}
