/* interpolation: `$NAME`, `${NAME:-text}` and their kin replaced in a text, as Compose replaces them.
 * SPDX-License-Identifier: MIT
 *
 * Compose's grammar: `$$` is a dollar; `$NAME`, `${NAME}` and `${NAME` with one of `- :- + :+ ? :?`, a
 * text and `}` expand; any other `${` is an error and any other `$` stays. The text of an operator ends
 * where Compose ends it: of all up to the line's last `}`, the first one that balances (the character
 * behind a `{` does not count), else all. Texts that are not needed are not looked at. */
#ifndef BERTH_SYNTAX_INTERPOLATION_H
#define BERTH_SYNTAX_INTERPOLATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/place.h"
#include "syntax/trace.h"

struct env;
struct error;

/* How large the expanded texts of one app may become, with their pieces. More is an error: in `A=$B$B`,
 * `B=$C$C`, … each line doubles the text. Where interpolation_feed says how much was read, a small app gets
 * less. */
#define INTERPOLATION_MAX ((size_t)32 << 20)
enum { INTERPOLATION_LEAST = 4 << 20, INTERPOLATION_A_BYTE = 300 };
/* How deep `${A:-${B:-…}}` may nest. */
enum { INTERPOLATION_DEPTH = 100 };

/* One expansion that took place. */
struct expansion {
	struct str variable;
	struct source *source;		/* where it stands; NULL: in no file */
	struct span span;		/* of `$NAME` or `${NAME…}`; length 0: not known */
	bool is_set;			/* the variable has a value (maybe empty) */
	bool has_default;		/* its operator is - or :- */
	bool used_default;
	bool warns;			/* unset, and no operator: Compose warns that it takes it as blank */
	struct trace fallback;		/* the default's text, resolved, where used_default */
	/* Where in a project it stands, set by whoever knows: the service (empty: outside services), and the
	 * path within it or within the file (`ports[0]`, `environment.CORS_ORIGINS`). */
	struct str service, path;
};

struct expansions {
	struct expansion *items;	/* inner ones before the outer */
	size_t count, cap;
};

#define EXPANSIONS_INIT { NULL, 0, 0 }

/* The patterns and the room to match: one for each thread. */
struct interpolation;

int interpolation_open(struct interpolation **ret, struct error *);
void interpolation_close(struct interpolation *);
/* Called for each app, and before the first text: what is expanded from now on lives in the arena, and counts
 * towards INTERPOLATION_MAX from 0. */
void interpolation_reset(struct interpolation *, struct arena *);
/* What is expanded comes from BYTES of files: it gets INTERPOLATION_LEAST, and INTERPOLATION_A_BYTE each. */
void interpolation_feed(struct interpolation *, size_t bytes);

/* Of what SUPPLIED has a required variable (`${NAME:?text}`) without a value is taken for one that is not
 * required: it is to come. Borrowed, until the next reset. */
void interpolation_supply(struct interpolation *, const struct env *supplied);

/* IN with its variables replaced from ENV (NULL: all are unset). Without a `$` *ret is IN itself and
 * nothing is allocated. Literal text keeps its pieces; a value brings its own, reached through this
 * expansion; a default's text is ORIGIN_DEFAULT with this expansion as its step; the text of + stays what
 * it is. What expanded is added to USED unless that is NULL, also on -1: a `${` that is no template, a
 * required variable without a value, or more than the limits allow. The error has the place (file, line,
 * column) where it is known. */
int interpolate(struct interpolation *, struct trace in, const struct env *env, struct expansions *used,
    struct trace *ret, struct error *);

/* The next expansion in the uninterpolated text S at or after FROM, `$$` passed over; *ret as in S. False
 * where there is none (a `${` that is no template ends the search too). */
bool interpolation_find(struct interpolation *, struct str s, size_t from, struct span *ret);

MEM_AUTO_PTR(interpolation);

#endif
