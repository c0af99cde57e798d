/* sarif: remarks as SARIF 2.1.0 (OASIS), which code scanning takes.
 * SPDX-License-Identifier: MIT */
#include "base/arena.h"
#include "base/buf.h"
#include "format/json.h"
#include "format/remark.h"
#include "format/rows.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

/* "KEY": "VALUE", with COMMA before it where the object has something already. */
static void
add_pair(struct buf *b, const char *before, const char *key, struct str value)
{
	buf_printf(b, "%s\"%s\": ", before, key);
	json_text(b, value);
}

/* PATH as a URI: relative to the base where it is, else a file's. */
static struct str
uri_of(struct str path, struct arena *a)
{
	static const char unreserved[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
	AUTO(buf) b = BUF_INIT;

	if (path.len && path.ptr[0] == '/')
		buf_add_str(&b, STR("file://"));
	for (size_t i = 0; i < path.len; i++)
		if (str_has(str_from(unreserved), path.ptr[i]))
			buf_add_char(&b, path.ptr[i]);
		else
			buf_printf(&b, "%%%02X", (unsigned)(unsigned char)path.ptr[i]);
	return arena_dup(a, buf_str(&b));
}

static void
add_location(struct buf *b, const struct remark_place *p, struct arena *a)
{
	add_pair(b, "{\"physicalLocation\": {\"artifactLocation\": {", "uri", uri_of(p->file, a));
	if (p->file.ptr[0] != '/')
		add_pair(b, ", ", "uriBaseId", STR("%SRCROOT%"));
	buf_printf(b, "}, \"region\": {\"startLine\": %llu", p->line ? (unsigned long long)p->line : 1);
	if (p->column)
		buf_printf(b, ", \"startColumn\": %llu", (unsigned long long)p->column);
	if (p->length)
		buf_printf(b, ", \"endColumn\": %llu", (unsigned long long)p->column + p->length);
	buf_add_str(b, STR("}}"));
}

static struct str
rule_id(const struct remarks *r, struct str rule, struct arena *a)
{
	return rule.len ? arena_printf(a, "berth/%.*s/%.*s", STR_ARG(r->name), STR_ARG(rule))
			: arena_printf(a, "berth/%.*s", STR_ARG(r->name));
}

static void
add_rule(struct buf *b, const struct remarks *r, struct str rule, struct str help, struct arena *a)
{
	add_pair(b, "\n        {", "id", rule_id(r, rule, a));
	add_pair(b, ", \"shortDescription\": {", "text", r->title.len ? r->title : r->name);
	add_pair(b, "}, \"help\": {", "text", help.len ? help : r->title.len ? r->title : r->name);
	add_pair(b, "}, \"defaultConfiguration\": {", "level", remark_level_name(r->level));
	buf_add_str(b, STR("}}"));
}

static void
add_result(struct buf *b, const struct remarks *r, const struct remark *m, struct arena *a)
{
	add_pair(b, "\n      {", "ruleId", rule_id(r, m->rule, a));
	add_pair(b, ", ", "level", remark_level_name(m->level));
	add_pair(b, ", \"message\": {", "text", m->message);
	buf_add_str(b, STR("}, \"locations\": ["));
	if (m->place.file.len) {
		add_location(b, &m->place, a);
		buf_add_char(b, '}');
	}
	buf_add_char(b, ']');
	if (m->other.file.len) {
		buf_add_str(b, STR(", \"relatedLocations\": ["));
		add_location(b, &m->other, a);
		add_pair(b, ", \"message\": {", "text", STR("the other one"));
		buf_add_str(b, STR("}}]"));
	}
	buf_add_char(b, '}');
}

/* The rules that have a help, and that of the report, which all others are of. */
static void
add_driver(struct buf *b, const struct remarks *r, struct arena *a)
{
	add_pair(b, "{\n  ", "$schema", STR(SCHEMA));
	buf_add_str(b, STR(",\n  \"version\": \"2.1.0\",\n  \"runs\": [{\n    \"tool\": {\"driver\": {"));
	add_pair(b, "", "name", STR("berth"));
	if (r->version.len)
		add_pair(b, ", ", "version", r->version);
	buf_add_str(b, STR(", \"rules\": ["));
	for (size_t i = 0; i < r->rule_count; i++) {
		add_rule(b, r, r->rules[i].name, r->rules[i].help, a);
		buf_add_char(b, ',');
	}
	add_rule(b, r, STR(""), r->title, a);
	buf_add_str(b, STR("]}},"));
	if (r->here.len) {
		struct str base = arena_cat(a, uri_of(r->here, a), r->here.len > 1 ? STR("/") : STR(""));

		add_pair(b, "\n    \"originalUriBaseIds\": {\"%SRCROOT%\": {", "uri", base);
		buf_add_str(b, STR("}},"));
	}
	add_pair(b, "\n    \"automationDetails\": {", "id", arena_printf(a, "berth/%.*s/", STR_ARG(r->name)));
	buf_add_str(b, STR("},\n    \"results\": ["));
}

void
remark_sarif(struct buf *b, const struct remarks *r)
{
	AUTO(arena) a = ARENA_INIT;

	add_driver(b, r, &a);
	for (size_t i = 0; i < r->rows->count; i++) {
		struct remark m = remark_at(r, i, &a);

		if (i)
			buf_add_char(b, ',');
		add_result(b, r, &m, &a);
		arena_reset(&a);
	}
	buf_add_str(b, STR("]\n  }]\n}\n"));
}
