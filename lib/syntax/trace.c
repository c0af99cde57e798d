/* trace: a resolved text that remembers, byte by byte, what text of which file decides it.
 * SPDX-License-Identifier: MIT */
#include "syntax/trace.h"

#include <string.h>

#include "base/buf.h"
#include "base/path.h"

enum { STEPS_MAX = 8, WAYS_MAX = 4 };

static size_t
min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The part of P that lies in [off, end) of the text, its at counted from off. */
static struct trace_piece
piece_cut(const struct trace_piece *p, size_t off, size_t end)
{
	struct trace_piece cut = *p;
	size_t from = p->at > off ? p->at : off, to = min_size(p->at + p->len, end);

	cut.at = from - off;
	cut.len = to - from;
	if (cut.len == p->len)
		return cut;
	if (p->decoded)
		cut.raw = (struct span){ from < p->at + p->len ? p->raw.off : span_end(p->raw), 0 };
	else
		cut.raw = (struct span){ p->raw.off + (from - p->at), cut.len };
	return cut;
}

/* Whether P belongs to the non-empty part [off, end): it shares bytes with it, or is empty and strictly
 * inside. */
static bool
piece_within(const struct trace_piece *p, size_t off, size_t end)
{
	return p->len ? p->at < end && p->at + p->len > off : p->at > off && p->at < end;
}

