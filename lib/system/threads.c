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
