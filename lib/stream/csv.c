/* csv: rows of CSV with a header row, read.
 * SPDX-License-Identifier: MIT */
#include "stream/csv.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <csv.h>

#include "base/buf.h"
#include "base/error.h"
#include "stream/special.h"

enum { CHUNK = 256 * 1024, COLUMNS_MAX = 1000 };

/* The lines of a chunk are cut where they stand. One that has a CR or a NUL, or a field with a quote or a
 * line's end in it, goes to libcsv, with the lines behind it that its quotes take in; the rows that this
 * completes wait in fields/rows until they are asked for. */
enum last { LAST_NONE, LAST_CUT, LAST_PARSED };

struct stream {
	int fd;
	char *name;
	char *chunk, *at, *end;		/* at to end: what is neither cut nor parsed yet */
	size_t chunk_size;
	bool at_end, started;
	size_t total, before;		/* bytes read so far; of them before this stream, of many */

	/* Of many; see put_back. */
	struct str first;		/* how a header begins; else empty */
	enum last last;			/* where the bytes of the row are that was read, or failed, last */
	char *row_at;			/* LAST_CUT: in the chunk, from here on */
	struct buf raw;			/* LAST_PARSED: here, and at `at` stands what comes behind them */
	size_t raw_line, header_at;	/* the line of raw; no header is looked for before this byte */

	struct csv_parser csv;
	bool quoted, open;		/* what libcsv has ends within quotes; within a row */
	/* the fields of the waiting rows and of the unfinished one, end to end */
	struct buf bytes;
	struct field { size_t off, len; } *fields;
	size_t field_count, field_cap;
	struct row { size_t first, count, line; } *rows;	/* rows[row_count] is the unfinished one */
	size_t row_count, row_cap, next_row;
	bool nul;

	size_t line;			/* of `at` */
	struct str *view;		/* the current row; room for COLUMNS_MAX */
	size_t view_count, row_line;	/* view_count may be more than there is room for */

	char *header;			/* the header's fields, end to end */
	struct str *columns;
	size_t column_count;
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
	error_at_line(err, str_from(s->name), s->line);
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
check_separator(const struct stream *s, struct error *err)
{
	const char *eol = memchr(s->at, '\n', (size_t)(s->end - s->at));
	size_t n = (size_t)((eol ? eol : s->end) - s->at);

	if (memchr(s->at, ',', n) || (!memchr(s->at, ';', n) && !memchr(s->at, '\t', n)))
		return 0;
	error_set(err, "%s where commas are expected: save it as CSV with commas between the fields",
	    memchr(s->at, ';', n) ? "semicolons" : "tabs");
	return fail(s, err);
}

/* Reads on, behind what is left of the chunk. */
static int
fill(struct stream *s, struct error *err)
{
	size_t left = (size_t)(s->end - s->at);
	ssize_t n;

	if (left && s->at != s->chunk)
		memmove(s->chunk, s->at, left);
	if (s->last == LAST_CUT)
		s->last = LAST_NONE;
	s->at = s->chunk;
	s->end = s->chunk + left;
	do
		n = read(s->fd, s->end, s->chunk_size - left);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		error_errno(err, errno, "cannot read");
		return fail(s, err);
	}
	s->at_end = n == 0;
	s->end += n;
	s->total += (size_t)n;
	if (s->total - s->before > STREAM_BYTES_MAX) {
		error_set(err, "the stream is longer than %zu MiB, which no fleet's is: it may be endless",
		    STREAM_BYTES_MAX >> 20);
		return fail(s, err);
	}
	if (s->started || s->at_end)
		return 0;
	if (s->end - s->at >= 3 && memcmp(s->at, "\xef\xbb\xbf", 3) == 0)
		s->at += 3;
	s->started = true;
	return check_separator(s, err);
}

/* Whether there is a whole line at `at` that libcsv need not see: it is the view then, without fields where
 * it is empty. */
static bool
cut_line(struct stream *s)
{
	char *field = s->at, *p;
	size_t count = 0;

	for (;; field = p + 1) {
		struct str cut;

		if ((p = special_field(field, s->end, &cut)) == s->end)
			return false;
		if (count < COLUMNS_MAX)
			s->view[count] = cut;
		count++;
		if (*p == '\n')
			break;
	}
	s->view_count = p > s->at ? count : 0;
	s->last = LAST_CUT;
	s->row_at = s->at;
	s->row_line = s->line++;
	s->at = p + 1;
	return true;
}

/* What libcsv is given can be put back. */
static void
keep_raw(struct stream *s, size_t n)
{
	if (!s->first.len)
		return;
	if (!s->open) {
		buf_clear(&s->raw);
		s->raw_line = s->line;
	}
	buf_add(&s->raw, s->at, n);
	s->last = LAST_PARSED;
}

/* Gives libcsv what is at `at` up to STOP. It takes CR, LF and each alone as a row's end and skips empty
 * lines; a stray byte after a closing quote is an error in strict mode. */
