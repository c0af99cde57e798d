/* apps: who is who, which .env each app has, and which apps are planned for.
 * SPDX-License-Identifier: MIT */
#include <fnmatch.h>

#include "plan/internal.h"

static struct str
join(struct arena *a, struct str folder, struct str name)
{
	if (str_eq(folder, STR(".")))
		return name;
	return arena_printf(a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name));
}

static bool
is_selected(struct planner *p, const struct app_plan *a)
{
	const char *name = a->name.ptr, *folder = view_str(p, p->v->apps[a->app].folder).ptr;

	for (size_t i = 0; i < p->o->only_count; i++)
		if (fnmatch(p->o->only[i], name, 0) == 0 || fnmatch(p->o->only[i], folder, 0) == 0)
			return true;
	return p->o->only_count == 0;
}

/* The row of berth_apps in the layout with that identity: those come first, by model and number. */
static const struct store_app *
known_identity(const struct planner *p, struct identity id)
{
	size_t count = p->known_in_layout;
	size_t at = count ? identity_find(&p->known->id, sizeof *p->known, count, id) : 0;

	return at < count ? &p->known[at] : NULL;
}

static struct str
absolute(struct planner *p, struct str folder)
{
	if (str_eq(folder, STR(".")))
		return p->root;
	return arena_printf(
	    p->a, "%.*s%s%.*s", STR_ARG(p->root), str_eq(p->root, STR("/")) ? "" : "/", STR_ARG(folder));
}

static bool
is_below_root(const struct planner *p, struct str folder)
{
	return str_eq(folder, p->root) || (str_starts(folder, p->root) &&
	    (p->root.ptr[p->root.len - 1] == '/' || folder.ptr[p->root.len] == '/'));
}

/* What the database knows FOLDER as, where the holder of its identity stands outside the root, so that
 * scan saw no twin. */
static const struct store_app *
twin_elsewhere(
    const struct planner *p, const struct inventory_app *a, const struct store_app *known, struct str folder)
{
	if (!a->in_layout || !known || str_eq(known->folder, folder) || is_below_root(p, known->folder))
		return NULL;
	for (size_t i = 0; i < p->known_count; i++)
		if (!p->known[i].in_layout && str_eq(p->known[i].folder, folder))
			return &p->known[i];
	return NULL;
}

/* scan gives an identity to the first by path of two folders; the one that the database knows keeps it. */
void
apps_give_back_identities(struct planner *p)
{
	struct inventory *v = p->v;
	const struct store_app *own;
	bool any = false;

	for (uint32_t i = 0; i < v->app_count; i++) {
		struct inventory_app *a = &v->apps[i];
		struct str folder = absolute(p, view_str(p, a->folder));
		uint32_t holder = a->twin ? v->app_of[a->twin] : INVENTORY_NONE;
		const struct inventory_app *h = holder == INVENTORY_NONE ? a : &v->apps[holder];
		const struct store_app *known = known_identity(p, h->id);

		if (h != a && known && str_eq(known->folder, folder)) {
			inventory_swap_twin(v, i);
			any = true;
		} else if (h == a && (own = twin_elsewhere(p, a, known, folder))) {
			a->id = (struct identity){ inventory_str(v, inventory_intern(v, own->id.model)), 1 };
			a->in_layout = false;
			any = true;
		}
	}
	if (any)
		inventory_settle(v);
}

/* Of two records of one identity: the folder that the database knows keeps it, else the first by path. The
 * others count as outside the layout, where an app's model is its path. */
static void
settle_identities(struct planner *p)
{
	const struct inventory *v = p->v;

	for (size_t i = 0, end; i < v->app_count; i = end) {
		const struct store_app *known = known_identity(p, p->apps[i].id);
		size_t keeper = i;

		for (end = i; end < v->app_count && identity_eq(v->apps[end].id, v->apps[i].id); end++)
			if (known && str_eq(known->folder, p->apps[end].folder))
				keeper = end;
		if (known && p->apps[keeper].in_layout && !str_eq(known->folder, p->apps[keeper].folder))
			p->apps[keeper].old_folder = known->folder;
		for (size_t k = i; k < end; k++)
			if (k != keeper && p->apps[k].in_layout) {
				p->apps[k].in_layout = false;
				p->apps[k].id = (struct identity){ view_str(p, v->apps[k].folder), 1 };
			}
	}
}

static void
look_at_env(struct planner *p, struct app_plan *a)
{
	const struct inventory_app *app = &p->v->apps[a->app];
	struct str folder = view_str(p, app->folder);
	uint32_t env, example;
	bool is_missed = a->in_layout;

	a->env = join(p->a, folder, STR(".env"));
	a->example = join(p->a, folder, STR(".env.example"));
	env = inventory_intern(p->v, a->env);
	example = inventory_intern(p->v, a->example);
	a->env_file = inventory_file(p->v, env);
	a->example_file = inventory_file(p->v, example);
	a->has_env = a->env_file && a->env_file->exists;
	a->has_example = a->example_file && a->example_file->exists;
	a->env_is_own = view_is_own(p, a, env);
	a->example_is_own = view_is_own(p, a, example);
	for (uint32_t i = inventory_find(p->v, app, FINDING_GAP, 0); i != INVENTORY_NONE && !is_missed;
	    i = inventory_find(p->v, app, FINDING_GAP, i + 1))
		is_missed = p->v->items[i].role == ROLE_ENV;
	a->copies = is_missed && a->selected && !a->has_env && a->has_example && a->env_is_own;
}

void
apps_gather(struct planner *p)
{
	struct inventory *v = p->v;

	p->apps = arena_zero(p->a, v->app_count + 1, sizeof *p->apps);
	for (uint32_t i = 0; i < v->app_count; i++) {
		struct app_plan *a = &p->apps[i];

		*a = (struct app_plan){ .app = i,
			.in_layout = v->apps[i].in_layout,
			.id = v->apps[i].id,
			.folder = absolute(p, view_str(p, v->apps[i].folder)),
			.backend = INVENTORY_NONE,
			.frontend = INVENTORY_NONE,
			.project_item = INVENTORY_NONE,
			.first_row = INVENTORY_NONE };
	}
	settle_identities(p);
	for (uint32_t i = 0; i < v->app_count; i++) {
		struct app_plan *a = &p->apps[i];

		a->name = view_str(p, v->apps[i].folder);
		if (a->in_layout)
			a->name = identity_text(p->a, a->id);
		a->selected = is_selected(p, a);
		look_at_env(p, a);
		(void)inventory_intern(v, a->folder);
		(void)inventory_intern(v, a->old_folder);
	}
	p->app_by_text_count = v->text_count;
	p->app_by_text = mem_alloc((v->text_count + 1) * sizeof *p->app_by_text);
	for (size_t i = 0; i < v->text_count; i++)
		p->app_by_text[i] = INVENTORY_NONE;
	for (uint32_t i = 0; i < v->app_count; i++)
		if (p->apps[i].old_folder.len)
			p->app_by_text[inventory_lookup(v, p->apps[i].old_folder)] = i;
	for (uint32_t i = 0; i < v->app_count; i++)
		p->app_by_text[inventory_lookup(v, p->apps[i].folder)] = i;
}
