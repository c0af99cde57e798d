/* apps: the apps below one root, in their order: model by bytes, then app_num as a number.
 * SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700	/* realpath */
#include "scan/apps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/dict.h"
#include "base/error.h"
#include "base/pattern.h"
#include "compose/project.h"

static int
by_identity(const void *a, const void *b)
{
	const struct app *x = a, *y = b;
	int order = identity_compare(x->id, y->id);

	if (order == 0)
		order = y->in_layout - x->in_layout;
	return order ? order : str_cmp(x->folder, y->folder);
}

static int
faults_by_folder(const void *a, const void *b)
{
	return str_cmp(((const struct walk_fault *)a)->folder, ((const struct walk_fault *)b)->folder);
}

static int
strs_by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Gives A its identity. The root's own path stands in B up to byte PATH; the app's is put behind it. */
static void
identify(struct app *a, const struct layout *layout, struct match *m, struct buf *b, size_t path,
    struct arena *arena)
{
	size_t at;

	b->len = path;
	if (!str_eq(a->folder, STR(".")))
		buf_add_str(b, a->folder);
	else if (b->len > 1)
		b->len--;		/* the slash behind the root */
	a->in_layout = layout_match(layout, m, buf_str(b), &a->id);
	if (!a->in_layout) {
		a->id = (struct identity){ a->folder, 1 };
		return;
	}
	at = (size_t)(a->id.model.ptr - b->ptr);
	if (at < path)
		a->id.model = arena_dup(arena, a->id.model);
	else
		a->id.model = str_sub(a->folder, at - path, a->id.model.len);
}

/* Takes an identity from every app but the first by path that has it. The apps are sorted by identity,
 * then by path. */
static void
part_twins(struct apps *all)
{
	size_t holder = 0;

	for (size_t i = 1; i < all->count; i++) {
		struct app *a = &all->items[i];

		if (!a->in_layout || !all->items[holder].in_layout ||
		    identity_compare(a->id, all->items[holder].id) != 0) {
			holder = i;
			continue;
		}
		a->in_layout = false;
		a->twin = all->items[holder].folder;
	}
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].twin.len)
			all->items[i].id = (struct identity){ all->items[i].folder, 1 };
}

/* A folder outside the layout may have the name of a model (`m`, beside `m/app1`). Its own model then
 * gets a slash at the end. Returns whether there was one. */
static bool
part_namesakes(struct apps *all)
{
	bool any = false;

	if (all->count)
		qsort(all->items, all->count, sizeof *all->items, by_identity);
	for (size_t i = all->count; i-- > 1; ) {
		struct app *a = &all->items[i];

		if (a->in_layout || identity_compare(a->id, all->items[i - 1].id) != 0)
			continue;
		a->id.model = arena_cat(&all->walk.arena, a->id.model, STR("/"));
		any = true;
	}
	return any;
}

struct identity
apps_beside(const struct apps *all, struct arena *a, struct str folder)
{
	struct identity id = { folder, 1 };

	while (all->count &&
	    identity_find(&all->items->id, sizeof *all->items, all->count, id) < all->count)
		id.model = arena_cat(a, id.model, STR("/"));
	return id;
}

static int
identify_all(struct apps *all, const char *regex, struct error *err)
{
	AUTO_PTR(layout) layout = NULL;
	AUTO_PTR(match) match = match_open();
	AUTO(buf) path = BUF_INIT;
	size_t start;

	if (layout_open(&layout, regex, err) < 0)
		return -1;
	buf_add_str(&path, str_from(all->root));
	if (path.ptr[path.len - 1] != '/')
		buf_add_char(&path, '/');
	start = path.len;
	all->count = all->walk.count;
	all->items = mem_zero(all->count, sizeof *all->items);
	for (size_t i = 0; i < all->count; i++) {
		all->items[i].folder = all->walk.folders[i].path;
		all->items[i].names = all->walk.folders[i].names;
		identify(&all->items[i], layout, match, &path, start, &all->walk.arena);
	}
	free(all->walk.folders);		/* the apps have them now */
	all->walk.folders = NULL;
	all->walk.count = all->walk.cap = 0;
	if (all->count)
		qsort(all->items, all->count, sizeof *all->items, by_identity);
	part_twins(all);
	while (part_namesakes(all))
		;
	return 0;
}

