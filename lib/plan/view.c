/* view: what a stage may ask of an app and of what scan found in it.
 * SPDX-License-Identifier: MIT */
#include "plan/view.h"

#include "base/path.h"
#include "syntax/placeholder.h"

/* What is foreseen of item I; NULL: nothing. */
static const struct view_foreseen *
find_foreseen(const struct view *v, uint32_t i)
{
	size_t low = 0, high = v->foreseen_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (v->foreseen[mid].index < i)
			low = mid + 1;
		else
			high = mid;
	}
	return low < v->foreseen_count && v->foreseen[low].index == i ? &v->foreseen[low] : NULL;
}

const struct inventory_item *
view_item(const struct view *v, uint32_t i)
{
	const struct inventory_item *item = &v->inventory->items[i];
	const struct view_foreseen *foreseen =
	    item->record != FINDING_PORT || item->low ? NULL : find_foreseen(v, i);

	return foreseen ? &foreseen->item : item;
}

bool
view_is_unset(const struct view *v, uint32_t i)
{
	const struct view_foreseen *foreseen = find_foreseen(v, i);

	return foreseen && foreseen->is_unset;
}

void
view_finding(const struct view *v, uint32_t i, struct finding *f)
{
	const struct inventory_item *item = view_item(v, i);

	inventory_finding(v->inventory, i, f);
	f->id = v->apps[item->app].id;
	if (item == &v->inventory->items[i] || view_is_unset(v, i))
		return;
	f->origin = (enum origin)item->origin;
	f->host_port = inventory_ports(v->inventory, item);
	f->chain = view_str(v, item->words->chain);
	f->detail = view_str(v, item->words->detail);
	f->place = inventory_place(v->inventory, &item->place, item->place_known);
	f->has_digest = false;	/* the .env that it stands in is yet to be made */
	f->digest = 0;
}

uint16_t *
view_foreseen_ports(const struct view *v)
{
	uint16_t *ports = v->foreseen_count ? mem_zero(v->inventory->item_count, sizeof *ports) : NULL;

	for (size_t i = 0; i < v->foreseen_count; i++)
		if (!v->foreseen[i].is_unset && inventory_is_published(v->inventory, &v->foreseen[i].item))
			ports[v->foreseen[i].index] = v->foreseen[i].item.low;
	return ports;
}

bool
view_is_gone(const struct view *v, struct str folder)
{
	struct str rest;

	return folder.len && !v->inventory->is_part && path_relative(folder, v->root, &rest) &&
	    view_app_of_folder(v, folder) == INVENTORY_NONE;
}

uint32_t
view_app_of_folder(const struct view *v, struct str folder)
{
	uint32_t app = dict_find(&v->folders, folder);

	return app == DICT_NONE ? INVENTORY_NONE : app;
}

uint32_t
view_setting(const struct view *v, uint32_t app, uint32_t key, bool example)
{
	enum finding_role role = example ? ROLE_EXAMPLE : ROLE_ENV;
	struct str path = example ? v->apps[app].example : v->apps[app].env;

	for (const struct index_entry *e =
		 index_at(&v->index, app, (struct index_key){ BY_SETTING, key, 0, 0 });
	     index_is(e, BY_SETTING, key); e++) {
		const struct inventory_item *item = &v->inventory->items[e->item];

		if (item->place_known && item->role == role && str_eq(view_str(v, item->place.file), path))
			return e->item;
	}
	return INVENTORY_NONE;
}

struct str
view_setting_value(const struct view *v, uint32_t app, struct str key, bool example)
{
	uint32_t i = view_setting(v, app, inventory_lookup(v->inventory, key), example);

	return i == INVENTORY_NONE ? (struct str)STR_INIT : view_str(v, v->inventory->items[i].value);
}

uint16_t
view_port_of_setting(const struct view *v, uint32_t i)
{
	struct str text = placeholder_default(str_trim(view_str(v, v->inventory->items[i].value)));
	uint64_t n;

	return str_to_uint(text, UINT16_MAX, &n) ? (uint16_t)n : 0;
}

bool
view_is_stand_in(const struct view *v, uint32_t i)
{
	struct str value = str_trim(view_str(v, v->inventory->items[i].value));
	struct str number = placeholder_default(value);

	if (!value.len)
		return false;	/* empty, or not shown by scan: it may be made of other variables */
	return !number.len || !str_is_made_of(number, STR("0123456789-.:[]")) ||
	    (str_is_made_of(number, STR("0123456789")) && !view_port_of_setting(v, i));
}

bool
view_is_hidden(const struct view *v, uint32_t i)
{
	return str_eq(view_str(v, v->inventory->items[i].value), STR(FINDING_NO_PORT));
}

