/* lock: one writer at a time with a registry.
 * SPDX-License-Identifier: MIT */
#include "system/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "system/compat.h"

enum { TRIES_A_SECOND = 20 };

void
lock_release(struct lock *l)
{
	if (l->fd >= 0)
		(void)close(l->fd);	/* nothing was written */
	l->fd = -1;
}

/* The file that is locked, which CREATE makes; -1 with errno. */
static int
open_file(const char *db, bool create)
{
	AUTO(buf) path = BUF_INIT;

	buf_printf(&path, "%s.lock", db);
	return open(path.ptr, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (create ? O_CREAT : 0), 0600);
}

int
lock_take(struct lock *l, const char *db, unsigned seconds, struct error *err)
{
	const struct timespec pause = { 0, 1000000000 / TRIES_A_SECOND };

	l->fd = open_file(db, true);
	if (l->fd < 0) {
		error_errno(err, errno, "cannot lock the registry");
		return error_file(err, str_from(db));
	}
	for (unsigned long i = 0; i <= (unsigned long)seconds * TRIES_A_SECOND; i++) {
		if (i)
			(void)nanosleep(&pause, NULL);	/* cut short, it only asks again sooner */
		if (compat_lock(l->fd, true) == 0 || errno != EWOULDBLOCK)
			return 0;
	}
	lock_release(l);
	error_set(err, "another apply, cutover or new is at work here; wait for it to end");
	return error_file(err, str_from(db));
}

void
lock_bequeath(struct lock *l)
{
	(void)fcntl(l->fd, F_SETFD, 0);	/* else only it does not wait */
}

bool
lock_is_held(const char *db)
{
	struct lock l = { open_file(db, false) };
	bool held = l.fd >= 0 && compat_lock(l.fd, false) < 0 && errno == EWOULDBLOCK;

	lock_release(&l);
	return held;
}
