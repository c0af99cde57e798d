/* planner: from what was decided for an app to the rows that say so: which bytes become which.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "planner-private.h"

/* One row in the making. Sorted by file and offset, so that a reviewer reads a file from its top. */
struct edit {
	struct change c;
	unsigned rank;		/* .env first, then .env.example, then the compose files */
	size_t order;		/* among inserts at one point */
};

struct edits {
	struct planner *p;
	struct app_plan *a;
	struct edit *items;
	size_t count, cap;
};

static unsigned
rank_of(const struct edits *e, struct str file)
{
	return str_eq(file, e->a->env) ? 0 : str_eq(file, e->a->example) ? 1 : 2;
}

/* Adds C; what an earlier row says of the same bytes already is not said twice. False where the two contradict. */
static bool
add_edit(struct edits *e, struct change c)
{
	for (size_t i = 0; i < e->count; i++) {
		const struct change *x = &e->items[i].c;

		if (c.action == CHANGE_REPLACE && x->action == CHANGE_REPLACE && str_eq(x->file, c.file) &&
		    ((x->span.off == c.span.off && x->span.len == c.span.len) || span_overlaps(x->span, c.span)))
			return x->span.off == c.span.off && x->span.len == c.span.len && str_eq(x->new, c.new);
	}
	c.model = e->a->model;
	c.app_num = e->a->app_num;
	c.app = planner_str(e->p, e->p->v->apps[e->a->app].folder);
	c.has_span = true;
	MEM_GROW(e->items, e->count, e->cap);
	e->items[e->count] = (struct edit){ c, rank_of(e, c.file), e->count };
	e->count++;
	return true;
}

static void
set_digest(struct change *c, const struct inventory_file *f)
{
	c->has_digest = f && f->exists;
	c->digest = c->has_digest ? f->digest : 0;
}

static struct change
replacement(const struct edits *e, const struct inventory_place *place, struct str new)
{
	struct change c = { .action = CHANGE_REPLACE, .file = planner_str(e->p, place->file), .line = place->line,
		.column = place->column, .span = { place->off, place->len }, .old = planner_str(e->p, place->raw),
		.new = new };

	set_digest(&c, inventory_file(e->p->v, place->file));
	return c;
}

/* --- keys of .env ---------------------------------------------------------------------------------------------------- */

/* Makes sure that there will be an .env to write into. */
static bool
need_env(struct edits *e)
{
	struct app_plan *a = e->a;

	if (!a->env_is_own)
		return false;
	if (a->has_env || a->copies || a->creates)
		return true;
	if (a->has_example)
		a->copies = true;
	else
		a->creates = true;
	return true;
}

/* The line of PATH before which KEY goes: the first that uses it, else the end. */
static size_t
insert_point(const struct edits *e, struct str key, struct str path, const struct inventory_file *f, size_t *ret_line)
{
	const struct planner *p = e->p;
	const struct inventory_app *app = &p->v->apps[e->a->app];
	size_t point = f ? f->size : 0;

	*ret_line = 0;
	for (uint32_t i = inventory_find(p->v, app, FINDING_USE, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_USE, i + 1)) {
		const struct inventory_place *place = &p->v->items[i].place;
		size_t start;

		if (!str_eq(planner_str(p, p->v->items[i].variable), key) || !p->v->items[i].place_known ||
		    !str_eq(planner_str(p, place->file), path) || place->column == 0 || place->column > place->off + 1)
			continue;
		start = place->off - (place->column - 1);
		if (start < point) {
			point = start;
			*ret_line = place->line;
		}
	}
	return point;
}

/* Sets KEY to VALUE in TARGET, whose statements are those of the .env (EXAMPLE: of the .env.example, which TARGET may be a
 * coming copy of). */
