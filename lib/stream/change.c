/* change: one planned edit of a fleet.
 * SPDX-License-Identifier: MIT */
#include "stream/change.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/error.h"
#include "stream/record.h"
#include "base/text.h"

enum column {
	C_ACTION,
	C_MODEL,
	C_APP_NUM,
	C_APP,
	C_SERVICE,
	C_FILE,
	C_LINE,
	C_COLUMN,
	C_OFFSET,
	C_LENGTH,
	C_DIGEST,
	C_OLD,
	C_NEW,
	C_REASON,
	C_DETAIL
};

const char *const change_columns[CHANGE_COLUMNS] = {
	"action", "model", "app_num", "app", "service", "file", "line", "column", "offset", "length",
	"digest", "old", "new", "reason", "detail",
};

static const char *const action_names[] = {
	[CHANGE_FLEET] = "fleet",
	[CHANGE_REPLACE] = "replace",
	[CHANGE_INSERT] = "insert",
	[CHANGE_COPY] = "copy",
	[CHANGE_CREATE] = "create",
	[CHANGE_PROBLEM] = "problem",
	[CHANGE_END] = "end",
};

static const char *const reason_names[] = {
	[REASON_NONE] = "", [REASON_PORT] = "port", [REASON_CONTAINER_NAME] = "container-name",
	[REASON_PROJECT_NAME] = "project-name", [REASON_ENV_FILE] = "env-file",
	[REASON_REFERENCE] = "reference", [REASON_EXAMPLE] = "example", [REASON_TEMPLATE] = "template",
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

void
change_write(struct stream_writer *w, const struct change *c)
{
	char digest[TEXT_DIGEST_SIZE];
	struct str_digits app_num, place[4];
	struct str row[CHANGE_COLUMNS] = {
		[C_ACTION] = str_from(change_action_name(c->action)),
		[C_MODEL] = c->id.model,
		[C_APP_NUM] = record_number(
		    &app_num, c->action != CHANGE_FLEET && c->action != CHANGE_END, c->id.app_num),
		[C_APP] = c->app,
		[C_SERVICE] = c->service,
		[C_FILE] = c->file,
		[C_OLD] = c->old,
		[C_NEW] = c->new,
		[C_REASON] = str_from(change_reason_name(c->reason)),
		[C_DETAIL] = c->detail,
	};

	record_place(&row[C_LINE], place, c->line, c->column, c->has_span, c->span);
	if (c->has_digest) {
		text_digest_format(c->digest, digest);
		row[C_DIGEST] = str_from(digest);
	}
	stream_row(w, row, CHANGE_COLUMNS);
}

static const struct record_kind changes = {
	.columns = change_columns, .count = CHANGE_COLUMNS, .what = "changes", .writer = "plan",
	.partial = "applies a reviewed plan",
};

struct change_reader {
	struct record_reader records;
	struct buf root, plan;
};

static int
fill(const struct record_reader *r, struct change *c, struct error *err)
{
	bool known, has_len;

	c->action = (enum change_action)record_get_word(r, C_ACTION, action_names, CHANGE_OTHER);
	c->reason = (enum change_reason)record_get_word(r, C_REASON, reason_names, REASON_OTHER);
	c->id.model = record_get(r, C_MODEL);
	c->app = record_get(r, C_APP);
	c->service = record_get(r, C_SERVICE);
	c->file = record_get(r, C_FILE);
	c->old = record_get(r, C_OLD);
	c->new = record_get(r, C_NEW);
	c->detail = record_get(r, C_DETAIL);
	if (record_get_number(r, C_APP_NUM, &c->id.app_num, &known, err) < 0 ||
	    record_get_place(r, C_LINE, &c->line, &c->column, &c->has_span, &has_len, &c->span, err) < 0 ||
	    record_get_digest(r, C_DIGEST, &c->has_digest, &c->digest, err) < 0)
		return -1;
	if (c->has_span == has_len)
		return 0;
	error_set(err, "offset and length go together; one of them is empty");
	return record_fail(r, err);
}

static int
open_fleet(struct change_reader *r, struct error *err)
{
	struct change c;
	int got = record_next(&r->records, err);

	if (got < 0 || (got > 0 && fill(&r->records, &c, err) < 0))
		return -1;
	if (got == 0 || c.action != CHANGE_FLEET || c.new.len == 0 || c.new.ptr[0] != '/') {
		error_set(err,
		    "the changes do not open with a fleet record that gives the root: run plan again, and keep "
		    "its first row, above the others, when you filter or sort");
		return record_fail(&r->records, err);
	}
	buf_add_str(&r->root, c.new);
	buf_add_str(&r->plan, c.old);
	return 0;
}

int
change_reader_open(struct change_reader **ret, int fd, const char *name, bool partial, struct error *err)
{
	struct change_reader *r = mem_zero(1, sizeof *r);

	if (record_open(&r->records, &changes, fd, name, partial, err) < 0 || open_fleet(r, err) < 0) {
		change_reader_close(r);
		return -1;
	}
	*ret = r;
	return 0;
}

void
change_reader_close(struct change_reader *r)
{
	if (!r)
		return;
	record_release(&r->records);
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
	return stream_line(r->records.stream);
}

int
change_next(struct change_reader *r, struct change *c, struct error *err)
{
	int got;

	while ((got = record_next(&r->records, err)) > 0) {
		if (fill(&r->records, c, err) < 0)
			return -1;
		if (c->action == CHANGE_FLEET) {
			error_set(err, "a second fleet record: two plans in one?");
			return record_fail(&r->records, err);
		}
		if (c->action != CHANGE_END)
			return 1;
		if (record_end(&r->records, c->new, err) < 0)
			return -1;
	}
	return got;
}
