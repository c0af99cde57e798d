/* finding: one fact of a fleet, with the place that decides it.
 * SPDX-License-Identifier: MIT */
#include "stream/finding.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/error.h"
#include "stream/record.h"
#include "base/text.h"

enum column {
	C_RECORD,
	C_MODEL,
	C_APP_NUM,
	C_APP,
	C_SERVICE,
	C_ROLE,
	C_HOST_IP,
	C_HOST_PORT,
	C_CONTAINER_PORT,
	C_PROTOCOL,
	C_VALUE,
	C_VARIABLE,
	C_ORIGIN,
	C_FILE,
	C_LINE,
	C_COLUMN,
	C_OFFSET,
	C_LENGTH,
	C_DIGEST,
	C_PROFILE,
	C_NETWORK_MODE,
	C_DETAIL,
	C_RAW,
	C_CHAIN,
	C_SITE_FILE,
	C_SITE_LINE,
	C_SITE_COLUMN,
	C_SITE_OFFSET,
	C_SITE_LENGTH,
	C_SITE_RAW,
	C_WHOLE,
	C_REPLICAS,
	C_ALIAS_FILE,
	C_ALIAS_LINE,
	C_ALIAS_COLUMN,
	C_ALIAS_OFFSET,
	C_ALIAS_LENGTH,
	C_ALIAS_RAW,
	C_ALIAS_TEXT,
	C_ALIAS_AT
};

const char *const finding_columns[FINDING_COLUMNS] = {
	"record", "model", "app_num", "app", "service", "role", "host_ip", "host_port", "container_port",
	"protocol", "value", "variable", "origin", "file", "line", "column", "offset", "length", "digest",
	"profile", "network_mode", "detail", "raw", "chain", "site_file", "site_line", "site_column",
	"site_offset", "site_length", "site_raw", "whole", "replicas", "alias_file", "alias_line",
	"alias_column", "alias_offset", "alias_length", "alias_raw", "alias_text", "alias_at",
};

static const char *const record_names[] = {
	[FINDING_FLEET] = "fleet", [FINDING_APP] = "app", [FINDING_FILE] = "file", [FINDING_PORT] = "port",
	[FINDING_NAME] = "name", [FINDING_PROJECT] = "project", [FINDING_VOLUME] = "volume",
	[FINDING_NETWORK] = "network", [FINDING_SETTING] = "setting", [FINDING_USE] = "use",
	[FINDING_REFERENCE] = "reference", [FINDING_GAP] = "gap", [FINDING_WARNING] = "warning",
	[FINDING_PROBLEM] = "problem", [FINDING_END] = "end",
};

#define WORD(text) { text, sizeof text - 1 }

static const struct str role_words[] = {
	[ROLE_NONE] = STR_INIT,
	[ROLE_ADDRESS] = WORD("address"),
	[ROLE_ARGS] = WORD("args"),
	[ROLE_BACKEND] = WORD("backend"),
	[ROLE_BASE] = WORD("base"),
	[ROLE_COMMAND] = WORD("command"),
	[ROLE_COMPOSE] = WORD("compose"),
	[ROLE_CONTAINER] = WORD("container"),
	[ROLE_CONTAINER_PORT] = WORD("container-port"),
	[ROLE_DERIVED] = WORD("derived"),
	[ROLE_ENV] = WORD("env"),
	[ROLE_ENVIRONMENT] = WORD("environment"),
	[ROLE_EXAMPLE] = WORD("example"),
	[ROLE_EXPLICIT] = WORD("explicit"),
	[ROLE_FILE] = WORD("file"),
	[ROLE_FRONTEND] = WORD("frontend"),
	[ROLE_HOST_PORT] = WORD("host-port"),
	[ROLE_IMAGE] = WORD("image"),
	[ROLE_LABELS] = WORD("labels"),
	[ROLE_LAYOUT] = WORD("layout"),
	[ROLE_MENTION] = WORD("mention"),
	[ROLE_NAME] = WORD("name"),
	[ROLE_OVERRIDE] = WORD("override"),
	[ROLE_PLACEHOLDER] = WORD("placeholder"),
	[ROLE_TEMPLATE] = WORD("template"),
	[ROLE_VARIABLE] = WORD("variable"),
	[ROLE_OTHER] = STR_INIT,
};