/* Adds the folders of the WAYS that were not found; *ret: the folder of each, from the root. */
static int
find_folders(struct apps *all, const struct ways *ways, struct walk_names names, struct str *ret,
    struct error *err)
{
	const struct selection_root root = { all->fd, all->root, names };
	AUTO(dict) found = DICT_INIT;

	for (size_t i = 0; i < all->walk.count; i++)
		(void)dict_add(&found, all->walk.folders[i].path, (uint32_t)i);
	for (size_t i = 0; i < ways->count; i++) {
		unsigned bits;

		if (selection_look(&all->walk, &root, ways->items[i].folder, &ret[i], &bits, err) < 0)
			return -1;
		if (dict_add(&found, ret[i], (uint32_t)all->walk.count) == all->walk.count)
			walk_add_folder(&all->walk, ret[i], bits);
	}
	return 0;
}

/* Gives each app the ways that it is run in. */
static void
attach_ways(struct apps *all, const struct ways *ways, const struct str *folders)
{
	AUTO(dict) found = DICT_INIT;

	for (size_t i = 0; i < all->count; i++)
		(void)dict_add(&found, all->items[i].folder, (uint32_t)i);
	for (size_t i = 0; i < ways->count; i++) {
		struct app *a = &all->items[dict_find(&found, folders[i])];

		if (!a->ways)
			a->ways = arena_alloc(&all->walk.arena, ways->count * sizeof *a->ways);
		a->ways[a->way_count++] = &ways->items[i].as;
	}
}

/* Makes apps of the folders that were found. */
static int
settle(struct apps *all, const struct apps_options *opt, struct walk_names names, struct error *err)
{
	size_t count = opt->ways ? opt->ways->count : 0;
	struct str *folders = arena_alloc(&all->walk.arena, (count + 1) * sizeof *folders);

	if ((count && find_folders(all, opt->ways, names, folders, err) < 0) ||
	    identify_all(all, opt->layout, err) < 0)
		return -1;
	if (count)
		attach_ways(all, opt->ways, folders);
	return 0;
}

int
apps_open(struct apps **ret, const char *root, const struct apps_options *opt, struct error *err)
{
	const struct walk_names names = {
		project_name_bit, PROJECT_BASE_NAMES, PROJECT_ENV_NAME, project_named_by_env,
		PROJECT_LOOSE_NAME, ".env"
	};
	AUTO_PTR(apps) all = mem_zero(1, sizeof *all);

	all->fd = -1;
	all->root = realpath(root, NULL);
	if (all->root)
		all->fd = open(all->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (all->fd < 0) {
		error_errno(err, errno, errno == ENOTDIR ?
		    "this is no folder: give the folder that holds the apps" :
		    "cannot open the fleet's root folder");
		return error_file(err, str_from(root));
	}
	all->is_listed = opt->list.file != NULL;
	if (!all->is_listed)
		walk_tree(&all->walk, all->fd, opt->walk, opt->jobs, names);
	else if (selection_read(&all->walk, all->fd, all->root, opt->list, names, err) < 0)
		return -1;
	if (all->walk.fault_count)
		qsort(all->walk.faults, all->walk.fault_count, sizeof *all->walk.faults, faults_by_folder);
	if (settle(all, opt, names, err) < 0)
		return -1;
	if (all->walk.loose_count)
		qsort(all->walk.loose, all->walk.loose_count, sizeof *all->walk.loose, strs_by_bytes);
	*ret = all;
	all = NULL;
	return 0;
}

void
apps_close(struct apps *all)
{
	if (!all)
		return;
	if (all->fd >= 0)
		(void)close(all->fd);	/* only read */
	free(all->root);
	free(all->items);
	walk_release(&all->walk);
	free(all);
}
