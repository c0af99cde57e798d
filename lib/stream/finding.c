/* finding: one fact of a fleet, with the place that decides it.
 * SPDX-License-Identifier: MIT */
#include "stream/finding.h"

#include <stdlib.h>

#include "base/error.h"
#include "stream/column.h"
#include "stream/record.h"

static const struct str record_texts[] = {
	[FINDING_FLEET] = COLUMN_WORD_INIT("fleet"),
	[FINDING_APP] = COLUMN_WORD_INIT("app"),
	[FINDING_FILE] = COLUMN_WORD_INIT("file"),
	[FINDING_PORT] = COLUMN_WORD_INIT("port"),
	[FINDING_NAME] = COLUMN_WORD_INIT("name"),
	[FINDING_PROJECT] = COLUMN_WORD_INIT("project"),
	[FINDING_VOLUME] = COLUMN_WORD_INIT("volume"),
	[FINDING_NETWORK] = COLUMN_WORD_INIT("network"),
	[FINDING_ALIAS] = COLUMN_WORD_INIT("alias"),
	[FINDING_IMAGE] = COLUMN_WORD_INIT("image"),
	[FINDING_ADDRESS] = COLUMN_WORD_INIT("address"),
	[FINDING_ROUTE] = COLUMN_WORD_INIT("route"),
	[FINDING_MOUNT] = COLUMN_WORD_INIT("mount"),
	[FINDING_SETTING] = COLUMN_WORD_INIT("setting"),
	[FINDING_USE] = COLUMN_WORD_INIT("use"),
	[FINDING_REFERENCE] = COLUMN_WORD_INIT("reference"),
	[FINDING_GAP] = COLUMN_WORD_INIT("gap"),
	[FINDING_OPEN] = COLUMN_WORD_INIT("open"),
	[FINDING_MISSING] = COLUMN_WORD_INIT("missing"),
	[FINDING_SECRET] = COLUMN_WORD_INIT("secret"),
	[FINDING_HELD] = COLUMN_WORD_INIT("held"),
	[FINDING_WARNING] = COLUMN_WORD_INIT("warning"),
	[FINDING_PROBLEM] = COLUMN_WORD_INIT("problem"),
	[FINDING_END] = COLUMN_WORD_INIT("end"),
};

static const struct str role_texts[] = {
	[ROLE_NONE] = COLUMN_WORD_INIT(""),
	[ROLE_ADDRESS] = COLUMN_WORD_INIT("address"),
	[ROLE_ARGS] = COLUMN_WORD_INIT("args"),
	[ROLE_BACKEND] = COLUMN_WORD_INIT("backend"),
	[ROLE_BASE] = COLUMN_WORD_INIT("base"),
	[ROLE_COMMAND] = COLUMN_WORD_INIT("command"),
	[ROLE_COMPOSE] = COLUMN_WORD_INIT("compose"),
	[ROLE_CONTAINER] = COLUMN_WORD_INIT("container"),
	[ROLE_CONTAINER_PORT] = COLUMN_WORD_INIT("container-port"),
	[ROLE_DERIVED] = COLUMN_WORD_INIT("derived"),
	[ROLE_ENTRYPOINT] = COLUMN_WORD_INIT("entrypoint"),
	[ROLE_ENV] = COLUMN_WORD_INIT("env"),
	[ROLE_ENV_FILE] = COLUMN_WORD_INIT("env-file"),
	[ROLE_ENVIRONMENT] = COLUMN_WORD_INIT("environment"),
	[ROLE_EXAMPLE] = COLUMN_WORD_INIT("example"),
	[ROLE_EXPLICIT] = COLUMN_WORD_INIT("explicit"),
	[ROLE_FILE] = COLUMN_WORD_INIT("file"),
	[ROLE_FRAGMENT] = COLUMN_WORD_INIT("fragment"),
	[ROLE_FRONTEND] = COLUMN_WORD_INIT("frontend"),
	[ROLE_HANDED] = COLUMN_WORD_INIT("handed"),
	[ROLE_HEALTHCHECK] = COLUMN_WORD_INIT("healthcheck"),
	[ROLE_HOST_PORT] = COLUMN_WORD_INIT("host-port"),
	[ROLE_IMAGE] = COLUMN_WORD_INIT("image"),
	[ROLE_INCLUDE] = COLUMN_WORD_INIT("include"),
	[ROLE_LABELS] = COLUMN_WORD_INIT("labels"),
	[ROLE_LAYOUT] = COLUMN_WORD_INIT("layout"),
	[ROLE_LINE] = COLUMN_WORD_INIT("line"),
	[ROLE_LISTENER] = COLUMN_WORD_INIT("listener"),
	[ROLE_LOGGING] = COLUMN_WORD_INIT("logging"),
	[ROLE_LONG] = COLUMN_WORD_INIT("long"),
	[ROLE_MENTION] = COLUMN_WORD_INIT("mention"),
	[ROLE_NAME] = COLUMN_WORD_INIT("name"),
	[ROLE_NETWORK] = COLUMN_WORD_INIT("network"),
	[ROLE_OVERRIDE] = COLUMN_WORD_INIT("override"),
	[ROLE_PLACEHOLDER] = COLUMN_WORD_INIT("placeholder"),
	[ROLE_POOL] = COLUMN_WORD_INIT("pool"),
	[ROLE_PORT] = COLUMN_WORD_INIT("port"),
	[ROLE_PROJECT] = COLUMN_WORD_INIT("project"),
	[ROLE_ROUTER] = COLUMN_WORD_INIT("router"),
	[ROLE_SCAFFOLD] = COLUMN_WORD_INIT("scaffold"),
	[ROLE_SERVICE] = COLUMN_WORD_INIT("service"),
	[ROLE_SHORT] = COLUMN_WORD_INIT("short"),
	[ROLE_SOCKET] = COLUMN_WORD_INIT("socket"),
	[ROLE_TEMPLATE] = COLUMN_WORD_INIT("template"),
	[ROLE_VARIABLE] = COLUMN_WORD_INIT("variable"),
	[ROLE_VOLUME] = COLUMN_WORD_INIT("volume"),
};

