/* record: a stream that opens with a fleet record and closes with an end record, row by row.
 * SPDX-License-Identifier: MIT
 *
 * What findings and changes have in common: columns found by name, the root in the first record, and the
 * count in the last one, which tells a whole stream from one that was cut short. */
#ifndef BERTH_STREAM_RECORD_H
#define BERTH_STREAM_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/str.h"
#include "stream/column.h"
#include "stream/csv.h"

struct error;

/* What a kind of stream is made of. Members are those of the records' struct. */
struct record_kind {
	const struct column_table *table;
	size_t size;		/* of that struct */
	bool needs_all;		/* a stream may lack no column at all */
	unsigned fleet, end;	/* which records these are */
	size_t value;		/* member: of fleet the root, of end the count */
	size_t about;		/* member: of fleet what record_reader.about is to hold */
	size_t root_id;		/* member: of fleet what record_reader.root_id is to hold; 0: nothing */
	size_t part;		/* likewise of record_reader.part */
	const char *what;	/* "findings" */
	const char *writer;	/* the tool that writes them */
	const char *partial;	/* what --partial is for: "takes a filtered stream" */
	const char *twice;	/* what two fleet records may mean: "two plans in one?" */
};

struct record_field {
	const struct column *column;
	int index;		/* of the field in a row of this stream */
};

struct record_reader {
	const struct record_kind *kind;
	struct stream *stream;
	struct record_field fields[COLUMN_MAX];	/* of the columns that the stream has */
	size_t field_count;
	const struct str *row;	/* good until the next record_next */
	uint64_t count;		/* records read so far, end excluded */
	struct buf root, about, root_id, part;
	bool is_partial, has_ended;
};

/* -1 where the header lacks a column that is needed, or the first record is not fleet with an absolute root.
 * PARTIAL: no end record is needed, and its count does not matter. */
int record_open(struct record_reader *, const struct record_kind *, int fd, const char *name, bool partial,
    struct error *);
/* Reads many streams, one behind the other; record_restart opens the first one, too. The header of each
 * begins with FIRST (`record,model,`). */
void record_open_many(struct record_reader *, const struct record_kind *, int fd, const char *name,
    bool partial, const char *first);
/* Of many: opens the next stream, wherever this one has come to. 1; 0: there is none; -1 as record_open, and
 * the next call goes on behind it. */
int record_restart(struct record_reader *, struct error *);
void record_release(struct record_reader *);
/* 1 and the next record, which is neither fleet nor end; 0 after the end, where of many a next stream may
 * stand; -1 on damage or an early end. */
int record_next(struct record_reader *, void *ret, struct error *);
/* Whether the stream has the column of MEMBER. */
bool record_has(const struct record_reader *, size_t member);
/* The field in that column, of the row that was read last: after record_open, of the fleet record. */
struct str record_get(const struct record_reader *, size_t member);
/* Gives ERR the row's place; -1. */
int record_fail(const struct record_reader *, struct error *);

/* A writer on OUT, or in memory where that is NULL. */
struct stream_writer *record_writer_open(const struct column_table *, FILE *out);
void record_write_header(const struct column_table *, struct stream_writer *);
void record_write(const struct column_table *, struct stream_writer *, const void *record);

#endif