static int
parse(struct stream *s, char *stop, struct error *err)
{
	const char *from = s->at;
	size_t n = (size_t)(stop - from);

	forget_rows(s);
	keep_raw(s, n);
	if (!s->open)
		s->rows[0].line = s->line;
	for (const char *p = from; (p = memchr(p, '"', (size_t)(stop - p))); p++)
		s->quoted = !s->quoted;
	s->open = s->quoted || stop == from || stop[-1] != '\n';
	s->at = stop;
	if (csv_parse(&s->csv, from, n, on_field, on_row, s) != n) {
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
	if (s->field_count - s->rows[s->row_count].first > COLUMNS_MAX) {
		if (s->columns)
			error_set(err, "a row of more than %d fields", COLUMNS_MAX);
		else
			error_set(err, "a header of %zu columns and more: the most is %d",
			    s->field_count - s->rows[s->row_count].first, COLUMNS_MAX);
		return fail(s, err);
	}
	return check_nul(s, err);
}

/* Gives libcsv the rest: a last line without a line's end. */
static int
parse_rest(struct stream *s, struct error *err)
{
	if (parse(s, s->end, err) < 0)
		return -1;
	if (csv_fini(&s->csv, on_field, on_row, s) != 0) {
		error_set(err, "the input ends inside a quoted field: it was cut short");
		return fail(s, err);
	}
	return check_nul(s, err);
}

/* The oldest of the rows that libcsv completed becomes the view. */
static void
take_row(struct stream *s)
{
	const struct row *r = &s->rows[s->next_row++];

	s->view_count = r->count;
	s->row_line = r->line;
	for (size_t i = 0; i < r->count && i < COLUMNS_MAX; i++) {
		struct field f = s->fields[r->first + i];

		s->view[i] = (struct str){ s->bytes.ptr + f.off, f.len };
	}
}

/* The next row becomes the view: 1; 0 at the end; -1. */
static int
next_row(struct stream *s, struct error *err)
{
	for (;;) {
		char *line_end;

		if (s->next_row < s->row_count) {
			take_row(s);
			return 1;
		}
		if (!s->open && cut_line(s)) {
			if (s->view_count)
				return 1;
			continue;
		}
		line_end = s->end > s->at ? memchr(s->at, '\n', (size_t)(s->end - s->at)) : NULL;
		if (line_end || (size_t)(s->end - s->at) == s->chunk_size) {
			if (parse(s, line_end ? line_end + 1 : s->end, err) < 0)
				return -1;
		} else if (s->at_end) {
			if (s->at == s->end)
				return 0;
			if (parse_rest(s, err) < 0)	/* a last line that was put back */
				return -1;
		} else if (fill(s, err) < 0 || (s->at_end && parse_rest(s, err) < 0)) {
			return -1;
		}
	}
}

/* Whether in the view, which is to be a header, the next one begins: the first was cut short. */
static bool
is_glued(const struct stream *s)
{
	size_t comma = str_find(s->first, 0, ',');
	struct str one = str_sub(s->first, 0, comma), two = str_sub(s->first, comma + 1, s->first.len);

	two = str_sub(two, 0, str_find(two, 0, ','));
	for (size_t i = 0; s->first.len && i + 1 < s->view_count; i++)
		if (s->view[i].len > one.len && str_ends(s->view[i], one) && str_eq(s->view[i + 1], two))
			return true;
	return false;
}

/* The view becomes the header. */
static int
take_header(struct stream *s, struct error *err)
{
	AUTO(buf) all = BUF_INIT;
	char *p;

	if (is_glued(s)) {
		error_set(err, "the header was cut short, and another one follows in its line");
		return error_at_line(err, str_from(s->name), s->row_line);
	}
	if (s->view_count > COLUMNS_MAX) {
		error_set(err, "a header of %zu columns: the most is %d", s->view_count, COLUMNS_MAX);
		return error_at_line(err, str_from(s->name), 1);
	}
	s->column_count = s->view_count;
	free(s->columns);
	free(s->header);
	s->columns = mem_zero(s->column_count, sizeof *s->columns);
	for (size_t i = 0; i < s->column_count; i++)
		buf_add_str(&all, s->view[i]);
	p = s->header = mem_dup(all.ptr ? all.ptr : "", all.len);
	for (size_t i = 0; i < s->column_count; i++) {
		s->columns[i] = (struct str){ p, s->view[i].len };
		p += s->view[i].len;
		for (size_t j = 0; j < i; j++)
			if (str_eq(s->columns[i], s->columns[j])) {
				error_set(err,
				    "column %.*s stands twice: is line 1 the header row? "
				    "(a reviewed file keeps it)",
				    STR_ARG(s->columns[i]));
				return error_at_line(err, str_from(s->name), 1);
			}
	}
	return 0;
}

static int
read_header(struct stream *s, struct error *err)
{
	int got = next_row(s, err);

	if (got > 0)
		return take_header(s, err);
	if (got == 0)
		error_set(err, "the input is empty: no header row (did the program before it fail?)");
	return error_at_line(err, str_from(s->name), got == 0 ? 0 : s->line);
}

static int
no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static void
begin_csv(struct stream *s)
{
	if (csv_init(&s->csv, CSV_STRICT | CSV_STRICT_FINI) != 0)
		mem_exhausted();
	/* Else libcsv takes blanks off the ends of fields, and grows its buffer by 128 bytes at a time. */
	csv_set_space_func(&s->csv, no_space);
	csv_set_blk_size(&s->csv, 64 * 1024);
}

void
stream_open_many(struct stream **ret, int fd, const char *name, const char *first)
{
	struct stream *s = *ret = mem_zero(1, sizeof *s);

	s->fd = fd;
	s->name = mem_dup(name, strlen(name));
	s->first = str_from(first);
	s->chunk = s->at = s->end = mem_alloc(CHUNK);
	s->chunk_size = CHUNK;
	s->view = mem_zero(COLUMNS_MAX, sizeof *s->view);
	s->line = 1;
	MEM_GROW(s->rows, s->row_count, s->row_cap);
	s->rows[0] = (struct row){ 0, 0, 1 };
	begin_csv(s);
}

int
stream_open(struct stream **ret, int fd, const char *name, struct error *err)
{
	struct stream *s;

	stream_open_many(&s, fd, name, NULL);
	if (read_header(s, err) < 0) {
		stream_close(s);
		return -1;
	}
	*ret = s;
	return 0;
}

/* --- many streams --- */

/* Puts the row that was read, or failed, last back to `at`, and forgets what libcsv has. */
static void
put_back(struct stream *s)
{
	size_t left = (size_t)(s->end - s->at);

	if (s->last == LAST_CUT) {
		s->at = s->row_at;
		s->line = s->row_line;
	} else if (s->last == LAST_PARSED) {
		char *chunk;

		s->chunk_size = s->raw.len + left > CHUNK ? s->raw.len + left : CHUNK;
		chunk = mem_alloc(s->chunk_size);
		memcpy(chunk, s->raw.ptr, s->raw.len);
		if (left)
			memcpy(chunk + s->raw.len, s->at, left);
		free(s->chunk);
		s->chunk = s->at = chunk;
		s->end = chunk + s->raw.len + left;
		s->line = s->raw_line;
	}
	s->last = LAST_NONE;
	csv_free(&s->csv);
	begin_csv(s);
	buf_clear(&s->bytes);
	s->field_count = s->row_count = s->next_row = 0;
	s->rows[0] = (struct row){ 0, 0, s->line };
	s->quoted = s->open = s->nul = false;
}

static size_t
lines_of(const char *p, const char *end)
{
	size_t n = 0;

	for (; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		n++;
	return n;
}

/* Looks for the next header from `at` on, in whatever stands there. */
static int
find_header(struct stream *s, struct error *err)
{
	for (;;) {
		size_t left = (size_t)(s->end - s->at), at = s->total - left;
		size_t from = s->header_at > at ? s->header_at - at : 0;
		size_t found = from < left ? str_search((struct str){ s->at, left }, from, s->first) : left;
		size_t keep = found < left ? left - found : left < s->first.len ? left : s->first.len - 1;

		s->line += lines_of(s->at, s->end - keep);
		s->at = s->end - keep;
		if (found < left) {
			s->header_at = s->before = s->total - keep;
			s->header_at++;
			return 1;
		}
		if (s->at_end)
			return 0;
		if (fill(s, err) < 0)
			return -1;
	}
}

int
stream_restart(struct stream *s, struct error *err)
{
	int got;

	if (s->header_at == 0) {
		s->header_at = 1;
		return read_header(s, err) < 0 ? -1 : 1;
	}
	put_back(s);
	got = find_header(s, err);
	return got > 0 && read_header(s, err) < 0 ? -1 : got;
}

/* Whether the view is the header of a next stream. */
static bool
is_header(const struct stream *s)
{
	struct str rest = s->first;

	for (size_t i = 0; rest.len; i++) {
		size_t comma = str_find(rest, 0, ',');
		struct str field = i < s->view_count ? s->view[i] : (struct str)STR_INIT;

		if (i == 0)
			field = str_sub(field, str_bom(field), field.len);
		if (!str_eq(field, str_sub(rest, 0, comma)))
			return false;
		rest = str_sub(rest, comma + 1, rest.len);
	}
	return s->first.len > 0;
}

void
stream_close(struct stream *s)
{
	if (!s)
		return;
	csv_free(&s->csv);
	buf_release(&s->bytes);
	buf_release(&s->raw);
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
	int got = next_row(s, err);

	if (got <= 0)
		return got;
	if (is_header(s))
		return 0;
	if (s->view_count != s->column_count) {
		error_set(err, "a row of %zu fields under a header of %zu: the input is damaged",
		    s->view_count, s->column_count);
		return error_at_line(err, str_from(s->name), s->row_line);
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
