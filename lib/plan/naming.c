/* naming: what projects, containers, volumes and networks are called afterwards.
 * SPDX-License-Identifier: MIT */
#include "plan/naming.h"

#include <stdlib.h>

#include "plan/view.h"

void
naming_init(struct naming *n, const struct view *v)
{
	size_t items = v->inventory->item_count + 1;

	*n = (struct naming){ .projects = NAMES_INIT, .containers = NAMES_EXACT_INIT,
		.images = NAMES_EXACT_INIT };
	n->of_app = arena_zero(v->scratch, v->inventory->app_count, sizeof *n->of_app);
	n->after = arena_zero(v->scratch, items, sizeof *n->after);
	n->is_edited = arena_zero(v->scratch, items, sizeof *n->is_edited);
	naming_rename(n, 0, (struct str)STR_INIT);	/* the text 0 is nobody's */
}

void
naming_release(struct naming *n)
{
	free(n->texts);
	names_release(&n->projects);
	names_release(&n->containers);
	names_release(&n->images);
}

void
naming_take_held(struct names *names, const struct view *v, enum finding_role role)
{
	for (size_t i = 0; i < v->inventory->held_count && !v->options->leave_held; i++)
		if (v->inventory->held[i].role == role)
			(void)names_take(names, view_str(v, v->inventory->held[i].value), NAMING_FOREIGN);
}

void
naming_borne(struct names *names, const struct view *v, enum finding_record record)
{
	for (uint32_t app = 0; app < v->inventory->app_count; app++)
		for (uint32_t i = view_first(v, app, record); i != INVENTORY_NONE; i = view_next(v, i))
			(void)names_take(names, view_str(v, v->inventory->items[i].value), i);
}

void
naming_rename(struct naming *n, uint32_t i, struct str name)
{
	MEM_GROW(n->texts, n->count, n->cap);
	n->after[i] = (uint32_t)n->count;
	n->texts[n->count++] = name;
}

struct str
naming_after(const struct naming *n, const struct view *v, uint32_t i)
{
	return n->after[i] ? n->texts[n->after[i]] : view_str(v, v->inventory->items[i].value);
}

struct clash_view
naming_outcome(const struct naming *n, const struct view *v)
{
	return (struct clash_view){ .inventory = v->inventory, .names = n->after, .texts = n->texts };
}
