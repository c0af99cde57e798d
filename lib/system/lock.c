/* lock: one writer at a time on a fleet.
 * SPDX-License-Identifier: MIT */
#include "system/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/path.h"
#include "system/compat.h"

enum { TRIES_A_SECOND = 20 };

void
lock_release(struct lock *l)
{
	while (l->count)
		(void)close(l->fds[--l->count]);	/* folders: nothing was written through them */
	free(l->fds);
	*l = (struct lock)LOCK_INIT;
}

/* False where another process has it. What can't be opened or locked at all is passed over. */
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

/* Locks ROOT and what lies above it. *ret: the last folder that was tried. */
static bool
try(struct lock *l, struct str root, struct str *ret)
{
	AUTO(arena) a = ARENA_INIT;
	bool is_free = add(l, root.ptr, true);

	for (*ret = root; is_free && ret->len > 1; ) {
		*ret = path_folder(*ret);
		is_free = add(l, arena_dup(&a, *ret).ptr, false);
	}
	return is_free;
}

int
lock_take(struct lock *l, const char *root, unsigned seconds, struct error *err)
{
	const struct timespec pause = { 0, 1000000000 / TRIES_A_SECOND };
	struct str held = STR_INIT;

	for (unsigned long i = 0; i <= (unsigned long)seconds * TRIES_A_SECOND; i++) {
		if (i)
			(void)nanosleep(&pause, NULL);	/* cut short, it only asks again sooner */
		if (try(l, str_from(root), &held))
			return 0;
		lock_release(l);
	}
	error_set(err, "another apply or cutover is at work here; wait for it to end");
	return error_place(err, held, 0, 0);
}

void
lock_bequeath(struct lock *l)
{
	for (size_t i = 0; i < l->count; i++)
		(void)fcntl(l->fds[i], F_SETFD, 0);	/* else only it does not wait */
}

bool
lock_is_held(const char *root)
{
	struct lock l = LOCK_INIT;
	bool held = !add(&l, root, false);

	lock_release(&l);
	return held;
}
