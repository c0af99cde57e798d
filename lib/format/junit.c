/* junit: remarks as the XML of JUnit's reports, which CI servers show as tests.
 * SPDX-License-Identifier: MIT */
#include "base/arena.h"
#include "base/buf.h"
#include "format/markup.h"
#include "format/remark.h"
#include "format/rows.h"

static void
add_attribute(struct buf *b, const char *name, struct str value)
{
	buf_printf(b, " %s=\"", name);
	markup_text(b, value);
	buf_add_char(b, '"');
}

static void
add_number(struct buf *b, const char *name, uint64_t n)
{
	buf_printf(b, " %s=\"%llu\"", name, (unsigned long long)n);
}

static void
add_case(struct buf *b, const struct remarks *r, const struct remark *m)
{
	bool fails = m->level != REMARK_NOTE;

	buf_add_str(b, STR("    <testcase"));
	add_attribute(b, "classname", m->rule.len ? m->rule : r->name);
	add_attribute(b, "name", m->message);
	if (m->place.file.len)
		add_attribute(b, "file", m->place.file);
	if (m->place.line)
		add_number(b, "line", m->place.line);
	if (!fails) {
		buf_add_str(b, STR("/>\n"));
		return;
	}
	buf_add_str(b, STR("><failure"));
	add_attribute(b, "type", remark_level_name(m->level));
	add_attribute(b, "message", m->message);
	buf_add_char(b, '>');
	markup_text(b, m->place.file);
	if (m->place.line)
		buf_printf(b, ":%llu", (unsigned long long)m->place.line);
	buf_add_str(b, STR("</failure></testcase>\n"));
}

void
remark_junit(struct buf *b, const struct remarks *r)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) cases = BUF_INIT;
	size_t count = r->rows->count, failures = 0;

	for (size_t i = 0; i < count; i++) {
		struct remark m = remark_at(r, i, &a);

		failures += m.level != REMARK_NOTE;
		add_case(&cases, r, &m);
		arena_reset(&a);
	}
	if (count == 0)
		add_case(&cases, r, &(struct remark){ .level = REMARK_NOTE, .message = r->title });
	buf_add_str(b, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite"));
	add_attribute(b, "name", arena_printf(&a, "berth %.*s", STR_ARG(r->name)));
	add_number(b, "tests", count ? count : 1);
	add_number(b, "failures", failures);
	add_number(b, "errors", 0);
	buf_add_str(b, STR(">\n"));
	buf_add_str(b, buf_str(&cases));
	buf_add_str(b, STR("  </testsuite>\n</testsuites>\n"));
}