static void
set_in(struct edits *e, struct str target, bool example, struct change like, struct str key, struct str value)
{
	struct planner *p = e->p;
	uint32_t text = inventory_lookup(p->v, key);
	uint32_t i = text == INVENTORY_NONE ? INVENTORY_NONE : planner_setting(p, e->a, text, example);
	const struct inventory_file *f = example ? e->a->example_file : e->a->env_file;
	struct change c;

	if (i != INVENTORY_NONE) {
		const struct inventory_place *place = &p->v->items[i].place;

		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the index is one of an item, so there are items */
		if (str_eq(planner_str(p, place->raw), value))
			return;
		c = replacement(e, place, value);
		if (place->len && !place->raw) {
			planner_problem(p, e->a, like.service, place, arena_printf(p->a, "the value of %.*s is neither a port nor "
			    "a name: set it to %.*s by hand", STR_ARG(key), STR_ARG(value)));
			return;
		}
	} else {
		c = (struct change){ .action = CHANGE_INSERT,
			.new = arena_printf(p->a, "%.*s=%.*s", STR_ARG(key), STR_ARG(value)) };
		if (f && f->exists)
			c.span.off = insert_point(e, key, example ? e->a->example : e->a->env, f, &c.line);
	}
	set_digest(&c, f);
	c.file = target;
	c.service = like.service;
	c.reason = like.reason;
	c.detail = like.detail;
	if (!add_edit(e, c))
		planner_problem(p, e->a, like.service, NULL, arena_printf(p->a, "%.*s would have to be two things at once in "
		    "%.*s: set it by hand", STR_ARG(key), STR_ARG(target)));
}

/* Sets KEY in the app's .env, and in step in its .env.example where it is in the layout. */
static void
set_key(struct edits *e, struct change like, struct str key, struct str value)
{
	struct planner *p = e->p;
	struct app_plan *a = e->a;

	if (!need_env(e)) {
		planner_problem(p, a, like.service, NULL, arena_printf(p->a, "%.*s is shared with other apps, so %.*s=%.*s cannot "
		    "be set there: set it by hand", STR_ARG(a->env), STR_ARG(key), STR_ARG(value)));
		return;
	}
	if (a->creates)
		set_in(e, a->env, false, like, key, value);
	else
		set_in(e, a->env, a->copies, like, key, value);
	if (!a->in_layout || p->o->leave_examples || !a->has_example || !a->example_is_own)
		return;
	like.reason = REASON_EXAMPLE;
	like.detail = STR("kept in step with .env, so that a fresh copy is right too");
	set_in(e, a->example, true, like, key, value);
}

/* --- ports ----------------------------------------------------------------------------------------------------------- */

/* The port moves away from its variable, so an address made of that variable keeps the old number: a person has to say it. */
static void
name_left_addresses(struct edits *e, const struct unit *u)
{
	struct planner *p = e->p;
	uint32_t variable = p->v->items[p->members[u->first]].variable;
	const struct inventory_app *app = &p->v->apps[e->a->app];

	if (!planner_str(p, variable).len)
		return;
	for (uint32_t i = inventory_find(p->v, app, FINDING_USE, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_USE, i + 1)) {
		const struct inventory_item *item = &p->v->items[i];

		if (item->variable == variable && str_eq(planner_str(p, item->role), STR("address")))
			planner_problem(p, e->a, planner_str(p, item->service), &item->place,
			    arena_printf(p->a, "an address is made of %.*s, which also means something else and keeps its value: "
			    "write the new port %u here by hand", STR_ARG(planner_str(p, variable)), u->target));
	}
}

static void
edit_unit(struct edits *e, const struct unit *u)
{
	struct planner *p = e->p;

	if (u->edit == EDIT_SITE)
		name_left_addresses(e, u);
	for (uint32_t k = 0; k < u->count; k++) {
		uint32_t i = p->members[u->first + k];
		const struct inventory_item *item = &p->v->items[i];
		struct change c = { .action = CHANGE_REPLACE };

		if (u->edit == EDIT_ENV) {
			c.service = planner_str(p, item->service);
			c.reason = REASON_PORT;
			c.detail = planner_why_with_chain(p, u, item);
			set_key(e, c, planner_str(p, u->variable), planner_port_text(p, u->target, u->target + u->width - 1U,
			    u->width > 1));
			return;
		}
		c = replacement(e, u->edit == EDIT_SITE ? &item->site : &item->place,
		    planner_text_of_span(p, u, i, u->edit == EDIT_SITE));
		c.service = planner_str(p, item->service);
		c.reason = REASON_PORT;
		c.detail = planner_why_with_chain(p, u, item);
		if (!add_edit(e, c))
			planner_problem(p, e->a, c.service, u->edit == EDIT_SITE ? &item->site : &item->place,
			    arena_printf(p->a, "this text would have to be two ports at once: give %.*s %u by hand",
			    STR_ARG(c.service), p->after[i]));
	}
}

