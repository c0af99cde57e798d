/* mount: every row of Compose's short mount syntax.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "syntax/mount.h"

static const struct row {
	const char *in, *source, *target;	/* target NULL: refused */
} rows[] = {
	{ "vv:/x", "vv", "/x" }, { "vv:/x:ro", "vv", "/x" }, { "vv:/x:what,ever", "vv", "/x" },
	{ "/x", "", "/x" },
	{ "vv", "", "vv" }, { "x", "", "x" }, { ":", "", ":" }, { "::", "", "::" }, { "a:", "", "a:" },
	{ "./d:/x", "", "/x" }, { "~/d:/x:ro", "", "/x" }, { "/d:/x", "", "/x" },
	{ "\\\\.\\pipe\\p:/x", "", "/x" },
	{ "v:/x", "", "v:/x" }, { "c:/d:/x", "", "/x" }, { "c:/d:d:/x:ro", "", "d:/x" },
	{ "vv:c:/x", "vv", "c:/x" },
	{ "\xc3\xa9:/x", "", "\xc3\xa9:/x" }, { "\xc3\xa9:/d:/x", "", "/x" },
	{ "\xe6\x97\xa5\xe6\x9c\xac:/x", "\xe6\x97\xa5\xe6\x9c\xac", "/x" },
	{ "1:/x", "1", "/x" }, { "_:/x", "_", "/x" }, { "vv:/x\n", "vv", "/x\n" }, { "\xff:/x", "", "" },
	{ "", NULL, NULL }, { ":/x", NULL, NULL }, { "/x:", NULL, NULL }, { "vv::/x", NULL, NULL },
	{ "vv:/x:", NULL, NULL },
	{ "vv:/x:ro:z", NULL, NULL }, { "vv:/x:ro:", NULL, NULL }, { "c:/d:d:/x:ro:z", NULL, NULL },
	{ ":::", NULL, NULL },
};

static void
every_row_of_the_grammar(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(mount_parser) p = NULL;

	(void)state;
	assert_int_equal(mount_parser_open(&p, &err), 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		AUTO(error) why = ERROR_INIT;
		struct mount m = { STR_INIT, STR_INIT };
		int got = mount_parse(p, str_from(rows[i].in), &m, &why);

		if (got != (rows[i].target ? 0 : -1) ||
		    (rows[i].target &&
			(!str_eq(m.source, str_from(rows[i].source)) ||
			    !str_eq(m.target, str_from(rows[i].target)))))
			fail_msg("'%s': %d, '%.*s' at '%.*s'", rows[i].in, got, STR_ARG(m.source),
			    STR_ARG(m.target));
		assert_int_equal(error_is_set(&why), got < 0);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(every_row_of_the_grammar) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
