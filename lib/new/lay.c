/* lay: laying out an app: the template's folder copied beside its place, filled in, and moved there.
 * SPDX-License-Identifier: MIT */
#include "new/lay.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "compose/project.h"
#include "new/template.h"
#include "system/compat.h"
#include "system/confine.h"
#include "system/file.h"
#include "system/folder.h"

enum {
	FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW,
	DEPTH_MAX = 32, ENTRIES_MAX = 100000, TRIES = 100, CHUNK = 64 * 1024
};
#define PREFIX ".berth-new-"
#define BYTES_MAX ((uint64_t)1 << 30)

struct tree {
	struct template *template;
	struct arena arena;
	struct buf in, out;
	dev_t dev;			/* of the folder that is being built */
	ino_t ino;
	size_t entries;
	uint64_t bytes;
	bool has_compose;
};

/* A folder of the template and its copy. */
struct level {
	int from, to;
	struct str path;		/* of from, in the template */
	size_t depth;
};

/* Names the file of an error that has none, or only a line and a column. */
static int
place(struct error *err, struct str file)
{
	return err->file && *err->file ? -1 : error_place(err, file, err->line, err->column);
}

static int
write_all(int fd, struct str s, struct error *err)
{
	return file_write(fd, s) < 0 ? error_errno(err, errno, "cannot write the copy") : 0;
}

static int
make_file(int folder, const char *name, mode_t mode, struct error *err)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);

	return fd < 0 ? error_errno(err, errno, "cannot make the copy") : fd;
}

/* Gives the file its mode and closes it; RESULT is what came of it so far. */
static int
finish_file(int fd, mode_t mode, int result, struct error *err)
{
	if (result == 0 && fchmod(fd, mode & 0777) < 0)
		result = error_errno(err, errno, "cannot set the copy's mode");
	if (close(fd) < 0 && result == 0)
		result = error_errno(err, errno, "cannot write the copy");
	return result;
}

static int
write_file(int folder, const char *name, struct str content, mode_t mode, struct error *err)
{
	int fd = make_file(folder, name, 0600, err);

	return fd < 0 ? -1 : finish_file(fd, mode, write_all(fd, content, err), err);
}

/* A .env that the template has not. As in stage.c the umask counts, and nobody else may write it. */
static int
write_env(int folder, struct str content, mode_t mode, struct error *err)
{
	int fd = make_file(folder, ".env", mode & 0664, err), result;

	if (fd < 0)
		return -1;
	result = write_all(fd, content, err);
	if (close(fd) < 0 && result == 0)
		result = error_errno(err, errno, "cannot write the copy");
	return result;
}

/* A file that no person wrote: as it is. */
static int
copy_large(struct tree *t, int from, int folder, const char *name, mode_t mode, struct error *err)
{
	int to = make_file(folder, name, 0600, err), result = 0;

	if (to < 0)
		return -1;
	for (;;) {
		ssize_t n;

		buf_clear(&t->in);
		n = read(from, buf_reserve(&t->in, CHUNK), CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			result = error_errno(err, errno, "cannot read");
		if (n <= 0)
			break;
		t->bytes += (uint64_t)n;
		if (t->bytes > BYTES_MAX)
			result = error_set(err, "the template holds more than 1 GiB");
		if (result < 0 || (result = write_all(to, (struct str){ t->in.ptr, (size_t)n }, err)) < 0)
			break;
	}
	return finish_file(to, mode, result, err);
}

static int
copy_small(struct tree *t, int from, int folder, struct str name, mode_t mode, struct error *err)
{
	struct str content;

	buf_clear(&t->in);
	buf_clear(&t->out);
	if (file_read_fd(from, TEXT_MAX, &t->in, err) < 0)
		return -1;
	content = buf_str(&t->in);
	t->bytes += content.len;
	if (t->bytes > BYTES_MAX)
		return error_set(err, "the template holds more than 1 GiB");
	if (!str_has_nul(content)) {
		if (template_fill(t->template, content, template_is_whole(name), &t->out, err) < 0)
			return -1;
		content = buf_str(&t->out);
	}
	return write_file(folder, name.ptr, content, mode, err);
}

static int
copy_file(struct tree *t, int from, int to, struct str name, struct error *err)
{
	/* O_NONBLOCK: see file_read */
	int fd = openat(from, name.ptr, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW), result;
	struct stat st;

	if (fd < 0)
		return error_errno(err, errno, "cannot open");
	if (fstat(fd, &st) < 0)
		result = error_errno(err, errno, "cannot examine");
	else if (!S_ISREG(st.st_mode))
		result = error_set(err, "is not a regular file any more");
	else if (st.st_size > (off_t)TEXT_MAX)
		result = copy_large(t, fd, to, name.ptr, st.st_mode, err);
	else
		result = copy_small(t, fd, to, name, st.st_mode, err);
	(void)close(fd);	/* it was only read */
	return result;
}

/* Whether a link DEPTH folders down stays in the template: `..` only in front, no more of them than there
 * are folders. */
static bool
stays_inside(struct str target, size_t depth)
{
	size_t ups = 0;
	bool down = false;
	struct str part;

	if (!target.len || path_is_absolute(target))
		return false;
	for (size_t at = 0; str_next_part(target, '/', &at, &part); ) {
		bool is_up = str_eq(part, STR(".."));

		if (is_up && (down || ++ups > depth))
			return false;
		down |= !is_up && part.len && !str_eq(part, STR("."));
	}
	return true;
}

static int
copy_link(int from, int to, const char *name, size_t depth, struct error *err)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(from, name, target, sizeof target);

	if (n < 0 || (size_t)n >= sizeof target)
		return error_errno(err, n < 0 ? errno : ENAMETOOLONG, "cannot read the symlink");
	target[n] = '\0';
	if (!stays_inside((struct str){ target, (size_t)n }, depth))
		return error_set(
		    err, "is a symlink that leads out of the template: put what it names in its place");
	return symlinkat(target, to, name) < 0 ? error_errno(err, errno, "cannot make the copy") : 0;
}

