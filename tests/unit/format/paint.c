/* paint: each line of a diff has its colour, and not a byte is lost.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "format/paint.h"

static void
paints(const char *diff, const char *want)
{
	AUTO(buf) b = BUF_INIT;

	paint_diff(&b, str_from(diff));
	assert_string_equal(b.ptr ? b.ptr : "", want);
}

static void
lines_have_their_colours(void **state)
{
	(void)state;
	paints("", "");
	paints("a note", "a note");
	paints("diff --git a/x b/x\n--- a/x\n+++ b/x\n",
	    "\x1b[1mdiff --git a/x b/x\x1b[0m\n\x1b[1m--- a/x\x1b[0m\n\x1b[1m+++ b/x\x1b[0m\n");
	paints("@@ -1 +1 @@\n same\n-old\n+new\n",
	    "\x1b[36m@@ -1 +1 @@\x1b[0m\n same\n\x1b[31m-old\x1b[0m\n\x1b[32m+new\x1b[0m\n");
	paints("-\n+\n\n", "\x1b[31m-\x1b[0m\n\x1b[32m+\x1b[0m\n\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_have_their_colours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
