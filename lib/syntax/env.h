/* env: names and their values, as traces; one layer of what Compose looks variables up in.
 * SPDX-License-Identifier: MIT
 *
 * A layer may stand below another one, which is asked first: a .env below the process environment, the
 * variables of an included project below those of the including one. A layer lives in its arena: it ends when
 * the arena is reset, with no release. Looking up changes nothing. */
#ifndef BERTH_SYNTAX_ENV_H
#define BERTH_SYNTAX_ENV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/dict.h"
#include "base/str.h"
#include "syntax/trace.h"

struct env_entry {
	struct str name;		/* borrowed from whoever set it */
	struct trace value;
};

struct env {
	struct arena *arena;
	const struct env *over;		/* asked first; NULL: none */
	struct env_entry *entries;	/* in the order in which the names were first set */
	size_t count, cap;
	struct dict index;		/* private: the index of each name among the entries */
};

void env_init(struct env *, struct arena *, const struct env *over);
/* Sets NAME in this layer, in place of a value that it has. NAME and VALUE are borrowed for the arena's
 * life. Returns the index of its entry. */
size_t env_set(struct env *, struct str name, struct trace value);
/* The value of NAME in the uppermost layer that has it; *ret only on true. ENV may be NULL: it has none. */
bool env_get(const struct env *, struct str name, struct trace *ret);
/* The value of NAME in this layer alone. */
bool env_get_own(const struct env *, struct str name, struct trace *ret);
/* Sets each `NAME=value` of ENVIRON (NULL at the end) with a value that no file decides. A later one of a
 * name wins. */
void env_set_environ(struct env *, const char *const *environ);

#endif