static int copy_entries(struct tree *t, const struct level *l, struct error *err);

static int
copy_folder(struct tree *t, const struct level *l, struct str name, struct error *err)
{
	struct level inner = { .from = openat(l->from, name.ptr, FOLDER_FLAGS), .to = -1,
		.path = path_join(&t->arena, l->path, name), .depth = l->depth + 1 };
	struct stat st;
	int result = 0;

	if (inner.from < 0 || fstat(inner.from, &st) < 0)
		result = error_errno(err, errno, "cannot open the folder");
	else if (st.st_dev == t->dev && st.st_ino == t->ino)
		result = error_set(err, "the new app would lie in its own template");
	else if (inner.depth > DEPTH_MAX)
		result = error_set(err, "the template has more than %d folders in each other", DEPTH_MAX);
	else if (mkdirat(l->to, name.ptr, 0700) < 0 ||
	    (inner.to = openat(l->to, name.ptr, FOLDER_FLAGS)) < 0)
		result = error_errno(err, errno, "cannot make the copy");
	else if ((result = copy_entries(t, &inner, err)) == 0 && fchmod(inner.to, st.st_mode & 0777) < 0)
		result = error_errno(err, errno, "cannot set the copy's mode");
	if (inner.from >= 0)
		(void)close(inner.from);	/* both were only read */
	if (inner.to >= 0)
		(void)close(inner.to);
	return result;
}

static int
copy_entry(struct tree *t, const struct level *l, const struct folder_entry *e, struct error *err)
{
	static const char *const vcs[] = { ".git", ".hg", ".svn", ".jj", NULL };

	if (str_is_one_of(e->name, vcs))
		return 0;
	if (++t->entries > ENTRIES_MAX)
		return error_set(err, "the template has more than %d files", ENTRIES_MAX);
	t->has_compose |= l->depth == 0 && (project_name_bit(e->name) & PROJECT_BASE_NAMES);
	switch (e->kind) {
	case FOLDER_FILE:
		return copy_file(t, l->from, l->to, e->name, err);
	case FOLDER_FOLDER:
		return copy_folder(t, l, e->name, err);
	case FOLDER_LINK:
		return copy_link(l->from, l->to, e->name.ptr, l->depth, err);
	case FOLDER_OTHER:
		break;
	}
	return error_set(err,
	    "is a FIFO, socket or device: an app is laid out from files, folders and symlinks");
}

static int
copy_entries(struct tree *t, const struct level *l, struct error *err)
{
	char *buffer = mem_alloc(FOLDER_BUFFER);
	struct folder_entry e;
	struct folder f;
	int got;

	if (folder_open(&f, l->from, ".", true, buffer, err) < 0) {
		free(buffer);
		return error_file(err, l->path);
	}
	while ((got = folder_next(&f, &e, err)) > 0)
		if (copy_entry(t, l, &e, err) < 0) {
			got = place(err, path_join(&t->arena, l->path, e.name));
			break;
		}
	folder_close(&f);
	free(buffer);
	return got;
}

