/* trace: a resolved text that remembers, byte by byte, what text of which file decides it.
 * SPDX-License-Identifier: MIT
 *
 * Compose turns `"${BACKEND_PORT:-5000}:80"` into `5003:80`; a trace is the latter with its pieces: `5003`
 * from .env line 6, `:80` from the compose file. Traces live in the arena of their app. Decoding (YAML,
 * .env), interpolation and cutting all make traces of traces, so that wherever a port or name ends up, its
 * bytes still know their place. */
#ifndef BERTH_SYNTAX_TRACE_H
#define BERTH_SYNTAX_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/place.h"
#include "base/text.h"

/* A file that was read for an app. */
struct source {
	struct str path;		/* relative to the fleet's root, normalised; NUL behind it */
	struct str target;		/* where a symlink on that path leads; empty: there is none */
	struct text text;
	uint64_t digest;
	bool is_env;			/* read as .env, not as YAML */
	bool is_example;		/* a .env.example or its like, which Compose does not read */
};

/* One expansion on the way of a piece, outermost (in the compose file) first. */
struct trace_step {
	struct str variable;
	struct source *source;		/* where `${variable…}` stands */
	struct span span;		/* of `${variable…}`; its length is 0 where it is not known */
	const struct trace_step *outer;	/* the expansion that this one was reached through; NULL: none */
};

/* LEN bytes at AT of the resolved text were decided by the bytes RAW of SOURCE. */
struct trace_piece {
	size_t at, len;			/* len may be 0: an empty value, still with its place */
	struct source *source;		/* NULL: the process environment, or an unset variable */
	struct span raw;		/* equal length and bytes to the text unless `decoded` */
	bool decoded;			/* an escape or a fold: raw stands for these bytes only as a whole.
					 * A part cut off has a raw of length 0: where to look, no more */
	enum origin origin;		/* LITERAL, ENV or DEFAULT; NONE where source is NULL */
	const struct trace_step *step;	/* innermost expansion: its variable decides it; NULL: a literal */
};

struct trace {
	struct str text;
	const struct trace_piece *pieces;	/* in order, end to end, covering text; some may be empty */
	size_t count;			/* 0: no file decides any of it */
};

#define TRACE_INIT { STR_INIT, NULL, 0 }

/* LEN bytes at OFF of T, pieces cut to fit; both are cut to T's length. Of an empty part the pieces are
 * the empty ones at OFF, else an empty one that says where it is; of any other the empty ones at its ends
 * are left out, as its text can change without them. */
struct trace trace_sub(struct arena *, struct trace t, size_t off, size_t len);
/* T from OFF on, with the empty pieces at its ends too: a value is to end as a whole text would. */
struct trace trace_rest(struct arena *, struct trace t, size_t off);
/* The text S with a single piece: the bytes RAW of SOURCE. */
struct trace trace_literal(struct arena *, struct str s, struct source *source, struct span raw);
/* A text that no file decides. */
struct trace trace_none(struct str s);

/* What decides the text of a trace, where a single span does. */
struct trace_decision {
	bool known;			/* one contiguous span of one file, equally reached */
	struct source *source;		/* known or not: where to look first; NULL: no file */
	struct span span;
	enum origin origin;
	const struct trace_step *step;
};

/* Which span has to change for T's text to change. Not known where pieces of several places make it up,
 * where an escape or fold is cut in two, and where no file decides it. */
struct trace_decision trace_decide(struct trace t);
/* The same for LEN bytes at OFF of T, without making a trace of them. */
struct trace_decision trace_decide_part(struct trace t, size_t off, size_t len);
/* The text of one file, as written there, that gives LEN bytes at OFF of T and no others: `${STACK}-db` in
 * the compose file gives `shop-db`. Not known where that is not one text, or an escape, or has a part of an
 * expansion, or an expansion that has its text from another one: that may be set elsewhere as well. */
struct trace_decision trace_written_part(struct trace t, size_t off, size_t len);
/* The same, but an expansion that has its text from others counts, too, and where one gives more than these
 * bytes they are looked for in the text that it has them from: of `${URL}` in the line of .env that is it. */
struct trace_decision trace_written_somewhere(struct trace t, size_t off, size_t len);
/* The expansion in the compose file through which STEP was reached, the outermost; NULL of NULL. */
const struct trace_step *trace_outermost(const struct trace_step *step);
/* `8003 <- .env:6 FRONTEND_PORT <- docker-compose.yml:36`: the value T, then each place it passed, file
 * names relative to the app folder APP where they lie in it. A default says so (`… BACKEND_PORT default`);
 * where no file decides, `environment` stands for the place; ways of several pieces are joined by ` + `. */
struct str trace_chain(struct arena *, struct trace t, struct str app);

/* Collects pieces into a trace. */
struct trace_builder {
	struct arena *arena;
	char *text;
	size_t len, text_cap;
	struct trace_piece *pieces;
	size_t count, piece_cap;
};

#define TRACE_BUILDER_INIT(a) { (a), NULL, 0, 0, NULL, 0, 0 }

/* Appends S with PIECE as its origin (its at and len are set here); merges with the piece before where
 * they continue. */
void trace_add(struct trace_builder *, struct str s, struct trace_piece piece);
/* Appends all of T, each piece as it is, reached through STEP: a piece without a step gets STEP (an
 * expansion sets its variable so), one with steps gets STEP as the outermost. Of more than 8 steps the
 * innermost are kept. STEP may be NULL. */
void trace_add_trace(struct trace_builder *, struct trace t, const struct trace_step *step);
/* Appends LEN bytes at OFF of T (as trace_sub cuts them), reached through STEP; their origin becomes
 * ORIGIN unless that is ORIGIN_NONE. */
void trace_add_part(struct trace_builder *, struct trace t, size_t off, size_t len, enum origin origin,
    const struct trace_step *step);
/* The trace of what was added; the builder is done with. */
struct trace trace_finish(struct trace_builder *);

#endif
