/* identity: which app of which model a folder is.
 * SPDX-License-Identifier: MIT */
#include "stream/identity.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/pattern.h"

struct str
identity_text(struct arena *a, struct identity id)
{
	return arena_printf(a, IDENTITY_FORMAT, IDENTITY_ARG(id));
}

bool
identity_is_text(struct identity id, struct str text)
{
	char rest[32];
	int n = snprintf(rest, sizeof rest, "/app%llu", (unsigned long long)id.app_num);

	return str_starts(text, id.model) &&
	    str_eq(str_sub(text, id.model.len, text.len), (struct str){ rest, (size_t)n });
}

bool
identity_is_like(struct identity id, struct str folder, const char *pattern)
{
	AUTO(arena) a = ARENA_INIT;

	return fnmatch(pattern, folder.ptr, 0) == 0 || fnmatch(pattern, identity_text(&a, id).ptr, 0) == 0;
}

int
identity_parse(struct identity *ret, const char *text, struct error *err)
{
	struct str s = str_from(text), model, app;
	size_t slash = s.len, before;
	uint64_t app_num;

	while (slash > 0 && s.ptr[slash - 1] != '/')
		slash--;
	app = str_sub(s, slash, s.len);
	model = str_sub(s, 0, slash ? slash - 1 : 0);
	for (before = model.len; before > 0 && model.ptr[before - 1] != '/'; before--)
		;
	model = str_sub(model, before, model.len);
	if (!model.len || !str_starts(app, STR("app")) ||
	    !str_to_uint(str_sub(app, 3, app.len), INT64_MAX, &app_num))
		return error_set(
		    err, "'%s' names no app: write MODEL/appN, as in openai_gpt-5-mini/app3", text);
	*ret = (struct identity){ model, app_num };
	return 0;
}

int
identity_compare(struct identity a, struct identity b)
{
	int order = str_cmp(a.model, b.model);

	return order ? order : a.app_num < b.app_num ? -1 : a.app_num > b.app_num;
}

static const struct identity *
nth(const struct identity *first, size_t size, size_t n)
{
	return (const void *)((const char *)first + n * size);
}

size_t
identity_find(const struct identity *first, size_t size, size_t count, struct identity id)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (identity_compare(*nth(first, size, mid), id) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < count && identity_eq(*nth(first, size, low), id) ? low : count;
}

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
		return error_about(err, regex);
	}
	l->model = pattern_group(l->pattern, "model");
	l->app_num = pattern_group(l->pattern, "app_num");
	if (l->model < 0 || l->app_num < 0) {
		error_set(err,
		    "the layout '%s' lacks the group (?<%s>...); it needs both model and app_num, as in '%s'",
		    regex, l->model < 0 ? "model" : "app_num", LAYOUT_DEFAULT);
		layout_close(l);
		return error_about(err, regex);
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
