/* arguments: what plan was asked for, from the texts of its command line.
 * SPDX-License-Identifier: MIT */
#include "plan/arguments.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/port.h"
#include "fleet/hostip.h"
#include "fleet/inventory.h"
#include "engine/listeners.h"
#include "plan/registry.h"
#include "system/file.h"

enum { LIST_MAX = 16 << 20 };

/* The next line of TEXT, without its end, without a comment; false at the end. */
static bool
next_line(struct str text, size_t *at, struct str *ret, size_t *line)
{
	if (!str_next_part(text, '\n', at, ret))
		return false;
	*ret = str_trim(str_sub(*ret, 0, str_find(*ret, 0, '#')));
	++*line;
	return true;
}

static int
reserve_from(struct arguments_values *r, const char *path, struct error *err)
{
	AUTO(buf) text = BUF_INIT;
	struct str line;
	size_t number = 0;

	if (file_read_given(path, LIST_MAX, &text, err) < 0)
		return -1;
	for (size_t at = 0; next_line(buf_str(&text), &at, &line, &number); )
		if (portmap_reserve(&r->blocked, line, err) < 0)
			return error_at_line(err, str_from(path), number);
	return 0;
}

static int
read_priority(struct arguments_values *r, const char *path, struct error *err)
{
	AUTO(buf) text = BUF_INIT;
	struct str line;
	size_t number = 0;

	if (file_read_given(path, LIST_MAX, &text, err) < 0)
		return -1;
	for (size_t at = 0; next_line(buf_str(&text), &at, &line, &number); ) {
		if (!line.len)
			continue;
		MEM_GROW(r->priority.items, r->priority.count, r->priority.cap);
		r->priority.items[r->priority.count++] = arena_dup(&r->arena, line).ptr;
	}
	return 0;
}

static int
block_range(struct arguments_values *r, const char *range, struct error *err)
{
	if (!port_range_parse(str_from(range), true, &r->low, &r->high) || r->low == r->high)
		return error_set(err, "--range '%s' is no range: write LOW-HIGH, as in 5000-9999", range);
	portmap_block(&r->blocked, 1, r->low - 1U, PORT_OUTSIDE);
	portmap_block(&r->blocked, r->high + 1U, UINT16_MAX, PORT_OUTSIDE);
	return 0;
}

/* Of the other family loopback has an address as well; of any other address nobody knows one. */
static int
read_bind(struct plan_bind *ret, const char *text, struct error *err)
{
	struct str ip;
	enum hostip_kind kind;

	if (hostip_read_bind(text, &ip, err) < 0)
		return -1;
	kind = hostip_of(ip).kind;
	ret->given = ip;
	if (kind == HOSTIP_ONE4)
		ret->v4 = ip;
	else
		ret->v6 = ip;
	if (hostip_is_loopback(ip) || str_eq(ip, STR("::1"))) {
		ret->v4 = kind == HOSTIP_ONE4 ? ip : STR("127.0.0.1");
		ret->v6 = kind == HOSTIP_ONE6 ? ip : STR("::1");
	}
	return 0;
}

/* The options whose values are languages of their own. */
static int
read_texts(struct arguments_values *r, const struct arguments *o, struct error *err)
{
	for (size_t i = 0; i < o->reserve.count; i++)
		if (portmap_reserve(&r->blocked, str_from(o->reserve.items[i]), err) < 0)
			return error_about(err, o->reserve.items[i]);
	if (o->range && block_range(r, o->range, err) < 0)
		return error_about(err, o->range);
	if (o->reserve_from && reserve_from(r, o->reserve_from, err) < 0)
		return error_about(err, o->reserve_from);
	if (o->priority && read_priority(r, o->priority, err) < 0)
		return error_about(err, o->priority);
	if (o->bind && read_bind(&r->bind, o->bind, err) < 0)
		return -1;
	return o->accept && accept_read(&r->accepted, o->accept, err) < 0 ? error_about(err, o->accept) : 0;
}

void
arguments_release(struct arguments *o)
{
	option_list_release(&o->only);
	option_list_release(&o->reserve);
	option_list_release(&o->moved);
}

int
arguments_values_open(struct arguments_values **ret, const struct arguments *o, struct error *err)
{
	struct arguments_values *r = mem_zero(1, sizeof *r);
	AUTO(listeners) found = LISTENERS_INIT;
	uint16_t low, high;

	*ret = r;
	portmap_init(&r->blocked);
	portmap_block_low(&r->blocked);
	if (!o->allow_bad)
		portmap_block_bad(&r->blocked);
	if (!o->allow_ephemeral) {
		listeners_ephemeral(o->proc, &low, &high);
		portmap_block(&r->blocked, low, high, PORT_EPHEMERAL);
	}
	if (read_texts(r, o, err) < 0)
		return -1;
	if (!o->host_check || o->is_of_findings)
		return 0;
	if (listeners_read(o->proc, &found, err) < 0)
		return -1;
	listeners_flag(&found, r->listening);
	return 0;
}

