/* node: one value of a YAML document, with its place: a scalar, a sequence or a mapping.
 * SPDX-License-Identifier: MIT
 *
 * Nodes form a tree and live in the arena they are made in, so one project may resolve its tree in place. */
#ifndef BERTH_SYNTAX_NODE_H
#define BERTH_SYNTAX_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/place.h"
#include "syntax/trace.h"

struct node;

enum node_kind { NODE_SCALAR, NODE_SEQUENCE, NODE_MAPPING };
enum node_style { NODE_PLAIN, NODE_SINGLE, NODE_DOUBLE, NODE_LITERAL, NODE_FOLDED };
enum node_type { NODE_STRING, NODE_INT, NODE_FLOAT, NODE_BOOL, NODE_NULL, NODE_TIME };

struct node_entry {
	struct node *key;		/* NULL in a sequence */
	struct node *value;
};

/* An alias as it stands in its file. */
struct node_alias {
	size_t start, end;		/* bytes of the file, where the node that stands for it has_span */
	const struct node *target;	/* what it names */
	/* it lies within what another alias names: its text stands for more than one node */
	bool is_copied;
};

struct node {
	enum node_kind kind;
	enum node_style style;		/* of a scalar */
	enum node_type type;		/* of a scalar, as Compose's YAML library types it */
	bool has_span;			/* start and end are known */
	/* of what stands where an alias stood, and of all below it: the outermost alias; else NULL. Start and
	 * end are those of what the alias names */
	struct node_alias *alias;
	struct str value;		/* of a scalar: decoded, NUL behind it */
	int64_t number;			/* of NODE_INT; of NODE_BOOL 0 or 1 */
	struct str tag;			/* `!reset`, `tag:yaml.org,2002:str`; empty: none */
	struct source *source;
	/* bytes of the file; of a scalar without its tag and anchor, with its quotes */
	size_t start, end;
	const struct trace *trace;	/* of a scalar; NULL: not asked for yet */
	struct node_entry *entries;
	size_t count, cap;
	unsigned height;		/* collections below and with it */
	/* of the name of an env_file, and of a mount: where that is, relative to the root;
	 * compose/env_files.c and mounts.c set it */
	struct str path;
	/* what its variables hold could not be put in, which was said: its text means nothing */
	bool is_refused;
	/* of a value made from another: the scalar as it stands in the file */
	const struct node *written;
};

/* The decoded value of scalar N, each byte with its place. Made once. */
struct trace node_trace(struct arena *, struct node *n);
/* The value of KEY in mapping N (the last where it has several); NULL where there is none or N is no
 * mapping or NULL. */
struct node *node_get(const struct node *n, struct str key);
/* The index of KEY in mapping N, or N's count. */
size_t node_find(const struct node *n, struct str key);
/* How many entries N has; 0 where it is no collection of KIND, or NULL. */
static inline size_t
node_count(const struct node *n, enum node_kind kind)
{
	return n && n->kind == kind ? n->count : 0;
}
/* How many entries N has, of whichever kind; 0 where it is a scalar, or NULL. */
static inline size_t
node_size(const struct node *n)
{
	return n ? n->count : 0;
}
/* A new collection of KIND with the place of AT. */
struct node *node_collection(struct arena *, enum node_kind kind, const struct node *at);
/* A new string VALUE, which stands in no file. */
struct node *node_string(struct arena *, struct str value);
/* A copy of N alone: its entries are a copy, what they lead to is shared. */
struct node *node_copy(struct arena *, const struct node *n);
/* Adds an entry to a collection that the caller has made; KEY is NULL for a sequence. */
void node_add(struct arena *, struct node *n, struct node *key, struct node *value);
/* Takes entry I out of a collection that the caller has made. */
void node_remove(struct node *n, size_t i);
bool node_is_string(const struct node *n);
bool node_is_null(const struct node *n);
/* The scalar that stands in the file where N was made from it (by interpolation); else N. This is what a
 * message shows: what variables hold may be secret. */
struct node *node_as_written(const struct node *n);
/* What a message calls N's type: `string`, `integer`, `list`, `mapping`. */
const char *node_type_name(const struct node *n);
/* Line and column of N's start for an error; false where they are not known. */
bool node_position(const struct node *n, size_t *ret_line, size_t *ret_column);
/* Where the bytes of scalar N begin in its file: after tag, anchor and opening quote; its span without the
 * quotes. */
struct span node_inner(const struct node *n);

#endif
