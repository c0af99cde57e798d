/* scaffold: a scaffold's own names and ports made placeholders, for `berth new` to fill in.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/buf.h"
#include "fleet/names.h"
#include "plan/internal.h"

/* A port of the scaffold and the key of its placeholder. */
struct template_port {
	struct str key;
	uint16_t port;
	uint32_t variable, service;	/* texts; variable 0: a literal of the service */
};

struct template_edits {
	struct planner *p;
	const struct app_plan *a;
	struct template_port *ports;	/* the pair's first */
	size_t port_count, port_cap;
	struct str project;		/* its hard-wired name; empty: none */
	struct change *items;
	size_t count, cap;
};

bool
scaffold_is_one(const struct inventory *v)
{
	for (size_t i = 0; i < v->item_count; i++)
		if (v->items[i].record == FINDING_APP && v->items[i].role == ROLE_TEMPLATE)
			return true;
	return false;
}

static bool
has_placeholder(struct str s)
{
	return str_search(s, 0, STR("{{")) < s.len;
}

/* The text at PLACE becomes NEW, unless it is another app's or has its placeholder. One span gets one. */
static void
add(struct template_edits *e, const struct inventory_place *place, struct str new, struct str why)
{
	const struct inventory_file *f = inventory_file(e->p->v, place->file);
	struct str old = view_str(e->p, place->raw);

	if (!old.len || has_placeholder(old) || !f || !f->exists || !view_is_own(e->p, e->a, place->file))
		return;
	for (size_t i = 0; i < e->count; i++)
		if (str_eq(e->items[i].file, view_str(e->p, place->file)) &&
		    span_overlaps(e->items[i].span, (struct span){ place->off, place->len }))
			return;
	MEM_GROW(e->items, e->count, e->cap);
	e->items[e->count++] = (struct change){ .action = CHANGE_REPLACE,
		.file = view_str(e->p, place->file),
		.line = place->line,
		.column = place->column,
		.has_span = true,
		.span = { place->off, place->len },
		.has_digest = true,
		.digest = f->digest,
		.old = old,
		.new = new,
		.reason = REASON_TEMPLATE,
		.detail = why };
}

/* One number becomes a placeholder that has it as its default; any other text stays. */
static void
add_port(struct template_edits *e, const struct inventory_place *place, struct str key, struct str why)
{
	struct str old = view_str(e->p, place->raw);
	uint64_t port;

	if (str_to_uint(old, UINT16_MAX, &port) && port)
		add(e, place, arena_printf(e->p->a, "{{%.*s|%llu}}", STR_ARG(key), (unsigned long long)port),
		    why);
}

static bool
is_pair_port(const struct inventory_item *item)
{
	return item->record == FINDING_PORT && (item->role == ROLE_BACKEND || item->role == ROLE_FRONTEND);
}

/* --- keys --- */

/* S as a part of a key: lower case, what is neither a letter nor a digit made `_`. */
static struct str
fold(struct planner *p, struct str s)
{
	struct buf b = BUF_INIT;
	struct str folded;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		buf_add_char(&b, is_word ? c : '_');
	}
	folded = names_lower(p->a, buf_str(&b));
	buf_release(&b);
	return folded.len && folded.ptr[0] >= '0' && folded.ptr[0] <= '9' ? arena_cat(p->a, STR("_"), folded)
									  : folded;
}

static bool
is_free_key(const struct template_edits *e, struct str key)
{
	static const char *const known[] = {
		"project_name", "compose_project_name", "backend_port", "frontend_port", "app_num", "model"
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_eq(key, str_from(known[i])))
			return false;
	for (size_t i = 0; i < e->port_count; i++)
		if (str_eq(key, e->ports[i].key))
			return false;
	return true;
}

static bool
has_other_port(const struct template_edits *e, const struct inventory_item *item)
{
	const struct inventory *v = e->p->v;
	const struct inventory_app *app = &v->apps[e->a->app];

	for (uint32_t i = inventory_find(v, app, FINDING_PORT, 0); i != INVENTORY_NONE;
	    i = inventory_find(v, app, FINDING_PORT, i + 1))
		if (v->items[i].service == item->service && v->items[i].low && v->items[i].low != item->low)
			return true;
	return false;
}

/* After its variable, in lower case; a literal after its service, with the container port where the
 * service has several. Both end in `_port` or hold it, as berth new takes no other number for a port. */
