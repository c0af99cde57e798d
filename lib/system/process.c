/* process: running berth's own programs, and telling how they ended.
 * SPDX-License-Identifier: MIT */
#include "system/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"
#include "system/compat.h"

extern char **environ;

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

static int
start(const char *path, const struct process_args *args, int in, int out, pid_t *ret, struct error *err)
{
	posix_spawn_file_actions_t actions;
	int e = posix_spawn_file_actions_init(&actions);

	if (e == 0) {
		if (in >= 0)
			e = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
		if (e == 0 && out >= 0)
			e = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
		if (e == 0)	/* argv is not written to; its type predates const */
			e = posix_spawn(ret, path, &actions, NULL, (char **)(uintptr_t)args->words, environ);
		(void)posix_spawn_file_actions_destroy(&actions);
	}
	return e ? error_errno(err, e, "cannot start %s", path) : 0;
}

int
process_run(
    const char *path, const struct process_args *args, int in, int out, int *ret_status, struct error *err)
{
	pid_t pid = -1;
	int status;

	if (start(path, args, in, out, &pid, err) < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return error_errno(err, errno, "cannot wait for a program of berth's");
	*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return 0;
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
