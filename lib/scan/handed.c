/* handed: variables that containers get as they stand in .env, by no `${…}`.
 * SPDX-License-Identifier: MIT */
#include "scan/handed.h"

#include "base/buf.h"
#include "scan/apps.h"

enum { NAMES_MAX = 4 };	/* services that are named; of others it is said that there are some */

/* A variable that one service gets by its name alone. */
struct gain {
	uint32_t service;		/* index */
	uint32_t next;			/* index + 1 of the variable's next; 0: none */
	const struct project_bare *bare;
};

struct handing {
	struct writer *w;
	const struct project *p;
	struct dict listened;		/* the numbers that containers of the app listen on */
	struct dict heard;		/* variables that hold one of them: the index of that in listened */
	struct dict numbers;		/* settings whose value is a number alone */
	struct dict own;		/* services that name a variable which others get by env_file */
	struct gain *gains;
	size_t gain_count, gain_cap;
	struct dict first;		/* by variable: the index of its first gain */
	uint32_t *files;		/* the services that get a whole .env by env_file */
	size_t file_count;
	const struct project_service *mount;	/* the first that mounts it; NULL: none does */
};

/* Of one variable: who gets it. */
struct takers {
	struct buf names;
	size_t count;
	const struct project_service *first;
	struct project_spot at;
	const char *way;		/* the key of the service that brings it */
};

/* --- which numbers containers listen on --- */

static void
listen_on(struct handing *h, struct str number)
{
	struct str digits = str_sub(number, 0, str_skip(number, 0, STR("0123456789")));

	if (digits.len > 0)
		(void)dict_add(&h->listened, digits, (uint32_t)h->listened.count);
}

/* Notes that VARIABLE holds TEXT, a port or a range. */
static void
hold(struct handing *h, struct str variable, struct str text)
{
	struct str number = str_sub(text, 0, str_skip(text, 0, STR("0123456789")));
	uint32_t i = number.len > 0 ? dict_find(&h->listened, number) : DICT_NONE;

	if (i != DICT_NONE)
		(void)dict_add(&h->heard, variable, i);
}

static void
hold_in_port(struct handing *h, const struct project_port *port)
{
	for (size_t i = 0; i < port->host.count; i++)
		for (const struct trace_step *step = port->host.pieces[i].step; step; step = step->outer)
			hold(h, step->variable, port->host.text);
}

static void
find_heard(struct handing *h)
{
	for (size_t i = 0; i < h->p->service_count; i++) {
		for (size_t k = 0; k < h->p->services[i].port_count; k++)
			listen_on(h, h->p->services[i].ports[k].container_port);
		for (size_t k = 0; k < h->p->services[i].expose_count; k++)
			listen_on(h, h->p->services[i].expose[k]);
	}
	for (size_t i = 0; i < h->p->setting_count; i++) {
		struct str value = h->p->settings[i].resolved.text;

		hold(h, h->p->settings[i].key, value);
		if (value.len && str_is_made_of(value, STR("0123456789")))
			(void)dict_add(&h->numbers, h->p->settings[i].key, 0);
	}
	for (size_t i = 0; i < h->p->service_count; i++)
		for (size_t k = 0; k < h->p->services[i].port_count; k++)
			hold_in_port(h, &h->p->services[i].ports[k]);
}

/* --- who gets what --- */

/* What tells VARIABLE of service I from all others. */
static struct str
key_of(struct handing *h, size_t i, struct str variable)
{
	return arena_printf(h->w->arena, "%zu %.*s", i, STR_ARG(variable));
}

static void
gain(struct handing *h, size_t service, const struct project_bare *bare)
{
	uint32_t index = (uint32_t)h->gain_count, first;

	ARENA_GROW(h->w->arena, h->gains, h->gain_count, h->gain_cap);
	h->gains[h->gain_count++] = (struct gain){ (uint32_t)service, 0, bare };
	first = dict_add(&h->first, bare->variable, index);
	if (first == index)
		return;
	h->gains[index].next = h->gains[first].next;
	h->gains[first].next = index + 1;
}

static void
find_gains(struct handing *h)
{
	h->files = arena_alloc(h->w->arena, (h->p->service_count + 1) * sizeof *h->files);
	for (size_t i = 0; i < h->p->service_count; i++) {
		const struct project_service *s = &h->p->services[i];

		if (s->env_file_at.source)
			h->files[h->file_count++] = (uint32_t)i;
		if (s->env_mount_at.source && !h->mount)
			h->mount = s;
		for (size_t k = 0; k < s->bare_count; k++) {
			struct str key = key_of(h, i, s->bare[k].variable);

			if (dict_find(&h->own, key) != DICT_NONE)
				continue;	/* it has it another way as well */
			gain(h, i, &s->bare[k]);
			(void)dict_add(&h->own, key, 0);
		}
		for (size_t k = 0; s->env_file_at.source && k < s->environment.count; k++)
			(void)dict_add(&h->own, key_of(h, i, s->environment.items[k].key), 0);
	}
}

