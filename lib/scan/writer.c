/* writer: the findings of one app as they are written, each with its place.
 * SPDX-License-Identifier: MIT */
#include "scan/writer.h"

#include "base/buf.h"
#include "scan/apps.h"
#include "stream/column.h"

/* Bytes of the rows of one app: of any, for each byte of its files, and for each port that it publishes. */
enum { ROWS_LEAST = 1 << 20, ROWS_A_BYTE = 64, ROWS_A_PORT = 1024 };

struct finding
writer_finding(const struct writer *w, enum finding_record record)
{
	return (struct finding){ .record = record, .id = w->app->id, .app = w->app->folder };
}

struct place
writer_spot(struct source *source, size_t offset)
{
	struct place p = { .known = false };

	if (!source)
		return p;
	p.file = source->path;
	if (offset <= source->text.len)
		text_position(&source->text, offset, &p.line, &p.column);
	return p;
}

struct place
writer_place(struct source *source, struct span span, bool show)
{
	struct place p = writer_spot(source, span.off);

	if (!source)
		return p;
	p.known = true;
	p.span = span;
	if (show)
		p.raw = text_span(&source->text, span);
	return p;
}

/* The first variable that T's text came through. */
static struct str
first_variable(struct trace t)
{
	for (size_t i = 0; i < t.count; i++)
		if (t.pieces[i].step)
			return t.pieces[i].step->variable;
	return (struct str)STR_INIT;
}

static void
add_names(struct buf *b, struct trace t)
{
	struct str last = STR_INIT;
	size_t names = 0;
	bool literal = false;

	for (size_t i = 0; i < t.count && names < 4; i++) {
		const struct trace_step *step = t.pieces[i].step;

		literal = literal || (!step && t.pieces[i].len);
		if (!step || str_eq(step->variable, last))
			continue;
		last = step->variable;
		buf_add_str(b, names++ ? STR(", ") : STR(" "));
		buf_add_str(b, last);
	}
	if (literal)
		buf_add_str(b, names ? STR(" and literal text") : STR(" several literal texts"));
}

/* Says why no single span decides T. */
static struct str
undecided(struct arena *a, struct trace t)
{
	AUTO(buf) b = BUF_INIT;
	bool in_file = false;

	for (size_t i = 0; i < t.count; i++) {
		in_file = in_file || t.pieces[i].source;
		if (t.count == 1 && t.pieces[i].decoded)
			return STR("it is written with an escape or a line fold");
	}
	if (!in_file)
		buf_add_str(&b,
		    STR("no file decides it: the value comes from the environment, or there is none;"));
	else
		buf_add_str(&b, STR("no single text decides it: it is made of"));
	add_names(&b, t);
	if (b.ptr[b.len - 1] == ';')
		b.len--;
	return arena_dup(a, buf_str(&b));
}

void
writer_decided(const struct writer *w, struct finding *f, struct trace t, bool show)
{
	struct trace_decision d = trace_decide(t);

	f->place = d.known ? writer_place(d.source, d.span, show) : writer_spot(d.source, d.span.off);
	f->has_digest = d.source != NULL;
	f->digest = d.source ? d.source->digest : 0;
	f->origin = d.known ? d.origin : ORIGIN_NONE;
	if (!d.known)
		f->variable = first_variable(t);
	else if (d.step)
		f->variable = d.step->variable;
	if (t.text.len)
		f->chain = trace_chain(w->arena, t, w->project->folder);
	if (!d.known && t.count)
		f->detail = undecided(w->arena, t);
}

/* Whether F's value stays as it is, though a secret's letters may stand in it (a container `wordpress-db`
 * beside a password `wordpress`): it is the name of a file, folder or service, which no variable gives, or
 * whoever makes the finding looks whether a secret gives it. */
static bool
is_looked_at(const struct finding *f)
{
	static const enum finding_record records[] = { FINDING_APP, FINDING_FILE, FINDING_NAME,
		FINDING_PROJECT, FINDING_VOLUME, FINDING_NETWORK, FINDING_MOUNT, FINDING_SETTING,
		FINDING_SECRET };

	for (size_t i = 0; i < sizeof records / sizeof *records; i++)
		if (f->record == records[i])
			return true;
	return (f->record == FINDING_REFERENCE && f->claim != CLAIM_PORT) ||
	    (f->record == FINDING_ALIAS && str_eq(f->value, f->service));
}

