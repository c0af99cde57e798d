/* path: the names of files and folders as texts, joined and taken apart.
 * SPDX-License-Identifier: MIT */
#include "base/path.h"

#include <limits.h>
#include <string.h>

bool
path_is_clean(struct str path)
{
	struct str part;

	if (path.len == 0 || path.len >= PATH_MAX || str_has_nul(path) || str_ends(path, STR("/")))
		return false;
	for (size_t at = 0; str_next_part(path, '/', &at, &part); )
		if (part.len == 0 || str_eq(part, STR(".")) || str_eq(part, STR("..")))
			return false;
	return true;
}

static bool
is_here(struct str folder)
{
	return folder.len == 0 || str_eq(folder, STR("."));
}

struct str
path_join(struct arena *a, struct str folder, struct str name)
{
	if (is_here(folder))
		return arena_dup(a, name);
	if (!str_ends(folder, STR("/")))
		folder = arena_cat(a, folder, STR("/"));
	return arena_cat(a, folder, name);
}

/* A path that is built part by part. */
struct building {
	char *out;
	size_t len;
	size_t fixed;		/* what no `..` takes away: the root, or `..` in front */
	bool is_absolute;
};

static void
add_part(struct building *b, struct str part)
{
	bool is_up = str_eq(part, STR(".."));

	if (part.len == 0 || str_eq(part, STR(".")) || (is_up && b->is_absolute && b->len == b->fixed))
		return;
	if (is_up && b->len > b->fixed) {
		while (b->len > b->fixed && b->out[b->len - 1] != '/')
			b->len--;
		if (b->len > b->fixed)
			b->len--;
		return;
	}
	if (b->len > 0 && b->out[b->len - 1] != '/')
		b->out[b->len++] = '/';
	memcpy(b->out + b->len, part.ptr, part.len);
	b->len += part.len;
	if (is_up)
		b->fixed = b->len;
}

struct str
path_resolve(struct arena *a, struct str folder, struct str name)
{
	struct building b = { .is_absolute = path_is_absolute(name) || path_is_absolute(folder) };
	struct str part;

	b.out = arena_alloc(a, folder.len + name.len + 3);
	if (b.is_absolute)
		b.out[b.len++] = '/';
	b.fixed = b.len;
	if (!path_is_absolute(name))
		for (size_t at = 0; str_next_part(folder, '/', &at, &part); )
			add_part(&b, part);
	for (size_t at = 0; str_next_part(name, '/', &at, &part); )
		add_part(&b, part);
	if (b.len == 0)
		b.out[b.len++] = '.';
	b.out[b.len] = '\0';
	return (struct str){ b.out, b.len };
}

/* Where the last part of PATH begins. */
static size_t
name_start(struct str path)
{
	size_t at = path.len;

	while (at > 0 && path.ptr[at - 1] != '/')
		at--;
	return at;
}

struct str
path_folder(struct str path)
{
	size_t at = name_start(path);

	if (at == 0)
		return STR(".");
	return str_sub(path, 0, at > 1 ? at - 1 : 1);
}

struct str
path_name(struct str path)
{
	return str_sub(path, name_start(path), path.len);
}

bool
path_relative(struct str path, struct str folder, struct str *ret)
{
	if (str_eq(path, folder)) {
		*ret = STR(".");
		return true;
	}
	if (is_here(folder)) {
		*ret = path;
		return !path_is_absolute(path) && !str_eq(path, STR("..")) && !str_starts(path, STR("../"));
	}
	if (str_ends(folder, STR("/")))
		folder.len--;
	if (!str_starts(path, folder) || path.len == folder.len || path.ptr[folder.len] != '/')
		return false;
	*ret = str_sub(path, folder.len + 1, path.len);
	return true;
}

bool
path_is_below(struct str path, struct str folder)
{
	struct str rest;

	return path_relative(path, folder, &rest) && rest.len > 0 && !str_eq(rest, STR("."));
}
