/* scaffold: a scaffold's own names and ports made placeholders, for `berth new` to fill in.
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"

#include <stdlib.h>

#include "base/order.h"
#include "plan/internal.h"

/* A port of the scaffold and the key of its placeholder. */
struct scaffold_port {
	struct str key;
	uint16_t port;
	uint32_t variable, service;	/* texts; variable 0: a literal of the service */
};

struct scaffold {
	const struct view *v;
	uint32_t app;
	struct scaffold_port *ports;	/* the pair's first */
	size_t port_count, port_cap;
	struct str project;		/* its hard-wired name; empty: none */
	struct edits *edits;
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

/* The text at PLACE becomes NEW, unless it is another app's, or has its placeholder, or shares bytes with a
 * text that gets one. */
static void
add(struct scaffold *s, const struct inventory_place *place, struct str new, struct str why)
{
	const struct inventory_file *f = inventory_file(s->v->inventory, place->file);
	struct str old = view_raw(s->v, place);
	struct change like = { .reason = REASON_TEMPLATE, .detail = why };

	if (!old.len || has_placeholder(old) || !f || !f->exists || !view_is_own(s->v, s->app, place->file))
		return;
	(void)edits_add(s->edits, edits_replacement(s->edits, place, new, &like));
}

/* One number becomes a placeholder that has it as its default; any other text stays. */
static void
add_port(struct scaffold *s, const struct inventory_place *place, struct str key, struct str why)
{
	uint64_t port;

	if (str_to_uint(view_raw(s->v, place), UINT16_MAX, &port) && port)
		add(s, place,
		    arena_printf(s->v->arena, "{{%.*s|%llu}}", STR_ARG(key), (unsigned long long)port), why);
}

/* --- keys --- */

/* S as a part of a key: lower case, what is neither a letter nor a digit made `_`. */
static struct str
fold(struct arena *a, struct str s)
{
	struct str folded = names_lower(a, s);
	char *bytes = arena_alloc(a, s.len + 1);

	for (size_t i = 0; i < s.len; i++) {
		char c = folded.ptr[i];

		bytes[i] = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
	}
	folded.ptr = bytes;
	return s.len && bytes[0] >= '0' && bytes[0] <= '9' ? arena_cat(a, STR("_"), folded) : folded;
}

static bool
is_free_key(const struct scaffold *s, struct str key)
{
	static const char *const known[] = {
		"project_name", "compose_project_name", "backend_port", "frontend_port", "app_num", "model"
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_eq(key, str_from(known[i])))
			return false;
	for (size_t i = 0; i < s->port_count; i++)
		if (str_eq(key, s->ports[i].key))
			return false;
	return true;
}

static bool
has_other_port(const struct scaffold *s, const struct inventory_item *item)
{
	for (uint32_t i = view_first(s->v, s->app, FINDING_PORT); i != INVENTORY_NONE;
	     i = view_next(s->v, i)) {
		const struct inventory_item *other = &s->v->inventory->items[i];

		if (other->words->service == item->words->service && other->low && other->low != item->low)
			return true;
	}
	return false;
}

/* After its variable, in lower case; a literal after its service, with the container port where the service
 * has several. Both end in `_port` or hold it, as berth new takes no other number for a port. */
static struct str
choose_key(const struct scaffold *s, const struct inventory_item *item, uint32_t variable)
{
	struct arena *a = s->v->arena;
	struct str base = fold(a, view_str(s->v, variable ? variable : item->words->service)), key;

	if (!variable || !names_is_port_key(base))
		base = arena_cat(a, base, STR("_port"));
	if (!variable && (has_other_port(s, item) || !is_free_key(s, base)))
		base = arena_cat(a, base, fold(a, view_str(s->v, item->words->container_port)));
	key = base;
	for (unsigned n = 2; !is_free_key(s, key); n++)
		key = arena_printf(a, "%.*s_%u", STR_ARG(base), n);
	return key;
}

/* The port of VARIABLE, else of that number in the service; NULL: none yet. */
static const struct scaffold_port *
find_port(const struct scaffold *s, uint32_t variable, uint32_t service, uint16_t port)
{
	for (size_t i = 0; i < s->port_count; i++) {
		const struct scaffold_port *x = &s->ports[i];

		if (variable ? x->variable == variable
			     : !x->variable && x->service == service && x->port == port)
			return x;
	}
	return NULL;
}

static void
note_port(struct scaffold *s, struct scaffold_port port)
{
	MEM_GROW(s->ports, s->port_count, s->port_cap);
	s->ports[s->port_count++] = port;
}

/* The variable that the port has its number from, and that a placeholder can stand in; 0: a literal. */
static uint32_t
variable_of(const struct inventory_item *item)
{
	return item->place_known && item->origin != ORIGIN_LITERAL ? item->words->variable : 0;
}

static bool
is_pair_port(const struct inventory_item *item)
{
	return item->role == ROLE_BACKEND || item->role == ROLE_FRONTEND;
}

static void
name_pair(struct scaffold *s, const struct inventory_item *item)
{
	struct str key = item->role == ROLE_BACKEND ? STR("backend_port") : STR("frontend_port");

	if (is_pair_port(item) && item->low)
		note_port(s,
		    (struct scaffold_port){ key, item->low, variable_of(item), item->words->service });
}

static void
name_other(struct scaffold *s, const struct inventory_item *item)
{
	uint32_t variable = variable_of(item);

	if (!is_pair_port(item) && inventory_is_published(s->v->inventory, item) &&
	    !find_port(s, variable, item->words->service, item->low))
		note_port(s, (struct scaffold_port){
			choose_key(s, item, variable), item->low, variable, item->words->service });
}

/* --- what becomes one --- */

/* The key of the port that the variable of a setting stands for, by its name or by the mapping that uses it
 * (which has no number yet where only a .env.example sets the variable); empty: none. */
static struct str
key_of_setting(const struct scaffold *s, const struct inventory_item *setting)
{
	const struct scaffold_port *port = find_port(s, setting->words->variable, 0, 0);
	struct str variable = view_str(s->v, setting->words->variable);

	if (port)
		return port->key;
	if (str_eq(variable, STR("BACKEND_PORT")))
		return STR("backend_port");
	if (str_eq(variable, STR("FRONTEND_PORT")))
		return STR("frontend_port");
	for (uint32_t i = view_first(s->v, s->app, FINDING_PORT); i != INVENTORY_NONE;
	     i = view_next(s->v, i)) {
		const struct inventory_item *item = &s->v->inventory->items[i];

		if (item->words->variable == setting->words->variable &&
		    !port_range_is_given(inventory_ports(s->v->inventory, item)))
			return choose_key(s, item, setting->words->variable);
	}
	return (struct str)STR_INIT;
}

static void
note_project(struct scaffold *s, struct str name)
{
	if (!s->project.len && !has_placeholder(name))
		s->project = name;
}

static void
look_at_setting(struct scaffold *s, const struct inventory_item *item)
{
	struct arena *a = s->v->arena;
	struct str key = view_str(s->v, item->words->variable), raw = view_raw(s->v, &item->place), port_key;
	struct str why = arena_printf(a, "the scaffold's own %.*s", STR_ARG(key));
	uint64_t port;

	if (!item->place_known)
		return;
	if (str_eq(key, STR("PROJECT_NAME")) || str_eq(key, STR("COMPOSE_PROJECT_NAME"))) {
		if (str_find(raw, 0, '$') < raw.len)
			return;
		note_project(s, raw);
		add(s, &item->place, arena_printf(a, "{{%.*s}}", STR_ARG(key)), why);
	} else if (str_to_uint(raw, UINT16_MAX, &port) && port && (port_key = key_of_setting(s, item)).len) {
		note_port(s, (struct scaffold_port){ port_key, (uint16_t)port, item->words->variable, 0 });
		add_port(s, &item->place, port_key, why);
	}
}

/* Whether ITEM's text is a default that does not count, as an env file of the app sets the variable. */
static bool
is_overruled(const struct scaffold *s, const struct inventory_item *item)
{
	return item->origin == ORIGIN_DEFAULT && item->words->variable &&
	    (view_setting(s->v, s->app, item->words->variable, false) != INVENTORY_NONE ||
		view_setting(s->v, s->app, item->words->variable, true) != INVENTORY_NONE);
}

static void
look_at_port(struct scaffold *s, const struct inventory_item *item)
{
	const struct scaffold_port *port = find_port(s, variable_of(item), item->words->service, item->low);
	bool is_text = item->origin == ORIGIN_LITERAL || item->origin == ORIGIN_DEFAULT;
	const struct inventory_place *also = &inventory_rare(s->v->inventory, item)->also;
	struct str why = arena_printf(
	    s->v->arena, "the scaffold's own port of %.*s", STR_ARG(view_str(s->v, item->words->service)));

	if (!port || !item->low || !item->place_known || !is_text || is_overruled(s, item))
		return;
	add_port(s, &item->place, port->key, why);
	if (also->file)
		add_port(s, also, port->key, why);
}

/* `name: myapp` */
static void
look_at_project(struct scaffold *s, const struct inventory_item *item)
{
	if (!item->place_known || item->origin != ORIGIN_LITERAL)
		return;
	note_project(s, view_raw(s->v, &item->place));
	add(s, &item->place, STR("{{COMPOSE_PROJECT_NAME}}"), STR("the scaffold's own project name"));
}

/* `container_name: myapp_web` of a scaffold called myapp. */
static void
look_at_name(struct scaffold *s, const struct inventory_item *item)
{
	struct str raw = view_raw(s->v, &item->place), rest = str_sub(raw, s->project.len, raw.len);

	if (item->place_known && item->origin == ORIGIN_LITERAL && s->project.len &&
	    str_starts(raw, s->project) && (!rest.len || rest.ptr[0] == '_' || rest.ptr[0] == '-'))
		add(s, &item->place, arena_cat(s->v->arena, STR("{{PROJECT_NAME}}"), rest),
		    STR("a container called after the scaffold"));
}

static void
look_at_reference(struct scaffold *s, const struct inventory_item *item)
{
	if (!item->place_known || !item->low || is_overruled(s, item) ||
	    (item->role == ROLE_MENTION && !s->v->options->rewrite_mentions))
		return;
	for (size_t i = 0; i < s->port_count; i++)
		if (s->ports[i].port == item->low) {
			add_port(s, &item->place, s->ports[i].key,
			    arena_printf(s->v->arena, "an address of the scaffold's own: %.*s",
				STR_ARG(view_str(s->v, item->value))));
			return;
		}
}

/* A placeholder is no port and no YAML until it is filled in: what scan says of that needs nobody. */
static void
look_at_problem(struct scaffold *s, const struct inventory_item *item)
{
	if (has_placeholder(view_str(s->v, item->value)))
		return;
	for (uint32_t i = view_first(s->v, s->app, FINDING_GAP); i != INVENTORY_NONE;
	     i = view_next(s->v, i)) {
		const struct inventory_item *gap = &s->v->inventory->items[i];

		if (gap->place.file == item->place.file && gap->role == ROLE_PLACEHOLDER)
			return;
	}
	edits_problem(s->edits, view_str(s->v, item->words->service), &item->place, "%.*s",
	    STR_ARG(view_str(s->v, item->value)));
}

/* --- all of it --- */

static void
each(struct scaffold *s, enum finding_record record,
    void (*look)(struct scaffold *, const struct inventory_item *))
{
	for (uint32_t i = view_first(s->v, s->app, record); i != INVENTORY_NONE; i = view_next(s->v, i))
		look(s, &s->v->inventory->items[i]);
}

static int
compare(const void *pa, const void *pb)
{
	const struct planned_edit *a = pa, *b = pb;
	int c = str_cmp(a->c.file, b->c.file);

	return c ? c : order_of(a->c.span.off, b->c.span.off);
}

void
scaffold_edits(struct edits *e)
{
	struct scaffold s = { .v = &e->d->view, .app = e->app, .edits = e };

	e->copies = false;
	each(&s, FINDING_PROBLEM, look_at_problem);
	each(&s, FINDING_PORT, name_pair);
	each(&s, FINDING_PORT, name_other);
	each(&s, FINDING_PORT, look_at_port);
	each(&s, FINDING_SETTING, look_at_setting);
	each(&s, FINDING_PROJECT, look_at_project);
	each(&s, FINDING_NAME, look_at_name);
	each(&s, FINDING_REFERENCE, look_at_reference);
	free(s.ports);
	if (e->count)
		qsort(e->items, e->count, sizeof *e->items, compare);
}