static const struct str origin_texts[] = {
	[ORIGIN_NONE] = COLUMN_WORD_INIT(""),
	[ORIGIN_LITERAL] = COLUMN_WORD_INIT("literal"),
	[ORIGIN_ENV] = COLUMN_WORD_INIT("env"),
	[ORIGIN_DEFAULT] = COLUMN_WORD_INIT("default"),
};

static const struct str claim_texts[] = {
	[CLAIM_PORT] = COLUMN_WORD_INIT(""),
	[CLAIM_CONTAINER] = COLUMN_WORD_INIT("container"),
	[CLAIM_HOST] = COLUMN_WORD_INIT("host"),
	[CLAIM_NETWORK] = COLUMN_WORD_INIT("network"),
	[CLAIM_VOLUME] = COLUMN_WORD_INIT("volume"),
};

static const struct column_words record_words = { record_texts, FINDING_OTHER, .is_open = true };
static const struct column_words role_words = { role_texts, ROLE_OTHER, .is_open = true, .is_sorted = true };
static const struct column_words claim_words = { claim_texts, CLAIM_OTHER, .is_open = true };
static const struct column_words origin_words = { origin_texts, ORIGIN_DEFAULT + 1, .is_open = false };

/* Which records have a column. */
#define IS(record) (UINT32_C(1) << FINDING_##record)
#define OF_APPS (~(IS(FLEET) | IS(END) | IS(OTHER) | IS(HELD)))
#define HAVE_ALIAS (IS(PORT) | IS(NAME))
#define ARE_NAMES (IS(NAME) | IS(PROJECT) | IS(VOLUME) | IS(NETWORK) | IS(IMAGE))
#define PUBLISH (IS(PORT) | IS(OPEN))
#define HAVE_SITE (ARE_NAMES | IS(PORT) | IS(OPEN) | IS(SETTING) | IS(USE) | IS(GAP))

#define OFFSET(name) offsetof(struct finding, name)
#define AT(name) .member = OFFSET(name)

