/* change: one planned edit of a fleet.
 * SPDX-License-Identifier: MIT */
#include "stream/change.h"

#include <stdlib.h>

#include "base/error.h"
#include "stream/record.h"

static const struct str action_texts[] = {
	[CHANGE_FLEET] = COLUMN_WORD_INIT("fleet"),
	[CHANGE_REPLACE] = COLUMN_WORD_INIT("replace"),
	[CHANGE_INSERT] = COLUMN_WORD_INIT("insert"),
	[CHANGE_COPY] = COLUMN_WORD_INIT("copy"),
	[CHANGE_CREATE] = COLUMN_WORD_INIT("create"),
	[CHANGE_PROBLEM] = COLUMN_WORD_INIT("problem"),
	[CHANGE_NOTE] = COLUMN_WORD_INIT("note"),
	[CHANGE_END] = COLUMN_WORD_INIT("end"),
};

static const struct str reason_texts[] = {
	[REASON_NONE] = COLUMN_WORD_INIT(""),
	[REASON_PORT] = COLUMN_WORD_INIT("port"),
	[REASON_CONTAINER_NAME] = COLUMN_WORD_INIT("container-name"),
	[REASON_PROJECT_NAME] = COLUMN_WORD_INIT("project-name"),
	[REASON_ENV_FILE] = COLUMN_WORD_INIT("env-file"),
	[REASON_REFERENCE] = COLUMN_WORD_INIT("reference"),
	[REASON_EXAMPLE] = COLUMN_WORD_INIT("example"),
	[REASON_TEMPLATE] = COLUMN_WORD_INIT("template"),
	[REASON_ADDRESS] = COLUMN_WORD_INIT("address"),
	[REASON_IMAGE] = COLUMN_WORD_INIT("image-tag"),
	[REASON_OVERRIDE] = COLUMN_WORD_INIT("override"),
};

static const struct column_words action_words = { action_texts, CHANGE_OTHER, .is_open = true };
static const struct column_words reason_words = { reason_texts, REASON_OTHER, .is_open = true };

/* Which records have a column. */
#define ALL (~UINT32_C(0))
#define OF_APPS (ALL & ~(UINT32_C(1) << CHANGE_FLEET | UINT32_C(1) << CHANGE_END))

#define OFFSET(name) offsetof(struct change, name)
#define AT(name) .member = OFFSET(name)

static const struct column columns[] = {
	{ "action", COLUMN_WORD, AT(action), .records = ALL, .words = &action_words },
	{ "model", COLUMN_TEXT, AT(id.model), .records = OF_APPS },
	{ "app_num", COLUMN_NUMBER, AT(id.app_num), .records = OF_APPS },
	{ "app", COLUMN_TEXT, AT(app), .records = OF_APPS },
	{ "service", COLUMN_TEXT, AT(service), .records = OF_APPS },
	{ "file", COLUMN_TEXT, AT(file), .records = OF_APPS },
	{ "line", COLUMN_POSITION, AT(line), .records = OF_APPS },
	{ "column", COLUMN_POSITION, AT(column), .records = OF_APPS },
	{ "offset", COLUMN_OFFSET, AT(span.off), .records = OF_APPS, .flag = OFFSET(has_span) },
	{ "length", COLUMN_LENGTH, AT(span.len), .records = OF_APPS, .flag = OFFSET(has_span) },
	{ "digest", COLUMN_DIGEST, AT(digest), .records = OF_APPS, .flag = OFFSET(has_digest) },
	{ "old", COLUMN_TEXT, AT(old), .records = ALL },
	{ "new", COLUMN_TEXT, AT(new), .records = ALL },
	{ "reason", COLUMN_WORD, AT(reason), .records = OF_APPS, .words = &reason_words },
	{ "detail", COLUMN_TEXT, AT(detail), .records = ALL },
	{ "root_id", COLUMN_TEXT, AT(root_id), .records = UINT32_C(1) << CHANGE_FLEET, .is_later = true },
	{ "host", COLUMN_TEXT, AT(host), .records = UINT32_C(1) << CHANGE_FLEET, .is_later = true },
};

const struct column_table change_table = { columns, sizeof columns / sizeof *columns };

static const struct record_kind changes = {
	.table = &change_table,
	.size = sizeof(struct change),
	.needs_all = true,
	.fleet = CHANGE_FLEET,
	.end = CHANGE_END,
	.value = OFFSET(new),
	.about = OFFSET(old),
	.root_id = OFFSET(root_id),
	.what = "changes",
	.writer = "plan",
	.partial = "applies a reviewed plan",
	.twice = "two plans in one?",
};

struct str
change_action_name(enum change_action action)
{
	return action < CHANGE_OTHER ? action_texts[action] : (struct str)STR_INIT;
}

struct str
change_reason_name(enum change_reason reason)
{
	return reason < REASON_OTHER ? reason_texts[reason] : (struct str)STR_INIT;
}

struct stream_writer *
change_writer_open(FILE *out)
{
	return record_writer_open(&change_table, out);
}

void
change_write_header(struct stream_writer *w)
{
	record_write_header(&change_table, w);
}

void
change_write(struct stream_writer *w, const struct change *c)
{
	record_write(&change_table, w, c);
}

struct change_reader {
	struct record_reader records;
	struct buf host;		/* of the fleet record */
};

int
change_reader_open(struct change_reader **ret, int fd, const char *name, bool partial, struct error *err)
{
	struct change_reader *r = mem_zero(1, sizeof *r);

	if (record_open(&r->records, &changes, fd, name, partial, err) < 0) {
		change_reader_close(r);
		return -1;
	}
	buf_add_str(&r->host, record_get(&r->records, OFFSET(host)));
	*ret = r;
	return 0;
}

void
change_reader_close(struct change_reader *r)
{
	if (!r)
		return;
	record_release(&r->records);
	buf_release(&r->host);
	free(r);
}

struct str
change_reader_host(const struct change_reader *r)
{
	return buf_str(&r->host);
}

struct str
change_reader_root(const struct change_reader *r)
{
	return buf_str(&r->records.root);
}

struct str
change_reader_root_id(const struct change_reader *r)
{
	return buf_str(&r->records.root_id);
}

struct str
change_reader_plan(const struct change_reader *r)
{
	return buf_str(&r->records.about);
}

size_t
change_reader_line(const struct change_reader *r)
{
	return stream_line(r->records.stream);
}

int
change_next(struct change_reader *r, struct change *c, struct error *err)
{
	int got = record_next(&r->records, c, err);

	if (got <= 0 || c->has_span == (record_get(&r->records, OFFSET(span.len)).len > 0))
		return got;
	error_set(err, "offset and length go together; one of them is empty");
	return record_fail(&r->records, err);
}
