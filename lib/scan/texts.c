/* texts: the files of a folder in which people may have written something, and the folders in it.
 * SPDX-License-Identifier: MIT */
#include "scan/texts.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/path.h"
#include "compose/project.h"
#include "scan/walk.h"
#include "system/folder.h"

static bool
is_foreign_folder(struct str name)
{
	static const char *const names[] = { "bower_components", "venv", "site-packages", "__pycache__",
		".tox", ".mypy_cache", ".pytest_cache", "vendor", "third_party", ".next", ".nuxt", ".cache",
		".gradle", ".idea", NULL };

	return walk_skips(name, 0) || str_is_one_of(name, names);
}

/* A log says what was, and whoever writes it holds it open: `access.log`, `access.log-20261127`,
 * `access_log`, `nohup.out`, `.bash_history`. */
static bool
is_log(struct str name)
{
	static const struct str word = STR_OF("log"), marks = STR_OF(".-_");

	if (str_eq(name, STR("nohup.out")) || str_ends(name, STR("_history")))
		return true;
	for (size_t at = 1; at + word.len <= name.len; at++) {
		size_t end = at + word.len;

		if (str_has(marks, name.ptr[at - 1]) && str_eq_fold(str_sub(name, at, word.len), word) &&
		    (end == name.len || str_has(STR(".-~"), name.ptr[end])))
			return true;
	}
	return false;
}

static bool
is_foreign_file(struct str name)
{
	static const char *const names[] = { "package-lock.json", "npm-shrinkwrap.json", "yarn.lock",
		"pnpm-lock.yaml", "poetry.lock", "Pipfile.lock", "uv.lock", "Cargo.lock", "go.sum",
		"composer.lock", "Gemfile.lock", NULL };

	return is_log(name) || str_is_one_of(name, names) || str_ends(name, STR(".min.js")) ||
	    str_ends(name, STR(".min.css")) || str_ends(name, STR(".map"));
}

static void
add_path(struct texts_paths *p, struct str folder, struct str name)
{
	ARENA_GROW(p->arena, p->items, p->count, p->cap);
	p->items[p->count++] = path_join(p->arena, folder, name);
}

void
texts_list(int rootfd, char *listing, struct str folder, bool is_app, struct texts_paths *files,
    struct texts_paths *folders)
{
	AUTO(error) ignored = ERROR_INIT;
	size_t files_before = files->count, folders_before = folders->count;
	struct folder f;
	struct folder_entry e;

	if (folder_open(&f, rootfd, folder.ptr, !is_app, listing, &ignored) < 0)
		return;
	while (folder_next(&f, &e, &ignored) > 0) {
		if (!is_app && (project_name_bit(e.name) & PROJECT_BASE_NAMES)) {
			files->count = files_before;
			folders->count = folders_before;
			break;
		}
		if (e.kind == FOLDER_FOLDER && !is_foreign_folder(e.name))
			add_path(folders, folder, e.name);
		else if (e.kind == FOLDER_FILE && !is_foreign_file(e.name))
			add_path(files, folder, e.name);
	}
	folder_close(&f);
}

static int
by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

void
texts_sort(struct texts_paths *p)
{
	if (p->count)
		qsort(p->items, p->count, sizeof *p->items, by_bytes);
}