static const struct column columns[] = {
	{ "record", COLUMN_WORD, AT(record), .records = ~UINT32_C(0), .words = &record_words,
	    .is_needed = true },
	{ "model", COLUMN_TEXT, AT(id.model), .records = OF_APPS, .is_needed = true },
	{ "app_num", COLUMN_NUMBER, AT(id.app_num), .records = OF_APPS, .is_needed = true },
	{ "app", COLUMN_TEXT, AT(app), .records = OF_APPS, .is_needed = true },
	{ "service", COLUMN_TEXT, AT(service), .records = OF_APPS },
	{ "role", COLUMN_WORD, AT(role), .records = OF_APPS | IS(HELD), .words = &role_words,
	    .other = OFFSET(other_role) },
	{ "host_ip", COLUMN_TEXT, AT(host_ip), .records = PUBLISH | IS(HELD) },
	{ "host_port", COLUMN_PORTS, AT(host_port), .records = PUBLISH | IS(REFERENCE) | IS(HELD) },
	{ "container_port", COLUMN_TEXT, AT(container_port), .records = PUBLISH | IS(USE) },
	{ "protocol", COLUMN_TEXT, AT(protocol), .records = PUBLISH | IS(USE) | IS(HELD) | IS(ROUTE) },
	{ "value", COLUMN_TEXT, AT(value), .records = ~IS(OTHER), .is_needed = true },
	{ "variable", COLUMN_TEXT, AT(variable), .records = OF_APPS },
	{ "origin", COLUMN_WORD, AT(origin), .records = OF_APPS, .words = &origin_words },
	{ "file", COLUMN_TEXT, AT(place.file), .records = OF_APPS, .is_needed = true },
	{ "line", COLUMN_POSITION, AT(place.line), .records = OF_APPS },
	{ "column", COLUMN_POSITION, AT(place.column), .records = OF_APPS },
	{ "offset", COLUMN_OFFSET, AT(place.span.off), .records = OF_APPS & ~IS(FILE),
	    .flag = OFFSET(place.known), .is_needed = true },
	{ "length", COLUMN_LENGTH, AT(place.span.len), .records = OF_APPS, .flag = OFFSET(place.known),
	    .is_needed = true },
	{ "digest", COLUMN_DIGEST, AT(digest), .records = OF_APPS, .flag = OFFSET(has_digest) },
	{ "profile", COLUMN_TEXT, AT(profile), .records = IS(PORT) | IS(NAME) },
	{ "network_mode", COLUMN_TEXT, AT(network_mode), .records = IS(PORT) },
	{ "detail", COLUMN_TEXT, AT(detail), .records = ~(IS(END) | IS(OTHER)) },
	{ "raw", COLUMN_TEXT, AT(place.raw), .records = OF_APPS },
	{ "chain", COLUMN_TEXT, AT(chain), .records = OF_APPS },
	COLUMN_PLACE("site_", struct finding, site, HAVE_SITE),
	{ "site_raw", COLUMN_TEXT, AT(site.raw), .records = HAVE_SITE },
	{ "whole", COLUMN_TEXT, AT(whole),
	    .records = IS(PORT) | IS(REFERENCE) | IS(GAP) | IS(HELD) | IS(NETWORK) | IS(IMAGE) | IS(ROUTE) },
	{ "replicas", COLUMN_TEXT, AT(replicas),
	    .records = IS(PORT) | IS(NAME) | IS(ALIAS) | IS(ROUTE) | IS(MOUNT) | IS(ADDRESS) },
	COLUMN_PLACE("alias_", struct finding, alias, HAVE_ALIAS),
	{ "alias_raw", COLUMN_TEXT, AT(alias.raw), .records = HAVE_ALIAS },
	{ "alias_text", COLUMN_TEXT, AT(alias_text), .records = HAVE_ALIAS },
	{ "alias_at", COLUMN_LENGTH, AT(alias_at), .records = HAVE_ALIAS, .flag = OFFSET(alias.known) },
	{ "twin", COLUMN_TEXT, AT(twin), .records = IS(APP) },
	{ "is_folder", COLUMN_FLAG, AT(is_folder), .records = IS(FILE) },
	{ "unnamed", COLUMN_TEXT, AT(unnamed), .records = IS(PROJECT) },
	{ "key", COLUMN_TEXT, AT(key), .records = IS(USE) },
	{ "follows", COLUMN_FLAG, AT(follows), .records = IS(USE) | IS(REFERENCE) },
	{ "doubt", COLUMN_TEXT, AT(doubt), .records = IS(REFERENCE) | IS(FILE) },
	{ "elsewhere", COLUMN_TEXT, AT(elsewhere), .records = HAVE_ALIAS | IS(PROJECT) | IS(IMAGE) },
	COLUMN_PLACE("heir_", struct finding, heir, HAVE_ALIAS),
	{ "heir_raw", COLUMN_TEXT, AT(heir.raw), .records = HAVE_ALIAS },
	{ "root_id", COLUMN_TEXT, AT(root_id), .records = IS(FLEET) },
	{ "claim", COLUMN_WORD, AT(claim), .records = IS(REFERENCE), .words = &claim_words },
	{ "handed_to", COLUMN_TEXT, AT(handed_to), .records = IS(USE) },
	{ "before", COLUMN_TEXT, AT(before), .records = PUBLISH },
	{ "behind", COLUMN_TEXT, AT(behind), .records = PUBLISH },
	{ "keys", COLUMN_POSITION, AT(keys), .records = IS(FILE) },
	{ "target", COLUMN_TEXT, AT(target), .records = IS(FILE) },
	{ "is_unreadable", COLUMN_FLAG, AT(is_unreadable), .records = IS(FILE) },
	{ "serves", COLUMN_TEXT, AT(serves), .records = PUBLISH },
	{ "host", COLUMN_TEXT, AT(host), .records = IS(FLEET) },
	{ "scanned", COLUMN_TEXT, AT(scanned), .records = IS(FLEET) },
	{ "part", COLUMN_TEXT, AT(part), .records = IS(FLEET) },
	{ "rest", COLUMN_TEXT, AT(rest), .records = IS(PORT) },
	{ "is_open", COLUMN_FLAG, AT(is_open), .records = IS(FILE) },
	{ "asked", COLUMN_TEXT, AT(asked), .records = IS(FLEET) },
	COLUMN_PLACE("also_", struct finding, also, IS(PORT)),
	{ "also_raw", COLUMN_TEXT, AT(also.raw), .records = IS(PORT) },
};