static void
edit_aliases(struct edits *e, const struct unit *u)
{
	struct planner *p = e->p;

	for (uint32_t k = 0; k < u->count; k++) {
		uint32_t i = p->members[u->first + k];
		const struct inventory_item *item = &p->v->items[i];
		const struct inventory_place *place = &p->v->aliases[item->alias - 1].place;
		struct change c = replacement(e, place, planner_alias_content(p, i));

		c.service = planner_str(p, item->service);
		c.reason = REASON_PORT;
		c.detail = arena_printf(p->a, "what another service has through the same anchor has to differ here: %.*s",
		    STR_ARG(planner_why_with_chain(p, u, item)));
		if (!add_edit(e, c))
			planner_problem(p, e->a, c.service, place, arena_printf(p->a, "this alias stands in a text that changes as "
			    "well: give %.*s %u by hand", STR_ARG(c.service), p->after[i]));
	}
}

static void
edit_ports(struct edits *e)
{
	struct planner *p = e->p;
	const struct app_plan *a = e->a;

	for (uint32_t i = a->first_unit; i < a->first_unit + a->unit_count; i++) {
		const struct unit *u = &p->units[i];

		if (u->target && u->edit == EDIT_ALIAS) {
			edit_aliases(e, u);	/* though it stay: the anchor's port may move */
			continue;
		}
		/* a pair's variables are looked at even where the port is right, for .env.example's sake */
		if (u->target && (u->target != u->low || (u->is_pair && u->edit == EDIT_ENV && a->in_layout &&
		    p->v->items[u->item].origin == ORIGIN_ENV)))
			edit_unit(e, u);
	}
}

/* --- names ----------------------------------------------------------------------------------------------------------- */

static struct str
resources_left(struct planner *p, const struct app_plan *a)
{
	const struct inventory_app *app = &p->v->apps[a->app];
	struct str s = STR("");

	for (uint32_t i = app->first; i < app->first + app->count; i++) {
		const struct inventory_item *item = &p->v->items[i];
		struct str old = planner_str(p, item->value), new = planner_str(p, p->after_name[i]);

		if (item->record != FINDING_VOLUME || !p->after_name[i])
			continue;
		s = arena_printf(p->a, "%.*s%s%.*s -> %.*s", STR_ARG(s), s.len ? ", " : "; its volumes start empty: ",
		    STR_ARG(old), STR_ARG(new));
		planner_note(p, arena_printf(p->a, "docker volume create %.*s && docker run --rm -v %.*s:/from:ro -v %.*s:/to "
		    "busybox cp -a /from/. /to", STR_ARG(new), STR_ARG(old), STR_ARG(new)));
	}
	return s;
}

static void
edit_project(struct edits *e)
{
	struct planner *p = e->p;
	struct app_plan *a = e->a;
	struct str name = names_lower(p->a, a->project);
	const struct inventory_item *item = a->project_item == INVENTORY_NONE ? NULL : &p->v->items[a->project_item];
	struct change like = { .reason = REASON_PROJECT_NAME };
	struct change c;

	if (p->o->keep_project_names || a->project.len == 0 || (!a->in_layout && !a->project_changes))
		return;
	if (item) {
		struct str left = a->project_changes ? resources_left(p, a) : (struct str)STR_INIT;

		like.detail = arena_printf(p->a, "Compose called it %.*s%.*s", STR_ARG(planner_str(p, item->value)),
		    STR_ARG(left));
	}
	if (a->in_layout || !item || !item->place_known || item->origin != ORIGIN_LITERAL ||
	    !planner_is_own(p, a, item->place.file)) {
		set_key(e, like, STR("COMPOSE_PROJECT_NAME"), name);
		return;
	}
	c = replacement(e, &item->place, name);
	c.reason = like.reason;
	c.detail = like.detail;
	if (!add_edit(e, c))
		planner_problem(p, a, (struct str)STR_INIT, &item->place, STR("the project name shares its text with something "
		    "else: change it by hand"));
}

