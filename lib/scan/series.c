/* series: folders that are numbered like apps, but not as the layout has it.
 * SPDX-License-Identifier: MIT */
#include "scan/apps.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/path.h"

enum { LEAST = 3 };	/* two may be numbered by chance */

#define DIGITS STR("0123456789")

struct member {
	struct str prefix;	/* of the folder's last part: what stands before the number */
	struct str folder;
};

static int
compare(const void *pa, const void *pb)
{
	const struct member *a = pa, *b = pb;
	int by_prefix = str_cmp(a->prefix, b->prefix);

	return by_prefix ? by_prefix : str_cmp(a->folder, b->folder);
}

/* Whether FOLDER, which lies below another one, ends in a number behind a word. */
static bool
is_numbered(struct str folder, struct str *ret_prefix)
{
	struct str name = path_name(folder);
	size_t end = name.len;

	while (end > 0 && str_has(DIGITS, name.ptr[end - 1]))
		end--;
	*ret_prefix = str_sub(name, 0, end);
	return end > 0 && end < name.len && name.len < folder.len;
}

/* PREFIX as a regular expression. */
static void
add_pattern(struct buf *b, struct str prefix)
{
	for (size_t i = 0; i < prefix.len; i++) {
		if (str_has(STR("\\.^$|?*+()[]{}"), prefix.ptr[i]))
			buf_add_char(b, '\\');
		buf_add_char(b, prefix.ptr[i]);
	}
}

size_t
apps_series(const struct apps *apps, struct buf *ret, struct str *ret_first)
{
	struct member *all = mem_zero(apps->count + 1, sizeof *all);
	size_t count = 0, best = 0, from = 0;

	for (size_t i = 0; i < apps->count; i++)
		if (!apps->items[i].in_layout && is_numbered(apps->items[i].folder, &all[count].prefix))
			all[count++].folder = apps->items[i].folder;
	if (count)
		qsort(all, count, sizeof *all, compare);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && str_eq(all[end].prefix, all[i].prefix); end++)
			;
		if (end - i > best) {
			best = end - i;
			from = i;
		}
	}
	best = best < LEAST ? 0 : best;
	if (best) {
		buf_add_str(ret, STR("/(?<model>[^/]+)/"));
		add_pattern(ret, all[from].prefix);
		buf_add_str(ret, STR("(?<app_num>[0-9]+)\\z"));
		*ret_first = all[from].folder;
	}
	free(all);
	return best;
}
