/* quote: a shell reads back what was quoted.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/quote.h"

static void
quoted(const char *s, const char *want)
{
	AUTO(buf) b = BUF_INIT;

	buf_add_str(&b, STR("cd "));
	quote_add(&b, str_from(s));
	assert_string_equal(b.ptr + 3, want);
}

static void
a_shell_reads_it_back(void **state)
{
	(void)state;
	quoted("berth.db", "berth.db");
	quoted("/a-b/C_9+d.db", "/a-b/C_9+d.db");
	quoted("my db", "'my db'");
	quoted("it's", "'it'\\''s'");
	quoted("'", "''\\'''");
	quoted("$HOME", "'$HOME'");
	quoted("~/x", "'~/x'");
	quoted("", "''");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shell_reads_it_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