/* GIVEN, if it is; else USUAL, or where that is outside the range IN_RANGE. */
static uint16_t
base(const struct arguments_values *r, uint64_t given, uint16_t usual, unsigned in_range)
{
	if (given)
		return (uint16_t)given;	/* the option table holds it to this */
	return r->high && (usual < r->low || usual > r->high) ? (uint16_t)in_range : usual;
}

void
arguments_values_apply(struct arguments_values *r, const struct arguments *o, struct plan_options *plan)
{
	plan->base_backend = base(r, o->base_backend, 5001, r->low);
	plan->base_frontend = base(r, o->base_frontend, 8001, (r->low + r->high + 1U) / 2);
	plan->step = (uint16_t)o->step;
	plan->only = o->only.items;
	plan->only_count = o->only.count;
	plan->moved = o->moved.items;
	plan->moved_count = o->moved.count;
	plan->blocked = &r->blocked;
	plan->listening = r->listening;
	plan->leave_held = !o->host_check;
	plan->priority = &r->priority;
	plan->bind = r->bind;
	plan->accepted = o->accept ? &r->accepted : NULL;
}

void
arguments_values_close(struct arguments_values *r)
{
	if (!r)
		return;
	accept_release(&r->accepted);
	option_list_release(&r->priority);
	arena_release(&r->arena);
	free(r);
}

static int
allocate(struct store *store, const char *app, const struct plan_options *o, bool as_env, FILE *out,
    struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct plan_allocation got = { .backend = 0 };
	struct portmap *map = arena_zero(&a, 1, sizeof *map);

	if (identity_parse(&got.id, app, err) < 0 || plan_allocate(store, o, &a, &got, map, err) < 0)
		return -1;
	plan_allocation_print(out, &got, as_env);
	return 0;
}

static int
release(struct store *store, const char *app, FILE *out, struct error *err)
{
	struct identity id = { STR_INIT, 0 };

	return identity_parse(&id, app, err) < 0 ? -1 : registry_release(store, id, out, err);
}

int
arguments_by_hand(const struct arguments *o, struct store *store, const struct plan_options *plan,
    FILE *out, struct error *err)
{
	if (o->new_app)
		return allocate(
		    store, o->new_app, plan, o->format && strcmp(o->format, "env") == 0, out, err);
	if (o->release)
		return release(store, o->release, out, err);
	return registry_import(store, o->import, plan->dry_run, out, err);
}

/* Whether an app is called NAME, by its model and number or by its folder. */
static bool
is_app(const struct inventory *v, struct str name)
{
	for (size_t i = 0; i < v->app_count; i++) {
		struct clash_party party = { v->apps[i].id, true, inventory_str(v, v->apps[i].folder) };

		if (v->apps[i].is_app && clash_is_called(&party, name))
			return true;
	}
	return false;
}

static bool
is_some_app(const struct inventory *v, const char *only)
{
	for (size_t i = 0; i < v->app_count; i++)
		if (v->apps[i].is_app &&
		    identity_is_like(v->apps[i].id, inventory_str(v, v->apps[i].folder), only))
			return true;
	return false;
}

struct str
arguments_values_next_unknown(const struct arguments_values *r, const struct inventory *v, size_t *at)
{
	while (*at < 2 * r->accepted.count) {
		const struct clash_accepted *x = &r->accepted.items[*at / 2];
		struct str name = ++*at % 2 ? x->a : x->b;

		if (!is_app(v, name))
			return name;
	}
	return (struct str)STR_INIT;
}

const char *
arguments_values_next_unranked(const struct arguments_values *r, const struct inventory *v, size_t *at)
{
	while (*at < r->priority.count) {
		const char *pattern = r->priority.items[(*at)++];

		if (!is_some_app(v, pattern))
			return pattern;
	}
	return NULL;
}

int
arguments_check_only(const struct plan_options *o, const struct inventory *v, struct error *err)
{
	for (size_t i = 0; i < o->only_count; i++)
		if (!is_some_app(v, o->only[i]))
			return error_set(err,
			    "--only '%s' is none of the %zu apps: write MODEL/appN, a folder, or a pattern "
			    "for either, as in '%s*'",
			    o->only[i], inventory_count_apps(v), o->only[i]);
	return 0;
}

int
arguments_check_bind(const struct plan_options *o, const struct inventory *v, struct error *err)
{
	bool is_open = false;

	for (size_t i = 0; i < v->item_count && o->bind.given.len; i++) {
		const struct inventory_item *item = &v->items[i];

		if (item->record == FINDING_OPEN)
			return 0;
		is_open = is_open || (inventory_is_published(v, item) &&
		    hostip_of(inventory_str(v, item->words->host_ip)).kind <= HOSTIP_EVERY6);
	}
	return !is_open ? 0
			: error_set(err, "--bind needs findings that say where an address goes: berth scan "
			      "--addresses ROOT | berth plan --bind %.*s", STR_ARG(o->bind.given));
}
