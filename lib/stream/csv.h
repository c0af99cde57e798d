/* csv: rows of CSV with a header row, as the tools hand them to each other.
 * SPDX-License-Identifier: MIT
 *
 * RFC 4180, through libcsv: written with LF, read with LF or CRLF; a byte order mark before the header is
 * accepted. Fields are bytes; a NUL in one is an error (it could be no path and no value of a file that
 * Compose reads). */
#ifndef BERTH_STREAM_CSV_H
#define BERTH_STREAM_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/str.h"

struct error;
struct stream;
struct stream_writer;

/* The longest field that is read; a longer one is an error and not a full memory. */
#define STREAM_FIELD_MAX ((size_t)32 << 20)
/* Of one stream: the findings of hundreds of thousands of apps. */
#define STREAM_BYTES_MAX ((size_t)1 << 30)

/* Reads rows from FD, which stays the caller's; NAME is for messages ("standard input" or a path). Reads
 * the header row. 0; or -1 where there is none (an empty stream), it is not CSV, or a column is there
 * twice. */
int stream_open(struct stream **ret, int fd, const char *name, struct error *);
/* Reads many streams, one behind the other, as `cat` puts them together. FIRST, which is borrowed, is how the
 * header of each begins (`record,model,`). Nothing is read yet: stream_restart opens the first one, too. */
void stream_open_many(struct stream **ret, int fd, const char *name, const char *first);
/* Of many: goes on with the next stream, wherever this one has come to: behind its last row, in its middle,
 * or at a row that is damaged, so that one which was cut short costs no other. 1, with its header read; 0:
 * there is none; -1: its header is none, and the next call goes on behind it. */
int stream_restart(struct stream *, struct error *);
void stream_close(struct stream *);
/* The index of the column of that name, or -1. */
int stream_column(const struct stream *, const char *name);
size_t stream_columns(const struct stream *);
/* The next row: 1; 0 at the end, and of many before the next header; -1 on a row with another number of
 * fields than the header, on a read error, on CSV that libcsv does not take (with the line as place).
 * *ret_fields has stream_columns() elements and is good until the next call. */
int stream_next(struct stream *, const struct str **ret_fields, struct error *);
/* The line on which the row of the last stream_next began, from 1. */
size_t stream_line(const struct stream *);
const char *stream_name(const struct stream *);

/* A writer on FILE, which stays the caller's. Rows are built field by field; a row's fields are counted
 * against the header. Where FILE is a terminal what would move its cursor is written out. */
struct stream_writer *stream_writer_open(FILE *, const char *const *columns, size_t count);
/* The same without a FILE: rows gather in memory until stream_writer_take gives them (workers write so).
 * No header. */
struct stream_writer *stream_writer_memory(size_t count);
void stream_writer_close(struct stream_writer *);
void stream_header(struct stream_writer *);
void stream_field(struct stream_writer *, struct str field);
void stream_field_uint(struct stream_writer *, unsigned long long value);
void stream_field_empty(struct stream_writer *);
/* A field that is not empty. */
struct stream_cell {
	size_t column;
	struct str text;
	bool is_plain;		/* known to hold nothing that needs quotes */
};
/* A whole row, by its COUNT cells in the order of their columns. Between rows only; not of a single
 * column. */
void stream_row(struct stream_writer *, const struct stream_cell *cells, size_t count);
/* Ends the row: fields that were not given are empty; more than the header has is a bug and aborts. */
void stream_end_row(struct stream_writer *);
/* Of a memory writer: the rows written since the last take; borrowed until the next field. */
struct str stream_writer_take(struct stream_writer *);
/* How many bytes of rows a memory writer holds that have not been taken. */
size_t stream_writer_size(const struct stream_writer *);
/* Drops the rows from SIZE, which stream_writer_size said, on; between rows only. */
void stream_writer_cut(struct stream_writer *, size_t size);
/* Rows that another writer built, as they are. */
void stream_rows(struct stream_writer *, struct str rows);
/* Flushes to the FILE's descriptor. 0, or -1 with the write's errno (which stays: a second call fails the
 * same). */
int stream_flush(struct stream_writer *, struct error *);

MEM_AUTO_PTR(stream);
MEM_AUTO_PTR(stream_writer);

#endif
