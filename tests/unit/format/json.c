/* json, sheet, gcc: whatever a cell holds, the format around it stands.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "format/gcc.h"
#include "format/json.h"
#include "format/rows.h"
#include "format/sheet.h"

static void
fill(struct rows *r)
{
	static const struct str names[] = { { "file", 4 }, { "line", 4 }, { "text", 4 } };
	struct cell *row;

	rows_columns(r, names, 3);
	row = rows_add(r);
	row[0] = (struct cell){ STR("a/.env"), false, false };
	row[1] = (struct cell){ STR("4"), false, true };
	row[2] = (struct cell){ STR("=1+1,\"</script>\"\n\xff\\"), false, false };
	row = rows_add(r);
	row[2] = (struct cell){ STR("-5"), false, true };
}

static void
json_is_escaped(void **state)
{
	AUTO(rows) r = ROWS_INIT;
	AUTO(rows) none = ROWS_INIT;
	AUTO(buf) b = BUF_INIT;

	(void)state;
	fill(&r);
	json_add(&b, &r);
	assert_string_equal(b.ptr,
	    "[\n {\"file\":\"a/.env\",\"line\":4,\"text\":\"=1+1,\\\"\\u003c/script\\u003e\\\"\\u000a"
	    "\xef\xbf\xbd\\\\\"},\n {\"file\":null,\"line\":null,\"text\":-5}\n]\n");
	buf_clear(&b);
	json_add(&b, &none);
	assert_string_equal(b.ptr, "[]\n");
}

static void
sheet_is_quoted_and_guarded(void **state)
{
	AUTO(rows) r = ROWS_INIT;
	AUTO(buf) b = BUF_INIT;

	(void)state;
	fill(&r);
	sheet_add(&b, &r, false);
	assert_string_equal(b.ptr, "file,line,text\na/.env,4,\"=1+1,\"\"</script>\"\"\n\xff\\\"\n,,-5\n");
	buf_clear(&b);
	sheet_add(&b, &r, true);
	assert_string_equal(b.ptr, "file,line,text\na/.env,4,\"'=1+1,\"\"</script>\"\"\n\xff\\\"\n,,-5\n");
}

static void
places_are_named_from_here(void **state)
{
	static const struct { const char *root, *here, *want; } cases[] = {
		{ "/srv/apps", "/home", "/srv/apps/a/.env:4: " }, { "/srv/apps", "/srv", "apps/a/.env:4: " },
		{ "/srv/apps", "/srv/apps", "a/.env:4: " },
		{ "/srv/apps2", "/srv/apps", "/srv/apps2/a/.env:4: " },
		{ "/", "", "/a/.env:4: " },
	};
	AUTO(rows) r = ROWS_INIT;

	(void)state;
	fill(&r);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(buf) b = BUF_INIT;

		gcc_add(&b, &r, (struct gcc_columns){ 0, 1, -1, 2 }, str_from(cases[i].root),
		    str_from(cases[i].here));
		assert_true(str_starts(buf_str(&b), str_from(cases[i].want)));
		assert_true(str_ends(buf_str(&b), STR("=1+1,\"</script>\"\\n\\xff\\\nberth: -5\n")));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_is_escaped),
		cmocka_unit_test(sheet_is_quoted_and_guarded),
		cmocka_unit_test(places_are_named_from_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
