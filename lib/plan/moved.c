/* moved: apps whose folders were moved since the last plan: what the registry has of them is still theirs.
 * SPDX-License-Identifier: MIT */
#include "plan/internal.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/dict.h"
#include "base/error.h"
#include "base/path.h"

struct moves {
	const struct inventory *inventory;
	struct str root;
	const struct known *known;
	struct arena *arena;
	struct store_move *items;
	size_t count, cap;
};

/* The app of the findings in FOLDER (absolute); NULL: none. */
static const struct inventory_app *
app_in(const struct moves *m, struct str folder)
{
	const struct inventory *v = m->inventory;
	struct str rest;
	uint32_t app;

	if (!path_relative(folder, m->root, &rest))
		return NULL;
	app = inventory_app_of(v, inventory_lookup(v, rest));
	return app == INVENTORY_NONE ? NULL : &v->apps[app];
}

static void
add_move(struct moves *m, const struct store_app *app, struct str to, const struct inventory_app *at)
{
	/* outside the layout it goes on by what it went by, or by all of its path: no other app has either */
	struct identity is = at->in_layout ? at->id : app->in_layout ? (struct identity){ to, 1 } : app->id;

	ARENA_GROW(m->arena, m->items, m->count, m->cap);
	m->items[m->count++] = (struct store_move){ .from = app->folder, .to = to, .was = app->id, .is = is,
		.in_layout = at->in_layout };
}

/* Where the app of FOLDER, below OLD, is if OLD is NEW now. */
static struct str
moved_to(const struct moves *m, struct str folder, struct str old, struct str new)
{
	struct str rest;

	if (!path_relative(folder, old, &rest))
		return (struct str)STR_INIT;
	return str_eq(rest, STR(".")) ? new : path_join(m->arena, new, rest);
}

/* --- as somebody says (--moved OLD=NEW) --- */

static bool
knows(const struct moves *m, struct str folder)
{
	struct str rest;

	for (size_t i = 0; i < m->known->app_count; i++)
		if (path_relative(m->known->apps[i].folder, folder, &rest))
			return true;
	return false;
}

static bool
finds(const struct moves *m, struct str folder)
{
	const struct inventory *v = m->inventory;
	struct str rest, below;

	if (!path_relative(folder, m->root, &rest))
		return false;
	for (size_t i = 0; i < v->app_count; i++)
		if (v->apps[i].is_app && path_relative(inventory_str(v, v->apps[i].folder), rest, &below))
			return true;
	return false;
}

/* NAME as a folder below the root, where HAS one, else as seen from the working folder HERE. */
static struct str
folder_of(const struct moves *m, struct str name, struct str here,
    bool (*has)(const struct moves *, struct str))
{
	struct str folder = path_resolve(m->arena, m->root, name);

	return has(m, folder) ? folder : path_resolve(m->arena, here, name);
}

static int
say_moved(struct moves *m, const char *said, struct str here, struct error *err)
{
	struct str all = str_from(said), old, new;
	size_t at = str_find(all, 0, '='), before = m->count;

	if (at == 0 || at + 1 >= all.len)
		return error_set(err, "--moved '%s': write OLD=NEW, the folder that it was and the one "
		    "that it is", said);
	old = folder_of(m, str_sub(all, 0, at), here, knows);
	new = folder_of(m, str_sub(all, at + 1, all.len), here, finds);
	if (!finds(m, new))
		return error_set(err, "--moved '%s': the findings have no app in %.*s", said, STR_ARG(new));
	for (size_t i = 0; i < m->known->app_count; i++) {
		const struct store_app *app = &m->known->apps[i];
		struct str to = moved_to(m, app->folder, old, new);
		const struct inventory_app *there = to.len ? app_in(m, to) : NULL;

		if (there && !str_eq(to, app->folder))
			add_move(m, app, to, there);
	}
	if (m->count > before || knows(m, new))	/* it may have been said before */
		return 0;
	return error_set(err, "--moved '%s': the registry knows no app in %.*s", said, STR_ARG(old));
}

static bool
publishes(const struct inventory *v, const struct inventory_app *app, uint32_t port)
{
	for (uint32_t i = app->first; i < app->first + app->count; i++)
		if (v->items[i].record == FINDING_PORT && v->items[i].low == port)
			return true;
	return false;
}

/* Of apps that changed places it cannot be seen whether that was said before: then each has in its files what
 * the registry has for its folder, and the other's would be wrong. */