/* What keeps FILE from being written for APP; NULL: nothing. */
static const char *
obstacle(const struct view *v, uint32_t app, uint32_t file)
{
	const struct inventory_file *f = inventory_file(v->inventory, file);

	if (!path_is_below(view_str(v, file), view_folder(v, app)))
		return "not in this app's folder";
	if (!f)
		return NULL;
	if (f->readers > 1 || (f->readers == 1 && f->app != app))
		return "shared with other apps";
	if (f->is_folder || f->is_unreadable)
		return f->is_folder ? "a folder" : "not readable as it stands";
	return f->target ? "a symlink" : NULL;
}

struct str
view_why_not_own(const struct view *v, uint32_t app, uint32_t file)
{
	const struct inventory_file *f = inventory_file(v->inventory, file);
	const char *why = obstacle(v, app, file);

	if (!why || !f || !f->target)
		return str_from(why ? why : "");
	return arena_printf(v->arena, "%s (to %.*s)", why, STR_ARG(view_str(v, f->target)));
}

bool
view_is_own(const struct view *v, uint32_t app, uint32_t file)
{
	return !obstacle(v, app, file);
}

/* Whether a container's, volume's or network's name or a tag is written with PROJECT_NAME. */
static bool
is_named_by_project(const struct view *v, const struct inventory_item *item)
{
	struct str raw = view_raw(v, &item->site);

	return (item->record == FINDING_NAME || item->record == FINDING_VOLUME ||
		item->record == FINDING_NETWORK || item->record == FINDING_IMAGE) &&
	    (str_search(raw, 0, STR("{PROJECT_NAME")) < raw.len ||
		str_search(raw, 0, STR("$PROJECT_NAME")) < raw.len);
}

bool
view_has_project_name(const struct view *v, uint32_t app)
{
	const struct inventory_app *a = &v->inventory->apps[app];
	uint32_t key = inventory_lookup(v->inventory, STR("PROJECT_NAME"));

	for (uint32_t i = a->first; i < a->first + a->count; i++) {
		const struct inventory_item *item = &v->inventory->items[i];
		bool is_use = item->record == FINDING_USE && item->role != ROLE_HANDED,
		     may_have_it = is_use || item->record == FINDING_SETTING ||
		    item->record == FINDING_GAP || item->record == FINDING_NAME;

		if ((may_have_it && item->words->variable == key) || is_named_by_project(v, item))
			return true;
	}
	return false;
}

/* Whether .env.example sets VARIABLE to something. */
static bool
is_set_by_copy(const struct view *v, uint32_t app, uint32_t variable)
{
	uint32_t setting = view_setting(v, app, variable, true);

	return setting != INVENTORY_NONE && view_spot(v, &v->inventory->items[setting].place)->len > 0;
}

bool
view_is_tcp(const struct view *v, uint32_t i)
{
	return str_eq_fold(view_str(v, v->inventory->items[i].words->protocol), STR("tcp"));
}

bool
view_is_set_by_copy(const struct view *v, uint32_t app, uint32_t variable)
{
	return v->apps[app].copies && is_set_by_copy(v, app, variable);
}

bool
view_is_address_of_copy(const struct view *v, const struct inventory_item *use)
{
	uint32_t variable = use->words->variable;
	const struct inventory_spot *around = view_spot(v, &use->place);

	if (!view_is_set_by_copy(v, use->app, variable))
		return false;
	for (const struct index_entry *e =
		 index_at(&v->index, use->app, (struct index_key){ BY_REFERENCE, variable, 0, 0 });
	     index_is(e, BY_REFERENCE, variable); e++) {
		const struct inventory_item *ref = &v->inventory->items[e->item];
		const struct inventory_spot *digits = view_spot(v, &ref->place);

		if (ref->claim == CLAIM_PORT && ref->origin == ORIGIN_DEFAULT &&
		    ref->place.file == use->place.file && around->off < digits->off &&
		    digits->off + digits->len < around->off + around->len)
			return !inventory_rare(v->inventory, ref)->doubt &&
			    str_eq(view_str(v, ref->words->whole), view_raw(v, &ref->place));
	}
	return false;
}

const struct inventory_item *
view_handed(const struct view *v, uint32_t app, uint32_t variable)
{
	for (const struct index_entry *e =
		 index_at(&v->index, app, (struct index_key){ BY_USE, variable, 0, 0 });
	     index_is(e, BY_USE, variable); e++)
		if (v->inventory->items[e->item].role == ROLE_HANDED)
			return &v->inventory->items[e->item];
	return NULL;
}