/* The first piece that ends at or behind OFF (all before it end sooner). */
static size_t
piece_find(struct trace t, size_t off)
{
	size_t from = 0, to = t.count;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (t.pieces[mid].at + t.pieces[mid].len < off)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

/* Which piece says where the empty part at OFF is, when none of its own does: the one around it, else the
 * one that ends there, else the one that begins there. NULL where T has no piece. */
static const struct trace_piece *
piece_at(struct trace t, size_t off)
{
	const struct trace_piece *best = NULL;

	for (size_t i = piece_find(t, off); i < t.count && t.pieces[i].at <= off; i++)
		if (!best || t.pieces[i].at < off)
			best = &t.pieces[i];
	return best;
}

/* The empty piece of P at OFF. Between the bytes of an escape there is no place: there it stays decoded. */
static struct trace_piece
point_of(const struct trace_piece *p, size_t off)
{
	struct trace_piece point = piece_cut(p, off, off);

	point.at = 0;
	point.decoded = p->decoded && off > p->at && off < p->at + p->len;
	return point;
}

static struct trace
empty_part(struct arena *a, struct trace t, size_t off)
{
	struct trace part = { str_sub(t.text, off, 0), NULL, 0 };
	const struct trace_piece *around = piece_at(t, off);
	struct trace_piece *copy;
	size_t first = 0, n = 0;

	for (size_t i = piece_find(t, off); i < t.count && t.pieces[i].at <= off; i++)
		if (!t.pieces[i].len && t.pieces[i].at == off && n++ == 0)
			first = i;
	if (!around)
		return part;
	copy = arena_alloc(a, (n ? n : 1) * sizeof *copy);
	if (n) {
		memcpy(copy, t.pieces + first, n * sizeof *copy);
		for (size_t i = 0; i < n; i++)
			copy[i].at = 0;
	} else {
		*copy = point_of(around, off);
	}
	part.pieces = copy;
	part.count = n ? n : 1;
	return part;
}

struct trace
trace_sub(struct arena *a, struct trace t, size_t off, size_t len)
{
	struct trace part = TRACE_INIT;
	struct trace_piece *copy;
	size_t end, first, last;

	off = min_size(off, t.text.len);
	len = min_size(len, t.text.len - off);
	end = off + len;
	if (len == t.text.len)
		return t;
	if (!len)
		return empty_part(a, t, off);
	part.text = str_sub(t.text, off, len);
	for (first = piece_find(t, off); first < t.count && !piece_within(&t.pieces[first], off, end); )
		first++;
	for (last = first; last < t.count && piece_within(&t.pieces[last], off, end); )
		last++;
	if (first == last)
		return part;
	copy = arena_alloc(a, (last - first) * sizeof *copy);
	for (size_t i = first; i < last; i++)
		copy[i - first] = piece_cut(&t.pieces[i], off, end);
	part.pieces = copy;
	part.count = last - first;
	return part;
}

struct trace
trace_rest(struct arena *a, struct trace t, size_t off)
{
	size_t first = piece_find(t, off);
	struct trace_piece *copy;

	while (first < t.count && t.pieces[first].at < off && t.pieces[first].at + t.pieces[first].len <= off)
		first++;
	if (off >= t.text.len || first == t.count)
		return trace_sub(a, t, off, t.text.len);
	copy = arena_alloc(a, (t.count - first) * sizeof *copy);
	for (size_t i = first; i < t.count; i++)
		copy[i - first] = piece_cut(&t.pieces[i], off, t.text.len);
	return (struct trace){ str_sub(t.text, off, t.text.len), copy, t.count - first };
}

struct trace
trace_literal(struct arena *a, struct str s, struct source *source, struct span raw)
{
	struct trace_piece *p = arena_alloc(a, sizeof *p);

	*p = (struct trace_piece){ .len = s.len, .source = source, .raw = raw, .origin = ORIGIN_LITERAL };
	p->decoded = !str_eq(text_span(&source->text, raw), s);
	return (struct trace){ s, p, 1 };
}

struct trace
trace_none(struct str s)
{
	return (struct trace){ s, NULL, 0 };
}

/* Adds piece P to the decision D. FIRST: it is D's first piece. */
static void
decide_add(struct trace_decision *d, const struct trace_piece *p, bool first)
{
	bool whole = p->source && !(p->decoded && !p->raw.len);

	if (first) {
		*d = (struct trace_decision){ whole, p->source, p->raw, p->origin, p->step };
		return;
	}
	if (!d->source) {
		d->source = p->source;
		d->span = p->raw;
	}
	if (whole && d->known && d->source == p->source && d->step == p->step && d->origin == p->origin &&
	    span_end(d->span) == p->raw.off)
		d->span.len += p->raw.len;
	else
		d->known = false;
}

static struct trace_decision
decide_empty(struct trace t, size_t off)
{
	struct trace_decision d = { .known = false };
	const struct trace_piece *around;
	struct trace_piece here;
	size_t n = 0;

	for (size_t i = piece_find(t, off); i < t.count && t.pieces[i].at <= off; i++)
		if (!t.pieces[i].len && t.pieces[i].at == off) {
			decide_add(&d, &t.pieces[i], n == 0);
			n++;
		}
	if (n > 1)
		d.known = false;
	around = piece_at(t, off);
	if (n || !around)
		return d;
	here = point_of(around, off);
	decide_add(&d, &here, true);
	return d;
}

struct trace_decision
trace_decide_part(struct trace t, size_t off, size_t len)
{
	struct trace_decision d = { .known = false };
	bool first = true;

	off = min_size(off, t.text.len);
	len = min_size(len, t.text.len - off);
	if (!len)
		return decide_empty(t, off);
	for (size_t i = piece_find(t, off); i < t.count && t.pieces[i].at < off + len; i++) {
		struct trace_piece p;

		if (!piece_within(&t.pieces[i], off, off + len))
			continue;
		p = piece_cut(&t.pieces[i], off, off + len);
		decide_add(&d, &p, first);
		first = false;
	}
	return d;
}

struct trace_decision
trace_decide(struct trace t)
{
	return trace_decide_part(t, 0, t.text.len);
}

const struct trace_step *
trace_outermost(const struct trace_step *step)
{
	while (step && step->outer)
		step = step->outer;
	return step;
}

/* Where bytes of a text are looked for as they are written. */
struct written {
	size_t off, end;
	const struct trace_step *outer;	/* in the text of this expansion; NULL: in none's */
	bool through;			/* an expansion that has its text from another one counts as well */
};

static bool
is_one_expansion(const struct trace_step *a, const struct trace_step *b)
{
	return a == b || (a && b && a->source == b->source && a->span.off == b->span.off &&
	    str_eq(a->variable, b->variable));
}

/* The expansion in the text of OUTER, or in the text itself, through which STEP was reached; NULL: none. */
static const struct trace_step *
step_in(const struct trace_step *step, const struct trace_step *outer)
{
	if (is_one_expansion(step, outer))
		return NULL;
	while (step && step->outer && !is_one_expansion(step->outer, outer))
		step = step->outer;
	return step;
}

/* Adds P to what is written, D: as trace_written_part has it. */
static void
written_add(struct trace_decision *d, const struct trace_piece *p, const struct written *w, bool first)
{
	const struct trace_step *step = step_in(p->step, w->outer);
	struct trace_piece cut = piece_cut(p, w->off, w->end);
	struct source *source = step ? step->source : p->source;
	struct span span = step ? step->span : cut.raw;
	/* what another expansion gives an expansion is that one's, be it in a default or a line of .env */
	bool whole = source && (step
	    ? (step == p->step || w->through) && step->span.len > 0 && cut.len == p->len
	    : !p->decoded);

	if (first)
		*d = (struct trace_decision){ whole, source, span, ORIGIN_LITERAL, step };
	else if (!whole || d->source != source)
		d->known = false;
	else if (step && is_one_expansion(step, d->step))
		return;		/* more of one expansion */
	else if (span_end(d->span) == span.off)
		d->span.len += span.len;
	else
		d->known = false;
	d->step = step;
}

/* What W asks for of T. */
static struct trace_decision
written_in(struct trace t, const struct written *w)
{
	struct trace_decision d = { .known = false };
	size_t first = piece_find(t, w->off), last;
	const struct trace_step *step, *end;

	for (; first < t.count && !piece_within(&t.pieces[first], w->off, w->end); )
		first++;
	if (first == t.count)
		return d;
	step = step_in(t.pieces[first].step, w->outer);
	for (last = first; last < t.count && piece_within(&t.pieces[last], w->off, w->end); last++)
		written_add(&d, &t.pieces[last], w, last == first);
	end = d.step;
	/* an expansion may give more than these bytes */
	if (step && first > 0 && is_one_expansion(step_in(t.pieces[first - 1].step, w->outer), step))
		d.known = false;
	if (end && last < t.count && is_one_expansion(step_in(t.pieces[last].step, w->outer), end))
		d.known = false;
	return d;
}

struct trace_decision
trace_written_part(struct trace t, size_t off, size_t len)
{
	struct trace_decision d = written_in(t, &(struct written){ off, off + len, NULL, false });

	d.step = NULL;
	return d;
}

/* The expansion in the text of W's that gives all of what W asks for of T, and maybe more; NULL: none. */
static const struct trace_step *
step_of_all(struct trace t, const struct written *w)
{
	const struct trace_step *all = NULL;
	bool first = true;

	for (size_t i = piece_find(t, w->off); i < t.count && t.pieces[i].at < w->end; i++) {
		const struct trace_step *step = step_in(t.pieces[i].step, w->outer);

		if (!piece_within(&t.pieces[i], w->off, w->end))
			continue;
		if (!step || (!first && !is_one_expansion(step, all)))
			return NULL;
		all = step;
		first = false;
	}
	return all;
}

struct trace_decision
trace_written_somewhere(struct trace t, size_t off, size_t len)
{
	struct written w = { off, off + len, NULL, true };
	struct trace_decision d = written_in(t, &w);

	while (!d.known && (w.outer = step_of_all(t, &w)))
		d = written_in(t, &w);
	d.step = NULL;
	return d;
}

/* ` <- .env:6`: the place of byte OFF of SOURCE. */
static void
chain_place(struct buf *b, struct source *source, size_t off, struct str app)
{
	struct str path = source->path;
	size_t line, column;

	(void)path_relative(path, app, &path);		/* one outside the app stays */
	text_position(&source->text, min_size(off, source->text.len), &line, &column);
	buf_add(b, path.ptr, path.len);
	buf_add_char(b, ':');
	buf_add_uint(b, line);
}

/* Whether STEP stands inside its outer expansion, as ${B} does in ${A:-${B}}: both are one place of the
 * way. */
static bool
step_is_nested(const struct trace_step *step)
{
	const struct trace_step *outer = step->outer;

	return outer && outer->source == step->source && step->span.len &&
	    step->span.off >= outer->span.off && step->span.off < span_end(outer->span);
}

/* Appends the way of one piece: where its text stands, then each expansion from the innermost to the
 * outermost, behind the name of its variable. */
static void
chain_way(struct buf *b, const struct trace_piece *p, struct str app)
{
	if (p->source)
		chain_place(b, p->source, p->raw.off, app);
	else
		buf_add_str(b, STR("environment"));
	for (const struct trace_step *step = p->step; step; step = step->outer) {
		bool is_default = step == p->step && p->origin == ORIGIN_DEFAULT;

		buf_add_char(b, ' ');
		buf_add_str(b, step->variable);
		if (is_default)
			buf_add_str(b, STR(" default"));
		while (step_is_nested(step))
			step = step->outer;
		/* A default stands where its expansion stands: no further place. */
		if (step->source && (!is_default || step->outer)) {
			buf_add_str(b, STR(" <- "));
			chain_place(b, step->source, step->span.off, app);
		}
	}
}

static bool
is_same_way(const struct trace_piece *a, const struct trace_piece *b)
{
	return a->source == b->source && a->step == b->step && a->origin == b->origin;
}

struct str
trace_chain(struct arena *a, struct trace t, struct str app)
{
	AUTO(buf) b = BUF_INIT;
	const struct trace_piece *before = NULL;
	size_t ways = 0;

	(void)buf_reserve(&b, t.text.len + 200);	/* most chains, in one piece */
	buf_add_str(&b, t.text);
	for (size_t i = 0; i < t.count && ways < WAYS_MAX; i++) {
		const struct trace_piece *p = &t.pieces[i];

		if ((t.text.len && !p->len) || (!p->source && !p->step) || (before && is_same_way(before, p)))
			continue;
		buf_add_str(&b, ways++ ? STR(" + ") : STR(" <- "));
		chain_way(&b, p, app);
		before = p;
	}
	return arena_dup(a, buf_str(&b));
}

static void
builder_text(struct trace_builder *b, struct str s)
{
	if (s.len > SIZE_MAX / 2 - b->len)
		mem_exhausted();
	if (b->len + s.len > b->text_cap) {
		size_t cap = b->len + s.len > 2 * b->text_cap ? b->len + s.len + 16 : 2 * b->text_cap;

		b->text = arena_regrow(b->arena, b->text, b->len, cap, 1);
		b->text_cap = cap;
	}
	if (s.len)
		memcpy(b->text + b->len, s.ptr, s.len);
	b->len += s.len;
}

/* Whether PIECE continues BEFORE: it begins where that ends, and was reached in the same way. */
static bool
piece_continues(const struct trace_piece *before, const struct trace_piece *piece)
{
	if (!is_same_way(before, piece) || before->decoded || piece->decoded)
		return false;
	return piece->source ? span_end(before->raw) == piece->raw.off : before->len && piece->len;
}

void
trace_add(struct trace_builder *b, struct str s, struct trace_piece piece)
{
	piece.at = b->len;
	piece.len = s.len;
	builder_text(b, s);
	if (b->count && piece_continues(&b->pieces[b->count - 1], &piece)) {
		b->pieces[b->count - 1].len += piece.len;
		b->pieces[b->count - 1].raw.len += piece.raw.len;
		return;
	}
	ARENA_GROW(b->arena, b->pieces, b->count, b->piece_cap);
	b->pieces[b->count++] = piece;
}

/* A copy of the way INNER that leads on to OUTER. */
static const struct trace_step *
steps_through(struct arena *a, const struct trace_step *inner, const struct trace_step *outer)
{
	const struct trace_step *head = NULL;
	struct trace_step *last = NULL;

	for (int n = 1; inner && n < STEPS_MAX; inner = inner->outer, n++) {
		struct trace_step *copy = arena_alloc(a, sizeof *copy);

		*copy = *inner;
		copy->outer = outer;
		if (last)
			last->outer = copy;
		else
			head = copy;
		last = copy;
	}
	return head ? head : outer;
}

void
trace_add_part(struct trace_builder *b, struct trace t, size_t off, size_t len, enum origin origin,
    const struct trace_step *step)
{
	const struct trace_step *from = NULL, *through = step;
	struct trace_piece none = { .step = step, .origin = ORIGIN_NONE };

	off = min_size(off, t.text.len);
	len = min_size(len, t.text.len - off);
	if (!t.count) {
		trace_add(b, str_sub(t.text, off, len), none);
		return;
	}
	if (!len && t.text.len) {
		trace_add_part(b, empty_part(b->arena, t, off), 0, 0, origin, step);
		return;
	}
	for (size_t i = piece_find(t, off); i < t.count && t.pieces[i].at <= off + len; i++) {
		const struct trace_piece *p = &t.pieces[i];
		struct trace_piece cut;

		if (len < t.text.len && !piece_within(p, off, off + len))
			continue;
		cut = piece_cut(p, off, off + len);
		/* Pieces in a row that have one step share one copy of its way. */
		if (p->step != from) {
			from = p->step;
			through = step ? steps_through(b->arena, from, step) : from;
		}
		cut.step = through;
		if (origin != ORIGIN_NONE && cut.source)
			cut.origin = origin;
		trace_add(b, str_sub(t.text, p->at > off ? p->at : off, cut.len), cut);
	}
}

void
trace_add_trace(struct trace_builder *b, struct trace t, const struct trace_step *step)
{
	trace_add_part(b, t, 0, t.text.len, ORIGIN_NONE, step);
}

struct trace
trace_finish(struct trace_builder *b)
{
	return (struct trace){ { b->text, b->len }, b->pieces, b->count };
}