static struct str
choose_key(struct template_edits *e, const struct inventory_item *item, uint32_t variable)
{
	struct planner *p = e->p;
	struct str base = fold(p, view_str(p, variable ? variable : item->service)), key;
	struct str container = fold(p, view_str(p, item->container_port));

	if (!variable || !names_is_port_key(base))
		base = arena_cat(p->a, base, STR("_port"));
	if (!variable && (has_other_port(e, item) || !is_free_key(e, base)))
		base = arena_printf(p->a, "%.*s%.*s", STR_ARG(base), STR_ARG(container));
	key = base;
	for (unsigned n = 2; !is_free_key(e, key); n++)
		key = arena_printf(p->a, "%.*s_%u", STR_ARG(base), n);
	return key;
}

/* The port of VARIABLE, else of that number in the service; NULL: none yet. */
static const struct template_port *
find_port(const struct template_edits *e, uint32_t variable, uint32_t service, uint16_t port)
{
	for (size_t i = 0; i < e->port_count; i++) {
		const struct template_port *x = &e->ports[i];

		if (variable ? x->variable == variable
			     : !x->variable && x->service == service && x->port == port)
			return x;
	}
	return NULL;
}

static void
note_port(struct template_edits *e, struct template_port port)
{
	MEM_GROW(e->ports, e->port_count, e->port_cap);
	e->ports[e->port_count++] = port;
}

/* The variable that the port has its number from, and that a placeholder can stand in; 0: a literal. */
static uint32_t
variable_of(const struct inventory_item *item)
{
	return item->place_known && item->origin != ORIGIN_LITERAL ? item->variable : 0;
}

static void
name_pair(struct template_edits *e, const struct inventory_item *item)
{
	struct str key = item->role == ROLE_BACKEND ? STR("backend_port") : STR("frontend_port");

	if (is_pair_port(item) && item->low)
		note_port(e, (struct template_port){ key, item->low, variable_of(item), item->service });
}

static void
name_other(struct template_edits *e, const struct inventory_item *item)
{
	uint32_t variable = variable_of(item);

	if (!is_pair_port(item) && inventory_is_published(e->p->v, item) &&
	    !find_port(e, variable, item->service, item->low))
		note_port(e,
		    (struct template_port){
			choose_key(e, item, variable), item->low, variable, item->service });
}

/* --- what becomes one --- */

/* The key of the port that the variable of a setting stands for, by its name or by the mapping that uses
 * it (which has no number yet where only a .env.example sets the variable); empty: none. */
static struct str
stands_for(struct template_edits *e, const struct inventory_item *setting)
{
	const struct inventory *v = e->p->v;
	const struct inventory_app *app = &v->apps[e->a->app];
	const struct template_port *port = find_port(e, setting->variable, 0, 0);
	struct str variable = view_str(e->p, setting->variable);

	if (port)
		return port->key;
	if (str_eq(variable, STR("BACKEND_PORT")))
		return STR("backend_port");
	if (str_eq(variable, STR("FRONTEND_PORT")))
		return STR("frontend_port");
	for (uint32_t i = inventory_find(v, app, FINDING_PORT, 0); i != INVENTORY_NONE;
	    i = inventory_find(v, app, FINDING_PORT, i + 1))
		if (v->items[i].variable == setting->variable && !v->items[i].low && !v->items[i].host_port)
			return choose_key(e, &v->items[i], setting->variable);
	return (struct str)STR_INIT;
}

static void
look_at_setting(struct template_edits *e, const struct inventory_item *item)
{
	struct planner *p = e->p;
	struct str key = view_str(p, item->variable), raw = view_str(p, item->place.raw), port_key;
	struct str why = arena_printf(p->a, "the scaffold's own %.*s", STR_ARG(key));
	uint64_t port;

	if (!item->place_known)
		return;
	if (str_eq(key, STR("PROJECT_NAME")) || str_eq(key, STR("COMPOSE_PROJECT_NAME"))) {
		if (!e->project.len && !has_placeholder(raw))
			e->project = raw;
		if (str_find(raw, 0, '$') == raw.len)
			add(e, &item->place, arena_printf(p->a, "{{%.*s}}", STR_ARG(key)), why);
	} else if (str_to_uint(raw, UINT16_MAX, &port) && port && (port_key = stands_for(e, item)).len) {
		note_port(e, (struct template_port){ port_key, (uint16_t)port, item->variable, 0 });
		add_port(e, &item->place, port_key, why);
	}
}

/* Whether an env file of the app sets it: a default in the compose file is then not what counts. */
static bool
is_set(const struct template_edits *e, uint32_t variable)
{
	return variable && (view_setting(e->p, e->a, variable, false) != INVENTORY_NONE ||
	    view_setting(e->p, e->a, variable, true) != INVENTORY_NONE);
}

