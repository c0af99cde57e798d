/* interpolation: `$NAME`, `${NAME:-text}` and their kin replaced in a text, as Compose replaces them.
 * SPDX-License-Identifier: MIT */
#include "syntax/interpolation.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/pattern.h"
#include "syntax/env.h"

/* What may follow a dollar. Compose's pattern is caseless and knows Unicode, where the long s and the
 * Kelvin sign are the letters s and k in another case: so they are name characters too. In braces the name
 * is all, or an operator follows it. */
#define NAME "(?:[A-Za-z_]|\xc5\xbf|\xe2\x84\xaa)(?:[A-Za-z0-9_]|\xc5\xbf|\xe2\x84\xaa)*+"
static const char TOKEN[] = "\\$(?: (?<escaped>\\$) | (?<named>" NAME ")"
    " | \\{ (?: (?<braced>" NAME ") (?: \\} | (?<operator>:?[-+?]) ) )?+ )";
enum { TOKEN_ESCAPED = 1, TOKEN_NAMED, TOKEN_BRACED, TOKEN_OPERATOR };

struct interpolation {
	struct pattern *token;
	struct match *match;
	struct arena *arena;		/* of the app */
	const struct env *supplied;	/* NULL: nothing is */
	size_t spent, allowed;		/* at most INTERPOLATION_MAX */
};

/* One text while it is expanded. */
struct expanding {
	struct interpolation *ip;
	struct trace in;
	const struct env *env;
	struct expansions *used;
	struct trace_builder out;
	struct error *err;
};

/* A part of the text, and what it is part of. */
struct scope {
	size_t from, end;
	enum origin origin;		/* DEFAULT within a default, else NONE: as it is */
	const struct trace_step *step;	/* the expansion that the part belongs to; NULL at the top */
	int depth;
	/* The last } of the line (cut to the part) that ends at line_end; line_end itself where there is
	 * none. Kept, since a line of many expansions asks for the same one again and again. */
	bool line_known;
	size_t line_end, last_brace;
};

/* One `$…` of the text. */
struct token {
	enum { ESCAPED, EXPANSION } kind;
	size_t off, end;		/* all of it */
	struct str name;
	bool colon;			/* the operator's; 0 as operator: none */
	char operator;
	size_t text, text_end;		/* the operator's text */
};

int
interpolation_open(struct interpolation **ret, struct error *err)
{
	struct interpolation *ip = mem_zero(1, sizeof *ip);

	if (pattern_open(&ip->token, TOKEN, PATTERN_EXTENDED, err) < 0) {
		interpolation_close(ip);
		return -1;
	}
	ip->match = match_open();
	*ret = ip;
	return 0;
}

void
interpolation_close(struct interpolation *ip)
{
	if (!ip)
		return;
	pattern_close(ip->token);
	match_close(ip->match);
	free(ip);
}

void
interpolation_reset(struct interpolation *ip, struct arena *arena)
{
	ip->arena = arena;
	ip->supplied = NULL;
	ip->spent = 0;
	ip->allowed = INTERPOLATION_MAX;
}

void
interpolation_supply(struct interpolation *ip, const struct env *supplied)
{
	ip->supplied = supplied;
}

void
interpolation_feed(struct interpolation *ip, size_t bytes)
{
	size_t most = (INTERPOLATION_MAX - INTERPOLATION_LEAST) / INTERPOLATION_A_BYTE;

	ip->allowed = bytes < most ? INTERPOLATION_LEAST + bytes * INTERPOLATION_A_BYTE : INTERPOLATION_MAX;
}

/* The last } at or behind FROM on its line, within SCOPE; the scope's end where there is none. FROM only
 * ever grows. */
static size_t
last_brace(struct str s, struct scope *scope, size_t from)
{
	if (!scope->line_known || from > scope->line_end) {
		const char *newline = memchr(s.ptr + from, '\n', scope->end - from);
		size_t end = newline ? (size_t)(newline - s.ptr) : scope->end, at = end;

		while (at > from && s.ptr[at - 1] != '}')
			at--;
		scope->line_known = true;
		scope->line_end = end;
		scope->last_brace = at > from ? at - 1 : end;
	}
	if (scope->last_brace < from || scope->last_brace == scope->line_end)
		return scope->end;
	return scope->last_brace;
}

/* Where the expansion that opens at OFF ends (on its closing brace), of all up to LAST. Counted as Compose
 * counts: every brace, but never the character right behind an opening one. */
static size_t
closing_brace(struct str s, size_t off, size_t last)
{
	size_t open = 0;

	for (size_t i = off; i <= last; i++) {
		if (s.ptr[i] == '}' && --open == 0)
			return i;
		if (s.ptr[i] == '{') {
			open++;
			i++;
		}
	}
	return last;
}

