/* workers: threads that do numbered pieces of work; what they write comes out in the order of the numbers.
 * SPDX-License-Identifier: MIT
 *
 * Work is taken in batches of BATCH pieces. Batch N is written to slot N % slots and is free again when it
 * has been copied out. Whoever finishes the batch whose turn it is copies out that one and all finished
 * ones behind it. */
#include "scan/workers.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "stream/csv.h"

enum { BATCH = 8, SLOTS_EACH = 4 };

struct slot {
	struct stream_writer *rows;
	bool done;
};

struct crew {
	const struct crew_work *work;
	struct stream_writer *out;
	pthread_mutex_t lock;
	pthread_cond_t moved;		/* turn went on, or a slot is done */
	struct slot *slots;
	size_t slot_count, batches;
	size_t next;			/* the batch to be taken next */
	size_t turn;			/* the batch to be copied out next */
	bool copying;			/* by some thread */
};

struct worker {
	struct crew *crew;
	void *state;
};

size_t
crew_jobs(size_t wanted)
{
	long n = wanted ? (long)wanted : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > CREW_JOBS ? CREW_JOBS : (size_t)n;
}

static bool
take(struct crew *c, size_t *ret)
{
	bool any;

	(void)pthread_mutex_lock(&c->lock);
	while (c->next < c->batches && c->next - c->turn >= c->slot_count)
		(void)pthread_cond_wait(&c->moved, &c->lock);
	any = c->next < c->batches;
	if (any)
		*ret = c->next++;
	(void)pthread_mutex_unlock(&c->lock);
	return any;
}

static size_t
batch_end(const struct crew *c, size_t batch)
{
	return (batch + 1) * BATCH < c->work->count ? (batch + 1) * BATCH : c->work->count;
}

/* Locked on entry and on return; unlocked while it copies, which may wait for the reader of a pipe. */
static void
copy_out(struct crew *c)
{
	c->copying = true;
	while (c->turn < c->next && c->slots[c->turn % c->slot_count].done) {
		struct slot *s = &c->slots[c->turn % c->slot_count];

		(void)pthread_mutex_unlock(&c->lock);
		stream_rows(c->out, stream_writer_take(s->rows));
		if (c->work->progress)
			c->work->progress(c->work->context, batch_end(c, c->turn));
		(void)pthread_mutex_lock(&c->lock);
		s->done = false;
		c->turn++;
		(void)pthread_cond_broadcast(&c->moved);
	}
	c->copying = false;
}

static void *
worker_run(void *arg)
{
	struct worker *w = arg;
	struct crew *c = w->crew;
	size_t batch;

	while (take(c, &batch)) {
		struct slot *s = &c->slots[batch % c->slot_count];

		for (size_t i = batch * BATCH; i < batch_end(c, batch); i++)
			c->work->one(w->state, i, s->rows);
		(void)pthread_mutex_lock(&c->lock);
		s->done = true;
		if (!c->copying)
			copy_out(c);
		(void)pthread_mutex_unlock(&c->lock);
	}
	return NULL;
}

static void
run_together(struct crew *c, void *const *states, size_t jobs)
{
	struct worker *workers = mem_zero(jobs, sizeof *workers);
	pthread_t *threads = mem_zero(jobs, sizeof *threads);
	size_t started = 1;

	for (size_t i = 0; i < jobs; i++)
		workers[i] = (struct worker){ c, states[i] };
	while (started < jobs && pthread_create(&threads[started], NULL, worker_run, &workers[started]) == 0)
		started++;	/* fewer threads do the same work */
	(void)worker_run(&workers[0]);
	for (size_t i = 1; i < started; i++)
		(void)pthread_join(threads[i], NULL);
	free(threads);
	free(workers);
}

void
crew_run(const struct crew_work *work, void *const *states, size_t jobs, struct stream_writer *out)
{
	struct crew c = { .work = work, .out = out };

	c.batches = work->count / BATCH + (work->count % BATCH != 0);
	c.slot_count = jobs > 1 ? jobs * SLOTS_EACH : 1;
	c.slots = mem_zero(c.slot_count, sizeof *c.slots);
	for (size_t i = 0; i < c.slot_count; i++)
		c.slots[i].rows = stream_writer_memory(work->columns);
	(void)pthread_mutex_init(&c.lock, NULL);
	(void)pthread_cond_init(&c.moved, NULL);
	run_together(&c, states, jobs);
	(void)pthread_cond_destroy(&c.moved);
	(void)pthread_mutex_destroy(&c.lock);
	for (size_t i = 0; i < c.slot_count; i++)
		stream_writer_close(c.slots[i].rows);
	free(c.slots);
}