static void
look_at_port(struct template_edits *e, const struct inventory_item *item)
{
	struct planner *p = e->p;
	const struct template_port *port = find_port(e, variable_of(item), item->service, item->low);

	if (port && item->low && item->place_known && (item->origin == ORIGIN_LITERAL ||
	    (item->origin == ORIGIN_DEFAULT && !is_set(e, item->variable))))
		add_port(e, &item->place, port->key, arena_printf(p->a, "the scaffold's own port of %.*s",
		    STR_ARG(view_str(p, item->service))));
}

/* `name: myapp`, and `container_name: myapp_web` of a scaffold called myapp. */
static void
look_at_name(struct template_edits *e, const struct inventory_item *item)
{
	struct planner *p = e->p;
	struct str raw = view_str(p, item->place.raw), rest;

	if (!item->place_known || item->origin != ORIGIN_LITERAL)
		return;
	if (item->record == FINDING_PROJECT) {
		if (!e->project.len && !has_placeholder(raw))
			e->project = raw;
		add(e, &item->place, STR("{{COMPOSE_PROJECT_NAME}}"), STR("the scaffold's own project name"));
		return;
	}
	rest = str_sub(raw, e->project.len, raw.len);
	if (e->project.len && str_starts(raw, e->project) &&
	    (!rest.len || rest.ptr[0] == '_' || rest.ptr[0] == '-'))
		add(e, &item->place, arena_cat(p->a, STR("{{PROJECT_NAME}}"), rest),
		    STR("a container called after the scaffold"));
}

static void
look_at_reference(struct template_edits *e, const struct inventory_item *item)
{
	struct planner *p = e->p;

	if (!item->place_known || !item->low ||
	    (item->origin == ORIGIN_DEFAULT && is_set(e, item->variable)) ||
	    (item->role == ROLE_MENTION && !p->o->rewrite_mentions))
		return;
	for (size_t i = 0; i < e->port_count; i++)
		if (e->ports[i].port == item->low) {
			add_port(e, &item->place, e->ports[i].key,
			    arena_printf(p->a, "an address of the scaffold's own: %.*s",
				STR_ARG(view_str(p, item->value))));
			return;
		}
}

static void
each(struct template_edits *e, enum finding_record record,
    void (*look)(struct template_edits *, const struct inventory_item *))
{
	const struct inventory *v = e->p->v;
	const struct inventory_app *app = &v->apps[e->a->app];

	for (uint32_t i = inventory_find(v, app, record, 0); i != INVENTORY_NONE;
	     i = inventory_find(v, app, record, i + 1))
		look(e, &v->items[i]);
}

static int
compare(const void *pa, const void *pb)
{
	const struct change *a = pa, *b = pb;
	int c = str_cmp(a->file, b->file);

	return c ? c : (a->span.off > b->span.off) - (a->span.off < b->span.off);
}

/* A placeholder is no port and no YAML until it is filled in: what scan says of that needs nobody. */
static void
look_at_problem(struct template_edits *e, const struct inventory_item *item)
{
	const struct inventory *v = e->p->v;
	const struct inventory_app *app = &v->apps[e->a->app];

	if (has_placeholder(view_str(e->p, item->value)))
		return;
	for (uint32_t i = inventory_find(v, app, FINDING_GAP, 0); i != INVENTORY_NONE;
	    i = inventory_find(v, app, FINDING_GAP, i + 1))
		if (v->items[i].place.file == item->place.file && v->items[i].role == ROLE_PLACEHOLDER)
			return;
	plan_add_problem(
	    e->p, e->a, view_str(e->p, item->service), &item->place, view_str(e->p, item->value));
}

void
scaffold_write(struct planner *p, struct app_plan *a)
{
	struct template_edits e = { .p = p, .a = a };

	each(&e, FINDING_PROBLEM, look_at_problem);
	each(&e, FINDING_PORT, name_pair);
	each(&e, FINDING_PORT, name_other);
	each(&e, FINDING_PORT, look_at_port);
	each(&e, FINDING_SETTING, look_at_setting);
	each(&e, FINDING_PROJECT, look_at_name);
	each(&e, FINDING_NAME, look_at_name);
	each(&e, FINDING_REFERENCE, look_at_reference);
	if (e.count)
		qsort(e.items, e.count, sizeof *e.items, compare);
	for (size_t i = 0; i < e.count; i++)
		plan_add(p, a, &e.items[i]);
	free(e.items);
	free(e.ports);
}
