/* lock: one writer at a time on a fleet.
 * SPDX-License-Identifier: MIT */
#include "system/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "system/compat.h"
#include "base/error.h"

enum { TRIES_A_SECOND = 20 };

void
lock_release(struct lock *l)
{
	while (l->count)
		(void)close(l->fds[--l->count]);	/* folders: nothing was written through them */
	free(l->fds);
	*l = (struct lock)LOCK_INIT;
}

/* false: another process is there. What can't be opened or locked at all is passed over. */
static bool
add(struct lock *l, const char *path, bool exclusive)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return true;
	MEM_GROW(l->fds, l->count, l->cap);
	l->fds[l->count++] = fd;
	return compat_lock(fd, exclusive) == 0 || errno != EWOULDBLOCK;
}

/* *ret_len: how much of ROOT names the folder that is held. */
static bool
try(struct lock *l, const char *root, size_t *ret_len)
{
	size_t len = strlen(root);
	bool free_of_others = add(l, root, true);

	*ret_len = len;
	while (free_of_others && len > 1) {
		char *above;

		while (len > 1 && root[len - 1] != '/')
			len--;
		while (len > 1 && root[len - 1] == '/')
			len--;
		above = mem_dup(root, len);
		free_of_others = add(l, above, false);
		free(above);
		*ret_len = len;
	}
	return free_of_others;
}

int
lock_take(struct lock *l, const char *root, unsigned seconds, struct error *err)
{
	const struct timespec pause = { 0, 1000000000 / TRIES_A_SECOND };
	size_t held = 0;

	for (unsigned long i = 0; i <= (unsigned long)seconds * TRIES_A_SECOND; i++) {
		if (i)
			(void)nanosleep(&pause, NULL);	/* cut short, it only asks again sooner */
		if (try(l, root, &held))
			return 0;
		lock_release(l);
	}
	error_set(err, "another apply is at work here; wait for it to end");
	return error_place(err, (struct str){ root, held }, 0, 0);
}

bool
lock_is_held(const char *root)
{
	struct lock l = LOCK_INIT;
	bool held = !add(&l, root, false);

	lock_release(&l);
	return held;
}
