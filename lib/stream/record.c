/* record: a stream that opens with a fleet record and closes with an end record, row by row.
 * SPDX-License-Identifier: MIT */
#include "stream/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

int
record_fail(const struct record_reader *r, struct error *err)
{
	return error_at_line(err, str_from(stream_name(r->stream)), stream_line(r->stream));
}

/* Finds the columns in the header. */
static int
open_header(struct record_reader *r, struct error *err)
{
	const struct record_kind *k = r->kind;

	for (size_t i = 0; i < k->table->count; i++) {
		const struct column *c = &k->table->columns[i];
		int index = stream_column(r->stream, c->name);

		if (index >= 0) {
			r->fields[r->field_count++] = (struct record_field){ c, index };
		} else if (c->is_needed || (k->needs_all && !c->is_later)) {
			error_set(err, "no column '%s': %s are expected here, as %s writes them", c->name,
			    k->what, k->writer);
			return error_at_line(err, str_from(stream_name(r->stream)), 1);
		}
	}
	return 0;
}

static int
next_row(struct record_reader *r, struct error *err)
{
	int got = stream_next(r->stream, &r->row, err);

	if (got > 0 && r->has_ended) {
		error_set(err, "a row stands behind the end record: two streams in one?");
		return record_fail(r, err);
	}
	if (got > 0)
		r->count++;
	if (got == 0 && r->count && !r->has_ended && !r->is_partial) {
		error_set(err, "the %s stop early: no end record, so %s did not finish (--partial %s)",
		    r->kind->what, r->kind->writer, r->kind->partial);
		return error_file(err, str_from(stream_name(r->stream)));
	}
	return got;
}

static int
refuse_field(const struct record_reader *r, const struct record_field *f, struct error *err)
{
	error_set(err, "column %s holds '%.*s', which is not what %s writes there", f->column->name,
	    STR_ARG(str_sub(r->row[f->index], 0, 80)), r->kind->writer);
	return record_fail(r, err);
}

static struct str *
text_in(void *record, size_t member)
{
	return (void *)((char *)record + member);
}

static struct str
text_at(const void *record, size_t member)
{
	return *(const struct str *)(const void *)((const char *)record + member);
}

/* Fills RECORD from the row. Of the fleet and the end record only their own columns count. Of all others a
 * value in a column that they never have is read, and refused, like any other: whoever edits a stream by hand
 * learns of a slip. */
static int
fill(const struct record_reader *r, void *record, struct error *err)
{
	const struct record_field *f = r->fields, *end = f + r->field_count;
	bool is_frame;
	unsigned which;

	memset(record, 0, r->kind->size);
	if (column_set(f->column, record, r->row[f->index]) < 0)
		return refuse_field(r, f, err);
	which = column_record(record);
	is_frame = which == r->kind->fleet || which == r->kind->end;
	while (++f < end) {
		struct str text = r->row[f->index];

		if (text.len == 0 || (is_frame && !column_is_of(f->column, which)))
			continue;
		if (f->column->type == COLUMN_TEXT)	/* most are: not worth a call */
			*text_in(record, f->column->member) = text;
		else if (column_set(f->column, record, text) < 0)
			return refuse_field(r, f, err);
	}
	return 0;
}

static int
open_fleet(struct record_reader *r, void *record, struct error *err)
{
	const struct record_kind *k = r->kind;
	struct str root = STR_INIT;
	int got = next_row(r, err);

	if (got < 0 || (got > 0 && fill(r, record, err) < 0))
		return -1;
	if (got == 0) {
		error_set(err, "the %s are a header and no row: did %s fail? It says why", k->what,
		    k->writer);
		return record_fail(r, err);
	}
	if (column_record(record) == k->fleet)
		root = text_at(record, k->value);
	if (root.len == 0 || root.ptr[0] != '/') {
		error_set(err,
		    "the %s do not open with a fleet record that gives the root: run %s again, and keep "
		    "its first "
		    "row, above the others, when you filter or sort",
		    k->what, k->writer);
		return record_fail(r, err);
	}
	buf_add_str(&r->root, root);
	buf_add_str(&r->about, text_at(record, k->about));
	if (k->root_id)
		buf_add_str(&r->root_id, text_at(record, k->root_id));
	if (k->part)
		buf_add_str(&r->part, text_at(record, k->part));
	return 0;
}

/* Behind the header's row. */
static int
open_records(struct record_reader *r, struct error *err)
{
	void *record = mem_alloc(r->kind->size);
	int result = open_header(r, err) < 0 ? -1 : open_fleet(r, record, err);

	free(record);
	return result;
}

