/* change: one planned edit of a fleet.
 * SPDX-License-Identifier: MIT */
#include "change.h"

#include <stdlib.h>

#include "buf.h"
#include "error.h"
#include "text.h"

enum column {
	C_ACTION, C_MODEL, C_APP_NUM, C_APP, C_SERVICE, C_FILE, C_LINE, C_COLUMN, C_OFFSET, C_LENGTH, C_DIGEST, C_OLD,
	C_NEW, C_REASON, C_DETAIL
};

const char *const change_columns[CHANGE_COLUMNS] = {
	"action", "model", "app_num", "app", "service", "file", "line", "column", "offset", "length", "digest", "old",
	"new", "reason", "detail",
};

static const char *const action_names[] = {
	[CHANGE_FLEET] = "fleet", [CHANGE_REPLACE] = "replace", [CHANGE_INSERT] = "insert", [CHANGE_COPY] = "copy",
	[CHANGE_CREATE] = "create", [CHANGE_PROBLEM] = "problem", [CHANGE_END] = "end",
};

static const char *const reason_names[] = {
	[REASON_NONE] = "", [REASON_PORT] = "port", [REASON_CONTAINER_NAME] = "container-name",
	[REASON_PROJECT_NAME] = "project-name", [REASON_ENV_FILE] = "env-file", [REASON_REFERENCE] = "reference",
	[REASON_EXAMPLE] = "example", [REASON_TEMPLATE] = "template",
};

const char *
change_action_name(enum change_action a)
{
	return a < CHANGE_OTHER ? action_names[a] : "";
}

const char *
change_reason_name(enum change_reason r)
{
	return r < REASON_OTHER ? reason_names[r] : "";
}

static void
write_optional(struct stream_writer *w, bool is_there, size_t n)
{
	if (is_there)
		stream_field_uint(w, n);
	else
		stream_field_empty(w);
}

void
change_write(struct stream_writer *w, const struct change *c)
{
	char digest[TEXT_DIGEST_SIZE];

	stream_field(w, str_from(change_action_name(c->action)));
	stream_field(w, c->model);
	write_optional(w, c->action != CHANGE_FLEET && c->action != CHANGE_END, c->app_num);
	stream_field(w, c->app);
	stream_field(w, c->service);
	stream_field(w, c->file);
	write_optional(w, c->line != 0, c->line);
	write_optional(w, c->column != 0, c->column);
	write_optional(w, c->has_span, c->span.off);
	write_optional(w, c->has_span, c->span.len);
	if (c->has_digest)
		text_digest_format(c->digest, digest);
	stream_field(w, c->has_digest ? str_from(digest) : (struct str)STR_INIT);
	stream_field(w, c->old);
	stream_field(w, c->new);
	stream_field(w, str_from(change_reason_name(c->reason)));
	stream_field(w, c->detail);
	stream_end_row(w);
}

struct change_reader {
	struct stream *stream;
	bool partial, ended;
	int index[CHANGE_COLUMNS];
	uint64_t count;
	struct buf root, plan;
};

static struct str
get(const struct change_reader *r, const struct str *row, enum column c)
{
	return r->index[c] < 0 ? (struct str)STR_INIT : row[r->index[c]];
}

static int
fail_here(const struct change_reader *r, struct error *err)
{
	return error_place(err, str_from(stream_name(r->stream)), stream_line(r->stream), 0);
}

static int
get_uint(const struct change_reader *r, const struct str *row, enum column c, uint64_t *ret, bool *ret_known,
    struct error *err)
{
	struct str s = get(r, row, c);

	*ret = 0;
	*ret_known = s.len != 0;
	if (s.len && !str_to_uint(s, SIZE_MAX / 2, ret)) {
		error_set(err, "column %s is not a number", change_columns[c]);
		return fail_here(r, err);
	}
	return 0;
}

