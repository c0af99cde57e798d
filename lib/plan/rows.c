/* rows: the rows of a plan, held compactly, and as a stream.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "plan/internal.h"
#include "base/text.h"

/* Whether the row before belongs to O, too. */
static bool
is_last_owner(const struct plan *plan, const struct plan_owner *o)
{
	const struct plan_owner *last;

	if (plan->owner_count == 0)
		return false;
	last = &plan->owners[plan->owner_count - 1];
	return str_eq(last->app, o->app) && identity_eq(last->id, o->id);
}

static void
add_row(struct planner *p, const struct plan_owner *o, const struct change *c)
{
	struct plan *plan = p->plan;

	if (!is_last_owner(plan, o)) {
		MEM_GROW(plan->owners, plan->owner_count, plan->owner_cap);
		plan->owners[plan->owner_count++] = *o;
	}
	MEM_GROW(plan->rows, plan->count, plan->cap);
	plan->rows[plan->count++] = (struct plan_row){ .action = (uint8_t)c->action,
		.reason = (uint8_t)c->reason,
		.has_span = c->has_span,
		.has_digest = c->has_digest,
		.owner = (uint32_t)plan->owner_count - 1,
		.service = inventory_intern(p->v, c->service),
		.file = inventory_intern(p->v, c->file),
		.old = inventory_intern(p->v, c->old),
		.line = (uint32_t)c->line,
		.column = (uint32_t)c->column,
		/* they were 32 bits in the inventory */
		.off = (uint32_t)c->span.off,
		.len = (uint32_t)c->span.len,
		.digest = c->digest,
		.new = c->new,
		.detail = c->detail };
	if (c->action == CHANGE_PROBLEM)
		plan->problems++;
	else
		plan->edits++;
}

struct change
plan_change(const struct plan *plan, size_t i)
{
	const struct plan_row *r = &plan->rows[i];
	const struct plan_owner *o = &plan->owners[r->owner];

	return (struct change){ .action = (enum change_action)r->action,
		.id = o->id,
		.app = o->app,
		.service = inventory_str(plan->texts, r->service),
		.file = inventory_str(plan->texts, r->file),
		.line = r->line,
		.column = r->column,
		.has_span = r->has_span,
		.span = { r->off, r->len },
		.has_digest = r->has_digest,
		.digest = r->digest,
		.old = inventory_str(plan->texts, r->old),
		.new = r->new,
		.reason = (enum change_reason)r->reason,
		.detail = r->detail };
}

void
plan_add(struct planner *p, const struct app_plan *a, const struct change *c)
{
	add_row(p, &(struct plan_owner){ a->id, view_str(p, p->v->apps[a->app].folder) }, c);
}

void
plan_add_problem(struct planner *p, const struct app_plan *a, struct str service,
    const struct inventory_place *place, struct str message)
{
	struct change c = { .action = CHANGE_PROBLEM, .service = service, .new = message };

	if (place) {
		c.file = view_str(p, place->file);
		c.line = place->line;
		c.column = place->column;
	}
	plan_add(p, a, &c);
}

void
plan_add_row_problem(struct planner *p, const struct store_pair *row, struct str message)
{
	add_row(p, &(struct plan_owner){ row->id, STR_INIT },
	    &(struct change){ .action = CHANGE_PROBLEM, .new = message });
}

void
plan_note_volume(struct planner *p, struct str old, struct str new)
{
	struct plan *plan = p->plan;

	if (p->o->notes) {
		MEM_GROW(plan->notes, plan->note_count, plan->note_cap);
		plan->notes[plan->note_count] = arena_printf(p->a,
		    "docker volume create %.*s && docker run --rm -v %.*s:/from:ro "
		    "-v %.*s:/to busybox cp -a /from/. /to",
		    STR_ARG(new), STR_ARG(old), STR_ARG(new));
	}
	plan->note_count++;
}

/* Row by row: all of them as text at once would be a fifth of all memory. */
void
plan_identify(struct plan *plan, struct str root)
{
	AUTO_PTR(stream_writer) w = stream_writer_memory(CHANGE_COLUMNS);
	AUTO_PTR(text_digester) d = text_digester_open();

	stream_field(w, root);
	stream_end_row(w);
	text_digester_add(d, stream_writer_take(w));
	for (size_t i = 0; i < plan->count; i++) {
		struct change c = plan_change(plan, i);

		change_write(w, &c);
		text_digester_add(d, stream_writer_take(w));
	}
	(void)snprintf(plan->id, sizeof plan->id, "%016llx", (unsigned long long)text_digester_end(d));
}

int
plan_write(const struct plan *plan, struct str root, const char *tool, FILE *out, struct error *err)
{
	AUTO_PTR(stream_writer) w = stream_writer_open(out, change_columns, CHANGE_COLUMNS);
	char count[24];
	int n = snprintf(count, sizeof count, "%zu", plan->count + 1);

	stream_header(w);
	change_write(w, &(struct change){ .action = CHANGE_FLEET, .new = root, .old = str_from(plan->id),
		.detail = str_from(tool) });
	for (size_t i = 0; i < plan->count; i++) {
		struct change c = plan_change(plan, i);

		change_write(w, &c);
	}
	change_write(w, &(struct change){ .action = CHANGE_END, .new = { count, (size_t)n } });
	return stream_flush(w, err);
}

void
plan_release(struct plan *plan)
{
	free(plan->rows);
	free(plan->owners);
	free(plan->notes);
	arena_release(&plan->arena);
	*plan = (struct plan)PLAN_INIT;
}