/* The next token of SCOPE in S at or behind FROM: 1, 0 where there is none, -1 with an error that has no
 * place yet but ret->off. */
static int
token_next(struct interpolation *ip, struct str s, struct scope *scope, size_t from, struct token *ret,
    struct error *err)
{
	struct str part = { s.ptr, scope->end };
	struct span whole, got;
	const char *dollar;

	while ((dollar = from < part.len ? memchr(s.ptr + from, '$', part.len - from) : NULL)) {
		size_t off = (size_t)(dollar - s.ptr);
		int found = pattern_match(ip->token, ip->match, part, off, err);

		ret->off = off;
		if (found <= 0)
			return found;
		/* A dollar that begins nothing is passed over. */
		(void)match_span(ip->match, 0, &whole);	/* a match has a whole */
		*ret = (struct token){ .kind = EXPANSION, .off = whole.off, .end = span_end(whole) };
		if (match_span(ip->match, TOKEN_ESCAPED, &got)) {
			ret->kind = ESCAPED;
			return 1;
		}
		if (match_span(ip->match, TOKEN_NAMED, &got)) {
			ret->name = str_sub(part, got.off, got.len);
			return 1;
		}
		if (!match_span(ip->match, TOKEN_BRACED, &got))
			break;
		ret->name = str_sub(part, got.off, got.len);
		if (!match_span(ip->match, TOKEN_OPERATOR, &got))
			return 1;
		ret->colon = got.len == 2;
		ret->operator = s.ptr[span_end(got) - 1];
		ret->text = span_end(got);
		ret->text_end = last_brace(s, scope, ret->text);
		if (ret->text_end == scope->end)
			break;
		ret->text_end = closing_brace(s, ret->off, ret->text_end);
		ret->end = ret->text_end + 1;
		return 1;
	}
	if (!dollar)
		return 0;
	return error_set(err,
	    "'${' begins no variable here: write ${NAME} or ${NAME:-default}, or $${ for the text '${'");
}

/* Puts the place of byte AT of the text to an error that is set. */
static int
fail_at(struct expanding *job, size_t at)
{
	struct trace_decision d = trace_decide_part(job->in, at, 1);
	size_t line, column;

	if (d.source) {
		text_position(&d.source->text, d.span.off, &line, &column);
		return error_place(job->err, d.source->path, line, column);
	}
	return -1;
}

/* Counts BYTES and PIECES towards the limit: -1 where that is reached. */
static int
spend(struct expanding *job, size_t bytes, size_t pieces, size_t at)
{
	struct interpolation *ip = job->ip;
	size_t cost = bytes + pieces * sizeof(struct trace_piece);

	if (ip->spent > ip->allowed || cost > ip->allowed - ip->spent) {
		(void)error_set(job->err, "its variables expand to more than %zu MiB: a value doubles itself",
		    ip->allowed >> 20);
		return fail_at(job, at);
	}
	ip->spent += cost;
	return 0;
}

static void
note(struct expanding *job, const struct expansion *e)
{
	if (!job->used)
		return;
	ARENA_GROW(job->out.arena, job->used->items, job->used->count, job->used->cap);
	job->used->items[job->used->count++] = *e;
}

static int expand(struct expanding *job, struct scope scope);

/* The operator's text, as a part of STEP. */
static int
expand_text(struct expanding *job, const struct token *t, struct scope scope, enum origin origin,
    const struct trace_step *step)
{
	struct scope inner = { .from = t->text, .end = t->text_end, .origin = origin, .step = step,
		.depth = scope.depth + 1 };

	if (inner.depth > INTERPOLATION_DEPTH) {
		(void)error_set(job->err,
		    "expansions nest deeper than %d: give the inner ones a variable of their own",
		    INTERPOLATION_DEPTH);
		return fail_at(job, t->off);
	}
	return expand(job, inner);
}

/* Expands the text of `${NAME-text}` where NAME has no value. The result is also noted as the expansion's
 * fallback. */
static int
expand_default(struct expanding *job, const struct token *t, struct scope scope,
    const struct trace_step *step, struct expansion *e)
{
	struct trace_builder outer = job->out;
	int failed;

	job->out = (struct trace_builder)TRACE_BUILDER_INIT(outer.arena);
	failed = expand_text(job, t, scope, ORIGIN_DEFAULT, step);
	e->used_default = true;
	e->fallback = trace_finish(&job->out);
	job->out = outer;
	if (failed || spend(job, e->fallback.text.len, e->fallback.count, t->off) < 0)
		return -1;
	trace_add_trace(&job->out, e->fallback, NULL);
	return 0;
}