static int
fill(const struct change_reader *r, const struct str *row, struct change *c, struct error *err)
{
	struct str action = get(r, row, C_ACTION), reason = get(r, row, C_REASON), digest = get(r, row, C_DIGEST);
	uint64_t line, column, off, len;
	bool known, has_len;
	int i;

	for (i = 0; i < CHANGE_OTHER && !str_eq(action, str_from(action_names[i])); i++)
		;
	c->action = (enum change_action)i;
	for (i = 0; i < REASON_OTHER && !str_eq(reason, str_from(reason_names[i])); i++)
		;
	c->reason = (enum change_reason)i;
	c->model = get(r, row, C_MODEL);
	c->app = get(r, row, C_APP);
	c->service = get(r, row, C_SERVICE);
	c->file = get(r, row, C_FILE);
	c->old = get(r, row, C_OLD);
	c->new = get(r, row, C_NEW);
	c->detail = get(r, row, C_DETAIL);
	if (get_uint(r, row, C_APP_NUM, &c->app_num, &known, err) < 0 ||
	    get_uint(r, row, C_LINE, &line, &known, err) < 0 || get_uint(r, row, C_COLUMN, &column, &known, err) < 0 ||
	    get_uint(r, row, C_OFFSET, &off, &c->has_span, err) < 0 ||
	    get_uint(r, row, C_LENGTH, &len, &has_len, err) < 0)
		return -1;
	c->line = (size_t)line;
	c->column = (size_t)column;
	c->span = (struct span){ (size_t)off, (size_t)len };
	if (c->has_span != has_len) {
		error_set(err, "offset and length go together; one of them is empty");
		return fail_here(r, err);
	}
	c->has_digest = digest.len != 0;
	c->digest = 0;
	if (c->has_digest && !text_digest_parse(digest, &c->digest)) {
		error_set(err, "the digest is not of the form xxh3:<16 hex digits>");
		return fail_here(r, err);
	}
	return 0;
}

static int
open_fleet(struct change_reader *r, struct error *err)
{
	const struct str *row;
	struct change c;
	int got = stream_next(r->stream, &row, err);

	if (got < 0 || (got > 0 && fill(r, row, &c, err) < 0))
		return -1;
	if (got == 0 || c.action != CHANGE_FLEET || c.new.len == 0 || c.new.ptr[0] != '/') {
		error_set(err, "the changes do not open with a fleet record that gives the root: run plan again, and keep "
		    "its first row when you filter");
		return error_place(err, str_from(stream_name(r->stream)), got ? stream_line(r->stream) : 0, 0);
	}
	buf_add_str(&r->root, c.new);
	buf_add_str(&r->plan, c.old);
	r->count = 1;
	return 0;
}

int
change_reader_open(struct change_reader **ret, int fd, const char *name, bool partial, struct error *err)
{
	struct change_reader *r = mem_zero(1, sizeof *r);

	r->partial = partial;
	if (stream_open(&r->stream, fd, name, err) < 0)
		goto fail;
	for (int i = 0; i < CHANGE_COLUMNS; i++) {
		r->index[i] = stream_column(r->stream, change_columns[i]);
		if (r->index[i] < 0) {
			error_set(err, "no column '%s': changes are expected here, as plan writes them", change_columns[i]);
			error_place(err, str_from(name), 1, 0);
			goto fail;
		}
	}
	if (open_fleet(r, err) < 0)
		goto fail;
	*ret = r;
	return 0;
fail:
	change_reader_close(r);
	return -1;
}

void
change_reader_close(struct change_reader *r)
{
	if (!r)
		return;
	stream_close(r->stream);
	buf_release(&r->root);
	buf_release(&r->plan);
	free(r);
}

struct str
change_reader_root(const struct change_reader *r)
{
	return buf_str(&r->root);
}

struct str
change_reader_plan(const struct change_reader *r)
{
	return buf_str(&r->plan);
}

size_t
change_reader_line(const struct change_reader *r)
{
	return stream_line(r->stream);
}

int
change_next(struct change_reader *r, struct change *c, struct error *err)
{
	const struct str *row;
	uint64_t count;
	int got;

	while ((got = stream_next(r->stream, &row, err)) > 0) {
		if (fill(r, row, c, err) < 0)
			return -1;
		if (r->ended || c->action == CHANGE_FLEET) {
			error_set(err, r->ended ? "a row stands behind the end record: two plans in one?"
						: "a second fleet record: two plans in one?");
			return fail_here(r, err);
		}
		if (c->action != CHANGE_END) {
			r->count++;
			return 1;
		}
		r->ended = true;
		if (!r->partial && (!str_to_uint(c->new, UINT64_MAX, &count) || count != r->count)) {
			error_set(err, "the end record counts %.*s records, %llu were read: rows are missing or were added "
			    "(--partial applies a reviewed plan)", STR_ARG(c->new), (unsigned long long)r->count);
			return fail_here(r, err);
		}
	}
	if (got == 0 && !r->ended && !r->partial) {
		error_set(err, "the changes stop early: no end record, so plan did not finish (--partial applies a "
		    "reviewed plan)");
		return error_place(err, str_from(stream_name(r->stream)), 0, 0);
	}
	return got;
}
