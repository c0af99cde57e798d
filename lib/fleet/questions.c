/* questions: whether two things of a fleet cannot both be.
 * SPDX-License-Identifier: MIT */
#include "fleet/clash.h"

#include "base/path.h"
#include "fleet/hostip.h"

bool
clash_may_be_about(enum finding_record record)
{
	return record == FINDING_APP || record == FINDING_HELD || record == FINDING_FILE ||
	    (record >= FINDING_PORT && record <= FINDING_MOUNT);
}

bool
clash_is_about(const struct finding *f)
{
	return clash_may_be_about(f->record) && (f->record != FINDING_FILE || f->role == ROLE_INCLUDE);
}

uint16_t
clash_port_of(const struct clash_view *view, uint32_t i)
{
	const struct inventory_item *item = &view->inventory->items[i];

	if (view->ports && view->ports[i])
		return view->ports[i];
	return inventory_is_published(view->inventory, item) ? item->low : 0;
}

struct str
clash_name_of(const struct clash_view *v, uint32_t i)
{
	return v->names && v->names[i] ? v->texts[v->names[i]]
				       : inventory_str(v->inventory, v->inventory->items[i].value);
}

/* The network of its app's own, with a name there, that item I is on; INVENTORY_NONE: it is one that the app
 * only uses. */
static uint32_t
own_network(const struct inventory *v, uint32_t i)
{
	const struct inventory_app *a = &v->apps[v->items[i].app];
	uint32_t k = inventory_find(v, a, FINDING_NETWORK, 0);

	while (k != INVENTORY_NONE &&
	    (v->items[k].role != ROLE_EXPLICIT || v->items[k].value != v->items[i].words->variable))
		k = inventory_find(v, a, FINDING_NETWORK, k + 1);
	return k;
}

struct str
clash_network_of(const struct clash_view *view, uint32_t i)
{
	uint32_t own = view->names ? own_network(view->inventory, i) : INVENTORY_NONE;

	return own == INVENTORY_NONE
	    ? inventory_str(view->inventory, view->inventory->items[i].words->variable)
	    : clash_name_of(view, own);
}

/* Whether APP includes a compose file of the folder of OTHER. */
static bool
includes(const struct inventory *v, uint32_t app, uint32_t other)
{
	const struct inventory_app *a = &v->apps[app];
	struct str folder = inventory_str(v, v->apps[other].folder), rest;

	for (uint32_t i = inventory_find(v, a, FINDING_FILE, 0); i != INVENTORY_NONE;
	     i = inventory_find(v, a, FINDING_FILE, i + 1))
		if (v->items[i].role == ROLE_INCLUDE &&
		    path_relative(inventory_str(v, v->items[i].place.file), folder, &rest) &&
		    str_find(rest, 0, '/') == rest.len)
			return true;
	return false;
}

bool
clash_is_one_text(const struct inventory *v, uint32_t i, uint32_t j)
{
	const struct inventory_item *x = &v->items[i], *y = &v->items[j];

	return x->app != y->app && x->place_known && y->place_known &&
	    inventory_is_one_text(v, &x->place, &y->place) &&
	    (includes(v, x->app, y->app) || includes(v, y->app, x->app));
}

bool
clash_profiles_meet(struct str a, struct str b)
{
	struct str x, y;

	if (a.len == 0 || b.len == 0)
		return true;
	for (size_t i = 0; str_next_part(a, ',', &i, &x); )
		for (size_t j = 0; str_next_part(b, ',', &j, &y); )
			if (str_eq(x, y))
				return true;
	return false;
}

static struct str
profile_of(const struct inventory *v, uint32_t i)
{
	return inventory_str(v, inventory_rare(v, &v->items[i])->profile);
}

struct crowd_claim
clash_crowd_claim(const struct inventory *v, uint32_t i, uint16_t port)
{
	const struct inventory_item *item = &v->items[i];
	struct str protocol = inventory_str(v, item->words->protocol);
	uint32_t initial = protocol.len ? (unsigned char)str_lower(protocol.ptr[0]) : 0;

	return (struct crowd_claim){ (uint32_t)port << 8 | initial, item->app,
		inventory_str(v, item->words->host_ip), profile_of(v, i) };
}

bool
clash_is_of_ports(const struct inventory *v, uint32_t i, uint32_t j)
{
	const struct inventory_item *x = &v->items[i], *y = &v->items[j];

	return !clash_is_one_text(v, i, j) &&
	    str_eq_fold(inventory_str(v, x->words->protocol), inventory_str(v, y->words->protocol)) &&
	    hostip_overlaps(inventory_str(v, x->words->host_ip), inventory_str(v, y->words->host_ip)) &&
	    (x->app != y->app || clash_profiles_meet(profile_of(v, i), profile_of(v, j)));
}

bool
clash_is_of_names(const struct clash_view *view, const struct clash_name *a, const struct clash_name *b)
{
	const struct inventory *v = view->inventory;
	const struct inventory_item *x = &v->items[a->item], *y = &v->items[b->item];
	bool is_made_x = x->record == FINDING_PROJECT, is_made_y = y->record == FINDING_PROJECT;

	if (x->app == y->app)
		return !str_eq(a->service, b->service) && (is_made_x || is_made_y ||
		    clash_profiles_meet(profile_of(v, a->item), profile_of(v, b->item)));
	/* names that Compose makes of one and the same project are that project's clash, told once */
	return !clash_is_one_text(v, a->item, b->item) &&
	    !(is_made_x && is_made_y && str_eq(clash_name_of(view, a->item), clash_name_of(view, b->item)));
}

bool
clash_is_called(const struct clash_party *p, struct str name)
{
	return (p->in_layout && identity_is_text(p->id, name)) || (p->folder.len && str_eq(p->folder, name));
}

static bool
is_meant(const struct clash_party *p, struct str name)
{
	return name.len == 0 || clash_is_called(p, name);
}

const struct clash_accepted *
clash_accepted_by(const struct clash_accepted *accepted, size_t count, const struct clash_party *a,
    const struct clash_party *b, struct str what)
{
	for (size_t i = 0; i < count; i++) {
		const struct clash_accepted *x = &accepted[i];

		if ((x->what.len == 0 || str_eq(x->what, what)) &&
		    ((is_meant(a, x->a) && is_meant(b, x->b)) || (is_meant(a, x->b) && is_meant(b, x->a))))
			return x;
	}
	return NULL;
}
