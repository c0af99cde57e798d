/* threads: the same work done by several threads of this process.
 * SPDX-License-Identifier: MIT */
#include "system/threads.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "system/process.h"

size_t
threads_count(size_t wanted)
{
	enum { OURS = 16, OF_EACH = 4 };	/* descriptors */
	long n = wanted ? (long)wanted : sysconf(_SC_NPROCESSORS_ONLN);
	size_t files = process_descriptors();
	long most = files > OURS ? (long)(files - OURS) / OF_EACH : 1;

	if (n > most)
		n = most;
	return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (size_t)n;
}

size_t
threads_to_wait(size_t wanted, size_t count)
{
	enum { USUAL = 4, PIECES_EACH = 16 };
	size_t suits = count / PIECES_EACH + 1;

	return threads_count(wanted ? wanted : suits < USUAL ? suits : USUAL);
}

void
threads_share(void *(*run)(void *), void *states, size_t size, size_t count)
{
	pthread_t *threads = mem_zero(count, sizeof *threads);
	size_t started = 1;

	while (started < count &&
	    pthread_create(&threads[started], NULL, run, (char *)states + started * size) == 0)
		started++;
	(void)run(states);
	for (size_t i = 1; i < started; i++)
		(void)pthread_join(threads[i], NULL);
	free(threads);
}

/* Numbers that are dealt out. */
struct deal {
	pthread_mutex_t lock;
	size_t next, count;
	bool (*one)(void *state, size_t number);
};

struct player {
	struct deal *deal;
	void *state;
};

static bool
take(struct deal *d, size_t *ret)
{
	bool any;

	(void)pthread_mutex_lock(&d->lock);
	any = d->next < d->count;
	if (any)
		*ret = d->next++;
	(void)pthread_mutex_unlock(&d->lock);
	return any;
}

static void *
play(void *arg)
{
	const struct player *p = arg;
	struct deal *d = p->deal;
	size_t number;

	while (take(d, &number)) {
		if (d->one(p->state, number))
			continue;
		(void)pthread_mutex_lock(&d->lock);
		d->next = d->count;
		(void)pthread_mutex_unlock(&d->lock);
	}
	return NULL;
}

void
threads_deal(size_t count, bool (*one)(void *state, size_t number), void *states, size_t size, size_t jobs)
{
	struct deal deal = { PTHREAD_MUTEX_INITIALIZER, 0, count, one };
	struct player *players = mem_zero(jobs, sizeof *players);

	for (size_t i = 0; i < jobs; i++)
		players[i] = (struct player){ &deal, (char *)states + i * size };
	threads_share(play, players, sizeof *players, jobs);
	(void)pthread_mutex_destroy(&deal.lock);
	free(players);
}