const struct column_table finding_table = { columns, sizeof columns / sizeof *columns };

static const struct record_kind findings = {
	.table = &finding_table,
	.size = sizeof(struct finding),
	.fleet = FINDING_FLEET,
	.end = FINDING_END,
	.value = OFFSET(value),
	.about = OFFSET(detail),
	.root_id = OFFSET(root_id),
	.part = OFFSET(part),
	.what = "findings",
	.writer = "scan",
	.partial = "takes a filtered stream",
	.twice = "findings of two fleets in one stream",
};

void
finding_read_detail(struct finding *f)
{
	struct str detail = f->detail;

	if (f->record == FINDING_APP && str_starts(detail, STR(FINDING_TWIN)))
		f->twin = str_sub(detail, STR(FINDING_TWIN).len, detail.len);
	else if (f->record == FINDING_FILE)
		f->is_folder = str_eq(detail, STR("folder"));
	else if (f->record == FINDING_PROJECT)
		f->unnamed = detail;
	else if (f->record == FINDING_USE && f->role == ROLE_CONTAINER)
		f->follows = detail.len == 0;
	else if (f->record == FINDING_USE)
		f->key = detail;
}

enum finding_record
finding_record_of(struct str word)
{
	return (enum finding_record)column_word(&record_words, word);
}

struct str
finding_record_name(enum finding_record record)
{
	return record < FINDING_OTHER ? record_texts[record] : (struct str)STR_INIT;
}

struct str
finding_role_name(enum finding_role role)
{
	return role < ROLE_OTHER ? role_texts[role] : (struct str)STR_INIT;
}

enum finding_role
finding_role_of(struct str word)
{
	return (enum finding_role)column_word(&role_words, word);
}

struct str
finding_role_word(const struct finding *f)
{
	return f->role == ROLE_OTHER ? f->other_role : role_texts[f->role];
}

bool
finding_is_external(const struct finding *f)
{
	return (f->record == FINDING_VOLUME || f->record == FINDING_NETWORK) && f->role == ROLE_OTHER &&
	    str_eq(f->other_role, STR("external"));
}