/* Writes what was read of the env file NAME again, complete. */
static int
complete(struct tree *t, int app, const char *name, mode_t mode, struct error *err)
{
	buf_clear(&t->out);
	if (template_complete(t->template, name, buf_str(&t->in), &t->out, err) < 0)
		return -1;
	if (unlinkat(app, name, 0) < 0)
		return error_errno(err, errno, "cannot write %s", name);
	return write_file(app, name, buf_str(&t->out), mode, err);
}

/* The app's .env.example and .env with all that berth knows of them; a .env that was not laid out is made
 * of the example. */
static int
make_env(struct tree *t, int app, struct error *err)
{
	struct confine_meta meta = { .is_known = false };
	enum file_outcome example, env;

	if (!t->has_compose)
		return 0;
	buf_clear(&t->in);
	if ((example = confine_read(app, ".env.example", TEXT_MAX, &t->in, &meta, err)) == FILE_FAILED)
		return error_file(err, STR(".env.example"));
	if (example == FILE_READ && complete(t, app, ".env.example", meta.mode, err) < 0)
		return -1;
	buf_clear(&t->in);
	if ((env = confine_read(app, ".env", TEXT_MAX, &t->in, &meta, err)) == FILE_FAILED)
		return error_file(err, STR(".env"));
	if (env == FILE_ABSENT && example == FILE_READ)
		return write_env(app, buf_str(&t->out), meta.mode, err);
	if (env == FILE_ABSENT) {
		buf_clear(&t->out);
		return template_complete(t->template, ".env", buf_str(&t->in), &t->out, err) < 0 ? -1 :
		    write_env(app, buf_str(&t->out), 0664, err);
	}
	return complete(t, app, ".env", meta.mode, err);
}

/* Takes away what was built; what cannot be stays, as nothing more can be done about it. */
static void
remove_tree(int folder, const char *name)
{
	AUTO(error) ignored = ERROR_INIT;
	struct folder_entry e;
	struct folder f;
	char *buffer;
	int fd;

	if (unlinkat(folder, name, 0) == 0 || (fd = openat(folder, name, FOLDER_FLAGS)) < 0)
		return;
	buffer = mem_alloc(FOLDER_BUFFER);
	(void)fchmod(fd, 0700);
	if (folder_open(&f, fd, ".", true, buffer, &ignored) == 0) {
		while (folder_next(&f, &e, &ignored) > 0)
			remove_tree(fd, e.name.ptr);
		folder_close(&f);
	}
	free(buffer);
	(void)close(fd);
	(void)unlinkat(folder, name, AT_REMOVEDIR);
}

/* Builds the app in FOLDER, whose descriptor APP is, from the template SOURCE. */
static int
build(struct tree *t, int source, int app, struct error *err)
{
	const struct level top = { source, app, STR_INIT, 0 };
	struct stat st;

	if (fstat(app, &st) < 0)
		return error_errno(err, errno, "cannot examine");
	t->dev = st.st_dev;
	t->ino = st.st_ino;
	if (copy_entries(t, &top, err) < 0 || make_env(t, app, err) < 0)
		return -1;
	if (fstat(source, &st) < 0 || fchmod(app, st.st_mode & 0777) < 0)
		return error_errno(err, errno, "cannot set the folder's mode");
	return 0;
}

/* Whether the folder FD is the one that was made just now, and not another that somebody put in its place. */
static bool
is_ours(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & 077) && st.st_nlink <= 2;
}

static bool
is_of_user(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_uid == geteuid();
}

/* Opens the folder that was made, and locks it, so that nobody takes it for what a killed process left. */
static int
open_temporary(int parent, const char *name, struct error *err)
{
	int fd = openat(parent, name, FOLDER_FLAGS);

	if (fd < 0)
		return error_errno(err, errno, "cannot open the folder that was just made");
	if (is_ours(fd)) {
		(void)compat_lock(fd, true);	/* where that cannot be had its process alone tells */
		return fd;
	}
	(void)close(fd);
	return error_set(err, "somebody put another folder in the place of one that was just made");
}

/* Makes a folder of a name that nobody has; its descriptor, or -1. */
static int
make_temporary(int parent, char *name, size_t size, struct error *err)
{
	for (int i = 0; i < TRIES; i++) {
		(void)snprintf(name, size, PREFIX "%ld-%d", (long)getpid(), i);
		if (mkdirat(parent, name, 0700) == 0) {
			int fd = open_temporary(parent, name, err);

			if (fd < 0)
				(void)unlinkat(parent, name, AT_REMOVEDIR);	/* nothing is in it yet */
			return fd;
		}
		if (errno != EEXIST)
			break;
	}
	return error_errno(err, errno, "cannot make a folder there");
}

