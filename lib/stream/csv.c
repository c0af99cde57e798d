/* csv: rows of CSV with a header row, as the tools hand them to each other.
 * SPDX-License-Identifier: MIT */
#include "stream/csv.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <csv.h>

#include "base/buf.h"
#include "base/display.h"
#include "base/error.h"

enum { CHUNK = 256 * 1024, FLUSH_AT = 128 * 1024, COLUMNS_MAX = 1000 };

/* One chunk is parsed at a time; the rows that it completes wait in fields/rows until they are asked for. */
struct stream {
	int fd;
	char *name;
	struct csv_parser csv;
	char *chunk;
	bool at_end, started;

	/* the fields of the waiting rows and of the unfinished one, end to end */
	struct buf bytes;
	struct field { size_t off, len; } *fields;
	size_t field_count, field_cap;
	struct row { size_t first, count, line; } *rows;	/* rows[row_count] is the unfinished one */
	size_t row_count, row_cap, next_row;
	size_t line;			/* of the byte being parsed, as far as fields tell */
	size_t row_line;
	bool nul;

	char *header;			/* the header's fields, end to end */
	struct str *columns;
	size_t column_count;
	struct str *view;		/* the current row */
};

static void
on_field(void *bytes, size_t len, void *data)
{
	struct stream *s = data;

	MEM_GROW(s->fields, s->field_count, s->field_cap);
	s->fields[s->field_count++] = (struct field){ s->bytes.len, len };
	if (len == 0)	/* most are */
		return;
	if (memchr(bytes, '\0', len))
		s->nul = true;
	buf_add(&s->bytes, bytes, len);
	for (const char *p = bytes, *end = p + len; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		s->line++;
}

static void
on_row(int c, void *data)
{
	struct stream *s = data;
	struct row *r = &s->rows[s->row_count];

	(void)c;	/* LF, CR or -1 at the end of the input: a row all the same */
	r->count = s->field_count - r->first;
	s->row_count++;
	s->line++;
	MEM_GROW(s->rows, s->row_count, s->row_cap);
	s->rows[s->row_count] = (struct row){ s->field_count, 0, s->line };
}

/* Drops the rows that were given out and moves the unfinished row to the front. */
static void
forget_rows(struct stream *s)
{
	struct row open = s->rows[s->row_count];
	size_t keep = s->field_count - open.first;
	size_t from = keep ? s->fields[open.first].off : s->bytes.len;

	for (size_t i = 0; i < keep; i++) {
		s->fields[i] = s->fields[open.first + i];
		s->fields[i].off -= from;
	}
	if (from && s->bytes.len > from)
		memmove(s->bytes.ptr, s->bytes.ptr + from, s->bytes.len - from);
	s->bytes.len -= from;
	s->field_count = keep;
	s->rows[0] = (struct row){ 0, 0, open.line };
	s->row_count = s->next_row = 0;
}

static int
fail(const struct stream *s, struct error *err)
{
	error_place(err, str_from(s->name), s->line, 0);
	return -1;
}

static int
check_nul(struct stream *s, struct error *err)
{
	if (!s->nul)
		return 0;
	error_set(err, "a field holds a NUL byte");
	return fail(s, err);
}

/* Spreadsheets of many countries save CSV with semicolons; a header of ours has commas and neither of the
 * others. */
static int
check_separator(const struct stream *s, const char *p, size_t n, struct error *err)
{
	const char *eol = memchr(p, '\n', n);

	if (eol)
		n = (size_t)(eol - p);
	if (s->started || memchr(p, ',', n))
		return 0;
	if (memchr(p, ';', n) || memchr(p, '\t', n)) {
		error_set(err, "%s where commas are expected: save it as CSV with commas between the fields",
		    memchr(p, ';', n) ? "semicolons" : "tabs");
		return fail(s, err);
	}
	return 0;
}

/* libcsv takes CR, LF and each alone as a row's end and skips empty lines; a stray byte after a closing
 * quote is an error in strict mode. */
static int
parse_chunk(struct stream *s, struct error *err)
{
	ssize_t n;
	const char *p = s->chunk;

	forget_rows(s);
	do
		n = read(s->fd, s->chunk, CHUNK);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		error_errno(err, errno, "cannot read");
		return fail(s, err);
	}
	if (n == 0) {
		s->at_end = true;
		if (csv_fini(&s->csv, on_field, on_row, s) != 0) {
			error_set(err, "the input ends inside a quoted field: it was cut short");
			return fail(s, err);
		}
		return check_nul(s, err);
	}
	if (!s->started && n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3, n -= 3;
	if (check_separator(s, p, (size_t)n, err) < 0)
		return -1;
	s->started = true;
	if (csv_parse(&s->csv, p, (size_t)n, on_field, on_row, s) != (size_t)n) {
		if (csv_error(&s->csv) == CSV_EPARSE)
			error_set(err,
			    "not CSV (RFC 4180): a quote stands within a field, or text behind a "
			    "closing quote");
		else
			error_set(err, "not CSV (RFC 4180): %s", csv_strerror(csv_error(&s->csv)));
		return fail(s, err);
	}
	if (csv_get_buffer_size(&s->csv) > STREAM_FIELD_MAX) {
		error_set(err, "a field is longer than %zu MiB", STREAM_FIELD_MAX >> 20);
		return fail(s, err);
	}
	return check_nul(s, err);
}

static int
next_row(struct stream *s, struct row **ret, struct error *err)
{
	while (s->next_row >= s->row_count) {
		if (s->at_end)
			return 0;
		if (parse_chunk(s, err) < 0)
			return -1;
	}
	*ret = &s->rows[s->next_row++];
	s->row_line = (*ret)->line;
	return 1;
}

static int
read_header(struct stream *s, struct error *err)
{
	struct row *r;
	size_t first;
	int got = next_row(s, &r, err);

	if (got <= 0) {
		if (got == 0)
			error_set(err, "the input is empty: no header row (did the program before it fail?)");
		return error_place(err, str_from(s->name), got == 0 ? 0 : s->line, 0);
	}
	if (r->count > COLUMNS_MAX) {
		error_set(err, "a header of %zu columns: the most is %d", r->count, COLUMNS_MAX);
		return error_place(err, str_from(s->name), 1, 0);
	}
	s->column_count = r->count;
	s->columns = mem_zero(r->count, sizeof *s->columns);
	s->view = mem_zero(r->count, sizeof *s->view);
	if (r->count == 0)
		return fail(s, err);
	first = s->fields[r->first].off;
	s->header = mem_dup(s->bytes.ptr + first, s->bytes.len - first);
	for (size_t i = 0; i < r->count; i++) {
		struct field f = s->fields[r->first + i];

		s->columns[i] = (struct str){ s->header + (f.off - first), f.len };
		for (size_t j = 0; j < i; j++)
			if (str_eq(s->columns[i], s->columns[j])) {
				error_set(err,
				    "column %.*s stands twice: is line 1 the header row? "
				    "(a reviewed file keeps it)",
				    STR_ARG(s->columns[i]));
				return error_place(err, str_from(s->name), 1, 0);
			}
	}
	return 0;
}

static int
no_space(unsigned char c)
{
	(void)c;
	return 0;
}

int
stream_open(struct stream **ret, int fd, const char *name, struct error *err)
{
	struct stream *s = mem_zero(1, sizeof *s);

	s->fd = fd;
	s->name = mem_dup(name, strlen(name));
	s->chunk = mem_alloc(CHUNK);
	(void)buf_reserve(&s->bytes, CHUNK);
	s->line = 1;
	MEM_GROW(s->rows, s->row_count, s->row_cap);
	s->rows[0] = (struct row){ 0, 0, 1 };
	if (csv_init(&s->csv, CSV_STRICT | CSV_STRICT_FINI) != 0)
		mem_exhausted();
	/* Else libcsv takes blanks off the ends of fields, and grows its buffer by 128 bytes at a time. */
	csv_set_space_func(&s->csv, no_space);
	csv_set_blk_size(&s->csv, 64 * 1024);
	if (read_header(s, err) < 0) {
		stream_close(s);
		return -1;
	}
	*ret = s;
	return 0;
}

void
stream_close(struct stream *s)
{
	if (!s)
		return;
	csv_free(&s->csv);
	buf_release(&s->bytes);
	free(s->fields);
	free(s->rows);
	free(s->header);
	free(s->columns);
	free(s->view);
	free(s->chunk);
	free(s->name);
	free(s);
}

int
stream_column(const struct stream *s, const char *name)
{
	for (size_t i = 0; i < s->column_count; i++)
		if (str_eq(s->columns[i], str_from(name)))
			return (int)i;
	return -1;
}

size_t
stream_columns(const struct stream *s)
{
	return s->column_count;
}

int
stream_next(struct stream *s, const struct str **ret_fields, struct error *err)
{
	struct row *r;
	int got = next_row(s, &r, err);

	if (got <= 0)
		return got;
	if (r->count != s->column_count) {
		error_set(err, "a row of %zu fields under a header of %zu: the input is damaged", r->count,
		    s->column_count);
		return error_place(err, str_from(s->name), s->row_line, 0);
	}
	for (size_t i = 0; i < r->count; i++) {
		struct field f = s->fields[r->first + i];

		s->view[i] = (struct str){ s->bytes.ptr + f.off, f.len };
	}
	*ret_fields = s->view;
	return 1;
}

size_t
stream_line(const struct stream *s)
{
	return s->row_line;
}

const char *
stream_name(const struct stream *s)
{
	return s->name;
}

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

static bool
is_special(char c)
{
	return c == ',' || c == '"' || c == '\n' || c == '\r';
}

/* Whether one of the eight bytes at P is below '-', as all special ones are and few bytes of a path. May
 * err towards true. */
static bool
may_be_special(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return (v - UINT64_C(0x2d2d2d2d2d2d2d2d)) & ~v & UINT64_C(0x8080808080808080);
}

/* Eight bytes at a time: each path of a fleet passes here some forty times. */
static bool
needs_quotes(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		while (i + sizeof(uint64_t) <= s.len && !may_be_special(s.ptr + i))
			i += sizeof(uint64_t);
		if (i < s.len && is_special(s.ptr[i]))
			return true;
	}
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

void
stream_rows(struct stream_writer *w, struct str rows)
{
	if (w->taken) {
		buf_clear(&w->out);
		w->taken = false;
	}
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