struct str
finding_role_name(enum finding_role role)
{
	return role_words[role];
}

enum finding_role
finding_role_of(struct str word)
{
	size_t low = ROLE_NONE, high = ROLE_OTHER;

	if (word.len == 0)
		return ROLE_NONE;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = str_cmp(role_words[mid], word);

		if (c == 0)
			return (enum finding_role)mid;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return ROLE_OTHER;
}

struct str
finding_role_word(const struct finding *f)
{
	return f->role == ROLE_OTHER ? f->other_role : role_words[f->role];
}

const char *
finding_record_name(enum finding_record r)
{
	return r < FINDING_OTHER ? record_names[r] : "";
}

/* The five columns of a place, from FILE on. */
static void
put_place(struct str *file, struct str_digits room[static 4], const struct place *p)
{
	file[0] = p->file;
	record_place(file + 1, room, p->line, p->column, p->known, p->span);
}

void
finding_write(struct stream_writer *w, const struct finding *f)
{
	char digest[TEXT_DIGEST_SIZE];
	struct str_digits app_num, place[4], site[4], alias[4], alias_at;
	struct str row[FINDING_COLUMNS] = {
		[C_RECORD] = str_from(finding_record_name(f->record)),
		[C_MODEL] = f->id.model,
		[C_APP_NUM] = record_number(
		    &app_num, f->record != FINDING_FLEET && f->record != FINDING_END, f->id.app_num),
		[C_APP] = f->app,
		[C_SERVICE] = f->service,
		[C_ROLE] = finding_role_word(f),
		[C_HOST_IP] = f->host_ip,
		[C_HOST_PORT] = f->host_port,
		[C_CONTAINER_PORT] = f->container_port,
		[C_PROTOCOL] = f->protocol,
		[C_VALUE] = f->value,
		[C_VARIABLE] = f->variable,
		[C_ORIGIN] = str_from(origin_names[f->origin]),
		[C_PROFILE] = f->profile,
		[C_NETWORK_MODE] = f->network_mode,
		[C_DETAIL] = f->detail,
		[C_RAW] = f->place.raw,
		[C_CHAIN] = f->chain,
		[C_SITE_RAW] = f->site.raw,
		[C_WHOLE] = f->whole,
		[C_REPLICAS] = f->replicas,
		[C_ALIAS_RAW] = f->alias.raw,
		[C_ALIAS_TEXT] = f->alias_text,
		[C_ALIAS_AT] = record_number(&alias_at, f->alias.known, f->alias_at),
	};

	put_place(&row[C_FILE], place, &f->place);
	put_place(&row[C_SITE_FILE], site, &f->site);
	put_place(&row[C_ALIAS_FILE], alias, &f->alias);
	if (f->record == FINDING_FILE) {	/* a length and no offset */
		row[C_OFFSET] = (struct str)STR_INIT;
		row[C_LENGTH] = record_number(&place[3], f->has_digest, f->place.span.len);
	}
	if (f->has_digest) {
		text_digest_format(f->digest, digest);
		row[C_DIGEST] = str_from(digest);
	}
	stream_row(w, row, FINDING_COLUMNS);
}

static const size_t needed[] = { C_RECORD, C_MODEL, C_APP_NUM, C_APP, C_VALUE, C_FILE, C_OFFSET, C_LENGTH };

static const struct record_kind findings = {
	.columns = finding_columns,
	.count = FINDING_COLUMNS,
	.needed = needed,
	.needed_count = sizeof needed / sizeof *needed,
	.what = "findings",
	.writer = "scan",
	.partial = "takes a filtered stream",
};

struct finding_reader {
	struct record_reader records;
	struct buf root, version;
};

/* FIRST is the place's file column; line, column, offset and length stand behind it. */
static int
get_place(const struct record_reader *r, enum column first, struct place *ret, struct error *err)
{
	bool has_length;

	ret->file = record_get(r, first);
	return record_get_place(
	    r, first + 1, &ret->line, &ret->column, &ret->known, &has_length, &ret->span, err);
}

