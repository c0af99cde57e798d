/* newer: whether the files of a fleet have changed since the registry last heard of them.
 * SPDX-License-Identifier: MIT */
#include "report/newer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "report/internal.h"
#include "system/sql.h"

static const char doing[] = "cannot look whether the fleet's files are newer";

/* The root, open; -1 where it is not at hand. */
static int
open_root(struct sql *sql, int *ret, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(
	    sql, "SELECT root FROM fleet WHERE coalesce(behind, '') = ''", doing, err);
	int got = sql_next(&q);
	AUTO(arena) a = ARENA_INIT;
	struct str root = got > 0 ? sql_column_copy(&q, 0, &a) : (struct str)STR_INIT;

	*ret = root.len ? open(root.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	return got < 0 ? -1 : 0;
}

struct newer {
	size_t count;
	struct str first;		/* in the arena */
};

static int
count_newer(struct sql *sql, int root, struct newer *ret, struct arena *a, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, report_newer_sql, doing, err);
	AUTO(arena) scratch = ARENA_INIT;
	struct stat st;
	int got;

	while ((got = sql_next(&q)) > 0) {
		struct str file = sql_column_copy(&q, 0, &scratch);

		if (fstatat(root, file.ptr, &st, 0) < 0 || (int64_t)st.st_mtime <= sql_column_int(&q, 1))
			continue;
		if (ret->count++ == 0)
			ret->first = arena_dup(a, file);
		arena_reset(&scratch);
	}
	return got;
}

static int
say(struct sql *sql, const struct newer *n, struct arena *a, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, "UPDATE fleet SET behind = ?1", doing, err);

	sql_bind_str(&q, n->count == 1 ? arena_printf(a, "%.*s is newer than it", STR_ARG(n->first)) :
	    arena_printf(a, "%zu files are newer than it, as %.*s", n->count, STR_ARG(n->first)));
	return sql_run(&q);
}

int
newer_look(struct sql *sql, struct error *err)
{
	struct newer n = { 0, STR_INIT };
	AUTO(arena) a = ARENA_INIT;
	int root, result;

	if (open_root(sql, &root, err) < 0)
		return -1;
	if (root < 0)
		return 0;
	result = count_newer(sql, root, &n, &a, err);
	(void)close(root);	/* opened for reading */
	return result < 0 ? -1 : n.count ? say(sql, &n, &a, err) : 0;
}
