/* screen: of a stream a person sees the columns and rows that matter.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "format/screen.h"
#include "format/table.h"

/* What is seen of the CSV in TEXT; or the error says WHY. */
static void
sees(const char *text, struct screen_view view, const char *want, const char *why)
{
	const struct table_options opt = { .width = 0 };
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;
	FILE *f = scratch_input(text);

	assert_int_equal(screen_add(&b, fileno(f), &view, &opt, &err), why ? -1 : 0);
	assert_int_equal(fclose(f), 0);
	if (why)
		scratch_error(&err, "the output", 2, why);
	else
		assert_string_equal(b.ptr ? b.ptr : "", want);
}

static void
what_matters_is_shown(void **state)
{
	static const char text[] = "record,app,digest,line\nfleet,,x,\nport,m/app1,x,7\nend,,,1\n";

	(void)state;
	sees(text, (struct screen_view){ "record line app none", "port name" },
	    "record  line  app\n------  ----  ------\nport       7  m/app1\n", NULL);
	sees(text, (struct screen_view){ "record", NULL }, "record\n------\nfleet\nport\nend\n", NULL);
	sees(text, (struct screen_view){ "record", "gap" }, "", NULL);
	sees("record,app\nport\n", (struct screen_view){ "app", NULL }, NULL, "field");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_matters_is_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