static int
fill(const struct record_reader *r, struct finding *f, struct error *err)
{
	size_t origin = record_get_word(r, C_ORIGIN, origin_names, ORIGIN_COUNT);
	uint64_t alias_at;
	bool known;

	f->record = (enum finding_record)record_get_word(r, C_RECORD, record_names, FINDING_OTHER);
	f->id.model = record_get(r, C_MODEL);
	f->app = record_get(r, C_APP);
	f->service = record_get(r, C_SERVICE);
	f->role = finding_role_of(record_get(r, C_ROLE));
	f->other_role = f->role == ROLE_OTHER ? record_get(r, C_ROLE) : (struct str)STR_INIT;
	f->host_ip = record_get(r, C_HOST_IP);
	f->host_port = record_get(r, C_HOST_PORT);
	f->container_port = record_get(r, C_CONTAINER_PORT);
	f->protocol = record_get(r, C_PROTOCOL);
	f->value = record_get(r, C_VALUE);
	f->variable = record_get(r, C_VARIABLE);
	f->profile = record_get(r, C_PROFILE);
	f->network_mode = record_get(r, C_NETWORK_MODE);
	f->detail = record_get(r, C_DETAIL);
	f->chain = record_get(r, C_CHAIN);
	f->whole = record_get(r, C_WHOLE);
	f->replicas = record_get(r, C_REPLICAS);
	if (origin >= ORIGIN_COUNT)
		return record_bad_field(r, C_ORIGIN, err);
	f->origin = (enum origin)origin;
	if (record_get_number(r, C_APP_NUM, &f->id.app_num, &known, err) < 0 ||
	    get_place(r, C_FILE, &f->place, err) < 0 || get_place(r, C_SITE_FILE, &f->site, err) < 0 ||
	    get_place(r, C_ALIAS_FILE, &f->alias, err) < 0 ||
	    record_get_number(r, C_ALIAS_AT, &alias_at, &known, err) < 0)
		return -1;
	f->place.raw = record_get(r, C_RAW);
	f->site.raw = record_get(r, C_SITE_RAW);
	f->alias.raw = record_get(r, C_ALIAS_RAW);
	f->alias_text = record_get(r, C_ALIAS_TEXT);
	f->alias_at = (size_t)alias_at;
	return record_get_digest(r, C_DIGEST, &f->has_digest, &f->digest, err);
}

static int
open_fleet(struct finding_reader *r, struct error *err)
{
	struct finding f;
	int got = record_next(&r->records, err);

	if (got < 0 || (got > 0 && fill(&r->records, &f, err) < 0))
		return -1;
	if (got == 0 || f.record != FINDING_FLEET || f.value.len == 0 || f.value.ptr[0] != '/') {
		error_set(err,
		    "the findings do not open with a fleet record that gives the root: run scan again, and keep "
		    "its first row, above the others, when you filter or sort");
		return record_fail(&r->records, err);
	}
	buf_add_str(&r->root, f.value);
	buf_add_str(&r->version, f.detail);
	return 0;
}

int
finding_reader_open(struct finding_reader **ret, int fd, const char *name, bool partial, struct error *err)
{
	struct finding_reader *r = mem_zero(1, sizeof *r);

	if (record_open(&r->records, &findings, fd, name, partial, err) < 0 || open_fleet(r, err) < 0) {
		finding_reader_close(r);
		return -1;
	}
	*ret = r;
	return 0;
}

void
finding_reader_close(struct finding_reader *r)
{
	if (!r)
		return;
	record_release(&r->records);
	buf_release(&r->root);
	buf_release(&r->version);
	free(r);
}

struct str
finding_reader_root(const struct finding_reader *r)
{
	return buf_str(&r->root);
}

struct str
finding_reader_version(const struct finding_reader *r)
{
	return buf_str(&r->version);
}

int
finding_next(struct finding_reader *r, struct finding *f, struct error *err)
{
	int got;

	while ((got = record_next(&r->records, err)) > 0) {
		if (fill(&r->records, f, err) < 0)
			return -1;
		if (f->record == FINDING_FLEET) {
			error_set(err, "a second fleet record: findings of two fleets in one stream");
			return record_fail(&r->records, err);
		}
		if (f->record == FINDING_END && record_end(&r->records, f->value, err) < 0)
			return -1;
		if (f->record != FINDING_END && f->record != FINDING_OTHER)
			return 1;
	}
	return got;
}
