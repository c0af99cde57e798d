/* write: from what was decided for an app to the rows that say so: which bytes become which.
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"

#include "base/error.h"
#include "plan/internal.h"
#include "stream/rules.h"
#include "system/progress.h"

/* Whether the edits mend what scan calls a problem of ROLE: an .env that is not there, a project's name that
 * cannot be one, placeholders in .env that nobody has filled in, a variable that the example sets. */
static bool
is_mended(const struct edits *e, enum finding_role role)
{
	const struct view *v = &e->d->view;
	const struct view_app *a = &v->apps[e->app];

	if (role == ROLE_NAME)
		return (a->in_layout || e->d->naming.of_app[e->app].changes) && a->env_is_own &&
		    !v->options->keep_project_names;
	if (role == ROLE_PLACEHOLDER)
		return a->in_layout && a->env_is_own;
	if (role == ROLE_EXAMPLE)
		return e->copies;
	return role == ROLE_ENV && (e->copies || e->creates);
}

static void
drop_mended(struct edits *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < e->problem_count; i++)
		if (!is_mended(e, (enum finding_role)e->problems[i].role))
			e->problems[kept++] = e->problems[i];
	e->problem_count = kept;
}

void
write_edits(struct edits *e)
{
	const struct view *v = &e->d->view;
	const struct inventory_item *items = v->inventory->items;

	for (uint32_t i = view_first(v, e->app, FINDING_PROBLEM); i != INVENTORY_NONE; i = view_next(v, i)) {
		edits_problem(e, view_str(v, items[i].words->service), &items[i].place, "%.*s",
		    STR_ARG(view_str(v, items[i].value)));
		e->problems[e->problem_count - 1].role = items[i].role;
	}
	if (v->apps[e->app].stand_in != INVENTORY_NONE)
		edits_problem(e, (struct str)STR_INIT, &items[v->apps[e->app].stand_in].place,
		    "%.*s is to be a port, and has none here, so no .env is made of this file: write one",
		    STR_ARG(view_str(v, items[v->apps[e->app].stand_in].words->variable)));
	if (v->apps[e->app].refused != INVENTORY_NONE)
		edits_problem(e, (struct str)STR_INIT, &items[v->apps[e->app].refused].place,
		    "no .env is made of this file, as Compose would refuse the app with it: %.*s; mend it, "
		    "or write a .env", STR_ARG(view_str(v, view_rare(v, v->apps[e->app].refused)->doubt)));
	name_edits_make(e);
	port_edits_make(e);
	overrides_edit(e);
	binding_edit(e);
	for (uint32_t i = view_first(v, e->app, FINDING_REFERENCE); i != INVENTORY_NONE; i = view_next(v, i))
		references_edit(e, i);
	for (uint32_t i = view_first(v, e->app, FINDING_GAP); i != INVENTORY_NONE; i = view_next(v, i))
		if (items[i].role == ROLE_PLACEHOLDER)
			env_fill_placeholder(e, &items[i]);
	drop_mended(e);
	edits_sort(e);
}

/* The row that makes an .env that is missing. */
static void
add_env_file(struct plan *plan, const struct edits *e)
{
	const struct view_app *a = &e->d->view.apps[e->app];
	struct change c = { .action = CHANGE_CREATE, .file = a->env, .reason = REASON_ENV_FILE,
		.detail = STR("missing, and there is no .env.example") };

	if (e->copies) {
		c.action = CHANGE_COPY;
		c.detail = STR("missing; made from .env.example");
		edits_digest(&c, a->example_file);
	} else if (a->examples.len) {
		c.detail = arena_printf(e->d->view.arena,
		    "missing; made of what is needed alone, as a copy of %.*s would change more",
		    STR_ARG(a->examples));
	}
	if (e->copies || e->creates)
		plan_add(plan, &e->d->view, e->app, &c);
}

/* The row that makes an override file. */
static void
add_override_file(struct plan *plan, const struct edits *e)
{
	const struct view *v = &e->d->view;
	struct change c = { .action = CHANGE_CREATE, .file = view_str(v, v->apps[e->app].override),
		.reason = REASON_OVERRIDE, .detail = STR("missing; Compose reads it by itself") };

	if (e->overrides)
		plan_add(plan, v, e->app, &c);
}

/* The content of a volume stays behind under its old name. */
static void
note_volumes(struct plan *plan, const struct edits *e)
{
	const struct view *v = &e->d->view;
	uint32_t i = view_first(v, e->app, FINDING_VOLUME);

	for (; i != INVENTORY_NONE && e->d->naming.after; i = view_next(v, i))
		if (e->d->naming.after[i])
			plan_note_volume(plan, v, view_str(v, v->inventory->items[i].value),
			    naming_after(&e->d->naming, v, i));
}

static void
add_rows(struct plan *plan, const struct edits *e)
{
	for (size_t i = 0; i < e->problem_count; i++)
		plan_add_problem(plan, &e->d->view, &e->problems[i]);
	note_volumes(plan, e);
	add_env_file(plan, e);
	add_override_file(plan, e);
	for (size_t i = 0; i < e->count; i++)
		plan_add(plan, &e->d->view, e->app, &e->items[i].c);
}

/* Where apply would refuse a row, and the whole plan with it, this app alone is left to a person. */
static void
check_rows(struct edits *e, struct rules *rules)
{
	for (size_t i = 0; i < e->count; i++) {
		AUTO(error) err = ERROR_INIT;
		struct change c = e->items[i].c;

		c.app = view_folder(&e->d->view, e->app);
		if (rules_check(rules, &c, &err) == 0)
			continue;
		edits_problem(e, c.service, NULL, "%.*s:%zu cannot be edited: %s; this app stays as it is",
		    STR_ARG(c.file), c.line, err.what);
		e->count = 0;
		e->copies = e->creates = e->overrides = false;
	}
}

void
write_all(struct decisions *d, void (*edit)(struct edits *), struct plan *plan)
{
	const struct view *v = &d->view;
	AUTO_PTR(rules) rules = rules_open();

	d->copies = arena_zero(v->scratch, v->inventory->app_count, sizeof *d->copies);
	for (uint32_t i = 0; i < v->inventory->app_count; i++) {
		struct edits e = { .d = d, .app = i, .copies = v->apps[i].copies, .words = ARENA_INIT };

		if (v->apps[i].is_selected) {
			edit(&e);
			check_rows(&e, rules);
			add_rows(plan, &e);
			progress_tell(v->options->progress, "apps planned", i + 1, v->inventory->app_count);
		}
		d->copies[i] = e.copies;
		edits_release(&e);
	}
}
