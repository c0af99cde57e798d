/* page_parts: sections, tables, sentences and maps of an audit, with everything of the fleet's as text.
 * SPDX-License-Identifier: MIT */
#include "unit/report/audited.h"

#include "report/page_parts.h"
#include "report/internal.h"

static size_t
count(const struct buf *b, const char *needle)
{
	size_t n = 0;

	for (const char *p = b->ptr; (p = strstr(p, needle)); p++)
		n++;
	return n;
}

static void
has(const struct buf *b, const char *needle)
{
	if (!strstr(b->ptr, needle))
		fail_msg("'%s' is not in %s", needle, b->ptr);
}

static void
sections_are_closed(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	page_section_open(&b, STR("a\"b"), STR("<T>"));
	page_section_close(&b);
	assert_string_equal(b.ptr, "<section id=\"a&quot;b\">\n<h2>&lt;T&gt;</h2>\n</section>\n");
}

static void
prose_is_folded_away(void **state)
{
	AUTO(report) none = audited_report("SELECT 1");
	AUTO(report) r = audited_report("-- Of <a> and\n-- b.\nSELECT 1");
	AUTO(buf) b = BUF_INIT;

	(void)state;
	page_prose(&b, &none);
	assert_int_equal(b.len, 0);
	page_prose(&b, &r);
	has(&b, "<p>Of &lt;a&gt; and b.</p>");
	assert_int_equal(count(&b, "<details"), count(&b, "</details>"));
}

static void
table(struct buf *b, const char *text)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);
	AUTO(report) r = audited_report(text);
	AUTO(rows) rows = ROWS_INIT;
	AUTO(error) err = ERROR_INIT;

	buf_clear(b);
	assert_int_equal(audit_query(a, r.sql, r.path, &rows, &err), 0);
	assert_int_equal(page_table(b, a, &r, &rows, &err), 0);
	assert_int_equal(count(b, "<tr>"), count(b, "</tr>"));
	assert_int_equal(count(b, "<td"), count(b, "</td>"));
}

static void
tables_show_what_the_report_wants(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	table(&b, "-- title: T\"\n-- table: message\n-- place: file line column\n-- note: SELECT '<n>'\n"
	    "SELECT message, severity, file, line, column FROM problems");
	has(&b, "aria-label=\"T&quot;\"");
	has(&b, "<th scope=\"col\">message</th><th scope=\"col\">place</th>");
	has(&b, "&lt;bad&gt;");
	has(&b, "<td>n/<wbr>c:9</td>");
	has(&b, "<p class=\"dim\">&lt;n&gt;</p>");
	assert_null(strstr(b.ptr, "severity"));
	table(&b, "SELECT 1 AS n, 'x' AS s");
	has(&b, "<th scope=\"col\" class=\"num\">n</th><th scope=\"col\">s</th>");
	has(&b, "<td class=\"num\">1</td>");
	table(&b, "-- table: file\n-- place: file line\nSELECT file, line FROM problems");
	assert_null(strstr(b.ptr, "place</th>"));		/* the file is shown already */
	table(&b, "-- none: Not <one>\nSELECT 1 WHERE 0");
	has(&b, "<p>Not &lt;one&gt;</p>");
	assert_null(strstr(b.ptr, "<table"));
}

static void
a_broken_note_is_told(void **state)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);
	AUTO(report) r = audited_report("-- note: SELECT nowhere\nSELECT 1");
	AUTO(rows) rows = ROWS_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;

	(void)state;
	assert_int_equal(audit_query(a, r.sql, r.path, &rows, &err), 0);
	assert_int_equal(page_table(&b, a, &r, &rows, &err), -1);
	scratch_error(&err, "x.sql", 1, "nowhere");
}

static void
the_summary_is_in_sentences(void **state)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);
	AUTO_PTR(audit) none = audited(
	    "record,model,app_num,app,value,file,offset,length\nfleet,,,,/srv,,,\nend,,,,1,,,\n", NULL);
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;

	(void)state;
	assert_int_equal(page_words(&b, a, report_sentences_sql, &err), 0);
	has(&b, "<p>2 apps publish 3 host ports.</p>");
	has(&b, "<p class=\"bad\">2 of them conflict: 1 time over a host port.</p>");
	assert_null(strstr(b.ptr, "class=\"good\""));
	has(&b, "<p class=\"bad\">1 problem needs a hand: see problems.</p>");
	buf_clear(&b);
	assert_int_equal(page_words(&b, none, report_sentences_sql, &err), 0);
	has(&b, "<p class=\"good\">No two of them conflict");
}

static void
the_map_shows_now(void **state)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;

	(void)state;
	assert_int_equal(page_maps(&b, a, &err), 0);
	has(&b, "As the files have it now");
	assert_null(strstr(b.ptr, "Before the last plan"));
	has(&b, "11 ports are held, 1 of them by more than one");	/* a range is drawn whole */
	assert_int_equal(count(&b, "<section"), count(&b, "</section>"));
	buf_clear(&b);
	assert_int_equal(page_diffs(&b, a, &err), 0);
	has(&b, "The last plan changes nothing.");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_are_closed),
		cmocka_unit_test(prose_is_folded_away),
		cmocka_unit_test(tables_show_what_the_report_wants),
		cmocka_unit_test(a_broken_note_is_told),
		cmocka_unit_test(the_summary_is_in_sentences),
		cmocka_unit_test(the_map_shows_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
