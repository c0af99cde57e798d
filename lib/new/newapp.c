/* newapp: an app that comes into being from a template.
 * SPDX-License-Identifier: MIT */
#include "new/newapp.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/path.h"
#include "base/pattern.h"
#include "fleet/portmap.h"
#include "journal/journal.h"
#include "journal/mark.h"
#include "new/lay.h"
#include "plan/arguments.h"
#include "store/store.h"
#include "stream/identity.h"
#include "system/compat.h"
#include "system/folder.h"
#include "system/lock.h"
#include "system/options.h"
#include "system/owner.h"

enum { LOCK_SECONDS = 60 };	/* nobody lays an app out for longer */

/* -1 where a symlink on the way of PATH, or of what one of them leads to, was made by a stranger: who owns a
 * folder above would say where root writes. */
static int
check_links(struct arena *a, struct str path, unsigned depth, struct error *err)
{
	enum { LINKS = 40 };	/* as many as the kernel follows */
	char target[PATH_MAX];
	struct stat st;
	ssize_t n;

	for (size_t i = 1; i <= path.len && depth < LINKS; i++) {
		struct str part = arena_dup(a, str_sub(path, 0, i));

		if ((i < path.len && path.ptr[i] != '/') || lstat(part.ptr, &st) < 0 || !S_ISLNK(st.st_mode))
			continue;
		if (!owner_is_trusted(st.st_uid)) {
			error_set(err, "a symlink that another user made: name the folder itself");
			return error_file(err, part);
		}
		if ((n = readlink(part.ptr, target, sizeof target)) <= 0)
			continue;
		part = path_resolve(a, arena_dup(a, path_folder(part)), (struct str){ target, (size_t)n });
		if (check_links(a, part, depth + 1, err) < 0)
			return -1;
	}
	return 0;
}

/* DEST as an absolute path, of which the last part and the one before may be missing. */
static int
absolute(struct arena *a, const char *dest, struct str *ret, struct error *err)
{
	struct str path = str_from(dest), rest = STR(""), name;
	char *real = NULL;

	for (int missing = 0; missing < 2 && !real; missing++) {
		while (path.len > 1 && str_ends(path, STR("/")))
			path.len--;
		name = path_name(path);
		if (!name.len || str_eq(name, STR(".")) || str_eq(name, STR(".."))) {
			error_set(err, "a new app needs a name for its folder: let DEST end in it");
			return error_file(err, str_from(dest));
		}
		rest = arena_printf(a, "/%.*s%.*s", STR_ARG(name), STR_ARG(rest));
		path.len -= name.len;
		real = compat_real_path(path.len ? arena_dup(a, path).ptr : ".");
	}
	if (!real) {
		error_errno(err, errno, "cannot find the folder above the app; no more than the last two "
		    "parts of DEST may be missing");
		return error_file(err, str_from(dest));
	}
	if (check_links(a, path, 0, err) < 0) {
		free(real);
		return -1;
	}
	*ret = arena_cat(a, strcmp(real, "/") == 0 ? STR("") : str_from(real), rest);
	free(real);
	return 0;
}

/* The path must say what the registry will: else scan would not know the app again. */
static int
check_layout(const char *regex, struct str dest, struct identity id, struct error *err)
{
	AUTO_PTR(layout) layout = NULL;
	AUTO_PTR(match) m = match_open();
	struct identity told;

	if (layout_open(&layout, regex, err) < 0)
		return -1;
	if (layout_match(layout, m, dest, &told) && identity_eq(told, id))
		return 0;
	(void)error_set(err,
	    "by its path this would not be " IDENTITY_FORMAT
	    " for scan: let DEST end in that, or give the --layout that the fleet is scanned with",
	    IDENTITY_ARG(id));
	return error_file(err, dest);
}

/* Another folder beside DEST that has the identity ID by its path; empty: there is none. */
static struct str
twin_beside(struct arena *a, const char *regex, struct str dest, struct identity id)
{
	AUTO_PTR(layout) layout = NULL;
	AUTO_PTR(match) m = match_open();
	AUTO(error) ignored = ERROR_INIT;	/* a folder that is not there yet has nobody in it */
	struct str above = arena_dup(a, path_folder(dest)), twin = STR_INIT;
	struct folder f = { .fd = -1 };
	struct folder_entry e;

	if (layout_open(&layout, regex, &ignored) < 0 ||
	    folder_open(&f, AT_FDCWD, above.ptr, false, arena_alloc(a, FOLDER_BUFFER), &ignored) < 0)
		return twin;
	while (!twin.len && folder_next(&f, &e, &ignored) > 0) {
		struct str path = path_join(a, above, e.name);
		struct identity told;

		if (!str_eq(path, dest) && layout_match(layout, m, path, &told) && identity_eq(told, id))
			twin = path;
	}
	folder_close(&f);
	return twin;
}

