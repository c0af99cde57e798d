/* finder: who looks for the clashes of one fleet.
 * SPDX-License-Identifier: MIT */
#include "fleet/finder.h"

struct str
finder_str(const struct finder *f, uint32_t text)
{
	return inventory_str(f->v, text);
}

struct clash_side
finder_side(const struct finder *f, uint32_t i)
{
	const struct inventory_item *item = &f->v->items[i];

	return (struct clash_side){ i, item->app, finder_str(f, item->words->service),
		f->v->apps[item->app].id };
}

static struct clash_party
party_of(const struct finder *f, const struct clash_side *s)
{
	if (s->app == INVENTORY_NONE)
		return (struct clash_party){ s->id, true, STR_INIT };
	return (struct clash_party){ s->id, f->v->apps[s->app].in_layout,
		finder_str(f, f->v->apps[s->app].folder) };
}

struct str
finder_app(struct finder *f, const struct clash_side *s)
{
	struct clash_party party = party_of(f, s);

	return party.in_layout ? identity_text(&f->words, s->id) : party.folder;
}

const struct clash_accepted *
finder_accepted(struct finder *f, const struct clash_side *a, const struct clash_side *b, struct str what)
{
	struct clash_party x = party_of(f, a), y = party_of(f, b);

	return clash_accepted_by(f->o->accepted, f->o->accepted_count, &x, &y, what);
}

void
finder_tell(struct finder *f, struct clash c)
{
	c.accepted = finder_accepted(f, &c.holder, &c.other, c.what);
	if (!f->failed && (!c.accepted || f->o->tell_accepted))
		f->failed = f->visit(f->context, &c, f->err) < 0;
	arena_reset(&f->words);
}

struct str
finder_port(struct finder *f, uint16_t port, uint32_t i)
{
	return arena_printf(
	    &f->words, "%u/%.*s", port, STR_ARG(finder_str(f, f->v->items[i].words->protocol)));
}
