/* naming: what projects, containers, volumes and networks are called afterwards.
 * SPDX-License-Identifier: MIT */
#include "plan/naming.h"

#include <stdlib.h>

#include "plan/view.h"

static uint32_t
add_text(struct naming *n, struct str name, uint32_t edited)
{
	if (n->count >= n->cap) {
		n->cap = mem_next_capacity(n->count);
		n->texts = mem_resize(n->texts, n->cap, sizeof *n->texts);
		n->edited = mem_resize(n->edited, n->cap, sizeof *n->edited);
	}
	n->texts[n->count] = name;
	n->edited[n->count] = edited;
	return (uint32_t)n->count++;
}

void
naming_init(struct naming *n, const struct view *v)
{
	*n = (struct naming){ .projects = NAMES_INIT, .containers = NAMES_INIT };
	n->of_app = arena_zero(v->scratch, v->inventory->app_count + 1, sizeof *n->of_app);
	n->after = arena_zero(v->scratch, v->inventory->item_count + 1, sizeof *n->after);
	(void)add_text(n, (struct str)STR_INIT, INVENTORY_NONE);
}

void
naming_release(struct naming *n)
{
	free(n->texts);
	free(n->edited);
	names_release(&n->projects);
	names_release(&n->containers);
}

void
naming_rename(struct naming *n, uint32_t i, struct str name, bool edited)
{
	n->after[i] = add_text(n, name, edited ? i : INVENTORY_NONE);
}

struct str
naming_after(const struct naming *n, const struct view *v, uint32_t i)
{
	return n->after[i] ? n->texts[n->after[i]] : view_str(v, v->inventory->items[i].value);
}

bool
naming_is_edited(const struct naming *n, uint32_t i)
{
	return n->after[i] && n->edited[n->after[i]] == i;
}

struct clash_view
naming_outcome(const struct naming *n, const struct view *v)
{
	return (struct clash_view){ .inventory = v->inventory, .names = n->after, .texts = n->texts };
}
