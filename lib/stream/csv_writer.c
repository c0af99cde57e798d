/* csv_writer: rows of CSV, written.
 * SPDX-License-Identifier: MIT */
#include "stream/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <csv.h>

#include "base/buf.h"
#include "base/display.h"
#include "base/error.h"
#include "stream/special.h"

enum { FLUSH_AT = 128 * 1024 };

struct stream_writer {
	FILE *file;			/* NULL: rows gather in out */
	const char *const *columns;
	size_t column_count, fields;	/* fields: of the row being built */
	struct buf out;
	bool taken, shown;		/* shown: FILE is a terminal */
	int errnum;
};

struct stream_writer *
stream_writer_open(FILE *file, const char *const *columns, size_t count)
{
	struct stream_writer *w = mem_zero(1, sizeof *w);

	w->file = file;
	w->columns = columns;
	w->column_count = count;
	w->shown = file && isatty(fileno(file));
	return w;
}

struct stream_writer *
stream_writer_memory(size_t count)
{
	return stream_writer_open(NULL, NULL, count);
}

void
stream_writer_close(struct stream_writer *w)
{
	if (!w)
		return;
	buf_release(&w->out);
	free(w);
}

static void
drain(struct stream_writer *w)
{
	AUTO(buf) visible = BUF_INIT;
	const struct buf *out = w->shown ? &visible : &w->out;

	if (w->shown)
		display_add_lines(&visible, buf_str(&w->out));
	if (w->file && out->len && !w->errnum && fwrite(out->ptr, 1, out->len, w->file) != out->len)
		w->errnum = errno ? errno : EIO;
	buf_clear(&w->out);
}

/* Eight bytes at a time, the last eight whatever went before: each path of a fleet passes here some forty
 * times. */
static bool
needs_quotes(struct str s)
{
	size_t i = 0;

	for (; i + sizeof(uint64_t) <= s.len; i += sizeof(uint64_t))
		if (special_is_in(s.ptr + i))
			return true;
	if (s.len >= sizeof(uint64_t))
		return i < s.len && special_is_in(s.ptr + s.len - sizeof(uint64_t));
	for (; i < s.len; i++)
		if (special_is(s.ptr[i]))
			return true;
	return false;
}

static void
start_rows(struct stream_writer *w)
{
	if (w->taken) {
		buf_clear(&w->out);
		w->taken = false;
	}
}

/* libcsv quotes whatever it is given; a field that needs no quotes is copied, for the reader's sake and
 * cut's. */
static void
add_field(struct stream_writer *w, struct str s)
{
	size_t size;
	char *p;

	if (!needs_quotes(s)) {
		buf_add_str(&w->out, s);
		return;
	}
	size = csv_write2(NULL, 0, s.ptr, s.len, '"');
	p = buf_reserve(&w->out, size);
	w->out.len += csv_write2(p, size, s.ptr, s.len, '"');
	w->out.ptr[w->out.len] = '\0';
}

void
stream_field(struct stream_writer *w, struct str s)
{
	if (w->fields >= w->column_count)
		abort();
	start_rows(w);
	if (w->fields++)
		buf_add_char(&w->out, ',');
	if (s.len)
		add_field(w, s);
}

void
stream_field_uint(struct stream_writer *w, unsigned long long value)
{
	struct str_digits room;

	stream_field(w, str_from_uint(&room, value));
}

void
stream_field_empty(struct stream_writer *w)
{
	stream_field(w, (struct str)STR_INIT);
}

void
stream_end_row(struct stream_writer *w)
{
	while (w->fields < w->column_count)
		stream_field_empty(w);
	/* A row of one empty field would be an empty line, which readers skip. */
	if (w->column_count == 1 && (w->out.len == 0 || w->out.ptr[w->out.len - 1] == '\n'))
		buf_add(&w->out, "\"\"", 2);
	buf_add_char(&w->out, '\n');
	w->fields = 0;
	if (w->file && w->out.len >= FLUSH_AT)
		drain(w);
}

void
stream_row(struct stream_writer *w, const struct stream_cell *cells, size_t count)
{
	size_t need = w->column_count + 1, column = 0;
	char *p;

	if (w->fields || w->column_count < 2 || (count && cells[count - 1].column >= w->column_count))
		abort();
	start_rows(w);
	for (size_t i = 0; i < count; i++)
		need += cells[i].text.len;
	p = buf_reserve(&w->out, need);
	for (const struct stream_cell *c = cells; c < cells + count; c++) {
		while (column < c->column) {
			*p++ = ',';
			column++;
		}
		if (c->is_plain || !needs_quotes(c->text)) {
			memcpy(p, c->text.ptr, c->text.len);
			p += c->text.len;
			continue;
		}
		w->out.len = (size_t)(p - w->out.ptr);
		add_field(w, c->text);
		p = buf_reserve(&w->out, need);
	}
	memset(p, ',', w->column_count - 1 - column);
	w->out.len = (size_t)(p - w->out.ptr) + w->column_count - 1 - column;
	w->fields = w->column_count;
	stream_end_row(w);
}

void
stream_header(struct stream_writer *w)
{
	for (size_t i = 0; i < w->column_count; i++)
		stream_field(w, str_from(w->columns[i]));
	stream_end_row(w);
}

struct str
stream_writer_take(struct stream_writer *w)
{
	if (w->taken)
		return (struct str)STR_INIT;
	w->taken = true;
	return buf_str(&w->out);
}

size_t
stream_writer_size(const struct stream_writer *w)
{
	return w->taken ? 0 : w->out.len;
}

void
stream_writer_cut(struct stream_writer *w, size_t size)
{
	if (w->fields || size > stream_writer_size(w))
		abort();
	if (!w->taken)
		w->out.len = size;
}

void
stream_rows(struct stream_writer *w, struct str rows)
{
	start_rows(w);
	buf_add_str(&w->out, rows);
	if (w->file && w->out.len >= FLUSH_AT)
		drain(w);
}

int
stream_flush(struct stream_writer *w, struct error *err)
{
	drain(w);
	if (w->file && !w->errnum && fflush(w->file) != 0)
		w->errnum = errno;
	if (w->errnum)
		return error_errno(err, w->errnum, "cannot write the output");
	return 0;
}