/* Whether NAME is a folder of this user's that a process which is no more was building. */
static bool
is_left(int parent, struct str name)
{
	size_t start = strlen(PREFIX), end = str_find(name, start, '-');
	uint64_t pid;
	bool left;
	int fd;

	if (!str_starts(name, STR(PREFIX)) ||
	    !str_to_uint(str_sub(name, start, end - start), INT32_MAX, &pid) ||
	    kill((pid_t)pid, 0) == 0 || errno != ESRCH)		/* 0 is this one's group */
		return false;
	fd = openat(parent, name.ptr, FOLDER_FLAGS);
	left = fd >= 0 && is_of_user(fd) && compat_lock(fd, true) == 0;
	if (fd >= 0)
		(void)close(fd);
	return left;
}

/* Takes away what killed processes left in PARENT. */
static void
clean_up(int parent)
{
	AUTO(error) ignored = ERROR_INIT;
	char *buffer = mem_alloc(FOLDER_BUFFER);
	struct folder_entry e;
	struct folder f;

	if (folder_open(&f, parent, ".", true, buffer, &ignored) == 0) {
		while (folder_next(&f, &e, &ignored) > 0)
			if (e.kind == FOLDER_FOLDER && is_left(parent, e.name))
				remove_tree(parent, e.name.ptr);
		folder_close(&f);
	}
	free(buffer);
}

static int
lay_in(struct tree *t, int source, int parent, const char *name, struct error *err)
{
	char temporary[64];
	struct stat st;
	int app, result;

	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return error_errno(err, EEXIST, "a new app needs a new folder");
	clean_up(parent);
	if ((app = make_temporary(parent, temporary, sizeof temporary, err)) < 0)
		return -1;
	result = build(t, source, app, err);
	if (result == 0 && compat_rename_new(parent, temporary, name) < 0)
		result = error_errno(err, errno, "cannot move the new app into place");
	(void)close(app);	/* a folder that was only read; locked until it had its name */
	if (result < 0)
		remove_tree(parent, temporary);
	return result;
}

/* Opens PATH, the folder above the app, which is made where it is missing. There was no symlink on the way
 * to it when it was looked up; one that is there by now is not followed. */
static int
open_parent(struct arena *a, struct str path, bool *ret_made, struct error *err)
{
	AUTO(confine) top = CONFINE_INIT;
	struct str above = arena_dup(a, path_folder(path)), name = path_name(path);
	struct folder_id id;
	int fd = -1;

	if (str_starts(above, STR("/")))
		above = str_sub(above, 1, above.len - 1);
	if (confine_open(&top, "/", &id, err) < 0 ||
	    confine_enter(&top, above.len ? above : STR("."), err) < 0)
		return error_file(err, path);
	name = name.len ? arena_dup(a, name) : STR(".");
	*ret_made = mkdirat(top.folder, name.ptr, 0777) == 0;
	if (!*ret_made && errno != EEXIST)
		(void)error_errno(err, errno, "cannot make the folder above the app");
	else if ((fd = openat(top.folder, name.ptr, FOLDER_FLAGS)) < 0)
		(void)error_errno(err, errno, "cannot open the folder above the app");
	return fd < 0 ? error_file(err, path) : fd;
}

/* Takes the folder PARENT, called NAME, away again, where it is empty. */
static void
remove_parent(int parent, const char *name)
{
	int above = openat(parent, "..", FOLDER_FLAGS);

	if (above < 0)
		return;
	(void)unlinkat(above, name, AT_REMOVEDIR);
	(void)close(above);	/* it was only read */
}

int
lay_app(struct template *template, const char *dir, const char *dest, struct error *err)
{
	struct tree t = { .template = template, .arena = ARENA_INIT, .in = BUF_INIT, .out = BUF_INIT };
	struct str path = str_from(dest);
	struct str up = arena_dup(&t.arena, path_folder(path));
	int source = open(dir, FOLDER_FLAGS & ~O_NOFOLLOW), parent = -1, result = -1;
	bool made = false;

	if (source < 0) {
		(void)error_errno(err, errno, "cannot open the template");
		(void)error_file(err, str_from(dir));
	} else if ((parent = open_parent(&t.arena, up, &made, err)) >= 0 &&
	    (result = lay_in(&t, source, parent, path_name(path).ptr, err)) < 0) {
		(void)place(err, path);
	}
	if (result < 0 && made && parent >= 0)
		remove_parent(parent, path_name(up).ptr);
	if (source >= 0)
		(void)close(source);	/* both were only read */
	if (parent >= 0)
		(void)close(parent);
	buf_release(&t.in);
	buf_release(&t.out);
	arena_release(&t.arena);
	return result;
}
