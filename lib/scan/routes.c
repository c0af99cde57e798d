/* routes: the names that labels give to routers and services of Traefik.
 * SPDX-License-Identifier: MIT */
#include "scan/routes.h"

#include "base/dict.h"
#include "scan/resource.h"

struct routes {
	struct finding *items;
	size_t count, cap;
	struct dict index;		/* by the labels' common part, `traefik.http.routers.web` */
	bool is_off;			/* Traefik is told to look away */
};

/* What KEY names: `traefik.http.routers.web.rule` the router web. REST is what it says of it, `rule`. False
 * where it names neither a router nor a service. */
static bool
parse(struct str key, struct finding *f, struct str *ret_rest)
{
	struct str prefix, kind;
	size_t at = 0;

	if (!str_next_part(key, '.', &at, &prefix) || !str_eq_fold(prefix, STR("traefik")) ||
	    !str_next_part(key, '.', &at, &f->protocol) || !str_next_part(key, '.', &at, &kind) ||
	    !str_next_part(key, '.', &at, &f->value) || f->value.len == 0 || at >= key.len)
		return false;
	*ret_rest = str_sub(key, at, key.len);
	if (str_eq_fold(kind, STR("routers")))
		f->role = ROLE_ROUTER;
	else if (str_eq_fold(kind, STR("services")))
		f->role = ROLE_SERVICE;
	return f->role != ROLE_NONE;
}

static void
add_label(struct writer *w, struct routes *r, const struct project_text *label)
{
	struct finding f = writer_finding(w, FINDING_ROUTE), *own;
	struct str rest, name;
	uint32_t at;

	if (str_eq_fold(label->key, STR("traefik.enable")))
		r->is_off = str_eq_fold(label->value.text, STR("false"));
	if (!parse(label->key, &f, &rest))
		return;
	name = str_sub(label->key, 0, (size_t)(rest.ptr - label->key.ptr));
	at = dict_add(&r->index, name, (uint32_t)r->count);
	if (at == r->count) {
		writer_decided(w, &f, label->value, false);
		f.variable = f.chain = f.detail = (struct str)STR_INIT;
		ARENA_GROW(w->arena, r->items, r->count, r->cap);
		r->items[r->count++] = f;
	}
	own = &r->items[at];
	if (f.role == ROLE_ROUTER && str_eq_fold(rest, STR("entrypoints")))
		own->whole = label->value.text;
}

void
routes_write(struct writer *w)
{
	for (size_t i = 0; i < w->project->service_count; i++) {
		const struct project_service *s = &w->project->services[i];
		struct routes r = { NULL, 0, 0, DICT_IN(w->arena), false };

		for (size_t k = 0; k < s->labels.count; k++)
			add_label(w, &r, &s->labels.items[k]);
		for (size_t k = 0; k < s->deploy_labels.count; k++)
			add_label(w, &r, &s->deploy_labels.items[k]);
		for (size_t k = 0; k < r.count && !r.is_off; k++) {
			r.items[k].service = s->name;
			r.items[k].replicas = resource_replicas(w, s);
			writer_write(w, &r.items[k]);
		}
	}
}
