/* apps: the apps below one root, in their order: model by bytes, then app_num as a number.
 * SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700	/* realpath */
#include "scan/apps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/pattern.h"
#include "compose/project.h"
#include "scan/selection.h"

static int
by_identity(const void *a, const void *b)
{
	const struct fleet_app *x = a, *y = b;
	int order = identity_compare(x->id, y->id);

	return order                       ? order
	    : x->in_layout != y->in_layout ? y->in_layout - x->in_layout
					   : str_cmp(x->folder, y->folder);
}

static int
faults_by_folder(const void *a, const void *b)
{
	return str_cmp(((const struct walk_fault *)a)->folder, ((const struct walk_fault *)b)->folder);
}

/* PATH is where the root's own path ends in B and the app's begins. */
static void
identify(struct fleet_app *a, const struct layout *layout, struct match *m, struct buf *b, size_t path,
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
	a->id.model = at < path ? arena_dup(arena, a->id.model)
				: str_sub(a->folder, at - path, a->id.model.len);
}

/* Gives each identity to one app. The apps are sorted by identity, the first by path first. */
static void
part_twins(struct fleet *f)
{
	size_t holder = 0;

	for (size_t i = 1; i < f->count; i++) {
		struct fleet_app *a = &f->apps[i];

		if (!a->in_layout || !f->apps[holder].in_layout ||
		    identity_compare(a->id, f->apps[holder].id) != 0) {
			holder = i;
			continue;
		}
		a->in_layout = false;
		a->twin = f->apps[holder].folder;
	}
	for (size_t i = 0; i < f->count; i++)
		if (f->apps[i].twin.len)
			f->apps[i].id = (struct identity){ f->apps[i].folder, 1 };
}

/* A folder outside the layout may be called as a model in it is (`m`, beside `m/app1`): then its path is
 * given with a slash behind it. True where there was one. */
static bool
part_namesakes(struct fleet *f)
{
	bool any = false;

	if (f->count)
		qsort(f->apps, f->count, sizeof *f->apps, by_identity);
	for (size_t i = f->count; i-- > 1; ) {
		struct fleet_app *a = &f->apps[i];

		if (a->in_layout || identity_compare(a->id, f->apps[i - 1].id) != 0)
			continue;
		a->id.model = arena_cat(&f->walk.arena, a->id.model, STR("/"));
		any = true;
	}
	return any;
}

static int
identify_all(struct fleet *f, const char *regex, struct error *err)
{
	AUTO_PTR(layout) layout = NULL;
	AUTO_PTR(match) match = match_open();
	AUTO(buf) path = BUF_INIT;
	size_t start;

	if (layout_open(&layout, regex, err) < 0)
		return -1;
	buf_add_str(&path, str_from(f->root));
	if (path.ptr[path.len - 1] != '/')
		buf_add_char(&path, '/');
	start = path.len;
	f->count = f->walk.count;
	f->apps = mem_zero(f->count, sizeof *f->apps);
	for (size_t i = 0; i < f->count; i++) {
		f->apps[i].folder = f->walk.folders[i].path;
		f->apps[i].names = f->walk.folders[i].names;
		identify(&f->apps[i], layout, match, &path, start, &f->walk.arena);
	}
	free(f->walk.folders);		/* the apps have them now */
	f->walk.folders = NULL;
	f->walk.count = f->walk.cap = 0;
	if (f->count)
		qsort(f->apps, f->count, sizeof *f->apps, by_identity);
	part_twins(f);
	while (part_namesakes(f))
		;
	return 0;
}

int
fleet_open(struct fleet **ret, const char *root, const struct fleet_options *opt, struct error *err)
{
	AUTO_PTR(fleet) f = mem_zero(1, sizeof *f);

	f->fd = -1;
	f->root = realpath(root, NULL);
	if (f->root)
		f->fd = open(f->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->fd < 0) {
		error_errno(err, errno,
		    errno == ENOTDIR ? "this is no folder: give the folder that holds the apps"
				     : "cannot open the fleet's root folder");
		return error_place(err, str_from(root), 0, 0);
	}
	if (!opt->files_from)
		walk_tree(&f->walk, f->fd, opt->walk, opt->jobs, project_name_bit, PROJECT_BASE_NAMES);
	else if (selection_read(&f->walk, f->fd, f->root, opt->files_from, opt->nul, project_name_bit,
		     PROJECT_BASE_NAMES, err) < 0)
		return -1;
	if (f->walk.fault_count)
		qsort(f->walk.faults, f->walk.fault_count, sizeof *f->walk.faults, faults_by_folder);
	if (identify_all(f, opt->layout, err) < 0)
		return -1;
	*ret = f;
	f = NULL;
	return 0;
}

void
fleet_close(struct fleet *f)
{
	if (!f)
		return;
	if (f->fd >= 0)
		(void)close(f->fd);	/* only read */
	free(f->root);
	free(f->apps);
	walk_release(&f->walk);
	free(f);
}