/* Reports a required variable. The user's message may say what the value is to be, so it is not repeated. */
static int
fail_required(struct expanding *job, const struct token *t, bool is_set)
{
	(void)error_set(job->err, "required variable %.*s %s: set it in .env",
	    STR_ARG(str_sub(t->name, 0, 200)), is_set ? "is empty" : "has no value");
	return fail_at(job, t->off);
}

/* S, which the LEN bytes at OFF stand for as a whole: the dollar of `$$`, the nothing of `${UNSET:+text}`. */
static int
add_whole(struct expanding *job, struct str s, size_t off, size_t len, const struct scope *scope)
{
	struct trace_decision d = trace_decide_part(job->in, off, len);
	struct trace_piece piece = {
		.source = d.source, .raw = { d.span.off, d.known ? d.span.len : 0 },
		.decoded = true, .origin = d.origin, .step = scope->step,
	};

	if (!d.source || scope->origin != ORIGIN_NONE)
		piece.origin = d.source ? scope->origin : ORIGIN_NONE;
	if (spend(job, s.len, 1, off) < 0)
		return -1;
	trace_add(&job->out, s, piece);
	return 0;
}

/* Whether the variable that T requires is to come. */
static bool
is_supplied(const struct expanding *job, const struct token *t)
{
	const struct env *supplied = job->ip->supplied;
	struct trace value;

	return supplied && env_get(supplied, t->name, &value) && (!t->colon || value.text.len);
}

static int
expand_variable(struct expanding *job, const struct token *t, struct scope scope)
{
	struct trace value = TRACE_INIT;
	struct trace_decision here = trace_decide_part(job->in, t->off, t->end - t->off);
	struct expansion e = {
		.variable = t->name, .source = here.source,
		.span = { here.span.off, here.known ? here.span.len : 0 },
		.is_set = env_get(job->env, t->name, &value), .has_default = t->operator == '-',
	};
	struct trace_step *step = arena_alloc(job->out.arena, sizeof *step);
	bool counts = e.is_set && (!t->colon || value.text.len);
	int failed = 0;

	*step = (struct trace_step){ t->name, e.source, e.span, scope.step };
	e.warns = !e.is_set && !t->operator;
	if (t->operator == '?' && !counts && !is_supplied(job, t))
		failed = fail_required(job, t, e.is_set);
	else if (t->operator == '+')	/* without a value it is nothing, whatever value it would get */
		failed = counts ? expand_text(job, t, scope, scope.origin, scope.step)
				: add_whole(job, STR(""), t->off, t->end - t->off, &scope);
	else if (t->operator == '-' && !counts)
		failed = expand_default(job, t, scope, step, &e);
	else if (!(failed = spend(job, value.text.len, value.count + 1, t->off)))
		trace_add_trace(&job->out, value, step);
	note(job, &e);
	return failed;
}

static int
expand(struct expanding *job, struct scope scope)
{
	struct str s = job->in.text;
	size_t at = scope.from;
	struct token t;
	int found, failed;

	while ((found = token_next(job->ip, s, &scope, at, &t, job->err)) > 0) {
		if (t.off > at)
			trace_add_part(&job->out, job->in, at, t.off - at, scope.origin, scope.step);
		at = t.end;
		failed = t.kind == ESCAPED ? add_whole(job, STR("$"), t.off, 2, &scope)
					   : expand_variable(job, &t, scope);
		if (failed)
			return -1;
	}
	if (found < 0)
		return fail_at(job, t.off);
	if (scope.end > at || scope.from == scope.end)	/* an empty text still has its place */
		trace_add_part(&job->out, job->in, at, scope.end - at, scope.origin, scope.step);
	return 0;
}

int
interpolate(struct interpolation *ip, struct trace in, const struct env *env, struct expansions *used,
    struct trace *ret, struct error *err)
{
	struct expanding job = { .ip = ip, .in = in, .env = env, .used = used,
		.out = TRACE_BUILDER_INIT(ip->arena), .err = err };

	if (!in.text.len || !memchr(in.text.ptr, '$', in.text.len)) {
		*ret = in;
		return 0;
	}
	if (spend(&job, in.text.len, in.count, 0) < 0 ||
	    expand(&job, (struct scope){ .end = in.text.len }) < 0)
		return -1;
	*ret = trace_finish(&job.out);
	return 0;
}

bool
interpolation_find(struct interpolation *ip, struct str s, size_t from, struct span *ret)
{
	AUTO(error) err = ERROR_INIT;
	struct scope scope = { .end = s.len };
	struct token t;

	while (token_next(ip, s, &scope, from, &t, &err) > 0) {
		from = t.end;
		if (t.kind == EXPANSION) {
			*ret = (struct span){ t.off, t.end - t.off };
			return true;
		}
	}
	return false;
}
