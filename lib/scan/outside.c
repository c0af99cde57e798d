/* outside: the folders of a fleet that belong to no app, and the files in them.
 * SPDX-License-Identifier: MIT */
#include "scan/outside.h"

#include <stdlib.h>

#include "base/dict.h"
#include "scan/crossing.h"
#include "system/folder.h"

/* Leaves out of FILES what an app reads from another folder. */
static void
leave_out(struct texts_paths *files, const struct crossing *crossing)
{
	size_t kept = 0;

	for (size_t i = 0; i < files->count; i++)
		if (!crossing_is_read(crossing, files->items[i]))
			files->items[kept++] = files->items[i];
	files->count = kept;
}

static int
by_folder(const void *a, const void *b)
{
	const struct outside_folder *x = a, *y = b;

	return str_cmp(x->app.folder, y->app.folder);
}

static void
add_folder(struct outside *o, const struct apps *apps, struct str path, struct texts_paths files)
{
	MEM_GROW(o->folders, o->count, o->cap);
	o->folders[o->count++] = (struct outside_folder){
		.app = { .folder = path, .id = apps_beside(apps, &o->arena, path) }, .files = files
	};
}

void
outside_find(struct outside *o, const struct apps *apps, const struct crossing *crossing)
{
	AUTO(dict) of_apps = DICT_INIT;
	struct texts_paths todo = { .arena = &o->arena };
	char *listing = mem_alloc(FOLDER_BUFFER);

	for (size_t i = 0; i < apps->count; i++)
		(void)dict_add(&of_apps, apps->items[i].folder, (uint32_t)i);
	ARENA_GROW(todo.arena, todo.items, todo.count, todo.cap);
	todo.items[todo.count++] = STR(".");
	while (todo.count) {
		struct str path = todo.items[--todo.count];
		struct texts_paths files = { .arena = &o->arena };

		/* what lies below an app is its own, up to the next app */
		if (dict_find(&of_apps, path) != DICT_NONE)
			continue;
		texts_list(apps->fd, listing, path, false, &files, &todo);
		leave_out(&files, crossing);
		if (files.count)
			add_folder(o, apps, path, files);
	}
	free(listing);
	if (o->count)
		qsort(o->folders, o->count, sizeof *o->folders, by_folder);
}

void
outside_release(struct outside *o)
{
	free(o->folders);
	arena_release(&o->arena);
}
