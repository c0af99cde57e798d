/* name_edits: the edits that give an app's project and containers their names.
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"

#include <assert.h>

#include "base/buf.h"
#include "plan/internal.h"

/* `; its volumes start empty: old -> new`, with all of them; empty: none does. */
static struct str
volumes_left(const struct edits *e)
{
	const struct view *v = &e->d->view;
	const uint32_t *after = e->d->naming.after;
	AUTO(buf) s = BUF_INIT;

	assert(after && v->inventory->items);
	for (uint32_t i = view_first(v, e->app, FINDING_VOLUME); i != INVENTORY_NONE; i = view_next(v, i)) {
		struct str old = view_str(v, v->inventory->items[i].value);

		if (after[i])
			buf_printf(&s, "%s%.*s -> %.*s", s.len ? ", " : "; its volumes start empty: ",
			    STR_ARG(old), STR_ARG(naming_after(&e->d->naming, v, i)));
	}
	return arena_dup(v->arena, buf_str(&s));
}

/* `, which container x of /srv/x has`; empty: nobody beside the fleet has NAME. */
static struct str
held_by(const struct edits *e, enum finding_role role, struct str name)
{
	const struct inventory_held *held = held_name(&e->d->held, role, name);

	if (!held)
		return (struct str)STR_INIT;
	return arena_printf(
	    e->d->view.arena, ", which %.*s has", STR_ARG(view_str(&e->d->view, held->whose)));
}

/* A line `name:` before the first key of the compose file. */
static struct change
name_line(
    const struct edits *e, const struct inventory_item *item, struct str name, const struct change *like)
{
	struct str line = arena_printf(e->d->view.arena, "name: \"%.*s\"", STR_ARG(name));
	struct change c = edits_replacement(e, &item->site, line, like);

	c.action = CHANGE_INSERT;
	return c;
}

static void
edit_project(struct edits *e)
{
	const struct view *v = &e->d->view;
	const struct naming_app *project = &e->d->naming.of_app[e->app];
	struct str name = names_lower(v->arena, project->project);
	const struct inventory_item *item = project->item == INVENTORY_NONE
	    ? NULL
	    : &v->inventory->items[project->item];
	struct change like = { .reason = REASON_PROJECT_NAME };

	if (v->options->keep_project_names || project->project.len == 0 || project->way == NAMED_NOWHERE ||
	    (!project->changes && !(v->apps[e->app].in_layout && project->way == NAMED_IN_ENV)))
		return;
	if (item)
		like.detail = arena_printf(v->arena, "Compose called it %.*s%s%.*s",
		    STR_ARG(view_str(v, item->value)), project->copied.len ? ", .env.example calls it " : "",
		    STR_ARG(project->copied));
	if (project->changes && item)
		like.detail = arena_cat(
		    v->arena, like.detail, held_by(e, ROLE_PROJECT, view_str(v, item->value)));
	if (project->changes)
		like.detail = arena_cat(v->arena, like.detail, volumes_left(e));
	if (item && project->way == NAMED_BY_LINE)
		(void)edits_add(e, name_line(e, item, name, &like));	/* a line contradicts nothing */
	else if (!item || project->way != NAMED_IN_PLACE)
		env_set_key(e, like, STR("COMPOSE_PROJECT_NAME"), name);
	else if (!edits_add(e, edits_replacement(e, &item->place, name, &like)))
		edits_problem(e, (struct str)STR_INIT, &item->place,
		    "the project name shares its text with something else: change it by hand");
}

struct str
name_edits_why(const struct edits *e, struct str name)
{
	const struct inventory_held *held = held_name(&e->d->held, ROLE_CONTAINER, name);
	struct arena *a = e->d->view.arena;

	return held ? arena_printf(a, "this host has %.*s beside the fleet",
			  STR_ARG(view_str(&e->d->view, held->whose)))
		    : arena_printf(a, "another app has a container called %.*s", STR_ARG(name));
}

