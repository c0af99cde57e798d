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

#include "base/error.h"
#include "base/path.h"
#include "system/folder.h"

/* The root, and what a listed folder must hold. */
struct listed {
	int rootfd;
	const char *root;
	struct walk_names names;
	char *buffer;			/* of folder listings */
};

/* PATH, seen from the working folder, as a path from the root of the file system, without a slash in front.
 * One that climbs higher than that begins with `..`. */
static struct str
from_top(struct arena *a, struct str path)
{
	char *cwd = path_is_absolute(path) ? NULL : realpath(".", NULL);
	struct str ret;

	while (path_is_absolute(path))
		path = str_sub(path, 1, path.len);
	ret = path_resolve(a, str_from(cwd ? cwd + 1 : ""), path);
	free(cwd);
	return ret;
}

/* Turns *PATH into a path from the root; false where it lies outside. */
static bool
resolve(struct arena *a, const struct listed *l, struct str *path)
{
	struct str from_root = path_resolve(a, STR("."), *path), rest;
	bool may_be_inside = path_relative(from_root, STR("."), &rest);
	struct stat st;

	if (!may_be_inside || fstatat(l->rootfd, from_root.ptr, &st, 0) < 0) {
		if (path_relative(from_top(a, *path), str_from(l->root + 1), &rest))
			from_root = arena_dup(a, rest);
		else if (!may_be_inside)
			return false;
		/* else it is in neither place: the name from the root is the one to report */
	}
	*path = from_root;
	return true;
}

/* Collects the bits of the names in a folder, and whether they suit. A symlink counts unless it dangles. */
static int
list_names(struct walk *w, const struct listed *l, const char *path, unsigned *ret, bool *ret_suits,
    struct error *err)
{
	struct folder f;
	struct folder_entry e;
	struct stat st;
	int got;

	*ret = 0;
	if (folder_open(&f, l->rootfd, path, false, l->buffer, err) < 0)
		return -1;
	while ((got = folder_next(&f, &e, err)) > 0) {
		unsigned bit = l->names.bit(e.name);

		if (!bit || (e.kind == FOLDER_LINK && fstatat(f.fd, e.name.ptr, &st, 0) < 0))
			continue;
		*ret |= bit;
		if (bit & l->names.loose)
			walk_add_loose(w, str_from(path), e.name);
	}
	*ret_suits = walk_names_suit(&l->names, *ret, f.fd) > 0;
	folder_close(&f);
	return got;
}

static void
add_listed(struct walk *w, struct str path, const struct listed *l)
{
	AUTO(error) err = ERROR_INIT;
	struct stat st;
	unsigned names;
	bool suits = false;
	int got;

	if (str_has_nul(path) || !resolve(&w->arena, l, &path)) {
		error_set(&err, "listed, but outside the root %s", l->root);
		walk_add_fault(w, path, &err);
		return;
	}
	if (fstatat(l->rootfd, path.ptr, &st, 0) == 0 && !S_ISDIR(st.st_mode))
		path = arena_dup(&w->arena, path_folder(path));
	got = list_names(w, l, path.ptr, &names, &suits, &err);
	if (got == 0 && !suits)
		got = error_set(&err, "listed, but holds no compose file");
	if (got < 0)
		walk_add_fault(w, path, &err);
	else
		walk_add_folder(w, path, names);
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

/* What LINE says, which END ends. Where that is a newline the list may have been saved on Windows: with a CR
 * before it, and a byte order mark in front of the first one. */
static struct str
entry_of(struct str line, char end, bool is_first)
{
	line.len -= line.ptr[line.len - 1] == end;
	if (end == '\n' && str_ends(line, STR("\r")))
		line.len--;
	return end == '\n' && is_first ? str_sub(line, str_bom(line), line.len) : line;
}

int
selection_read(struct walk *w, int rootfd, const char *root, struct selection selection,
    struct walk_names names, struct error *err)
{
	bool is_stdin = strcmp(selection.file, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(selection.file, "re");
	char end = selection.nul ? '\0' : '\n', *line = NULL;
	struct listed l = { rootfd, root, names, NULL };
	size_t cap = 0;
	ssize_t n;
	bool is_first = true;

	if (!in) {
		error_errno(err, errno, "cannot open the list of folders");
		return error_file(err, str_from(selection.file));
	}
	l.buffer = mem_alloc(FOLDER_BUFFER);
	while ((n = getdelim(&line, &cap, end, in)) > 0) {
		struct str path = entry_of((struct str){ line, (size_t)n }, end, is_first);

		if (path.len)
			add_listed(w, path, &l);
		is_first = false;
	}
	if (ferror(in)) {
		error_errno(err, errno, "cannot read the list of folders");
		error_file(err, is_stdin ? STR("standard input") : str_from(selection.file));
	}
	free(line);
	free(l.buffer);
	if (!is_stdin)
		(void)fclose(in);	/* only read */
	drop_doubles(w);
	return error_is_set(err) ? -1 : 0;
}

int
selection_look(struct walk *w, const struct selection_root *root, struct str path, struct str *ret_folder,
    unsigned *ret_bits, struct error *err)
{
	struct listed l = { root->fd, root->path, root->names, NULL };
	bool suits;
	int result;

	if (str_has_nul(path) || !resolve(&w->arena, &l, &path)) {
		error_set(err, "lies outside the root %s", root->path);
		return error_file(err, path);
	}
	l.buffer = mem_alloc(FOLDER_BUFFER);
	result = list_names(w, &l, path.ptr, ret_bits, &suits, err);
	free(l.buffer);
	*ret_folder = path;
	return result < 0 ? error_file(err, path) : 0;
}
