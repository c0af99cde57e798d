/* expanded: names that are made of variables, and change with them.
 * SPDX-License-Identifier: MIT
 *
 * A name follows what it is made of, never what it looks like: `${STACK:-shop}_data` is no name after the
 * project `shop`. */
#include "plan/naming.h"

#include "base/error.h"
#include "plan/view.h"
#include "syntax/env.h"
#include "syntax/interpolation.h"

enum { DEPTH = 8 };		/* more variables of variables are taken as they are */

struct expander {
	struct naming *n;
	const struct view *v;
	struct interpolation *interpolation;
	struct arena words;		/* of one name */
};

static struct str expand(
    struct expander *x, uint32_t app, struct str template, bool after, unsigned depth);

/* What SETTING, a line of an env file, holds AFTER the plan: other variables may be a part of it. */
static struct str
setting_after(struct expander *x, uint32_t app, uint32_t setting, unsigned depth)
{
	const struct view *v = x->v;
	const struct inventory_item *item = &v->inventory->items[setting];
	struct str raw = view_raw(v, &item->place), value = view_str(v, item->value);

	if (depth == 0 || str_find(raw, 0, '$') == raw.len ||
	    str_eq(view_str(v, item->words->detail), STR("quote='")) ||
	    !str_eq(expand(x, app, raw, false, depth - 1), value))
		return value;
	return expand(x, app, raw, true, depth - 1);
}

/* Whether KEY has a value: as the files stand, or AFTER the plan. *RET is then it. */
static bool
value_of(struct expander *x, uint32_t app, struct str key, bool after, unsigned depth, struct str *ret)
{
	const struct view *v = x->v;
	const struct view_app *a = &v->apps[app];
	const struct naming_app *name = &x->n->of_app[app];
	uint32_t setting;

	if (after && a->in_layout && str_eq(key, STR("PROJECT_NAME"))) {
		*ret = name->project;
		return true;
	}
	if (str_eq(key, STR("COMPOSE_PROJECT_NAME")) && name->item != INVENTORY_NONE) {
		*ret = after ? naming_after(x->n, v, name->item)
			     : view_str(v, v->inventory->items[name->item].value);
		return true;
	}
	setting = view_setting(v, app, inventory_lookup(v->inventory, key), after && a->copies);
	if (setting == INVENTORY_NONE)
		return false;
	/* what scan does not show is empty here, and the name as it is then not understood */
	*ret = after ? setting_after(x, app, setting, depth)
		     : view_str(v, v->inventory->items[setting].value);
	return true;
}

/* The next variable that TEMPLATE may ask for, from *AT on. */
static bool
next_variable(struct str template, size_t *at, struct str *ret)
{
	static const struct str letters =
	    STR_OF("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	size_t start;

	while ((start = str_find(template, *at, '$')) < template.len) {
		start += start + 1 < template.len && template.ptr[start + 1] == '{' ? 2 : 1;
		*at = str_skip(template, start, letters);
		*ret = str_sub(template, start, *at - start);
		if (ret->len > 0)
			return true;
	}
	return false;
}

/* Whether the coming copy of .env.example sets KEY, so that scan took it for one that is not required. */
static bool
is_coming(const struct expander *x, uint32_t app, struct str key)
{
	return view_is_set_by_copy(x->v, app, inventory_lookup(x->v->inventory, key));
}

/* What TEMPLATE, as it stands in a file, makes. DEPTH: how many variables deep. Empty where it is nothing, or
 * not understood. */
static struct str
expand(struct expander *x, uint32_t app, struct str template, bool after, unsigned depth)
{
	struct str key, value;
	struct trace made;
	struct env env, coming;
	bool failed;
	AUTO(error) err = ERROR_INIT;

	env_init(&env, &x->words, NULL);
	env_init(&coming, &x->words, NULL);
	for (size_t at = 0; next_variable(template, &at, &key); ) {
		if (value_of(x, app, key, after, depth, &value))
			(void)env_set(&env, key, trace_none(value));
		if (is_coming(x, app, key))
			(void)env_set(&coming, key, trace_none(key));	/* whatever it is */
	}
	interpolation_supply(x->interpolation, &coming);
	failed = interpolate(x->interpolation, trace_none(template), &env, NULL, &made, &err) < 0;
	interpolation_supply(x->interpolation, NULL);
	return failed ? (struct str)STR_INIT : made.text;
}

/* Renames item I if what its variables hold afterwards calls it otherwise. */
static void
follow(struct expander *x, uint32_t i)
{
	const struct view *v = x->v;
	const struct inventory_item *item = &v->inventory->items[i];
	struct str value = view_str(v, item->value), raw = view_raw(v, &item->site), now;

	if (!item->site_known || str_find(raw, 0, '$') == raw.len)
		return;
	interpolation_reset(x->interpolation, &x->words);
	if (str_eq(expand(x, item->app, raw, false, DEPTH), value)) {
		now = expand(x, item->app, raw, true, DEPTH);
		if (now.len && !str_eq(now, value))
			naming_rename(x->n, i, arena_dup(v->arena, now));
	}
	arena_reset(&x->words);
}

/* Where I, a use in a path, is to make something else afterwards, a text of its own has to stand in its place
 * from now on: what it makes now, as a file or folder does not move by a name. */
static void
keep_path(struct expander *x, uint32_t i)
{
	const struct view *v = x->v;
	const struct inventory_item *item = &v->inventory->items[i];
	struct str raw = item->place_known ? view_raw(v, &item->place) : (struct str)STR_INIT, now;

	if (!raw.len || !names_is_path_key(view_str(v, item->value)))
		return;
	interpolation_reset(x->interpolation, &x->words);
	now = expand(x, item->app, raw, false, DEPTH);
	if (now.len && !str_eq(now, expand(x, item->app, raw, true, DEPTH)))
		naming_rename(x->n, i, arena_dup(v->arena, now));
	arena_reset(&x->words);
}

int
expanded_follow(struct naming *n, const struct view *v, struct error *err)
{
	static const enum finding_record named[] = { FINDING_NAME, FINDING_VOLUME, FINDING_NETWORK,
		FINDING_IMAGE };
	struct expander x = { n, v, NULL, ARENA_INIT };

	if (interpolation_open(&x.interpolation, err) < 0)
		return -1;
	for (uint32_t app = 0; app < v->inventory->app_count; app++) {
		if (!v->apps[app].is_selected)
			continue;
		for (size_t k = 0; k < sizeof named / sizeof *named; k++)
			for (uint32_t i = view_first(v, app, named[k]); i != INVENTORY_NONE;
			     i = view_next(v, i))
				follow(&x, i);
		for (uint32_t i = view_first(v, app, FINDING_USE); i != INVENTORY_NONE; i = view_next(v, i))
			keep_path(&x, i);
	}
	interpolation_close(x.interpolation);
	arena_release(&x.words);
	return 0;
}
