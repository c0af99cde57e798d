/* selection: the app folders that a list names, instead of all below the root.
 * SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700	/* realpath */
#include "scan/selection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "system/folder.h"

/* Appends PATH to B part by part: no `.`, no doubled `/`; `..` takes the last part away. False where it
 * would leave B's start. */
static bool
add_path(struct buf *b, struct str path)
{
	for (size_t i = 0; i < path.len; ) {
		size_t end = str_find(path, i, '/');
		struct str part = str_sub(path, i, end - i);

		i = end + 1;
		if (part.len == 0 || str_eq(part, STR(".")))
			continue;
		if (!str_eq(part, STR(".."))) {
			if (b->len)
				buf_add_char(b, '/');
			buf_add_str(b, part);
			continue;
		}
		if (b->len == 0)
			return false;
		while (b->len && b->ptr[b->len - 1] != '/')
			b->len--;
		if (b->len)
			b->len--;
		b->ptr[b->len] = '\0';
	}
	return true;
}

/* What follows ROOT in the absolute PATH (which begins with no slash, as add_path leaves it). */
static bool
below(struct str path, const char *root, struct str *ret)
{
	struct str r = str_from(root + 1);

	if (!str_starts(path, r) || (path.len > r.len && r.len && path.ptr[r.len] != '/'))
		return false;
	*ret = str_sub(path, r.len + (r.len && path.len > r.len), path.len);
	return true;
}

/* PATH as a path from the root, in B: 1; 0 where it lies outside. */
static bool
resolve(struct str path, int rootfd, const char *root, struct buf *b)
{
	AUTO(buf) absolute = BUF_INIT;
	struct stat st;
	struct str rest;
	char *cwd;
	bool is_below;

	if (path.ptr[0] != '/') {
		if (add_path(b, path) && (b->len == 0 || fstatat(rootfd, b->ptr, &st, 0) == 0))
			return true;
		if ((cwd = realpath(".", NULL))) {
			(void)add_path(&absolute, str_from(cwd));
			free(cwd);
		}
	}
	is_below = add_path(&absolute, path) && below(buf_str(&absolute), root, &rest);
	if (!is_below)
		/* not there: the name from the root is the one to report */
		return path.ptr[0] != '/' && b->len > 0;
	buf_clear(b);
	buf_add_str(b, rest);
	return true;
}

/* Which of a folder's names have bits; a link counts if it leads somewhere. */
static int
list_names(int rootfd, const char *path, walk_name_bit *bit, char *buffer, unsigned *ret, struct error *err)
{
	struct folder f;
	struct folder_entry e;
	struct stat st;
	int got;

	*ret = 0;
	if (folder_open(&f, rootfd, path, false, buffer, err) < 0)
		return -1;
	while ((got = folder_next(&f, &e, err)) > 0)
		if (bit(e.name) && (e.kind != FOLDER_LINK || fstatat(f.fd, e.name.ptr, &st, 0) == 0))
			*ret |= bit(e.name);
	folder_close(&f);
	return got;
}

static void
add_fault(struct walk *w, struct str folder, struct error *e)
{
	AUTO(buf) b = BUF_INIT;

	error_format(e, &b);
	MEM_GROW(w->faults, w->fault_count, w->fault_cap);
	w->faults[w->fault_count++] = (struct walk_fault){
		arena_dup(&w->arena, folder), arena_dup(&w->arena, buf_str(&b))
	};
	error_release(e);
}

static void
add_listed(struct walk *w, struct str path, int rootfd, const char *root, walk_name_bit *bit, unsigned wanted,
    char *buffer)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;
	struct stat st;
	unsigned names;
	int got;

	if (str_has_nul(path) || !resolve(path, rootfd, root, &b)) {
		error_set(&err, "listed, but outside the root %s", root);
		add_fault(w, path, &err);
		return;
	}
	if (b.len && fstatat(rootfd, b.ptr, &st, 0) == 0 && !S_ISDIR(st.st_mode))
		(void)add_path(&b, STR(".."));
	if (b.len == 0)
		buf_add_char(&b, '.');
	got = list_names(rootfd, b.ptr, bit, buffer, &names, &err);
	if (got == 0 && !(names & wanted))
		got = error_set(&err, "listed, but holds no compose file");
	if (got < 0) {
		add_fault(w, buf_str(&b), &err);
		return;
	}
	MEM_GROW(w->folders, w->count, w->cap);
	w->folders[w->count++] = (struct walk_folder){ arena_dup(&w->arena, buf_str(&b)), names };
}

static int
by_path(const void *a, const void *b)
{
	return str_cmp(((const struct walk_folder *)a)->path, ((const struct walk_folder *)b)->path);
}

static void
drop_doubles(struct walk *w)
{
	size_t kept = 0;

	if (w->count)
		qsort(w->folders, w->count, sizeof *w->folders, by_path);
	for (size_t i = 0; i < w->count; i++)
		if (kept == 0 || !str_eq(w->folders[kept - 1].path, w->folders[i].path))
			w->folders[kept++] = w->folders[i];
	w->count = kept;
}

int
selection_read(struct walk *w, int rootfd, const char *root, const char *file, bool nul, walk_name_bit *bit,
    unsigned wanted, struct error *err)
{
	bool is_stdin = strcmp(file, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(file, "re");
	char *line = NULL, *buffer;
	size_t cap = 0;
	ssize_t n;

	if (!in) {
		error_errno(err, errno, "cannot open the list of folders");
		return error_place(err, str_from(file), 0, 0);
	}
	buffer = mem_alloc(FOLDER_BUFFER);
	while ((n = getdelim(&line, &cap, nul ? '\0' : '\n', in)) > 0) {
		struct str path = { line, (size_t)n };

		if (path.ptr[path.len - 1] == (nul ? '\0' : '\n'))
			path.len--;
		if (path.len)
			add_listed(w, path, rootfd, root, bit, wanted, buffer);
	}
	if (ferror(in)) {
		error_errno(err, errno, "cannot read the list of folders");
		error_place(err, is_stdin ? STR("standard input") : str_from(file), 0, 0);
	}
	free(line);
	free(buffer);
	if (!is_stdin)
		(void)fclose(in);	/* only read */
	drop_doubles(w);
	return error_is_set(err) ? -1 : 0;
}
