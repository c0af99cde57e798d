/* walk: finds the folders of a tree that hold a file of certain names.
 * SPDX-License-Identifier: MIT */
#include "scan/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/dict.h"
#include "base/error.h"
#include "system/folder.h"
#include "system/threads.h"

/* The folders that wait to be listed, shared by all threads. The last one added is taken first, which
 * keeps the list small: it grows with the depth of the tree, not with its size. */
struct todo {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	char **paths;			/* owned, each a heap block */
	size_t count, cap;
	size_t busy;			/* threads that may still add paths */
};

/* What distinguishes a folder from all others. */
struct folder_key {
	uint64_t device, inode;
};

struct walker {				/* one thread's part */
	struct todo *todo;
	int rootfd;
	unsigned flags;
	struct walk_names names;
	struct walk *out;		/* its own */
	char *buffer;			/* of folder listings */
	/* subfolders of the folder at hand, owned until they are handed over */
	char **found;
	size_t found_count, found_cap;
	char **links;			/* symlinks met, owned; only where they are followed */
	size_t link_count, link_cap;
	struct buf dangling;		/* the first wanted name of the folder at hand that leads nowhere */
	struct arena keys;
	struct dict seen;		/* folders entered, by their keys; only where links are followed */
};

int
walk_names_suit(const struct walk_names *n, unsigned bits, int fd)
{
	if (bits & n->wanted)
		return 1;
	return (bits & n->maybe) && n->check ? n->check(fd) : 0;
}

bool
walk_skips(struct str name, unsigned flags)
{
	static const char *const vcs[] = { ".git", ".hg", ".svn", ".bzr", ".jj", "CVS", "_darcs", ".fossil",
		NULL };

	if (name.ptr[0] != '.' && name.ptr[0] != '_' && name.ptr[0] != 'C' && name.ptr[0] != 'n')
		return false;
	/* berth's own: its registry's folder, and what it makes before that has its name */
	if (str_eq(name, STR(".berth")) || str_starts(name, STR(".berth-")))
		return true;
	return (!(flags & WALK_VCS) && str_is_one_of(name, vcs)) ||
	    (!(flags & WALK_MODULES) && str_eq(name, STR("node_modules"))) ||
	    (!(flags & WALK_VENV) && str_eq(name, STR(".venv")));
}

static char *
join(const char *folder, struct str name)
{
	size_t len = strcmp(folder, ".") == 0 ? 0 : strlen(folder) + 1;
	char *p = mem_alloc(len + name.len + 1);

	if (len) {
		memcpy(p, folder, len - 1);
		p[len - 1] = '/';
	}
	memcpy(p + len, name.ptr, name.len + 1);
	return p;
}

static void
add_fault(struct walk *w, struct str folder, struct str what)
{
	MEM_GROW(w->faults, w->fault_count, w->fault_cap);
	w->faults[w->fault_count++] = (struct walk_fault){
		arena_dup(&w->arena, folder), arena_dup(&w->arena, what)
	};
}

void
walk_add_fault(struct walk *w, struct str folder, const struct error *e)
{
	AUTO(buf) b = BUF_INIT;

	error_format(e, &b);
	add_fault(w, folder, buf_str(&b));
}

static void
add_loose(struct walk *w, struct str path)
{
	MEM_GROW(w->loose, w->loose_count, w->loose_cap);
	w->loose[w->loose_count++] = arena_dup(&w->arena, path);
}

void
walk_add_loose(struct walk *w, struct str folder, struct str name)
{
	AUTO(buf) path = BUF_INIT;

	if (!str_eq(folder, STR("."))) {
		buf_add_str(&path, folder);
		buf_add_char(&path, '/');
	}
	buf_add_str(&path, name);
	add_loose(w, buf_str(&path));
}

void
walk_add_folder(struct walk *w, struct str path, unsigned names)
{
	MEM_GROW(w->folders, w->count, w->cap);
	w->folders[w->count++] = (struct walk_folder){ arena_dup(&w->arena, path), names };
}