/* Service S gets the variable AT, its WAY. */
static void
take(struct takers *t, const struct project_service *s, struct project_spot at, const char *way)
{
	if (t->count++ == 0) {
		t->first = s;
		t->at = at;
		t->way = way;
	}
	if (t->count > NAMES_MAX)
		return;
	if (t->count > 1)
		buf_add_char(&t->names, ',');
	buf_add_str(&t->names, t->count < NAMES_MAX ? s->name : STR("…"));
}

static void
find_takers(struct handing *h, struct str variable, struct takers *t)
{
	uint32_t next = dict_find(&h->first, variable);

	for (next = next == DICT_NONE ? 0 : next + 1; next && t->count <= NAMES_MAX;
	     next = h->gains[next - 1].next) {
		const struct gain *g = &h->gains[next - 1];

		take(t, &h->p->services[g->service], g->bare->at, g->bare->way);
	}
	for (size_t i = 0; i < h->file_count && t->count <= NAMES_MAX; i++) {
		const struct project_service *s = &h->p->services[h->files[i]];

		if (h->own.count == 0 || dict_find(&h->own, key_of(h, h->files[i], variable)) == DICT_NONE)
			take(t, s, s->env_file_at, "env_file");
	}
	/* that a program reads a file which it only could read is likely where the number is its own */
	if (t->count == 0 && h->mount && dict_find(&h->heard, variable) != DICT_NONE)
		take(t, h->mount, h->mount->env_mount_at, "volumes");
}

static void
write_use(struct handing *h, struct str variable, const struct takers *t, bool follows)
{
	struct writer *w = h->w;
	struct finding f = writer_finding(w, FINDING_USE);
	uint32_t heard = dict_find(&h->heard, variable);

	f.service = t->first->name;
	f.role = ROLE_HANDED;
	f.variable = variable;
	f.value = arena_printf(w->arena, "services.%.*s.%s", STR_ARG(t->first->name), t->way);
	f.place = writer_spot(t->at.source, t->at.offset);
	f.has_digest = true;
	f.digest = t->at.source->digest;
	f.handed_to = arena_dup(w->arena, buf_str(&t->names));
	f.follows = follows;
	if (heard != DICT_NONE)
		f.container_port = h->listened.entries[heard].key;
	writer_write(w, &f);
}

/* Whether plan may change all of VARIABLE's value, by its FLAGS: where an address is made of it only if that
 * is a number, as others have the address in them. */
static bool
is_asked_for(const struct handing *h, struct str variable, unsigned flags)
{
	return flags & (WATCH_PORT | WATCH_NAME) ||
	    (flags & WATCH_ADDRESS && dict_find(&h->numbers, variable) != DICT_NONE);
}

void
handed_write(struct writer *w, const struct watch *watch, const struct pair_rule *pair, struct match *match)
{
	struct handing h = { .w = w, .p = w->project, .listened = DICT_IN(w->arena),
		.heard = DICT_IN(w->arena), .numbers = DICT_IN(w->arena), .own = DICT_IN(w->arena),
		.first = DICT_IN(w->arena) };

	find_gains(&h);
	if (h.file_count == 0 && !h.mount && h.gain_count == 0)
		return;
	find_heard(&h);
	for (size_t i = 0; i < watch->index.count; i++) {
		struct str variable = watch->index.entries[i].key;
		struct takers t = { .names = BUF_INIT };

		if (!is_asked_for(&h, variable, watch->flags[i]))
			continue;
		find_takers(&h, variable, &t);
		if (t.count > 0)
			write_use(&h, variable, &t, w->app->in_layout && pair_names(pair, match, variable));
		buf_release(&t.names);
	}
}

bool
handed_has(const struct project *p, struct str variable)
{
	for (size_t i = 0; i < p->service_count; i++) {
		const struct project_service *s = &p->services[i];

		if (s->env_file_at.source || s->env_mount_at.source)
			return true;
		for (size_t k = 0; k < s->bare_count; k++)
			if (str_eq(s->bare[k].variable, variable))
				return true;
	}
	return false;
}
