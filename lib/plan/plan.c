/* plan: from the findings and the database to the changes that end every clash: the apps, and the order of
 * decisions.
 * SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/pattern.h"
#include "plan/internal.h"
#include "system/progress.h"

struct str
planner_str(const struct planner *p, uint32_t text)
{
	return inventory_str(p->v, text);
}

const struct inventory_rare *
planner_rare(const struct planner *p, uint32_t i)
{
	return inventory_rare(p->v, &p->v->items[i]);
}

static bool
is_called(const struct planner *p, uint32_t app, struct str name)
{
	return str_eq(p->apps[app].name, name) || str_eq(planner_str(p, p->v->apps[app].folder), name);
}

bool
planner_is_accepted(const struct planner *p, uint32_t app, uint32_t other, struct str what)
{
	for (size_t i = 0; i < p->o->accepted_count; i++) {
		const struct clash_accepted *x = &p->o->accepted[i];

		if ((!x->what.len || str_eq(x->what, what)) &&
		    ((is_called(p, app, x->a) && is_called(p, other, x->b)) ||
			(is_called(p, app, x->b) && is_called(p, other, x->a))))
			return true;
	}
	return false;
}

uint32_t
planner_app_of_folder(const struct planner *p, struct str folder)
{
	uint32_t text = inventory_lookup(p->v, folder);

	return text < p->app_by_text_count ? p->app_by_text[text] : INVENTORY_NONE;
}

uint32_t
planner_setting(const struct planner *p, const struct app_plan *a, uint32_t key, bool example)
{
	enum finding_role role = example ? ROLE_EXAMPLE : ROLE_ENV;
	struct str path = example ? a->example : a->env;

	for (const struct planner_entry *e =
		 planner_entry_at(p, a, (struct planner_key){ BY_SETTING, key, 0, 0 });
	     planner_entry_is(e, BY_SETTING, key); e++) {
		const struct inventory_item *item = &p->v->items[e->item];

		if (item->place_known && item->role == role &&
		    str_eq(planner_str(p, item->place.file), path))
			return e->item;
	}
	return INVENTORY_NONE;
}

bool
planner_is_own(const struct planner *p, const struct app_plan *a, uint32_t file)
{
	const struct inventory_file *f = inventory_file(p->v, file);
	struct str path = planner_str(p, file), folder = planner_str(p, p->v->apps[a->app].folder);

	if (path.len == 0 || (f && (f->readers > 1 || (f->readers == 1 && f->app != a->app) ||
	    str_eq(planner_str(p, f->detail), STR("folder")))))
		return false;
	if (str_eq(folder, STR(".")))
		return !str_starts(path, STR("../")) && path.ptr[0] != '/';
	return str_starts(path, folder) && path.len > folder.len && path.ptr[folder.len] == '/';
}

const struct inventory_item *
planner_container_side(const struct planner *p, uint32_t i)
{
	const struct inventory_item *port = &p->v->items[i];
	const struct app_plan *a = &p->apps[port->app];

	if (!p->o->follow || port->host_port != port->container_port)
		return NULL;
	for (const struct planner_entry *e = planner_entry_at(
		 p, a, (struct planner_key){ BY_CONTAINER, port->service, port->container_port, 0 });
	     planner_entry_is(e, BY_CONTAINER, port->service) && e->key.y == port->container_port; e++)
		if (str_eq_fold(
			planner_str(p, p->v->items[e->item].protocol), planner_str(p, port->protocol)))
			return &p->v->items[e->item];
	return NULL;
}

bool
planner_follows(const struct planner *p, const struct app_plan *a, uint32_t i)
{
	const struct inventory_item *side = planner_container_side(p, i);

	return side && !side->detail && side->place_known && a->env_is_own &&
	    p->now[i] == p->v->items[i].low &&
	    (side->origin == ORIGIN_DEFAULT || planner_str(p, side->place.file).len == 0 ||
		str_eq(planner_str(p, side->place.file), a->env)) &&
	    (!a->copies || side->variable == p->v->items[i].variable);
}

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
	const char *name = a->name.ptr, *folder = planner_str(p, p->v->apps[a->app].folder).ptr;

	for (size_t i = 0; i < p->o->only_count; i++)
		if (fnmatch(p->o->only[i], name, 0) == 0 || fnmatch(p->o->only[i], folder, 0) == 0)
			return true;
	return p->o->only_count == 0;
}

/* The row of berth_apps in the layout with that identity: those come first, by model and number. */
static const struct store_app *
known_identity(const struct planner *p, struct str model, uint64_t app_num)
{
	size_t low = 0, high = p->known_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct store_app *k = &p->known[mid];
		int c = !k->in_layout ? 1 : str_cmp(k->model, model);

		if (c == 0)
			c = (k->app_num > app_num) - (k->app_num < app_num);
		if (c == 0)
			return k;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
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
static void
give_back_identities(struct planner *p)
{
	struct inventory *v = p->v;
	const struct store_app *own;
	bool any = false;

	for (uint32_t i = 0; i < v->app_count; i++) {
		struct inventory_app *a = &v->apps[i];
		struct str folder = absolute(p, planner_str(p, a->folder));
		uint32_t holder = a->twin ? v->app_of[a->twin] : INVENTORY_NONE;
		const struct inventory_app *h = holder == INVENTORY_NONE ? a : &v->apps[holder];
		const struct store_app *known = known_identity(p, planner_str(p, h->model), h->app_num);

		if (h != a && known && str_eq(known->folder, folder)) {
			inventory_swap_twin(v, i);
			any = true;
		} else if (h == a && (own = twin_elsewhere(p, a, known, folder))) {
			a->model = inventory_intern(v, own->model);
			a->app_num = 1;
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
		const struct store_app *known = known_identity(p, p->apps[i].model, p->apps[i].app_num);
		size_t keeper = i;

		for (end = i; end < v->app_count && v->apps[end].model == v->apps[i].model &&
		    v->apps[end].app_num == v->apps[i].app_num; end++)
			if (known && str_eq(known->folder, p->apps[end].folder))
				keeper = end;
		if (known && p->apps[keeper].in_layout && !str_eq(known->folder, p->apps[keeper].folder))
			p->apps[keeper].old_folder = known->folder;
		for (size_t k = i; k < end; k++)
			if (k != keeper && p->apps[k].in_layout) {
				p->apps[k].in_layout = false;
				p->apps[k].model = planner_str(p, v->apps[k].folder);
				p->apps[k].app_num = 1;
			}
	}
}

static void
look_at_env(struct planner *p, struct app_plan *a)
{
	const struct inventory_app *app = &p->v->apps[a->app];
	struct str folder = planner_str(p, app->folder);
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
	a->env_is_own = planner_is_own(p, a, env);
	a->example_is_own = planner_is_own(p, a, example);
	for (uint32_t i = inventory_find(p->v, app, FINDING_GAP, 0); i != INVENTORY_NONE && !is_missed;
	    i = inventory_find(p->v, app, FINDING_GAP, i + 1))
		is_missed = p->v->items[i].role == ROLE_ENV;
	a->copies = is_missed && a->selected && !a->has_env && a->has_example && a->env_is_own;
}

static void
gather_apps(struct planner *p)
{
	struct inventory *v = p->v;

	p->apps = arena_zero(p->a, v->app_count + 1, sizeof *p->apps);
	for (uint32_t i = 0; i < v->app_count; i++) {
		struct app_plan *a = &p->apps[i];

		*a = (struct app_plan){ .app = i,
			.in_layout = v->apps[i].in_layout,
			.model = planner_str(p, v->apps[i].model),
			.app_num = v->apps[i].app_num,
			.folder = absolute(p, planner_str(p, v->apps[i].folder)),
			.backend = INVENTORY_NONE,
			.frontend = INVENTORY_NONE,
			.project_item = INVENTORY_NONE,
			.first_row = INVENTORY_NONE };
	}
	settle_identities(p);
	for (uint32_t i = 0; i < v->app_count; i++) {
		struct app_plan *a = &p->apps[i];

		a->name = planner_str(p, v->apps[i].folder);
		if (a->in_layout)
			a->name = arena_printf(
			    p->a, "%.*s/app%llu", STR_ARG(a->model), (unsigned long long)a->app_num);
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

static int
read_store(struct planner *p, struct error *err)
{
	if (store_pairs(p->store, p->a, &p->pairs, &p->pair_count, err) < 0 ||
	    store_ports(p->store, p->a, &p->ports, &p->port_count, err) < 0 ||
	    store_names(p->store, p->a, &p->names, &p->name_count, err) < 0 ||
	    store_apps(p->store, p->a, &p->known, &p->known_count, err) < 0)
		return -1;
	return 0;
}

/* What scan could not read travels on, so that whoever reads the end of the pipe knows. */
static void
pass_problems(struct planner *p, struct app_plan *a)
{
	const struct inventory_app *app = &p->v->apps[a->app];

	for (uint32_t i = inventory_find(p->v, app, FINDING_PROBLEM, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_PROBLEM, i + 1)) {
		const struct inventory_item *item = &p->v->items[i];

		planner_problem(
		    p, a, planner_str(p, item->service), &item->place, planner_str(p, item->value));
	}
}

/* A clash is worth a row where it touches what was planned for. */
static const struct app_plan *
clash_app(const struct planner *p, const struct clash *c)
{
	if (c->other.app != INVENTORY_NONE && p->apps[c->other.app].selected)
		return &p->apps[c->other.app];
	if (c->holder.app != INVENTORY_NONE && p->apps[c->holder.app].selected)
		return &p->apps[c->holder.app];
	return NULL;
}

static const char *
remedy(enum clash_kind kind)
{
	switch (kind) {
	case CLASH_VOLUME:
	case CLASH_NETWORK:
		return ": give it another name by hand, or declare it external in all but one";
	case CLASH_REPLICAS:
		return "";
	default:
		return ": change one of them by hand";
	}
}

static int
report_clash(void *context, const struct clash *c, struct error *err)
{
	struct planner *p = context;
	const struct app_plan *a = clash_app(p, c);
	const struct inventory_item *item;
	struct str why = STR_INIT;

	(void)err;
	if (!a)
		return 0;
	item = &p->v->items[a->app == c->other.app ? c->other.item : c->holder.item];
	if (c->kind == CLASH_PORT && c->holder.app == c->other.app &&
	    p->unit_of[c->other.item] == p->unit_of[c->holder.item])
		why = STR(
		    "; both are one text, by an alias or an anchor: give one of them a list of its own");
	else if (c->kind == CLASH_PORT && p->unit_of[c->other.item] != INVENTORY_NONE &&
	    p->units[p->unit_of[c->other.item]].why_not)
		why = arena_printf(
		    p->a, "; it cannot be moved: %s", p->units[p->unit_of[c->other.item]].why_not);
	planner_problem(p, a, planner_str(p, item->service), item->site_known ? &item->site : &item->place,
	    arena_printf(
		p->a, "%.*s%.*s%s", STR_ARG(c->detail), STR_ARG(why), why.len ? "" : remedy(c->kind)));
	return 0;
}

/* Asks what clashes once the plan is applied: the same question as of the fleet, of the items as they will
 * be. What is overwritten is kept beside: a second array of items would be a quarter of all memory. */
static void
check_outcome(struct planner *p)
{
	struct inventory *v = p->v;
	const struct clash_options o = { .accepted = p->o->accepted, .accepted_count = p->o->accepted_count };
	uint32_t *values = mem_alloc((v->item_count + 1) * sizeof *values);
	uint16_t *lows = mem_alloc((v->item_count + 1) * sizeof *lows);

	for (size_t i = 0; i < v->item_count; i++) {
		struct inventory_item *item = &v->items[i];

		values[i] = item->value;
		lows[i] = item->low;
		if (p->after[i])	/* a published port: low and high are one */
			item->low = item->high = p->after[i];
		if (p->after_name[i])
			item->value = p->after_name[i];
	}
	(void)clash_find(v, &o, report_clash, p, NULL);	/* it never fails */
	for (size_t i = 0; i < v->item_count; i++) {
		v->items[i].value = values[i];
		v->items[i].low = lows[i];
		if (p->after[i])
			v->items[i].high = lows[i];
	}
	free(values);
	free(lows);
}

/* A scaffold takes no port and no name from anyone, and needs none. */
static int
decide_template(struct planner *p, struct error *err)
{
	gather_apps(p);
	planner_index(p);
	for (size_t i = 0; i < p->v->app_count; i++) {
		size_t before = p->plan->edits;

		if (p->apps[i].selected)
			planner_write_template(p, &p->apps[i]);
		p->plan->apps++;
		p->plan->apps_changed += p->plan->edits > before;
	}
	planner_identify(p->plan, p->root);
	return p->o->dry_run ? 0 : planner_register_plan(p, err);
}

static int
decide(struct planner *p, struct error *err)
{
	if (planner_is_template(p->v))
		return decide_template(p, err);
	if (read_store(p, err) < 0)
		return -1;
	give_back_identities(p);
	gather_apps(p);
	planner_index(p);
	planner_gather_units(p);
	if (planner_decide_ports(p, err) < 0)
		return -1;
	if (planner_decide_names(p, err) < 0)
		return -1;
	for (size_t i = 0; i < p->v->app_count; i++) {
		size_t before = p->plan->edits;

		if (!p->apps[i].selected)
			continue;
		pass_problems(p, &p->apps[i]);
		planner_write_app(p, &p->apps[i]);
		progress_tell(p->o->progress, "apps planned", i + 1, p->v->app_count);
		p->plan->apps++;
		p->plan->apps_changed += p->plan->edits > before;
	}
	check_outcome(p);
	planner_identify(p->plan, p->root);
	return p->o->dry_run ? 0 : planner_register(p, err);
}

static void
release(struct planner *p)
{
	free(p->units);
	free(p->members);
	free(p->now);
	free(p->after);
	free(p->unit_of);
	free(p->row_after);
	free(p->found);
	free(p->after_name);
	free(p->renamed);
	pattern_close(p->expansion);
	free(p->map);
	free(p->app_by_text);
	free(p->entries);
	free(p->first_entry);
	names_release(&p->projects);
	names_release(&p->containers);
	names_release(&p->registered);
}

int
planner_run(struct inventory *v, struct store *store, struct str root, const struct planner_options *o,
    struct plan *ret, struct error *err)
{
	struct planner p = { .v = v, .store = store, .o = o, .root = root, .plan = ret, .a = &ret->arena,
		.projects = NAMES_INIT, .containers = NAMES_INIT, .registered = NAMES_INIT };
	int result;

	ret->texts = v;
	if (store_begin(store, err) < 0)
		return -1;
	result = decide(&p, err);
	if (result == 0 && !o->dry_run)
		result = store_commit(store, err);
	if (result < 0 || o->dry_run)
		store_rollback(store);
	release(&p);
	return result;
}