/* Whether the folder was entered before; it counts as entered from now on. */
static bool
is_seen(struct walker *w, int fd)
{
	struct stat st;
	struct folder_key key;
	uint32_t next = (uint32_t)w->seen.count;

	if (fstat(fd, &st) < 0)
		return false;
	key = (struct folder_key){ (uint64_t)st.st_dev, (uint64_t)st.st_ino };
	return dict_add_copy(&w->seen, &w->keys, (struct str){ (const char *)&key, sizeof key }, next) < next;
}

/* A compose file may be a symlink; a dangling one is not there for Compose. */
static bool
is_there(int dirfd, const struct folder_entry *e)
{
	struct stat st;

	return e->kind != FOLDER_LINK || fstatat(dirfd, e->name.ptr, &st, 0) == 0;
}

static void
take_entry(struct walker *w, int dirfd, const char *path, const struct folder_entry *e, unsigned *names)
{
	struct stat st;
	unsigned bit = w->names.bit(e->name);

	if (bit && is_there(dirfd, e)) {
		*names |= bit;
		if (bit & w->names.loose)
			walk_add_loose(w->out, str_from(path), e->name);
	} else if (bit & w->names.wanted && !w->dangling.len) {
		buf_add_str(&w->dangling, e->name);
	}
	if (e->kind == FOLDER_FOLDER && !walk_skips(e->name, w->flags)) {
		MEM_GROW(w->found, w->found_count, w->found_cap);
		w->found[w->found_count++] = join(path, e->name);
	} else if (e->kind == FOLDER_LINK && (w->flags & WALK_LINKS) && !walk_skips(e->name, w->flags) &&
	    fstatat(dirfd, e->name.ptr, &st, 0) == 0 && S_ISDIR(st.st_mode)) {
		MEM_GROW(w->links, w->link_count, w->link_cap);
		w->links[w->link_count++] = join(path, e->name);
	}
}

/* Takes the folder at PATH, open at FD, whose entries have the bits NAMES, or what it should be found by. */
static void
take_folder(struct walker *w, int fd, const char *path, unsigned names)
{
	int suits = walk_names_suit(&w->names, names, fd);

	if (suits > 0)
		walk_add_folder(w->out, str_from(path), names);
	else if (w->dangling.len)
		walk_add_loose(w->out, str_from(path), buf_str(&w->dangling));
	else if (suits < 0)
		walk_add_loose(w->out, str_from(path), str_from(w->names.maybe_name));
	buf_clear(&w->dangling);
}

/* Lists one folder. That it has gone in the meantime is no fault. */
static void
list(struct walker *w, const char *path)
{
	AUTO(error) err = ERROR_INIT;
	struct folder f;
	struct folder_entry e;
	unsigned names = 0;
	int got;

	if (folder_open(&f, w->rootfd, path, !(w->flags & WALK_LINKS), w->buffer, &err) < 0) {
		if (err.errnum != ENOENT && err.errnum != ENOTDIR && err.errnum != ELOOP)
			walk_add_fault(w->out, str_from(path), &err);
		return;
	}
	if (!(w->flags & WALK_LINKS) || !is_seen(w, f.fd)) {
		while ((got = folder_next(&f, &e, &err)) > 0)
			take_entry(w, f.fd, path, &e, &names);
		if (got < 0)
			walk_add_fault(w->out, str_from(path), &err);
		take_folder(w, f.fd, path, names);
	}
	folder_close(&f);
}

static void
todo_add(struct todo *t, char *path)
{
	MEM_GROW(t->paths, t->count, t->cap);
	t->paths[t->count++] = path;
}

/* Takes a path to list, waiting while others may still find some; NULL when all is listed. */
static char *
take(struct todo *t)
{
	char *path = NULL;

	(void)pthread_mutex_lock(&t->lock);
	while (t->count == 0 && t->busy > 0)
		(void)pthread_cond_wait(&t->changed, &t->lock);
	if (t->count > 0) {
		path = t->paths[--t->count];
		t->busy++;
	}
	(void)pthread_mutex_unlock(&t->lock);
	return path;
}