/* What a finding says in words, and what it repeats of a service that may be made of anything. */
static void
mask(const struct writer *w, struct finding *f)
{
	struct str *const texts[] = { &f->detail, &f->container_port, &f->network_mode, &f->replicas,
		&f->profile, &f->chain, &f->elsewhere, &f->value };
	size_t count = sizeof texts / sizeof *texts;

	if (is_looked_at(f))
		count--;
	for (size_t i = 0; i < count; i++)
		if (texts[i]->len)
			*texts[i] = secrets_mask(&w->secrets, w->arena, *texts[i]);
}

struct str
writer_profiles(const struct writer *w, const struct project_service *service)
{
	return service->profiles.len || !w->way ? service->profiles
						: arena_printf(w->arena, "way %zu", w->way);
}

struct writer_mark
writer_mark(const struct writer *w)
{
	return (struct writer_mark){ stream_writer_size(w->rows), w->n };
}

void
writer_back(struct writer *w, const struct writer_mark *m)
{
	stream_writer_cut(w->rows, m->size);
	w->n = m->n;
	w->is_spent = false;
}

void
writer_begin(struct writer *w, const struct app *app, struct stream_writer *rows)
{
	w->rows = rows;
	w->app = app;
	w->from = writer_mark(w);
	w->allowed = ROWS_LEAST;
	w->is_spent = w->has_too_many = false;
	w->seen_arena = (struct arena)ARENA_INIT;
	w->seen = app->way_count > 1 ? arena_zero(&w->seen_arena, 1, sizeof *w->seen) : NULL;
	if (w->seen)
		*w->seen = (struct dict)DICT_IN(&w->seen_arena);
}

void
writer_allow(struct writer *w)
{
	const struct project *p = w->project;

	for (size_t i = 0; i < p->file_count; i++)
		w->allowed += p->files[i].source ? p->files[i].source->text.len * ROWS_A_BYTE : 0;
	for (size_t i = 0; i < p->service_count; i++)
		w->allowed += p->services[i].port_count * ROWS_A_PORT;
}

void
writer_end(struct writer *w)
{
	arena_release(&w->seen_arena);
	w->seen = NULL;
	w->way = 0;
	if (!w->is_spent)
		return;
	writer_back(w, &w->from);
	writer_app(w, w->role);
	struct finding f = writer_finding(w, FINDING_PROBLEM);

	f.value = arena_printf(w->arena, "what there is to say of it takes more than %zu KiB, the most that "
	    "one of its size gets, as each of many bears a long name or text: nothing of it is looked at",
	    w->allowed >> 10);
	w->allowed = SIZE_MAX;
	writer_write(w, &f);
}

/* Whether just this was written of the app before; it was from now on. */
static bool
is_seen(struct writer *w, const struct finding *f)
{
	AUTO(buf) row = BUF_INIT;
	uint32_t next = (uint32_t)w->seen->count;

	for (size_t i = 0; i < finding_table.count; i++) {
		union column_room room;

		buf_add_str(&row, column_text(&finding_table.columns[i], f, &room));
		buf_add_char(&row, '\0');
	}
	return dict_add_copy(w->seen, &w->seen_arena, buf_str(&row), next) != next;
}

void
writer_write(struct writer *w, const struct finding *f)
{
	struct finding masked;

	if (w->is_spent || (w->seen && is_seen(w, f)))
		return;
	w->n.records++;
	if (f->record == FINDING_PROBLEM)
		w->n.problems++;
	if (w->secrets.count) {
		masked = *f;
		mask(w, &masked);
		f = &masked;
	}
	finding_write(w->rows, f);
	w->is_spent = stream_writer_size(w->rows) - w->from.size > w->allowed;
}

void
writer_untold(struct writer *w, const struct finding *f, const char *key)
{
	struct finding told = writer_finding(w, FINDING_WARNING);

	told.service = f->service;
	told.place = f->place;
	told.place.raw = (struct str)STR_INIT;
	told.value = arena_printf(w->arena,
	    "%s is made of ${%.*s}, which may be a secret: it is not looked at", key, STR_ARG(f->variable));
	writer_write(w, &told);
}

void
writer_app(struct writer *w, enum finding_role role)
{
	struct finding f = writer_finding(w, FINDING_APP);

	w->n.none += role == ROLE_SCAFFOLD || role == ROLE_FRAGMENT;
	f.value = w->app->folder;
	f.role = role == ROLE_NONE && w->app->in_layout ? ROLE_LAYOUT : role;
	f.twin = w->app->twin;
	if (f.twin.len)
		f.detail = arena_cat(w->arena, STR(FINDING_TWIN), f.twin);
	writer_write(w, &f);
}
