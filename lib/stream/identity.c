/* identity: which app of which model a folder is, by the path it stands at.
 * SPDX-License-Identifier: MIT */
#include "stream/identity.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/pattern.h"

struct layout {
	struct pattern *pattern;
	int model, app_num;	/* groups */
};

int
layout_open(struct layout **ret, const char *regex, struct error *err)
{
	struct layout *l = mem_zero(1, sizeof *l);

	if (pattern_open(&l->pattern, regex ? regex : LAYOUT_DEFAULT, 0, err) < 0) {
		layout_close(l);
		return -1;
	}
	l->model = pattern_group(l->pattern, "model");
	l->app_num = pattern_group(l->pattern, "app_num");
	if (l->model < 0 || l->app_num < 0) {
		error_set(err,
		    "the layout '%s' lacks the group (?<%s>...); it needs both model and app_num, as in '%s'",
		    regex, l->model < 0 ? "model" : "app_num", LAYOUT_DEFAULT);
		layout_close(l);
		return -1;
	}
	*ret = l;
	return 0;
}

void
layout_close(struct layout *l)
{
	if (!l)
		return;
	pattern_close(l->pattern);
	free(l);
}

bool
layout_match(const struct layout *l, struct match *m, struct str path, struct identity *ret)
{
	/* outside the layout is the answer to a path that cannot be matched */
	AUTO(error) ignored = ERROR_INIT;
	struct identity id;

	if (pattern_match(l->pattern, m, path, 0, &ignored) <= 0)
		return false;
	id.model = match_str(m, l->model);
	/* INT64_MAX: the registry's column is an SQLite integer. */
	if (id.model.len == 0 || !str_to_uint(match_str(m, l->app_num), INT64_MAX, &id.app_num))
		return false;
	*ret = id;
	return true;
}

int
identity_compare(struct identity a, struct identity b)
{
	int order = str_cmp(a.model, b.model);

	return order ? order : a.app_num < b.app_num ? -1 : a.app_num > b.app_num;
}
