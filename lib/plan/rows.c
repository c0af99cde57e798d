/* rows: the rows of a plan, held compactly, and as a stream.
 * SPDX-License-Identifier: MIT */
#include "plan/rows.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/quote.h"
#include "base/text.h"
#include "plan/view.h"
#include "stream/finding.h"

/* --- adding --- */

static bool
is_same_heading(const struct plan_heading *a, const struct plan_heading *b)
{
	return str_eq(a->app, b->app) && identity_eq(a->id, b->id) && str_eq(a->file, b->file);
}

/* The number of S, which is a text of the fleet's. */
static uint32_t
text_of(const struct plan *plan, struct str s)
{
	return s.len ? inventory_lookup(plan->texts, s) : 0;
}

static void
add_row(struct plan *plan, const struct plan_heading *h, const struct change *c)
{
	if (!plan->heading_count || !is_same_heading(&plan->headings[plan->heading_count - 1], h)) {
		MEM_GROW(plan->headings, plan->heading_count, plan->heading_cap);
		plan->headings[plan->heading_count++] = *h;
	}
	MEM_GROW(plan->rows, plan->count, plan->cap);
	plan->rows[plan->count++] = (struct plan_row){ .action = (uint8_t)c->action,
		.reason = (uint8_t)c->reason,
		.has_span = c->has_span,
		.has_digest = c->has_digest,
		.heading = (uint32_t)plan->heading_count - 1,
		.service = text_of(plan, c->service),
		.old = text_of(plan, c->old),
		.line = (uint32_t)c->line,
		.column = (uint32_t)c->column,
		.off = (uint32_t)c->span.off,	/* it had 32 bits in the inventory, and so had the length */
		.len = (uint32_t)c->span.len,
		.digest = c->digest,
		.new = c->new,
		.detail = c->detail };
	plan->problems += c->action == CHANGE_PROBLEM;
	plan->told += change_is_told(c->action);
}

void
plan_add(struct plan *plan, const struct view *v, uint32_t app, const struct change *c)
{
	add_row(plan, &(struct plan_heading){ v->apps[app].id, view_folder(v, app), c->file }, c);
}

void
plan_add_problem(struct plan *plan, const struct view *v, const struct problem *problem)
{
	const struct inventory_place *place = problem->place;
	struct change c = { .action = problem->is_note ? CHANGE_NOTE : CHANGE_PROBLEM,
		.service = problem->service, .new = problem->message };

	if (place) {
		c.file = view_str(v, place->file);
		c.line = view_spot(v, place)->line;
		c.column = view_spot(v, place)->column;
	}
	if (problem->app != INVENTORY_NONE)
		plan_add(plan, v, problem->app, &c);
	else
		add_row(plan, &(struct plan_heading){ problem->id, STR_INIT, STR_INIT }, &c);
}

void
plan_note_volume(struct plan *plan, const struct view *v, struct str old, struct str new)
{
	if (v->options->notes) {
		MEM_GROW(plan->notes, plan->note_count, plan->note_cap);
		plan->notes[plan->note_count] = arena_printf(&plan->arena,
		    "%.*s takes the place of %.*s, and is empty: berth cutover fills it", STR_ARG(new),
		    STR_ARG(old));
	}
	plan->note_count++;
}

/* --- reading --- */

struct change
plan_change(const struct plan *plan, size_t i)
{
	const struct plan_row *r = &plan->rows[i];
	const struct plan_heading *h = &plan->headings[r->heading];

	return (struct change){ .action = (enum change_action)r->action,
		.id = h->id,
		.app = h->app,
		.service = inventory_str(plan->texts, r->service),
		.file = h->file,
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

/* Row by row: all of them as text at once would be a fifth of all memory. */
void
plan_identify(struct plan *plan, struct str root)
{
	AUTO_PTR(stream_writer) w = change_writer_open(NULL);
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
plan_write(const struct plan *plan, const struct finding_reader *of, const char *tool, FILE *out,
    struct error *err)
{
	AUTO_PTR(stream_writer) w = change_writer_open(out);
	struct str_digits count;

	change_write_header(w);
	change_write(w, &(struct change){ .action = CHANGE_FLEET, .new = finding_reader_root(of),
		.old = str_from(plan->id), .detail = str_from(tool), .root_id = finding_reader_root_id(of),
		.host = plan->host });
	for (size_t i = 0; i < plan->count; i++) {
		struct change c = plan_change(plan, i);

		change_write(w, &c);
	}
	change_write(
	    w, &(struct change){ .action = CHANGE_END, .new = str_from_uint(&count, plan->count + 1) });
	return stream_flush(w, err);
}

void
plan_release(struct plan *plan)
{
	free(plan->rows);
	free(plan->headings);
	free(plan->notes);
	arena_release(&plan->arena);
	*plan = (struct plan)PLAN_INIT;
}
