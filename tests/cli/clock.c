/* clock: the time of a program under test, so that no test waits for the real one. For LD_PRELOAD.
 * SPDX-License-Identifier: MIT
 *
 * CLOCK_STEP=MS     at each look at the monotonic clock MS more have gone by, and what is waited for is late:
 *                   a poll comes to its limit at once. 0 or absent: no time goes by, and a poll never comes
 *                   to its limit
 * CLOCK_LOG=FD      gets a line for each wait with a limit, before it begins: `poll MS` or `sleep MS`
 * CLOCK_WAKE=FD     what is read from there, or its end, ends a sleep; without it a sleep is over at once
 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* A preloaded library has nowhere else to keep its count. */
static atomic_ulong looks;

int clock_gettime(clockid_t clock, struct timespec *ret);
int poll(struct pollfd *fds, nfds_t count, int milliseconds);
int nanosleep(const struct timespec *asked, struct timespec *left);

static unsigned long
step(void)
{
	const char *text = getenv("CLOCK_STEP");

	return text ? strtoul(text, NULL, 10) : 0;
}

static void
note(const char *what, long milliseconds)
{
	const char *fd = getenv("CLOCK_LOG");
	char line[64];
	int n = snprintf(line, sizeof line, "%s %ld\n", what, milliseconds);

	if (fd && write(atoi(fd), line, (size_t)n) != n)
		abort();
}

int
clock_gettime(clockid_t clock, struct timespec *ret)
{
	unsigned long now;

	if (clock != CLOCK_MONOTONIC)
		return (int)syscall(SYS_clock_gettime, clock, ret);
	now = (atomic_fetch_add(&looks, 1) + 1) * step();
	ret->tv_sec = 1 + (time_t)(now / 1000);
	ret->tv_nsec = (long)(now % 1000) * 1000000;
	return 0;
}

int
poll(struct pollfd *fds, nfds_t count, int milliseconds)
{
	const struct timespec none = { 0, 0 };

	if (milliseconds > 0)
		note("poll", milliseconds);
	return (int)syscall(
	    SYS_ppoll, fds, count, milliseconds == 0 || (milliseconds > 0 && step()) ? &none : NULL, NULL, 0);
}

int
nanosleep(const struct timespec *asked, struct timespec *left)
{
	const char *wake = getenv("CLOCK_WAKE");
	char byte;

	(void)left;
	note("sleep", (long)asked->tv_sec * 1000 + asked->tv_nsec / 1000000);
	return wake && read(atoi(wake), &byte, 1) < 0 ? -1 : 0;
}
