/* change: one planned edit of a fleet; the stream that plan writes and apply reads.
 * SPDX-License-Identifier: MIT
 *
 * docs/streams.md is the reference of the columns. A change is a value with borrowed strs, as a finding
 * is. */
#ifndef BERTH_STREAM_CHANGE_H
#define BERTH_STREAM_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "stream/csv.h"
#include "stream/identity.h"
#include "base/place.h"

struct column_table;
struct error;

enum change_action {
	/* app: empty; new: the root; detail: tool and stream version; old: the plan's id */
	CHANGE_FLEET,
	CHANGE_REPLACE,		/* bytes span of file are old and become new */
	/* new is one line, without its end, that goes before the line that begins at span.off */
	CHANGE_INSERT,
	/* file (.env) is absent and starts as the .env.example beside it, whose digest this is */
	CHANGE_COPY,
	/* file (.env, or with REASON_OVERRIDE the app's override file) is absent and holds the inserts that
	 * follow */
	CHANGE_CREATE,
	CHANGE_PROBLEM,		/* new: the message; travels down the pipe */
	CHANGE_NOTE,		/* likewise, but nothing is wrong: what a person may want to look at */
	CHANGE_END,		/* new: the count of records before it, header excluded */
	CHANGE_OTHER		/* read only: an action of a later version; apply refuses it */
};

enum change_reason {
	REASON_NONE,
	REASON_PORT,
	REASON_CONTAINER_NAME,
	REASON_PROJECT_NAME,
	REASON_ENV_FILE,
	REASON_REFERENCE,
	REASON_EXAMPLE,
	REASON_TEMPLATE,
	REASON_ADDRESS,
	REASON_IMAGE,
	REASON_OVERRIDE,	/* what an override file needs around the lines that matter */
	REASON_OTHER /* read only: no reason that is known */
};

/* Whether rows with ACTION only tell a person something. */
static inline bool
change_is_told(enum change_action action)
{
	return action == CHANGE_PROBLEM || action == CHANGE_NOTE;
}

struct change {
	enum change_action action;
	struct identity id;
	struct str app;		/* folder relative to the root */
	struct str service;
	struct str file;	/* relative to the root */
	size_t line, column;
	bool has_span;
	struct span span;
	bool has_digest;
	/* of file as it was scanned; of .env.example for copy and for what follows a copy */
	uint64_t digest;
	struct str old, new;
	enum change_reason reason;
	struct str detail;
	struct str root_id;	/* of the fleet: which folder its root is, as folder_id writes it */
	struct str host;	/* of the fleet: what its host is called; empty: nobody said */
};

extern const struct column_table change_table;
struct str change_action_name(enum change_action);
struct str change_reason_name(enum change_reason);

/* A writer on OUT, or in memory where that is NULL. */
struct stream_writer *change_writer_open(FILE *out);
void change_write_header(struct stream_writer *);
void change_write(struct stream_writer *, const struct change *);

struct change_reader;

/* As finding_reader_open. */
int change_reader_open(struct change_reader **ret, int fd, const char *name, bool partial, struct error *);
void change_reader_close(struct change_reader *);
struct str change_reader_root(const struct change_reader *);
/* Empty in a plan of an older berth. */
struct str change_reader_root_id(const struct change_reader *);
/* Empty where nobody said whose fleet it is. */
struct str change_reader_host(const struct change_reader *);
struct str change_reader_plan(const struct change_reader *);
/* 1 and the next change (neither fleet nor end); 0 after the end; -1 on damage or early end. */
int change_next(struct change_reader *, struct change *ret, struct error *);
size_t change_reader_line(const struct change_reader *);

MEM_AUTO_PTR(change_reader);

#endif
