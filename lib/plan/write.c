/* write: from what was decided for an app to the edits that do it.
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"
#include "plan/internal.h"


struct edits
write_app(const struct decisions *d, uint32_t app)
{
	const struct view *v = d->view;
	const struct inventory_item *items = v->inventory->items;
	struct edits e = { .d = d, .app = app, .copies = v->apps[app].copies };

	for (uint32_t i = view_first(v, app, FINDING_PROBLEM); i != INVENTORY_NONE; i = view_next(v, i))
		edits_problem(&e, view_str(v, items[i].service), &items[i].place, view_str(v, items[i].value));
	name_edits_make(&e);
	port_edits_make(&e);
	for (uint32_t i = view_first(v, app, FINDING_REFERENCE); i != INVENTORY_NONE; i = view_next(v, i))
		references_edit(&e, i);
	for (uint32_t i = view_first(v, app, FINDING_GAP); i != INVENTORY_NONE; i = view_next(v, i))
		if (items[i].role == ROLE_PLACEHOLDER)
			env_fill_placeholder(&e, &items[i]);
	edits_sort(&e);
	return e;
}

/* The row that makes an .env that is missing. */
static void
write_env_file(const struct edits *e, struct plan *plan)
{
	const struct view_app *a = &e->d->view->apps[e->app];
	struct change c = { .action = CHANGE_CREATE, .file = a->env, .reason = REASON_ENV_FILE,
		.detail = STR("missing, and there is no .env.example") };

	if (e->copies) {
		c.action = CHANGE_COPY;
		c.detail = STR("missing; made from .env.example");
		edits_digest(&c, a->example_file);
	}
	if (e->copies || e->creates)
		plan_add(plan, e->d->view, e->app, &c);
}

void
write_rows(const struct edits *e, struct plan *plan)
{
	plan_add_problems(plan, e->d->view, &e->problems);
	for (size_t i = 0; i < e->volume_count; i++)
		plan_note_volume(plan, e->d->view, e->volumes[i].old, e->volumes[i].new);
	write_env_file(e, plan);
	for (size_t i = 0; i < e->count; i++)
		plan_add(plan, e->d->view, e->app, &e->items[i].c);
}
