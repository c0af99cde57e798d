/* column: what the columns of a record hold, and which member of the record's struct each is.
 * SPDX-License-Identifier: MIT
 *
 * Each kind of record (findings, changes, results) has one table of its columns. Whatever writes, reads or
 * stores records goes by that table, so that a new column is one row of it and one member of the struct.
 * The first column says which record it is: an enum, the first member of the struct. */
#ifndef BERTH_STREAM_COLUMN_H
#define BERTH_STREAM_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/port.h"
#include "base/str.h"
#include "base/text.h"

enum column_type {
	COLUMN_TEXT,		/* struct str */
	COLUMN_WORD,		/* an enum, by its words */
	COLUMN_PORTS,		/* struct port_range */
	COLUMN_FLAG,		/* bool: `yes` or empty */
	COLUMN_DIGEST,		/* uint64_t, where the flag is set */
	COLUMN_NUMBER,		/* uint64_t, where the flag, if there is one, is set */
	COLUMN_POSITION,	/* size_t from 1; 0 is not known and an empty field */
	COLUMN_OFFSET,		/* size_t, where the flag is set; reading it sets the flag */
	COLUMN_LENGTH		/* size_t, where the flag is set; reading it leaves that to the offset */
};

/* The words of an enum, by its values. */
struct column_words {
	const struct str *words;
	size_t count;
	bool is_sorted;		/* by bytes; the empty word first */
	bool is_open;		/* any other word is the value COUNT; else it is an error */
};

#define COLUMN_WORD_INIT(text) { "" text, sizeof(text) - 1 }

struct column {
	const char *name;
	enum column_type type;
	uint32_t records;	/* bit N: the record N has it */
	size_t member;		/* where in the struct the value is */
	size_t flag;		/* where the bool is that says whether there is a value; 0: nothing says so */
	const struct column_words *words;
	/* where the struct str for a word that is none of WORDS is; 0: it is forgotten */
	size_t other;
	bool is_needed;		/* no stream may lack it */
	bool is_later;		/* a stream of an older version may lack it, whatever its kind says */
};

struct column_table {
	const struct column *columns;
	size_t count;
};

enum { COLUMN_MAX = 80 };	/* of a table */

/* Where the text of what is no text is made. */
union column_room {
	struct str_digits number;
	char digest[TEXT_DIGEST_SIZE];
	struct port_range_room ports;
};

/* Which record it is: the enum that is the first member. */
unsigned column_record(const void *record);
static inline bool
column_is_of(const struct column *c, unsigned record)
{
	return c->records >> record & 1;
}
/* Whether the value is a number for a database, too. */
static inline bool
column_is_number(const struct column *c)
{
	return c->type >= COLUMN_NUMBER;
}
/* The text in a column of texts. */
static inline struct str
column_str(const struct column *c, const void *record)
{
	return *(const struct str *)(const void *)((const char *)record + c->member);
}
/* The number in the column; *ret_known: whether there is one. */
uint64_t column_number(const struct column *, const void *record, bool *ret_known);
/* What stands in the column, as it is written; borrowed from RECORD, or in ROOM. */
struct str column_text(const struct column *, const void *record, union column_room *room);
/* Sets the member of RECORD, all of which is zero, to what TEXT says. -1: the column can't hold that. */
int column_set(const struct column *, void *record, struct str text);
/* The same of a column of numbers. */
void column_set_number(const struct column *, void *record, uint64_t n);
/* The value of WORD; words->count where it is none of them. */
size_t column_word(const struct column_words *words, struct str word);
/* The column of that name; NULL: there is none. */
const struct column *column_find(const struct column_table *, struct str name);

/* The five rows of the struct place that is the member PLACE of T. */
/* NOLINTBEGIN(bugprone-macro-parentheses): offsetof takes a type and a member, not expressions */
#define COLUMN_PLACE(prefix, T, place, which) \
	{ prefix "file", COLUMN_TEXT, .member = offsetof(T, place.file), .records = (which) }, \
	{ prefix "line", COLUMN_POSITION, .member = offsetof(T, place.line), .records = (which) }, \
	{ prefix "column", COLUMN_POSITION, .member = offsetof(T, place.column), .records = (which) }, \
	{ prefix "offset", COLUMN_OFFSET, .member = offsetof(T, place.span.off), .records = (which), \
	    .flag = offsetof(T, place.known) }, \
	{ prefix "length", COLUMN_LENGTH, .member = offsetof(T, place.span.len), .records = (which), \
	    .flag = offsetof(T, place.known) }
/* NOLINTEND(bugprone-macro-parentheses) */

#endif