static int
check_swaps(const struct moves *m, struct error *err)
{
	const struct inventory *v = m->inventory;
	struct dict swapped = DICT_IN(m->arena);	/* by folder: which of the moves */
	const struct inventory_app *there, *to;
	size_t stay = 0, go = 0;

	for (uint32_t i = 0; i < m->count; i++)
		if (app_in(m, m->items[i].from) && app_in(m, m->items[i].to))
			(void)dict_add(&swapped, m->items[i].from, i);
	if (!swapped.count)
		return 0;
	for (size_t i = 0; i < m->known->port_count; i++) {
		const struct store_port *p = &m->known->ports[i];
		uint32_t n = dict_find(&swapped, p->folder);

		if (n == DICT_NONE)
			continue;
		there = app_in(m, m->items[n].from);
		to = app_in(m, m->items[n].to);
		stay += there && publishes(v, there, p->port);
		go += to && publishes(v, to, p->port);
	}
	return stay <= go ? 0
			  : error_set(err, "--moved: what stands in %.*s is what the registry has for it, so "
				"it did not come from elsewhere, or that was said before: leave --moved out",
				STR_ARG(swapped.entries[0].key));
}

/* Each app was moved to one place, and nobody else there. What is said twice counts once. Where an app was
 * there is none, unless it was moved there as well. */
static int
check_said(struct moves *m, struct error *err)
{
	struct dict from = DICT_IN(m->arena), to = DICT_IN(m->arena);
	size_t kept = 0;

	for (size_t i = 0; i < m->count; i++) {
		const struct store_move *x = &m->items[i], *other;
		uint32_t n = (uint32_t)kept;
		uint32_t by_from = dict_add(&from, x->from, n), by_to = dict_add(&to, x->to, n);

		other = &m->items[by_from < n ? by_from : by_to];
		if (by_from != by_to)
			return error_set(err, "--moved: %.*s is said to be %.*s now, and %.*s to be %.*s",
			    STR_ARG(other->from), STR_ARG(other->to), STR_ARG(x->from), STR_ARG(x->to));
		if (by_from == n)
			m->items[kept++] = *x;
	}
	m->count = kept;
	for (size_t i = 0; i < kept; i++)
		if (app_in(m, m->items[i].from) && dict_find(&to, m->items[i].from) == DICT_NONE)
			return error_set(err, "--moved: %.*s is still there, so it was copied and not moved",
			    STR_ARG(m->items[i].from));
	return check_swaps(m, err);
}

/* --- as it is found --- */

static bool
is_there(struct str folder)
{
	struct stat st;

	return lstat(folder.ptr, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

/* Whether the fleet that was at OLD is at the root now: each app that the registry has of it is found in the
 * same place, was not known there, and nothing of it is where it was. */
static bool
is_moved_whole(struct moves *m, struct str old)
{
	struct str rest;

	if (path_relative(old, m->root, &rest) || path_relative(m->root, old, &rest) || is_there(old))
		return false;
	m->count = 0;
	for (size_t i = 0; i < m->known->app_count; i++) {
		const struct store_app *app = &m->known->apps[i];
		struct str to = moved_to(m, app->folder, old, m->root);
		const struct inventory_app *at = to.len ? app_in(m, to) : NULL;

		if (path_relative(app->folder, m->root, &rest) || (to.len && !at))
			return false;
		if (at)
			add_move(m, app, to, at);
	}
	return m->count > 0;
}

static int
find_moved_whole(struct moves *m, struct store *s, struct error *err)
{
	struct str *roots;
	size_t count;

	if (store_roots(s, m->arena, &roots, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (is_moved_whole(m, roots[i]))
			return 0;
	m->count = 0;
	return 0;
}

int
moved_carry(struct decisions *d, const struct inventory *inventory, struct store *s, struct error *err)
{
	const struct plan_options *o = d->view.options;
	struct moves m = { inventory, d->view.root, &d->known, d->view.scratch, NULL, 0, 0 };

	if (d->known.app_count == 0 && o->moved_count == 0)
		return 0;
	for (size_t i = 0; i < o->moved_count; i++)
		if (say_moved(&m, o->moved[i], str_from(o->here), err) < 0)
			return -1;
	if (check_said(&m, err) < 0)
		return -1;
	if (o->moved_count == 0 && o->is_here && find_moved_whole(&m, s, err) < 0)
		return -1;
	if (m.count == 0)
		return 0;
	d->carried = m.count;
	d->known.apps_in_layout = 0;
	return store_move_apps(s, m.items, m.count, err) < 0
	    ? -1
	    : known_read(&d->known, s, d->view.arena, err);
}
