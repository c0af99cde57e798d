/* process: running programs, berth's own and others, and telling how they ended.
 * SPDX-License-Identifier: MIT */
#include "system/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"
#include "system/compat.h"
#include "system/file.h"
#include "system/interrupt.h"

extern char **environ;

enum { ANSWER_MAX = 1 << 30 };

void
process_args_add(struct process_args *a, const char *word)
{
	MEM_GROW(a->words, a->count + 1, a->cap);
	a->words[a->count++] = word;
	a->words[a->count] = NULL;
}

void
process_args_release(struct process_args *a)
{
	free(a->words);
	*a = (struct process_args){ NULL, 0, 0 };
}

int
process_tool_path(const char *name, struct buf *ret, struct error *err)
{
	static const char *const places[] = { "", "../libexec/berth/" };
	AUTO(arena) a = ARENA_INIT;
	char self[PATH_MAX];

	if (!compat_self(self, sizeof self))
		return error_set(err, "cannot find the folder of berth's own programs");
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct str tail = arena_cat(&a, str_from(places[i]), str_from(name));

		buf_clear(ret);
		buf_add_str(ret, path_join(&a, path_folder(str_from(self)), tail));
		if (access(ret->ptr, X_OK) == 0)
			return 0;
	}
	return error_set(err,
	    "berth's program '%s' is neither beside berth nor in ../libexec/berth: install berth again",
	    name);
}

struct child {
	const char *path;		/* a bare name is looked for in PATH */
	const struct process_args *args;
	const int *fds;			/* its first three; -1: inherited */
	const sigset_t *mask;
	pthread_mutex_t lock;		/* held until there is a program to hand signals on to */
	pid_t pid;			/* -1: none */
};

static int
start(struct child *c)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int e = posix_spawn_file_actions_init(&actions);

	if (e || (e = posix_spawnattr_init(&attributes)))
		return e;
	for (int i = 0; e == 0 && i < 3; i++)
		if (c->fds[i] >= 0)
			e = posix_spawn_file_actions_adddup2(&actions, c->fds[i], i);
	if (e == 0)
		e = posix_spawnattr_setsigmask(&attributes, c->mask);
	if (e == 0)
		e = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	if (e == 0)	/* argv is not written to; its type predates const */
		e = posix_spawnp(
		    &c->pid, c->path, &actions, &attributes, (char **)(uintptr_t)c->args->words, environ);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return e;
}

/* Of a terminal's signal the program has its own. */
static void
hand_on(void *context, const struct interrupt_call *call)
{
	struct child *c = context;

	if (call->is_for_all)
		return;
	(void)pthread_mutex_lock(&c->lock);
	if (c->pid > 0)
		(void)kill(c->pid, call->signal);
	(void)pthread_mutex_unlock(&c->lock);
}

/* Waits for the end without taking it, so that its number stays its own while signals are handed on. */
static int
wait_for(struct child *c, int *ret_status, struct error *err)
{
	siginfo_t how;
	int status;

	while (waitid(P_PID, (id_t)c->pid, &how, WEXITED | WNOWAIT) < 0)
		if (errno != EINTR)
			return error_errno(err, errno, "cannot wait for %s", c->path);
	(void)pthread_mutex_lock(&c->lock);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	c->pid = -1;
	(void)pthread_mutex_unlock(&c->lock);
	*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return 0;
}

static int
run(const char *path, const struct process_args *args, const int fds[static 3], struct process_end *ret,
    struct error *err)
{
	struct child c = { path, args, fds, NULL, PTHREAD_MUTEX_INITIALIZER, -1 };
	struct interrupt *signals;
	int e, result;

	(void)pthread_mutex_lock(&c.lock);
	signals = interrupt_begin((struct interrupt_answer){ hand_on, &c });
	c.mask = interrupt_mask(signals);
	e = start(&c);
	(void)pthread_mutex_unlock(&c.lock);
	result = e ? error_errno(err, e, "cannot start %s", path) : wait_for(&c, &ret->status, err);
	ret->heard = interrupt_end(signals);
	return result;
}

int
process_run(
    const char *path, const struct process_args *args, int in, int out, struct process_end *ret,
    struct error *err)
{
	const int fds[3] = { in, out, -1 };

	return run(path, args, fds, ret, err);
}

/* Reads a scratch file from its start. */
static int
take(int fd, struct buf *ret, struct error *err)
{
	if (lseek(fd, 0, SEEK_SET) < 0)
		return error_errno(err, errno, "cannot read a scratch file again");
	return file_read_fd(fd, ANSWER_MAX, ret, err);
}

int
process_ask(
    const char *program, const struct process_args *args, struct process_answer *ret, struct error *err)
{
	int fds[3] = { open("/dev/null", O_RDONLY | O_CLOEXEC), process_scratch(err), -1 }, result = -1;

	if (fds[1] >= 0)
		fds[2] = process_scratch(err);
	buf_clear(&ret->out);
	buf_clear(&ret->why);
	if (fds[2] >= 0 && run(program, args, fds, &ret->end, err) == 0)
		result = take(fds[1], &ret->out, err) < 0 || take(fds[2], &ret->why, err) < 0 ? -1 : 0;
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]); /* scratch files without a name */
	return result;
}

void
process_answer_release(struct process_answer *a)
{
	buf_release(&a->out);
	buf_release(&a->why);
}

int
process_scratch(struct error *err)
{
	const char *folder = getenv("TMPDIR");
	AUTO(buf) path = BUF_INIT;
	int fd;

	buf_printf(&path, "%s/berth-XXXXXX", folder && *folder ? folder : "/tmp");
	fd = mkstemp(path.ptr);
	if (fd < 0)
		return error_errno(err, errno,
		    "cannot make a scratch file in %s (TMPDIR names another folder)",
		    folder && *folder ? folder : "/tmp");
	/* its name is not needed; where it stays, it is a file in a scratch folder */
	(void)unlink(path.ptr);
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
		(void)close(fd);
		return error_errno(err, errno, "cannot make a scratch file");
	}
	return fd;
}

int
process_scratch_of(struct str text, struct error *err)
{
	int fd = process_scratch(err);

	if (fd < 0 || (file_write(fd, text) == 0 && lseek(fd, 0, SEEK_SET) == 0))
		return fd;
	error_errno(err, errno, "cannot write a scratch file");
	(void)close(fd);	/* it has no name and is not needed */
	return -1;
}

size_t
process_descriptors(void)
{
	enum { PLENTY = 1024 };
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return PLENTY;
	if (limit.rlim_cur < PLENTY && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max < PLENTY ? limit.rlim_max : PLENTY;
		(void)setrlimit(RLIMIT_NOFILE, &limit);	/* then the old one holds */
		(void)getrlimit(RLIMIT_NOFILE, &limit);
	}
	return limit.rlim_cur < PLENTY ? (size_t)limit.rlim_cur : PLENTY;
}

int
process_check_descriptors(struct error *err)
{
	enum { LEAST = 24 };
	size_t n = process_descriptors();

	if (n >= LEAST)
		return 0;
	return error_set(err, "this process may open %zu files at a time, which is too few: raise the limit, "
	    "as by `ulimit -n 256`", n);
}