static void
edit_names(struct edits *e)
{
	struct planner *p = e->p;
	const struct inventory_app *app = &p->v->apps[e->a->app];

	edit_project(e);
	if (e->a->in_layout && planner_has_project_name(p, e->a))
		set_key(e, (struct change){ .reason = REASON_PROJECT_NAME, .detail = STR("container names are made of it") },
		    STR("PROJECT_NAME"), e->a->project);
	for (uint32_t i = inventory_find(p->v, app, FINDING_NAME, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_NAME, i + 1)) {
		const struct inventory_item *item = &p->v->items[i];
		bool in_place = item->place_known && item->origin == ORIGIN_LITERAL;
		struct change c;

		if (!p->renamed[i])
			continue;
		c = replacement(e, in_place ? &item->place : &item->site, planner_str(p, p->after_name[i]));
		c.service = planner_str(p, item->service);
		c.reason = REASON_CONTAINER_NAME;
		c.detail = arena_printf(p->a, "another app has a container called %.*s", STR_ARG(planner_str(p, item->value)));
		if (!add_edit(e, c))
			planner_problem(p, e->a, c.service, &item->site, STR("the container name shares its text with something "
			    "that must differ: change it by hand"));
	}
}

/* --- references ------------------------------------------------------------------------------------------------------ */

/* The number that item I had, as the text of ROLE sees it: an example's ports are those of the example. */
static uint16_t
number_seen(const struct planner *p, const struct app_plan *a, uint32_t i, bool example)
{
	const struct inventory_item *item = &p->v->items[i];
	uint32_t setting;
	uint64_t n;

	if (!example || !item->variable)
		return item->low;
	setting = planner_setting(p, a, item->variable, true);
	if (setting != INVENTORY_NONE && str_to_uint(planner_str(p, p->v->items[setting].value), UINT16_MAX, &n) && n)
		return (uint16_t)n;
	return item->low;
}

/* The port that the app's PORT becomes; PORT itself where it stays or is none of the app's. */
static uint16_t
new_port(const struct planner *p, const struct app_plan *a, uint16_t port, bool example)
{
	const struct inventory_app *app = &p->v->apps[a->app];

	for (uint32_t i = inventory_find(p->v, app, FINDING_PORT, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_PORT, i + 1))
		if (p->unit_of[i] != INVENTORY_NONE && p->after[i] && number_seen(p, a, i, example) == port &&
		    str_eq_fold(planner_str(p, p->v->items[i].protocol), STR("tcp")))
			return p->after[i];
	return port;
}

/* WHOLE with each `host:port` of the app's references moved, in one pass, so that what became 8005 is not moved again. */
static struct str
move_addresses(struct edits *e, uint32_t variable, struct str whole)
{
	struct planner *p = e->p;
	const struct inventory_app *app = &p->v->apps[e->a->app];
	struct str s = STR("");
	size_t at = 0, from = 0;

	while (at < whole.len) {
		bool moved = false;

		for (uint32_t i = inventory_find(p->v, app, FINDING_REFERENCE, 0); i != INVENTORY_NONE && !moved;
		    i = inventory_find(p->v, app, FINDING_REFERENCE, i + 1)) {
			const struct inventory_item *item = &p->v->items[i];
			struct str value = planner_str(p, item->value);
			size_t end = at + value.len, digits = planner_str(p, item->host_port).len;

			if (item->variable != variable || item->origin != ORIGIN_DEFAULT || value.len <= digits ||
			    !str_eq(str_sub(whole, at, value.len), value) ||
			    (end < whole.len && whole.ptr[end] >= '0' && whole.ptr[end] <= '9'))
				continue;
			s = arena_printf(p->a, "%.*s%.*s%u", STR_ARG(s), STR_ARG(str_sub(whole, from, end - digits - from)),
			    new_port(p, e->a, item->low, false));
			at = from = end;
			moved = true;
		}
		at += !moved;
	}
	return arena_cat(p->a, s, str_sub(whole, from, whole.len));
}

