/* changeset: a whole plan in memory, by app and file, each row checked.
 * SPDX-License-Identifier: MIT
 *
 * Everything is read before anything is done: a plan with one wrong row is refused whole. */
#ifndef BERTH_APPLY_CHANGESET_H
#define BERTH_APPLY_CHANGESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apply/edit.h"
#include "base/arena.h"
#include "base/dict.h"
#include "base/mem.h"
#include "stream/change.h"

struct error;
struct option_list;

enum changeset_start {
	CHANGESET_EDIT,		/* the file is there */
	CHANGESET_COPY,		/* it starts as the .env.example beside it */
	CHANGESET_CREATE	/* it starts empty */
};

/* Strs have a NUL behind them. */
struct changeset_file {
	struct str path;		/* relative to the root */
	struct str folder;		/* of path; "." for the root */
	struct str name;		/* the last part of path */
	enum changeset_start start;
	bool has_digest;
	uint64_t digest;
	struct edit *edits;		/* sorted */
	size_t count, cap;
	size_t row;			/* the first line of the stream that names it */
};

struct changeset_app {
	struct identity id;
	struct str folder;
	struct changeset_file *files;
	size_t count, cap;
	struct str *problems;		/* what plan could not do, one line each */
	size_t problem_count, problem_cap;
};

struct changeset {
	struct str root, plan, name;	/* name: of the stream, for messages */
	struct str root_id;		/* which folder the root was when it was scanned; empty: not known */
	struct str host;		/* whose fleet it is for; empty: not known */
	struct changeset_app *apps;	/* in the order of the stream */
	size_t count, cap;
	size_t problems;		/* of all apps */
	struct arena arena;		/* holds all of it */
	struct dict folders;		/* private: which of the apps has a folder */
};

#define CHANGESET_INIT { .arena = ARENA_INIT, .folders = DICT_INIT }

/* Reads the changes on FD to their end. -1 with the row's line as place. */
int changeset_read(struct changeset *, int fd, const char *name, bool partial, struct error *);
/* -1 where it is for another host than the one that is called HERE, as far as both are known: files of one
 * path may be the same on two hosts, so that digests alone do not tell whose a plan is. */
int changeset_check_host(const struct changeset *, const char *here, struct error *);
/* Leaves only the apps that one of the patterns is for (identity_is_like); without a pattern all. -1 where
 * one is for none. */
int changeset_select(struct changeset *, const struct option_list *only, struct error *);
void changeset_release(struct changeset *);

MEM_AUTO(changeset);

#endif
