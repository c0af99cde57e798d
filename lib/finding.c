/* finding: one fact of a fleet, with the place that decides it.
 * SPDX-License-Identifier: MIT */
#include "finding.h"

#include <stdlib.h>

#include "buf.h"
#include "error.h"
#include "text.h"

enum column {
	C_RECORD, C_MODEL, C_APP_NUM, C_APP, C_SERVICE, C_ROLE, C_HOST_IP, C_HOST_PORT, C_CONTAINER_PORT, C_PROTOCOL,
	C_VALUE, C_VARIABLE, C_ORIGIN, C_FILE, C_LINE, C_COLUMN, C_OFFSET, C_LENGTH, C_DIGEST, C_PROFILE, C_NETWORK_MODE,
	C_DETAIL, C_RAW, C_CHAIN, C_SITE_FILE, C_SITE_LINE, C_SITE_COLUMN, C_SITE_OFFSET, C_SITE_LENGTH, C_SITE_RAW,
	C_WHOLE, C_REPLICAS, C_ALIAS_FILE, C_ALIAS_LINE, C_ALIAS_COLUMN, C_ALIAS_OFFSET, C_ALIAS_LENGTH, C_ALIAS_RAW,
	C_ALIAS_TEXT, C_ALIAS_AT
};

const char *const finding_columns[FINDING_COLUMNS] = {
	"record", "model", "app_num", "app", "service", "role", "host_ip", "host_port", "container_port", "protocol",
	"value", "variable", "origin", "file", "line", "column", "offset", "length", "digest", "profile", "network_mode",
	"detail", "raw", "chain", "site_file", "site_line", "site_column", "site_offset", "site_length", "site_raw",
	"whole", "replicas", "alias_file", "alias_line", "alias_column", "alias_offset", "alias_length", "alias_raw",
	"alias_text", "alias_at",
};

static const char *const record_names[] = {
	[FINDING_FLEET] = "fleet", [FINDING_APP] = "app", [FINDING_FILE] = "file", [FINDING_PORT] = "port",
	[FINDING_NAME] = "name", [FINDING_PROJECT] = "project", [FINDING_VOLUME] = "volume",
	[FINDING_NETWORK] = "network", [FINDING_SETTING] = "setting", [FINDING_USE] = "use",
	[FINDING_REFERENCE] = "reference", [FINDING_GAP] = "gap", [FINDING_WARNING] = "warning",
	[FINDING_PROBLEM] = "problem", [FINDING_END] = "end",
};

static const char *const origin_names[] = {
	[ORIGIN_NONE] = "", [ORIGIN_LITERAL] = "literal", [ORIGIN_ENV] = "env", [ORIGIN_DEFAULT] = "default",
};

const char *
finding_record_name(enum finding_record r)
{
	return r < FINDING_OTHER ? record_names[r] : "";
}

const char *
origin_name(enum origin o)
{
	return origin_names[o];
}

/* A number's digits in the room of a row. */
struct digits {
	char bytes[24];
};

static struct str
optional(struct digits *room, bool is_there, uint64_t n)
{
	char *end = room->bytes + sizeof room->bytes, *p = end;

	if (!is_there)
		return (struct str)STR_INIT;
	do
		*--p = (char)('0' + n % 10);
	while (n /= 10);
	return (struct str){ p, (size_t)(end - p) };
}

/* The five columns of a place, from FILE on; a file record has a length and no offset. */
static void
put_place(struct str *file, struct digits *room, const struct finding_place *p, bool is_file, bool is_there)
{
	file[0] = p->file;
	file[1] = optional(&room[0], p->line != 0, p->line);
	file[2] = optional(&room[1], p->column != 0, p->column);
	file[3] = optional(&room[2], p->known && !is_file, p->span.off);
	file[4] = optional(&room[3], is_file ? is_there : p->known, p->span.len);
}