/* Adds what lines of .env make of LIST[AT]; returns how many there are then. */
static size_t
add_made_of(const struct view *v, uint32_t app, uint32_t list[static VIEW_MADE_MAX], size_t at, size_t count)
{
	for (const struct index_entry *e =
		 index_at(&v->index, app, (struct index_key){ BY_USE, list[at], 0, 0 });
	     index_is(e, BY_USE, list[at]) && count < VIEW_MADE_MAX; e++) {
		const struct inventory_item *use = &v->inventory->items[e->item];
		size_t known = 0;

		if (!view_is_in_env(use))
			continue;
		while (known < count && list[known] != use->words->detail)
			known++;
		if (known == count)
			list[count++] = use->words->detail;
	}
	return count;
}

size_t
view_made_of(const struct view *v, uint32_t app, uint32_t variable, uint32_t ret[static VIEW_MADE_MAX])
{
	size_t count = 1;

	ret[0] = variable;
	for (size_t at = 0; at < count; at++)
		count = add_made_of(v, app, ret, at, count);
	return count;
}

bool
view_minds_line(const struct view *v, uint32_t app, uint32_t variable)
{
	const struct inventory_item *use = view_handed(v, app, variable);
	bool is_set = view_setting(v, app, variable, false) != INVENTORY_NONE ||
	    view_is_set_by_copy(v, app, variable);

	return use && !use->follows && (use->words->container_port || !is_set);
}

/* Whether .env.example sets VARIABLE to what scan does not show: neither a number nor a placeholder. */
static bool
is_set_to_unknown(const struct view *v, uint32_t app, uint32_t variable)
{
	uint32_t setting = view_setting(v, app, variable, true);

	return is_set_by_copy(v, app, variable) && !view_str(v, v->inventory->items[setting].value).len;
}

bool
view_is_pinned(const struct view *v, uint32_t app, bool copies, const struct inventory_item *item)
{
	const struct inventory_place *site = &item->site;
	const struct inventory_spot *spot = view_spot(v, site);
	size_t end = (size_t)spot->column + spot->len;

	if (!copies || !item->site_known || item->origin == ORIGIN_LITERAL ||
	    !view_is_own(v, app, site->file))
		return false;
	if (item->place_known && is_set_to_unknown(v, app, item->words->variable))
		return true;
	for (const struct index_entry *e = index_at(
		 &v->index, app, (struct index_key){ BY_USE_PLACE, site->file, spot->line, spot->column });
	     index_is(e, BY_USE_PLACE, site->file); e++) {
		struct index_key at = index_key(&v->index, e);
		uint32_t variable = v->inventory->items[e->item].words->variable;
		bool is_deciding = item->place_known && variable == item->words->variable;

		if (at.y != spot->line || at.z >= end)
			break;
		if (!is_deciding && is_set_by_copy(v, app, variable))
			return true;
	}
	return false;
}

static struct clash_party
party_of(const struct view *v, uint32_t app)
{
	return (struct clash_party){ v->apps[app].id, v->apps[app].in_layout, view_folder(v, app) };
}

bool
view_accepts(const struct view *v, uint32_t app, uint32_t other, struct str what)
{
	const struct accept *list = v->options->accepted;
	struct clash_party x = party_of(v, app), y = party_of(v, other);

	return list && clash_accepted_by(list->items, list->count, &x, &y, what);
}

bool
view_accepts_port(const struct view *v, uint32_t x, uint32_t y, uint16_t port, struct arena *words)
{
	const struct inventory_item *a = view_item(v, x), *b = view_item(v, y);
	bool result;

	if (!v->options->accepted || a->app == b->app)
		return false;
	result = view_accepts(v, a->app, b->app,
	    arena_printf(words, "%u/%.*s", port, STR_ARG(view_str(v, a->words->protocol))));
	arena_reset(words);
	return result;
}

const struct inventory_item *
view_container_side(const struct view *v, uint32_t i)
{
	const struct inventory_item *port = view_item(v, i);
	struct index_key key = { BY_CONTAINER, port->words->service, port->words->container_port, 0 };

	if (!v->options->follow || !inventory_has_one_number(v->inventory, port))
		return NULL;
	for (const struct index_entry *e = index_at(&v->index, port->app, key);
	     index_has(&v->index, e, key); e++) {
		const struct inventory_item *side = &v->inventory->items[e->item];

		if (str_eq_fold(view_str(v, side->words->protocol), view_str(v, port->words->protocol)))
			return side;
	}
	return NULL;
}

bool
view_follows(const struct view *v, uint32_t i, uint16_t now, bool copies)
{
	const struct inventory_item *port = view_item(v, i), *side = view_container_side(v, i);
	const struct view_app *a = &v->apps[port->app];
	struct str file;

	if (!side || !side->follows || !side->place_known || !a->env_is_own || now != port->low)
		return false;
	file = view_str(v, side->place.file);
	return (side->origin == ORIGIN_DEFAULT || file.len == 0 || str_eq(file, a->env)) &&
	    (!copies || side->words->variable == port->words->variable);
}