int
record_open(struct record_reader *r, const struct record_kind *kind, int fd, const char *name, bool partial,
    struct error *err)
{
	*r = (struct record_reader){
		.kind = kind, .is_partial = partial, .root = BUF_INIT, .about = BUF_INIT,
		.root_id = BUF_INIT, .part = BUF_INIT
	};
	return stream_open(&r->stream, fd, name, err) < 0 ? -1 : open_records(r, err);
}

void
record_open_many(struct record_reader *r, const struct record_kind *kind, int fd, const char *name,
    bool partial, const char *first)
{
	*r = (struct record_reader){
		.kind = kind, .is_partial = partial, .root = BUF_INIT, .about = BUF_INIT,
		.root_id = BUF_INIT, .part = BUF_INIT
	};
	stream_open_many(&r->stream, fd, name, first);
}

int
record_restart(struct record_reader *r, struct error *err)
{
	int got;

	r->field_count = 0;
	r->count = 0;
	r->has_ended = false;
	buf_clear(&r->root);
	buf_clear(&r->about);
	buf_clear(&r->root_id);
	buf_clear(&r->part);
	got = stream_restart(r->stream, err);
	return got > 0 && open_records(r, err) < 0 ? -1 : got;
}

void
record_release(struct record_reader *r)
{
	stream_close(r->stream);
	buf_release(&r->root);
	buf_release(&r->about);
	buf_release(&r->root_id);
	buf_release(&r->part);
}

/* Holds the end record to the count that it gives. */
static int
check_end(struct record_reader *r, struct str count, struct error *err)
{
	uint64_t n;

	r->has_ended = true;
	r->count--;	/* the end record itself */
	if (r->is_partial || (str_to_uint(count, UINT64_MAX, &n) && n == r->count))
		return 0;
	error_set(err,
	    "the end record counts %.*s records, %llu were read: rows are missing or "
	    "were added (--partial %s)",
	    STR_ARG(str_sub(count, 0, 20)), (unsigned long long)r->count, r->kind->partial);
	return record_fail(r, err);
}

int
record_next(struct record_reader *r, void *ret, struct error *err)
{
	int got;

	while ((got = next_row(r, err)) > 0) {
		unsigned which;

		if (fill(r, ret, err) < 0)
			return -1;
		which = column_record(ret);
		if (which == r->kind->fleet) {
			error_set(err, "a second fleet record: %s", r->kind->twice);
			return record_fail(r, err);
		}
		if (which != r->kind->end)
			return 1;
		if (check_end(r, text_at(ret, r->kind->value), err) < 0)
			return -1;
	}
	return got;
}

static const struct record_field *
field_of(const struct record_reader *r, size_t member)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (r->fields[i].column->member == member)
			return &r->fields[i];
	return NULL;
}

bool
record_has(const struct record_reader *r, size_t member)
{
	return field_of(r, member) != NULL;
}

struct str
record_get(const struct record_reader *r, size_t member)
{
	const struct record_field *f = field_of(r, member);

	return f ? r->row[f->index] : (struct str)STR_INIT;
}

struct stream_writer *
record_writer_open(const struct column_table *t, FILE *out)
{
	return out ? stream_writer_open(out, NULL, t->count) : stream_writer_memory(t->count);
}

void
record_write_header(const struct column_table *t, struct stream_writer *w)
{
	for (size_t i = 0; i < t->count; i++)
		stream_field(w, str_from(t->columns[i].name));
	stream_end_row(w);
}

/* What is no text needs no quotes, but where any text may stand in its place. */
static bool
is_plain(const struct column *c)
{
	return c->type != COLUMN_TEXT && c->type != COLUMN_PORTS && c->other == 0;
}

void
record_write(const struct column_table *t, struct stream_writer *w, const void *record)
{
	union column_room rooms[COLUMN_MAX];
	struct stream_cell cells[COLUMN_MAX];
	unsigned which = column_record(record);
	size_t count = 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct column *c = &t->columns[i];
		struct str text;

		if (!column_is_of(c, which))
			continue;
		/* most are texts: not worth a call */
		text = c->type == COLUMN_TEXT ? column_str(c, record)
					      : column_text(c, record, &rooms[i]);
		if (text.len)
			cells[count++] = (struct stream_cell){ i, text, is_plain(c) };
	}
	stream_row(w, cells, count);
}