void
finding_write(struct stream_writer *w, const struct finding *f)
{
	char digest[TEXT_DIGEST_SIZE];
	struct digits app_num, place[4], site[4], alias[4], alias_at;
	struct str row[FINDING_COLUMNS] = {
		[C_RECORD] = str_from(finding_record_name(f->record)), [C_MODEL] = f->model,
		[C_APP_NUM] = optional(&app_num, f->record != FINDING_FLEET && f->record != FINDING_END, f->app_num),
		[C_APP] = f->app, [C_SERVICE] = f->service, [C_ROLE] = f->role, [C_HOST_IP] = f->host_ip,
		[C_HOST_PORT] = f->host_port, [C_CONTAINER_PORT] = f->container_port, [C_PROTOCOL] = f->protocol,
		[C_VALUE] = f->value, [C_VARIABLE] = f->variable, [C_ORIGIN] = str_from(origin_name(f->origin)),
		[C_PROFILE] = f->profile, [C_NETWORK_MODE] = f->network_mode, [C_DETAIL] = f->detail,
		[C_RAW] = f->place.raw, [C_CHAIN] = f->chain, [C_SITE_RAW] = f->site.raw, [C_WHOLE] = f->whole,
		[C_REPLICAS] = f->replicas, [C_ALIAS_RAW] = f->alias.raw, [C_ALIAS_TEXT] = f->alias_text,
		[C_ALIAS_AT] = optional(&alias_at, f->alias.known, f->alias_at),
	};

	put_place(&row[C_FILE], place, &f->place, f->record == FINDING_FILE, f->has_digest);
	put_place(&row[C_SITE_FILE], site, &f->site, false, false);
	put_place(&row[C_ALIAS_FILE], alias, &f->alias, false, false);
	if (f->has_digest) {
		text_digest_format(f->digest, digest);
		row[C_DIGEST] = str_from(digest);
	}
	stream_row(w, row, FINDING_COLUMNS);
}

struct finding_reader {
	struct stream *stream;
	bool partial, ended;
	int index[FINDING_COLUMNS];	/* where each column stands in this stream; -1: not there */
	uint64_t count;			/* records read so far, end excluded */
	struct buf root, version;
};

static struct str
get(const struct finding_reader *r, const struct str *row, enum column c)
{
	return r->index[c] < 0 ? (struct str)STR_INIT : row[r->index[c]];
}

static int
bad_field(const struct finding_reader *r, enum column c, struct str got, struct error *err)
{
	error_set(err, "column %s holds '%.*s', which is not what scan writes there", finding_columns[c],
	    (int)(got.len < 80 ? got.len : 80), got.ptr ? got.ptr : "");
	return error_place(err, str_from(stream_name(r->stream)), stream_line(r->stream), 0);
}

static int
get_uint(const struct finding_reader *r, const struct str *row, enum column c, uint64_t *ret, bool *ret_known,
    struct error *err)
{
	struct str s = get(r, row, c);

	*ret = 0;
	*ret_known = s.len != 0;
	if (s.len && !str_to_uint(s, SIZE_MAX / 2, ret))
		return bad_field(r, c, s, err);
	return 0;
}

/* FIRST is the place's file column; line, column, offset and length stand behind it in enum column. */
static int
get_place(const struct finding_reader *r, const struct str *row, enum column first, struct finding_place *ret,
    struct error *err)
{
	uint64_t line, column, off, len;
	bool known;

	ret->file = get(r, row, first);
	if (get_uint(r, row, first + 1, &line, &known, err) < 0 ||
	    get_uint(r, row, first + 2, &column, &known, err) < 0 ||
	    get_uint(r, row, first + 4, &len, &known, err) < 0 ||
	    get_uint(r, row, first + 3, &off, &ret->known, err) < 0)
		return -1;
	ret->line = (size_t)line;
	ret->column = (size_t)column;
	ret->span = (struct span){ (size_t)off, (size_t)len };
	return 0;
}

static enum finding_record
record_of(struct str s)
{
	for (int i = 0; i < FINDING_OTHER; i++)
		if (str_eq(s, str_from(record_names[i])))
			return (enum finding_record)i;
	return FINDING_OTHER;
}

static int
get_origin(const struct finding_reader *r, const struct str *row, enum origin *ret, struct error *err)
{
	struct str s = get(r, row, C_ORIGIN);

	for (int i = ORIGIN_NONE; i <= ORIGIN_DEFAULT; i++)
		if (str_eq(s, str_from(origin_names[i]))) {
			*ret = (enum origin)i;
			return 0;
		}
	return bad_field(r, C_ORIGIN, s, err);
}

