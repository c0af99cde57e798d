/* record: one row of a stream that opens with a fleet record and closes with an end record, its fields by
 * column.
 * SPDX-License-Identifier: MIT
 *
 * What findings and changes have in common: columns found by name, optional numbers, places, digests, and
 * the count that tells a whole stream from one that was cut short. */
#ifndef BERTH_STREAM_RECORD_H
#define BERTH_STREAM_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream/csv.h"
#include "base/place.h"

struct error;

/* N in decimal digits; no bytes where IS_THERE is false. */
struct str record_number(struct str_digits *room, bool is_there, uint64_t n);
/* The four fields line, column, offset, length of a place, into FIELDS. */
void record_place(struct str fields[static 4], struct str_digits room[static 4], size_t line,
    size_t column, bool has_span, struct span);

/* What a kind of stream is made of. */
struct record_kind {
	const char *const *columns;
	size_t count;
	const size_t *needed;	/* the columns that no stream may lack; NULL: all */
	size_t needed_count;
	const char *what;	/* "findings" */
	const char *writer;	/* the tool that writes them */
	const char *partial;	/* what --partial is for: "takes a filtered stream" */
};

struct record_reader {
	const struct record_kind *kind;
	struct stream *stream;
	int *index;		/* where each column stands in this stream; -1: not there */
	const struct str *row;	/* good until the next record_next */
	uint64_t count;		/* records read so far, end excluded */
	bool partial, ended;
};

#define RECORD_READER_INIT { NULL, NULL, NULL, NULL, 0, false, false }

/* Reads and checks the header. PARTIAL: no end record is needed, and its count does not matter. */
int record_open(struct record_reader *, const struct record_kind *, int fd, const char *name, bool partial,
    struct error *);
void record_release(struct record_reader *);
/* The next row: 1; 0 at the end, also where there is no record at all; -1 also where a row stands behind
 * the end record, or the records have none. */
int record_next(struct record_reader *, struct error *);
/* To be called on the end record: COUNT is what it says. */
int record_end(struct record_reader *, struct str count, struct error *);
/* Gives ERR the row's place; -1. */
int record_fail(const struct record_reader *, struct error *);

static inline struct str
record_get(const struct record_reader *r, size_t column)
{
	return r->index[column] < 0 ? (struct str)STR_INIT : r->row[r->index[column]];
}

/* An empty field is 0, and not known. */
int record_get_number(
    const struct record_reader *, size_t column, uint64_t *ret, bool *ret_known, struct error *);
/* The four columns from FIRST on. *ret_known: whether there is an offset; *ret_measured: whether there is
 * a length. */
int record_get_place(const struct record_reader *, size_t first, size_t *ret_line, size_t *ret_column,
    bool *ret_known, bool *ret_measured, struct span *ret, struct error *);
int record_get_digest(
    const struct record_reader *, size_t column, bool *ret_known, uint64_t *ret, struct error *);
/* The index of the column's word in WORDS; COUNT where it is none of them. */
size_t record_get_word(const struct record_reader *, size_t column, const char *const *words, size_t count);
/* What a field that is not as its column asks is answered with: -1. */
int record_bad_field(const struct record_reader *, size_t column, struct error *);

#endif