static void
hand_over(struct walker *w)
{
	struct todo *t = w->todo;

	(void)pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < w->found_count; i++)
		todo_add(t, w->found[i]);
	t->busy--;
	if (w->found_count > 0 || t->busy == 0)
		(void)pthread_cond_broadcast(&t->changed);
	(void)pthread_mutex_unlock(&t->lock);
	w->found_count = 0;
}

static void *
walker_run(void *arg)
{
	struct walker *w = arg;
	char *path;

	while ((path = take(w->todo))) {
		list(w, path);
		hand_over(w);
		free(path);
	}
	return NULL;
}

/* Links are followed when all real folders are known, in the order of their paths: so it does not depend
 * on the file system which of several links to a folder gives it its path. */
static char *
take_link(struct walker *w)
{
	size_t least = 0;
	char *path;

	if (w->link_count == 0)
		return NULL;
	for (size_t i = 1; i < w->link_count; i++)
		if (strcmp(w->links[i], w->links[least]) < 0)
			least = i;
	path = w->links[least];
	w->links[least] = w->links[--w->link_count];
	return path;
}

static void
walker_init(struct walker *w, const struct walker *like, struct walk *out)
{
	*w = *like;
	w->out = out;
	w->buffer = mem_alloc(FOLDER_BUFFER);
	w->dangling = (struct buf)BUF_INIT;
	w->keys = (struct arena)ARENA_INIT;
	w->seen = (struct dict)DICT_IN(&w->keys);
}

static void
walker_release(struct walker *w)
{
	free(w->buffer);
	free(w->found);
	free(w->links);
	buf_release(&w->dangling);
	arena_release(&w->keys);
}

/* Moves what one thread found behind what is there. */
static void
merge(struct walk *into, struct walk *from)
{
	for (size_t i = 0; i < from->count; i++)
		walk_add_folder(into, from->folders[i].path, from->folders[i].names);
	for (size_t i = 0; i < from->loose_count; i++)
		add_loose(into, from->loose[i]);
	for (size_t i = 0; i < from->fault_count; i++)
		add_fault(into, from->faults[i].folder, from->faults[i].what);
	walk_release(from);
}

static void
walk_alone(struct walk *out, const struct walker *like)
{
	struct walker w;

	walker_init(&w, like, out);
	for (char *link = mem_dup(".", 1); link; link = take_link(&w)) {
		todo_add(like->todo, link);
		(void)walker_run(&w);
	}
	walker_release(&w);
}

static void
walk_together(struct walk *out, const struct walker *like, size_t jobs)
{
	struct walker *walkers = mem_zero(jobs, sizeof *walkers);
	struct walk *parts = mem_zero(jobs, sizeof *parts);

	todo_add(like->todo, mem_dup(".", 1));
	for (size_t i = 0; i < jobs; i++)
		walker_init(&walkers[i], like, i ? &parts[i] : out);
	threads_share(walker_run, walkers, sizeof *walkers, jobs);
	for (size_t i = 0; i < jobs; i++) {
		walker_release(&walkers[i]);
		if (i)
			merge(out, &parts[i]);
	}
	free(parts);
	free(walkers);
}

void
walk_tree(struct walk *out, int rootfd, unsigned flags, size_t jobs, struct walk_names names)
{
	struct todo t = { .paths = NULL };
	const struct walker like = { .todo = &t, .rootfd = rootfd, .flags = flags, .names = names };

	(void)pthread_mutex_init(&t.lock, NULL);
	(void)pthread_cond_init(&t.changed, NULL);
	if (jobs < 2 || (flags & WALK_LINKS))
		walk_alone(out, &like);
	else
		walk_together(out, &like, jobs);
	free(t.paths);
	(void)pthread_cond_destroy(&t.changed);
	(void)pthread_mutex_destroy(&t.lock);
}

void
walk_release(struct walk *w)
{
	free(w->folders);
	free(w->faults);
	free(w->loose);
	arena_release(&w->arena);
	*w = (struct walk)WALK_INIT;
}
