/* conf: options that hold from call to call: the file berth.conf beside the registry.
 * SPDX-License-Identifier: MIT
 *
 * An option a line, as on the command line but without the dashes: `reserve 8080`. A `#` at the start of a
 * line or behind a blank begins a comment, but in a value that stands in quotes. Each tool takes the options
 * that are its own; one that no tool has is an error, and so is one that is for a single call. */
#ifndef BERTH_FRONT_CONF_H
#define BERTH_FRONT_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "system/options.h"

struct buf;
struct error;

struct conf_line {
	size_t number;
	struct str name;
	const char *value;		/* NULL: it has none */
	bool is_used;			/* the tool takes it, and the command line does not say otherwise */
	bool is_overruled;		/* the tool would take it */
};

struct conf {
	const char *path;
	struct conf_line *lines;
	size_t count, cap;		/* private: cap */
	struct arena arena;		/* the values are in it */
};

#define CONF_INIT { .arena = ARENA_INIT }

/* Whether NAME may stand in the file, for TOOL. */
bool conf_may_set(const char *tool, struct str name);
/* The file that counts: $BERTH_CONFIG, which may be empty for none, else the one beside the registry DB.
 * False where there is none. *ret_is_named: the environment names it, so that it has to be there. */
bool conf_find(const char *db, struct buf *ret, bool *ret_is_named);
/* Reads it. It is believed where a registry would be (system/owner.h). One that is not there and NAMED by
 * nobody has no lines. */
int conf_read(struct conf *, const char *path, bool is_named, struct error *);
/* Gives the tool what is its own. migrate takes for its own what the tools take that it runs. */
int conf_apply(struct conf *, const struct options *, struct error *);
/* The line that gave VALUE; NULL: none did. */
const struct conf_line *conf_find_line(const struct conf *, const char *value);
void conf_release(struct conf *);

MEM_AUTO(conf);

#endif