static int
fill(const struct finding_reader *r, const struct str *row, struct finding *f, struct error *err)
{
	struct str digest = get(r, row, C_DIGEST);
	uint64_t alias_at;
	bool known;

	f->record = record_of(get(r, row, C_RECORD));
	f->model = get(r, row, C_MODEL);
	f->app = get(r, row, C_APP);
	f->service = get(r, row, C_SERVICE);
	f->role = get(r, row, C_ROLE);
	f->host_ip = get(r, row, C_HOST_IP);
	f->host_port = get(r, row, C_HOST_PORT);
	f->container_port = get(r, row, C_CONTAINER_PORT);
	f->protocol = get(r, row, C_PROTOCOL);
	f->value = get(r, row, C_VALUE);
	f->variable = get(r, row, C_VARIABLE);
	f->profile = get(r, row, C_PROFILE);
	f->network_mode = get(r, row, C_NETWORK_MODE);
	f->detail = get(r, row, C_DETAIL);
	f->chain = get(r, row, C_CHAIN);
	f->whole = get(r, row, C_WHOLE);
	f->replicas = get(r, row, C_REPLICAS);
	if (get_uint(r, row, C_APP_NUM, &f->app_num, &known, err) < 0 || get_origin(r, row, &f->origin, err) < 0 ||
	    get_place(r, row, C_FILE, &f->place, err) < 0 || get_place(r, row, C_SITE_FILE, &f->site, err) < 0 ||
	    get_place(r, row, C_ALIAS_FILE, &f->alias, err) < 0 || get_uint(r, row, C_ALIAS_AT, &alias_at, &known, err) < 0)
		return -1;
	f->place.raw = get(r, row, C_RAW);
	f->site.raw = get(r, row, C_SITE_RAW);
	f->alias.raw = get(r, row, C_ALIAS_RAW);
	f->alias_text = get(r, row, C_ALIAS_TEXT);
	f->alias_at = (size_t)alias_at;
	f->has_digest = digest.len != 0;
	f->digest = 0;
	if (f->has_digest && !text_digest_parse(digest, &f->digest))
		return bad_field(r, C_DIGEST, digest, err);
	return 0;
}

static int
open_header(struct finding_reader *r, struct error *err)
{
	static const enum column needed[] = { C_RECORD, C_MODEL, C_APP_NUM, C_APP, C_VALUE, C_FILE, C_OFFSET, C_LENGTH };

	for (int i = 0; i < FINDING_COLUMNS; i++)
		r->index[i] = stream_column(r->stream, finding_columns[i]);
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (r->index[needed[i]] < 0) {
			error_set(err, "no column '%s': findings are expected here, as scan writes them",
			    finding_columns[needed[i]]);
			return error_place(err, str_from(stream_name(r->stream)), 1, 0);
		}
	return 0;
}

static int
open_fleet(struct finding_reader *r, struct error *err)
{
	const struct str *row;
	struct finding f;
	int got = stream_next(r->stream, &row, err);

	if (got < 0 || (got > 0 && fill(r, row, &f, err) < 0))
		return -1;
	if (got == 0 || f.record != FINDING_FLEET || f.value.len == 0 || f.value.ptr[0] != '/') {
		error_set(err, "the findings do not open with a fleet record that gives the root: run scan again, and keep "
		    "its first row when you filter");
		return error_place(err, str_from(stream_name(r->stream)), got ? stream_line(r->stream) : 0, 0);
	}
	buf_add_str(&r->root, f.value);
	buf_add_str(&r->version, f.detail);
	r->count = 1;
	return 0;
}

int
finding_reader_open(struct finding_reader **ret, int fd, const char *name, bool partial, struct error *err)
{
	struct finding_reader *r = mem_zero(1, sizeof *r);

	r->partial = partial;
	if (stream_open(&r->stream, fd, name, err) < 0 || open_header(r, err) < 0 || open_fleet(r, err) < 0) {
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
	stream_close(r->stream);
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

static int
check_end(struct finding_reader *r, const struct finding *end, struct error *err)
{
	uint64_t count;

	r->ended = true;
	if (r->partial || (str_to_uint(end->value, UINT64_MAX, &count) && count == r->count))
		return 0;
	error_set(err, "the end record counts %.*s records, %llu were read: rows are missing or were added "
	    "(--partial takes a filtered stream)", STR_ARG(end->value), (unsigned long long)r->count);
	return error_place(err, str_from(stream_name(r->stream)), stream_line(r->stream), 0);
}

int
finding_next(struct finding_reader *r, struct finding *f, struct error *err)
{
	const struct str *row;
	int got;

	while ((got = stream_next(r->stream, &row, err)) > 0) {
		if (fill(r, row, f, err) < 0)
			return -1;
		if (r->ended) {
			error_set(err, "a record stands behind the end record: two streams in one?");
			return error_place(err, str_from(stream_name(r->stream)), stream_line(r->stream), 0);
		}
		if (f->record == FINDING_END) {
			if (check_end(r, f, err) < 0)
				return -1;
			continue;
		}
		r->count++;
		if (f->record == FINDING_FLEET) {
			error_set(err, "a second fleet record: findings of two fleets in one stream");
			return error_place(err, str_from(stream_name(r->stream)), stream_line(r->stream), 0);
		}
		if (f->record != FINDING_OTHER)
			return 1;
	}
	if (got == 0 && !r->ended && !r->partial) {
		error_set(err, "the findings stop early: no end record, so the program that wrote them did not finish "
		    "(--partial takes a filtered stream)");
		return error_place(err, str_from(stream_name(r->stream)), 0, 0);
	}
	return got;
}
