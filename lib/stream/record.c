/* record: one row of a stream that opens with a fleet record and closes with an end record, its fields by
 * column.
 * SPDX-License-Identifier: MIT */
#include "stream/record.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/text.h"

struct str
record_number(struct str_digits *room, bool is_there, uint64_t n)
{
	return is_there ? str_from_uint(room, n) : (struct str)STR_INIT;
}

void
record_place(struct str fields[static 4], struct str_digits room[static 4], size_t line, size_t column,
    bool has_span, struct span span)
{
	fields[0] = record_number(&room[0], line != 0, line);
	fields[1] = record_number(&room[1], column != 0, column);
	fields[2] = record_number(&room[2], has_span, span.off);
	fields[3] = record_number(&room[3], has_span, span.len);
}

int
record_fail(const struct record_reader *r, struct error *err)
{
	return error_place(err, str_from(stream_name(r->stream)), stream_line(r->stream), 0);
}

int
record_bad_field(const struct record_reader *r, size_t column, struct error *err)
{
	struct str got = record_get(r, column);

	error_set(err, "column %s holds '%.*s', which is not what %s writes there", r->kind->columns[column],
	    (int)(got.len < 80 ? got.len : 80), got.ptr ? got.ptr : "", r->kind->writer);
	return record_fail(r, err);
}

static int
open_header(struct record_reader *r, struct error *err)
{
	const struct record_kind *k = r->kind;

	for (size_t i = 0; i < k->count; i++)
		r->index[i] = stream_column(r->stream, k->columns[i]);
	for (size_t i = 0; i < (k->needed ? k->needed_count : k->count); i++) {
		size_t column = k->needed ? k->needed[i] : i;

		if (r->index[column] >= 0)
			continue;
		error_set(err, "no column '%s': %s are expected here, as %s writes them", k->columns[column],
		    k->what, k->writer);
		return error_place(err, str_from(stream_name(r->stream)), 1, 0);
	}
	return 0;
}

int
record_open(struct record_reader *r, const struct record_kind *kind, int fd, const char *name, bool partial,
    struct error *err)
{
	r->kind = kind;
	r->partial = partial;
	r->index = mem_zero(kind->count, sizeof *r->index);
	if (stream_open(&r->stream, fd, name, err) < 0)
		return -1;
	return open_header(r, err);
}

void
record_release(struct record_reader *r)
{
	stream_close(r->stream);
	free(r->index);
	*r = (struct record_reader)RECORD_READER_INIT;
}

int
record_next(struct record_reader *r, struct error *err)
{
	int got = stream_next(r->stream, &r->row, err);

	if (got > 0 && r->ended) {
		error_set(err, "a row stands behind the end record: two streams in one?");
		return record_fail(r, err);
	}
	if (got > 0)
		r->count++;
	if (got == 0 && r->count && !r->ended && !r->partial) {
		error_set(err, "the %s stop early: no end record, so %s did not finish (--partial %s)",
		    r->kind->what, r->kind->writer, r->kind->partial);
		return error_place(err, str_from(stream_name(r->stream)), 0, 0);
	}
	return got;
}

int
record_end(struct record_reader *r, struct str count, struct error *err)
{
	uint64_t n;

	r->ended = true;
	r->count--;	/* the end record itself */
	if (r->partial || (str_to_uint(count, UINT64_MAX, &n) && n == r->count))
		return 0;
	error_set(err,
	    "the end record counts %.*s records, %llu were read: rows are missing or were added (--partial %s)",
	    STR_ARG(str_sub(count, 0, 20)), (unsigned long long)r->count, r->kind->partial);
	return record_fail(r, err);
}

int
record_get_number(
    const struct record_reader *r, size_t column, uint64_t *ret, bool *ret_known, struct error *err)
{
	struct str s = record_get(r, column);

	*ret = 0;
	*ret_known = s.len != 0;
	if (s.len && !str_to_uint(s, SIZE_MAX / 2, ret))
		return record_bad_field(r, column, err);
	return 0;
}

int
record_get_place(const struct record_reader *r, size_t first, size_t *ret_line, size_t *ret_column,
    bool *ret_known, bool *ret_measured, struct span *ret, struct error *err)
{
	uint64_t n[4];
	bool known[4];

	for (size_t i = 0; i < 4; i++)
		if (record_get_number(r, first + i, &n[i], &known[i], err) < 0)
			return -1;
	*ret_line = (size_t)n[0];
	*ret_column = (size_t)n[1];
	*ret_known = known[2];
	*ret_measured = known[3];
	*ret = (struct span){ (size_t)n[2], (size_t)n[3] };
	return 0;
}

int
record_get_digest(
    const struct record_reader *r, size_t column, bool *ret_known, uint64_t *ret, struct error *err)
{
	struct str s = record_get(r, column);

	*ret = 0;
	*ret_known = s.len != 0;
	if (s.len && !text_digest_parse(s, ret))
		return record_bad_field(r, column, err);
	return 0;
}

size_t
record_get_word(const struct record_reader *r, size_t column, const char *const *words, size_t count)
{
	struct str s = record_get(r, column);
	size_t i = 0;

	while (i < count && !str_eq(s, str_from(words[i])))
		i++;
	return i;
}