static void
edit_default(struct edits *e, const struct inventory_item *item, struct change like)
{
	struct planner *p = e->p;
	struct str whole = planner_str(p, item->whole), new;

	if (!whole.len) {
		planner_problem(p, e->a, like.service, &item->place, arena_printf(p->a, "the default of %.*s names %.*s, which "
		    "moves: set %.*s by hand", STR_ARG(planner_str(p, item->variable)), STR_ARG(planner_str(p, item->value)),
		    STR_ARG(planner_str(p, item->variable))));
		return;
	}
	/* a copied .env.example that sets the variable has a reference of its own, or none */
	if (e->a->copies && planner_setting(p, e->a, item->variable, true) != INVENTORY_NONE)
		return;
	new = move_addresses(e, item->variable, whole);
	if (!str_eq(new, whole))
		set_key(e, like, planner_str(p, item->variable), new);
}

static void
edit_reference(struct edits *e, uint32_t i)
{
	struct planner *p = e->p;
	const struct app_plan *a = e->a;
	const struct inventory_item *item = &p->v->items[i];
	struct str role = planner_str(p, item->role);
	bool example = str_eq(role, STR("example"));
	uint16_t port = new_port(p, a, item->low, example);
	struct change like = { .service = planner_str(p, item->service), .reason = REASON_REFERENCE };
	struct change c;

	if (port == item->low || !item->place_known || (str_eq(role, STR("mention")) && !p->o->rewrite_mentions))
		return;
	like.detail = arena_printf(p->a, "%.*s%s%.*s names this app's port %u", STR_ARG(planner_str(p, item->variable)),
	    item->variable ? " " : "", STR_ARG(planner_str(p, item->value)), item->low);
	if (item->origin == ORIGIN_DEFAULT) {
		edit_default(e, item, like);
		return;
	}
	if (!planner_is_own(p, a, item->place.file)) {
		planner_problem(p, a, like.service, &item->place, arena_printf(p->a, "%.*s names port %u, which becomes %u, in a "
		    "file that is not this app's alone: change it by hand", STR_ARG(planner_str(p, item->value)), item->low,
		    port));
		return;
	}
	c = replacement(e, &item->place, arena_printf(p->a, "%u", port));
	c.service = like.service;
	c.reason = like.reason;
	c.detail = like.detail;
	if (example && a->copies) {
		struct change copy = c;

		copy.file = a->env;
		(void)add_edit(e, copy);	/* a key that is set anew covers it */
	}
	if (example && (!a->in_layout || p->o->leave_examples))
		return;
	c.reason = example ? REASON_EXAMPLE : c.reason;
	(void)add_edit(e, c);	/* likewise: the variable's own text was changed already */
}

/* --- placeholders ---------------------------------------------------------------------------------------------------- */

/* The port that the app's backend or frontend gets, pair or not; empty where it has none. */
static struct str
role_port(struct planner *p, const struct app_plan *a, enum unit_role role)
{
	if (a->backend != INVENTORY_NONE || a->has_row)
		return arena_printf(p->a, "%u", role == ROLE_BACKEND ? a->row_backend : a->row_frontend);
	for (uint32_t i = a->first_unit; i < a->first_unit + a->unit_count; i++)
		if (p->units[i].role == role && p->units[i].target)
			return arena_printf(p->a, "%u", p->units[i].target);
	return (struct str)STR_INIT;
}

