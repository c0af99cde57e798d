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

#include "base/mem.h"
#include "stream/csv.h"
#include "system/threads.h"

enum { BATCH = 8, SLOTS_EACH = 4 };

struct slot {
	struct stream_writer *rows;
	bool done;
};

struct workers {
	const struct workers_task *work;
	struct stream_writer *out;
	pthread_mutex_t lock;
	pthread_cond_t moved;		/* signalled when the turn has gone on */
	struct slot *slots;
	size_t slot_count, batches;
	size_t next;			/* the batch to be taken next */
	size_t turn;			/* the batch to be copied out next */
	bool copying;			/* by some thread */
};

struct worker {
	struct workers *all;
	void *state;
};

static bool
take(struct workers *w, size_t *ret)
{
	bool any;

	(void)pthread_mutex_lock(&w->lock);
	while (w->next < w->batches && w->next - w->turn >= w->slot_count)
		(void)pthread_cond_wait(&w->moved, &w->lock);
	any = w->next < w->batches;
	if (any)
		*ret = w->next++;
	(void)pthread_mutex_unlock(&w->lock);
	return any;
}

static size_t
batch_end(const struct workers *w, size_t batch)
{
	return (batch + 1) * BATCH < w->work->count ? (batch + 1) * BATCH : w->work->count;
}

/* Copies out the batches whose turn has come. The lock is held on entry and on return, but not during a
 * copy, which may wait for the reader of a pipe. */
static void
copy_out(struct workers *w)
{
	w->copying = true;
	while (w->turn < w->next && w->slots[w->turn % w->slot_count].done) {
		struct slot *s = &w->slots[w->turn % w->slot_count];

		(void)pthread_mutex_unlock(&w->lock);
		stream_rows(w->out, stream_writer_take(s->rows));
		if (w->work->progress)
			w->work->progress(w->work->context, batch_end(w, w->turn));
		(void)pthread_mutex_lock(&w->lock);
		s->done = false;
		w->turn++;
		(void)pthread_cond_broadcast(&w->moved);
	}
	w->copying = false;
}

static void *
worker_run(void *arg)
{
	struct worker *self = arg;
	struct workers *w = self->all;
	size_t batch;

	while (take(w, &batch)) {
		struct slot *s = &w->slots[batch % w->slot_count];

		for (size_t i = batch * BATCH; i < batch_end(w, batch); i++)
			w->work->one(self->state, i, s->rows);
		(void)pthread_mutex_lock(&w->lock);
		s->done = true;
		if (!w->copying)
			copy_out(w);
		(void)pthread_mutex_unlock(&w->lock);
	}
	return NULL;
}

void
workers_run(const struct workers_task *work, void *const *states, size_t jobs, struct stream_writer *out)
{
	struct workers w = { .work = work, .out = out };
	struct worker *each = mem_zero(jobs, sizeof *each);

	w.batches = work->count / BATCH + (work->count % BATCH != 0);
	w.slot_count = jobs > 1 ? jobs * SLOTS_EACH : 1;
	w.slots = mem_zero(w.slot_count, sizeof *w.slots);
	for (size_t i = 0; i < w.slot_count; i++)
		w.slots[i].rows = stream_writer_memory(work->columns);
	(void)pthread_mutex_init(&w.lock, NULL);
	(void)pthread_cond_init(&w.moved, NULL);
	for (size_t i = 0; i < jobs; i++)
		each[i] = (struct worker){ &w, states[i] };
	threads_share(worker_run, each, sizeof *each, jobs);
	(void)pthread_cond_destroy(&w.moved);
	(void)pthread_mutex_destroy(&w.lock);
	for (size_t i = 0; i < w.slot_count; i++)
		stream_writer_close(w.slots[i].rows);
	free(w.slots);
	free(each);
}
