/* dotenv: the statements of a .env file as Compose reads them.
 * SPDX-License-Identifier: MIT
 *
 * A statement begins at the very byte where the last one ended, so that behind a closing quote the next one
 * may stand on the same line. Compose refuses a file for one bad statement. Here it becomes a problem, and
 * reading goes on with the next line, so that what else the file says is still seen. */
#ifndef BERTH_SYNTAX_DOTENV_H
#define BERTH_SYNTAX_DOTENV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/place.h"
#include "syntax/interpolation.h"
#include "syntax/trace.h"

struct env;
struct error;

struct dotenv_statement {
	struct str key;			/* empty: `=1`, which Compose takes and ignores */
	struct source *source;
	size_t offset;			/* where the statement's line begins */
	/* as written, without quotes and comment; an empty one has its place too */
	struct span value;
	char quote;			/* ' or " or 0 */
	/* a key alone: it has the value that its name has elsewhere, if any */
	bool is_bare;
	/* false: a bare key whose name has no value, or a value that is refused */
	bool is_set;
	bool overridden;		/* a later statement sets the key again */
	/* the file's pieces are ORIGIN_ENV, those of ${X:-text} ORIGIN_DEFAULT */
	struct trace resolved;
};

/* Why Compose refuses the file. */
struct dotenv_problem {
	struct str text;		/* one line, without place */
	size_t offset;			/* where in the file */
	size_t line, column;
};

struct dotenv {
	struct dotenv_statement *statements;	/* in order */
	size_t count, cap;
	struct dotenv_problem *problems;
	size_t problem_count, problem_cap;
	struct expansions expansions;		/* of all values */
	/* a quote never closes, or it is no text: what is written into it would be part of something else */
	bool is_broken;
};

#define DOTENV_INIT { NULL, 0, 0, NULL, 0, 0, EXPANSIONS_INIT, false }

/* The patterns and the room to match: one for each thread. */
struct dotenv_reader;

/* IP is borrowed, and of the same thread. */
int dotenv_reader_open(struct dotenv_reader **ret, struct interpolation *ip, struct error *);
void dotenv_reader_close(struct dotenv_reader *);
/* Whether, from now on, a value that is a placeholder and nothing else counts as filled in: with its default,
 * where that is a number, and where it has none and is for the port of a backend or a frontend with the first
 * that these get. */
void dotenv_reader_fill(struct dotenv_reader *, bool fills);

/* Reads SOURCE, and sets each statement that has a value in ENV. Variables in values are looked up in ENV
 * too: in the layers over it, then in what it held before and in the statements so far. *ret and all in it
 * live in the arena of ENV and in that of the interpolation, and SOURCE must outlive both. Nothing but memory
 * can fail: what Compose refuses is in ret->problems. */
void dotenv_read(struct dotenv_reader *, struct source *source, struct env *env, struct dotenv *ret);

/* As dotenv_read, but as `format: raw` of an env_file is read: a line is NAME=value, and every byte of the
 * value counts, quotes, dollars and what looks like a comment too. */
void dotenv_read_raw(struct source *source, struct env *env, struct dotenv *ret);

MEM_AUTO_PTR(dotenv_reader);

#endif