/* Two texts of one number, app1 and app01, are one app: DEST may be neither another folder of one that the
 * registry knows, if that is still there, nor stand beside one that it does not know yet. */
static int
check_twins(struct store *store, struct arena *a, const char *regex, struct str dest, struct identity id,
    struct error *err)
{
	struct str twin = twin_beside(a, regex, dest, id);
	struct store_app *apps;
	size_t count;

	if (store_apps(store, a, &apps, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count && !twin.len; i++)
		if (apps[i].in_layout && identity_eq(apps[i].id, id) && !str_eq(apps[i].folder, dest) &&
		    access(arena_dup(a, apps[i].folder).ptr, F_OK) == 0)
			twin = apps[i].folder;
	if (!twin.len)
		return 0;
	(void)error_set(err,
	    IDENTITY_FORMAT " is the app in %.*s already, as its number is what counts: give the new one a "
	    "number that no other has", IDENTITY_ARG(id), STR_ARG(twin));
	return error_file(err, dest);
}

static int
has_row(struct store *store, struct arena *a, struct identity id, bool *ret, struct error *err)
{
	struct store_pair *pairs;
	size_t count;

	if (store_pairs(store, a, &pairs, &count, err) < 0)
		return -1;
	*ret = false;
	for (size_t i = 0; i < count; i++)
		*ret |= identity_eq(pairs[i].id, id);
	return 0;
}

/* An app that could not be laid out holds nothing; what the registry says of that stays with the first
 * error. */
static void
give_up(struct store *store, struct identity id)
{
	AUTO(error) ignored = ERROR_INIT;
	bool was_there;

	if (store_begin(store, &ignored) < 0)
		return;
	(void)store_end(store, store_release(store, id, &was_there, &ignored), true, &ignored);
}

/* Registers the ports that the app got beside its pair. */
static int
keep_ports(struct newapp *n, struct store *store, struct error *err)
{
	uint16_t *numbers;

	n->port_count = template_ports(n->template, &n->ports);
	numbers = arena_zero(&n->arena, n->port_count + 1, sizeof *numbers);
	for (size_t i = 0; i < n->port_count; i++)
		numbers[i] = n->ports[i].port;
	return plan_allocate_ports(store, &n->got, numbers, n->port_count, err);
}

/* Registers the app in STORE and lays it out in the folder DEST, absolute. */
static int
lay_out(struct newapp *n, const struct newapp_options *o, struct store *store, const char *dest,
    struct error *err)
{
	struct portmap *map = arena_zero(&n->arena, 1, sizeof *map);
	struct template_values values;
	bool was_there;

	if (check_twins(store, &n->arena, o->layout, str_from(dest), n->got.id, err) < 0 ||
	    has_row(store, &n->arena, n->got.id, &was_there, err) < 0 ||
	    plan_allocate(store, &o->options, &n->arena, &n->got, map, err) < 0)
		return -1;
	values = (struct template_values){ n->got.id, n->got.backend, n->got.frontend, n->got.name, map };
	if (template_open(&n->template, &values, err) == 0 &&
	    lay_app(n->template, o->template, dest, err) == 0) {
		n->is_laid = true;
		return keep_ports(n, store, err);
	}
	if (!was_there)
		give_up(store, n->got.id);
	return -1;
}

int
newapp_make(struct newapp *n, const struct newapp_options *o, struct error *err)
{
	AUTO_PTR(store) store = NULL;
	AUTO(lock) lock = LOCK_INIT;
	struct str dest = STR_INIT;

	if (absolute(&n->arena, o->dest, &dest, err) < 0 ||
	    identity_parse(&n->got.id, o->app, err) < 0 ||
	    check_layout(o->layout, dest, n->got.id, err) < 0 ||
	    journal_refuse_interrupted(options_db(o->db), false, err) < 0 ||
	    mark_refuse(options_db(o->db), arena_dup(&n->arena, path_folder(dest)).ptr, err) < 0 ||
	    store_open(&store, o->db, STORE_WRITE, err) < 0 ||
	    lock_take(&lock, options_db(o->db), LOCK_SECONDS, err) < 0)
		return -1;
	return lay_out(n, o, store, dest.ptr, err);
}

void
newapp_release(struct newapp *n)
{
	template_close(n->template);
	arena_release(&n->arena);
	*n = (struct newapp)NEWAPP_INIT;
}