static struct str
key_value(struct planner *p, const struct app_plan *a, struct str key)
{
	if (str_eq_fold(key, STR("PROJECT_NAME")))
		return a->project;
	if (str_eq_fold(key, STR("COMPOSE_PROJECT_NAME")))
		return names_lower(p->a, a->project);
	if (str_eq_fold(key, STR("app_num")))
		return arena_printf(p->a, "%llu", (unsigned long long)a->app_num);
	if (str_eq_fold(key, STR("model")))
		return a->model;
	if (str_eq_fold(key, STR("BACKEND_PORT")))
		return role_port(p, a, ROLE_BACKEND);
	if (str_eq_fold(key, STR("FRONTEND_PORT")))
		return role_port(p, a, ROLE_FRONTEND);
	return (struct str)STR_INIT;
}

static void
fill_placeholder(struct edits *e, const struct inventory_item *item)
{
	struct planner *p = e->p;
	struct app_plan *a = e->a;
	struct str raw = planner_str(p, item->place.raw), inner, key, value;
	struct str file = planner_str(p, item->place.file);
	bool example = str_eq(file, a->example);
	size_t bar;
	struct change c;

	if (!item->place_known || raw.len < 4 || !planner_is_own(p, a, item->place.file) ||
	    (example && !a->copies && (!a->in_layout || p->o->leave_examples)))
		return;
	inner = str_sub(raw, 2, raw.len - 4);
	bar = str_find(inner, 0, '|');
	key = str_trim(str_sub(inner, 0, bar));
	value = key_value(p, a, key);
	if (!value.len)
		value = str_trim(str_sub(inner, bar + 1, inner.len));
	if (!value.len && bar == inner.len) {
		planner_problem(p, a, (struct str)STR_INIT, &item->place, arena_printf(p->a, "{{%.*s}} has no value that is known "
		    "here and no default: fill it in by hand", STR_ARG(key)));
		return;
	}
	c = replacement(e, &item->place, value);
	c.reason = REASON_TEMPLATE;
	c.detail = arena_printf(p->a, "placeholder %.*s", STR_ARG(raw));
	if (example && a->copies) {
		struct change copy = c;

		copy.file = a->env;
		(void)add_edit(e, copy);	/* a key that is set anew covers it */
	}
	if (!example || (a->in_layout && !p->o->leave_examples))
		(void)add_edit(e, c);	/* likewise */
}

/* --- all of an app --------------------------------------------------------------------------------------------------- */

static int
compare_edits(const void *pa, const void *pb)
{
	const struct edit *a = pa, *b = pb;
	int c;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if ((c = str_cmp(a->c.file, b->c.file)))
		return c;
	if (a->c.span.off != b->c.span.off)
		return a->c.span.off < b->c.span.off ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static void
write_env_file(struct edits *e)
{
	struct app_plan *a = e->a;
	struct change *c;

	if (!a->copies && !a->creates)
		return;
	c = planner_add(e->p, a, a->copies ? CHANGE_COPY : CHANGE_CREATE);
	c->file = a->env;
	c->reason = REASON_ENV_FILE;
	c->detail = a->copies ? STR("missing; made from .env.example") : STR("missing, and there is no .env.example");
	if (a->copies)
		set_digest(c, a->example_file);
}

void
planner_write_app(struct planner *p, struct app_plan *a)
{
	struct edits e = { p, a, NULL, 0, 0 };
	const struct inventory_app *app = &p->v->apps[a->app];

	edit_names(&e);
	edit_ports(&e);
	for (uint32_t i = inventory_find(p->v, app, FINDING_REFERENCE, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_REFERENCE, i + 1))
		edit_reference(&e, i);
	for (uint32_t i = inventory_find(p->v, app, FINDING_GAP, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_GAP, i + 1))
		if (str_eq(planner_str(p, p->v->items[i].role), STR("placeholder")))
			fill_placeholder(&e, &p->v->items[i]);
	write_env_file(&e);
	if (e.count)
		qsort(e.items, e.count, sizeof *e.items, compare_edits);
	for (size_t i = 0; i < e.count; i++)
		*planner_add(p, a, e.items[i].c.action) = e.items[i].c;
	free(e.items);
}