static void
edit_container(struct edits *e, uint32_t i)
{
	const struct view *v = &e->d->view;
	const struct inventory_item *item = &v->inventory->items[i];
	const struct inventory_rare *rare = view_rare(v, i);
	struct decider d = decider_of_name(v, i);
	struct str name = naming_after(&e->d->naming, v, i), content = view_str(v, rare->alias_text);
	struct change like = { .service = view_str(v, item->words->service), .reason = REASON_CONTAINER_NAME,
		.detail = name_edits_why(e, view_str(v, item->value)) };
	bool done;

	if (d.edit == EDIT_OVERRIDE)
		return;	/* overrides.c writes it, with the service's ports */
	if (d.edit == EDIT_ALIAS) {
		size_t end = rare->alias_at + view_raw(v, &item->site).len;

		like.detail = arena_printf(v->arena, "%.*s; what %.*s has through the same anchor stays",
		    STR_ARG(like.detail), STR_ARG(view_str(v, rare->elsewhere)));
		name = arena_printf(v->arena, "%.*s%.*s%.*s", STR_ARG(str_sub(content, 0, rare->alias_at)),
		    STR_ARG(name), STR_ARG(str_sub(content, end, content.len)));
		done = edits_part(e, i, name, &like);
	} else {
		done = edits_add(e, edits_replacement(e,
		    d.edit == EDIT_PLACE ? &item->place : &item->site, name, &like));
	}
	if (!done)
		edits_problem(e, like.service, &item->site,
		    "the container name shares its text with something that must differ: change it by hand");
}

/* What is written for the tag NAME where RAW stands, of which a variable may give the tag. */
static struct str
tag_text(struct arena *a, struct str name, struct str raw)
{
	size_t at = names_tag_at(raw);

	return str_starts(str_sub(raw, at, 2), STR(":$")) && str_find(raw, 0, '$') == at + 1
	    ? arena_cat(a, str_sub(name, 0, names_tag_at(name)), str_sub(raw, at, raw.len))
	    : name;
}

static void
edit_image(struct edits *e, uint32_t i)
{
	const struct view *v = &e->d->view;
	const struct inventory_item *item = &v->inventory->items[i];
	struct str tag = view_str(v, item->value), raw = view_raw(v, &item->site);
	struct str new = references_in_image(e, i, naming_after(&e->d->naming, v, i));
	struct change like = { .service = view_str(v, item->words->service), .reason = REASON_IMAGE,
		.detail = arena_printf(v->arena,
		    "another app builds %.*s, and who builds last has both run its code", STR_ARG(tag)) };

	if (!edits_add(e, edits_replacement(e, &item->site, tag_text(v->arena, new, raw), &like)))
		edits_problem(e, like.service, &item->site,
		    "the image's tag shares its text with something that must differ: change it by hand");
}

/* Use I, in a path, gets the text that it makes now. */
static void
keep_path(struct edits *e, uint32_t i)
{
	const struct view *v = &e->d->view;
	const struct inventory_item *item = &v->inventory->items[i];
	struct str variable = view_str(v, item->words->variable), key = view_str(v, item->value);
	struct str text = naming_after(&e->d->naming, v, i);
	struct change like = { .service = view_str(v, item->words->service), .reason = REASON_PROJECT_NAME,
		.detail = arena_printf(v->arena, "%.*s changes, and %.*s is a path, which stays",
		    STR_ARG(variable), STR_ARG(key)) };
	bool is_plain = str_is_made_of(text,
	    STR("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"));

	if (!is_plain || !view_is_own(v, e->app, item->place.file) ||
	    !edits_add(e, edits_replacement(e, &item->place, text, &like)))
		edits_problem(e, like.service, &item->place,
		    "the path %.*s is made of %.*s, which changes: write %.*s in its place by hand, or "
		    "move what lies there", STR_ARG(key), STR_ARG(variable), STR_ARG(text));
}

void
name_edits_make(struct edits *e)
{
	const struct view *v = &e->d->view;

	edit_project(e);
	if (v->apps[e->app].in_layout && view_has_project_name(v, e->app)) {
		const struct naming_app *project = &e->d->naming.of_app[e->app];
		struct str left = project->changes ? STR("") : volumes_left(e);

		env_set_key(e, (struct change){ .reason = REASON_PROJECT_NAME,
			.detail = arena_cat(v->arena, STR("names are made of it"), left) },
		    STR("PROJECT_NAME"), project->project);
	}
	for (uint32_t i = view_first(v, e->app, FINDING_NAME); i != INVENTORY_NONE; i = view_next(v, i))
		if (e->d->naming.is_edited[i])
			edit_container(e, i);
	for (uint32_t i = view_first(v, e->app, FINDING_IMAGE); i != INVENTORY_NONE; i = view_next(v, i))
		if (e->d->naming.is_edited[i])
			edit_image(e, i);
	for (uint32_t i = view_first(v, e->app, FINDING_USE); i != INVENTORY_NONE; i = view_next(v, i))
		if (e->d->naming.after[i])
			keep_path(e, i);
}
