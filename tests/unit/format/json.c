/* json: whatever a cell holds, the format around it stands.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "format/json.h"
#include "format/rows.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_is_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