bool
finding_mode_publishes_nothing(struct str mode)
{
	return str_eq(mode, STR("host")) || str_eq(mode, STR("none")) || str_starts(mode, STR("service:")) ||
	    str_starts(mode, STR("container:"));
}

struct stream_writer *
finding_writer_open(FILE *out)
{
	return record_writer_open(&finding_table, out);
}

void
finding_write_header(struct stream_writer *w)
{
	record_write_header(&finding_table, w);
}

void
finding_write(struct stream_writer *w, const struct finding *f)
{
	record_write(&finding_table, w, f);
}

struct finding_reader {
	struct record_reader records;
	struct buf host, scanned, asked;	/* of the fleet record */
	unsigned takes;				/* enum finding_takes */
	bool is_old;		/* it comes of a scan that had no column for what finding_read_detail reads */
};

/* Keeps what the fleet record and the header say. -1 where the findings are none that the reader takes. */
static int
know(struct finding_reader *r, struct error *err)
{
	buf_clear(&r->host);
	buf_clear(&r->scanned);
	buf_add_str(&r->host, record_get(&r->records, OFFSET(host)));
	buf_add_str(&r->scanned, record_get(&r->records, OFFSET(scanned)));
	buf_clear(&r->asked);
	buf_add_str(&r->asked, record_get(&r->records, OFFSET(asked)));
	r->is_old = !record_has(&r->records, OFFSET(twin));
	if ((r->takes & FINDING_TAKES_CLAIMS) || !finding_was_asked(buf_str(&r->asked), STR("--claims")))
		return 0;
	error_set(err, "these findings are of scan --claims, which says only what can clash: scan without "
	    "it");
	return record_fail(&r->records, err);
}

int
finding_reader_open(
    struct finding_reader **ret, int fd, const char *name, unsigned takes, struct error *err)
{
	struct finding_reader *r = mem_zero(1, sizeof *r);

	r->takes = takes;
	if (record_open(&r->records, &findings, fd, name, takes & FINDING_TAKES_PARTIAL, err) < 0 ||
	    know(r, err) < 0) {
		finding_reader_close(r);
		return -1;
	}
	*ret = r;
	return 0;
}

void
finding_reader_open_many(struct finding_reader **ret, int fd, const char *name, unsigned takes)
{
	struct finding_reader *r = *ret = mem_zero(1, sizeof *r);

	r->takes = takes;
	record_open_many(&r->records, &findings, fd, name, takes & FINDING_TAKES_PARTIAL,
	    "record,model,app_num,app,");
}

int
finding_reader_restart(struct finding_reader *r, struct error *err)
{
	int got;

	buf_clear(&r->host);
	got = record_restart(&r->records, err);
	return got > 0 && know(r, err) < 0 ? -1 : got;
}

void
finding_reader_close(struct finding_reader *r)
{
	if (!r)
		return;
	record_release(&r->records);
	buf_release(&r->host);
	buf_release(&r->scanned);
	buf_release(&r->asked);
	free(r);
}

struct str
finding_reader_host(const struct finding_reader *r)
{
	return buf_str(&r->host);
}

struct str
finding_reader_scanned(const struct finding_reader *r)
{
	return buf_str(&r->scanned);
}

struct str
finding_reader_asked(const struct finding_reader *r)
{
	return buf_str(&r->asked);
}

bool
finding_was_asked(struct str asked, struct str option)
{
	struct str word;

	for (size_t at = 0; str_next_part(asked, ' ', &at, &word); )
		if (str_eq(word, option))
			return true;
	return false;
}

struct str
finding_reader_root(const struct finding_reader *r)
{
	return buf_str(&r->records.root);
}

struct str
finding_reader_root_id(const struct finding_reader *r)
{
	return buf_str(&r->records.root_id);
}

struct str
finding_reader_version(const struct finding_reader *r)
{
	return buf_str(&r->records.about);
}

bool
finding_reader_is_part(const struct finding_reader *r)
{
	return r->records.is_partial || r->records.part.len > 0;
}

int
finding_next(struct finding_reader *r, struct finding *f, struct error *err)
{
	int got;

	while ((got = record_next(&r->records, f, err)) > 0 && f->record == FINDING_OTHER)
		;
	if (got > 0 && r->is_old)
		finding_read_detail(f);
	return got;
}
