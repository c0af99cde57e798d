/* path: paths joined, taken apart, and compared.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/path.h"

static void
is(struct str got, const char *want)
{
	assert_int_equal(got.len, str_from(want).len);
	assert_memory_equal(got.ptr ? got.ptr : "", want, got.len);
}

static void
a_clean_path_has_no_way_out(void **state)
{
	static const char *const good[] = { "a", "a/b", ".env", "a/..b", "...", "a b\n" };
	static const char *const bad[] = { "", "/", "/a", "a/", "a//b", ".", "..", "./a", "a/.", "a/../b",
		"a/.." };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(path_is_clean(str_from(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(path_is_clean(str_from(bad[i])));
	assert_false(path_is_clean(STR("a\0b")));
	assert_true(path_is_absolute(STR("/a")));
	assert_false(path_is_absolute(STR("a/")));
	assert_false(path_is_absolute((struct str)STR_INIT));
}

static void
joined(void **state)
{
	AUTO(arena) a = ARENA_INIT;

	(void)state;
	is(path_join(&a, STR("a"), STR("b")), "a/b");
	is(path_join(&a, STR("."), STR("b/c")), "b/c");
	is(path_join(&a, (struct str)STR_INIT, STR("b")), "b");
	is(path_join(&a, STR("/"), STR("b")), "/b");
	is(path_join(&a, STR("/a/"), STR("b")), "/a/b");
	assert_string_equal(path_join(&a, STR("."), (struct str){ "bc", 1 }).ptr, "b");
}

static void
resolved(void **state)
{
	static const char *const cases[][3] = {
		{ "a", "b", "a/b" }, { ".", ".", "." }, { "", "", "." }, { "a/b", "../c", "a/c" },
		{ "a", "..", "." },
		{ "a", "../..", ".." }, { "a", "../../b", "../b" }, { "..", "..", "../.." },
		{ "..", "a", "../a" },
		{ "/a", "../..", "/" }, { "/", "../a", "/a" }, { "a", "/b//c/./d", "/b/c/d" },
		{ "a/", "./b/", "a/b" },
		{ "../a", "../../b", "../../b" }, { "/a/b", ".", "/a/b" }, { "a/b/c", "../../..", "." },
	};
	AUTO(arena) a = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str got = path_resolve(&a, str_from(cases[i][0]), str_from(cases[i][1]));

		is(got, cases[i][2]);
		assert_string_equal(got.ptr, cases[i][2]);
	}
}

static void
taken_apart(void **state)
{
	(void)state;
	is(path_folder(STR("a/b/c")), "a/b");
	is(path_folder(STR("a")), ".");
	is(path_folder(STR("/a")), "/");
	is(path_folder(STR("/")), "/");
	is(path_folder((struct str)STR_INIT), ".");
	is(path_name(STR("a/b/c")), "c");
	is(path_name(STR("a")), "a");
	is(path_name(STR("a/")), "");
	is(path_name((struct str)STR_INIT), "");
}

static void
below(void **state)
{
	static const struct {
		const char *path, *folder, *rest;
	} cases[] = {
		{ "a/b", "a", "b" }, { "ab", "a", NULL }, { "a", "a", "." }, { "a", "a/b", NULL },
		{ "/a/b", "/", "a/b" },
		{ "/", "/", "." }, { "/a/b", "/a/", "b" }, { "a/b", ".", "a/b" }, { "../a", ".", NULL },
		{ "..", ".", NULL },
		{ "..a", ".", "..a" }, { "/a", ".", NULL }, { ".", ".", "." }, { "a", "/", NULL },
		{ "", "a", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str path = str_from(cases[i].path), folder = str_from(cases[i].folder),
			   rest = STR_INIT;
		bool is_same = str_eq(path, folder);

		assert_int_equal(path_relative(path, folder, &rest), cases[i].rest != NULL);
		if (cases[i].rest)
			is(rest, cases[i].rest);
		assert_int_equal(path_is_below(path, folder), cases[i].rest && !is_same);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_path_has_no_way_out),
		cmocka_unit_test(joined),
		cmocka_unit_test(resolved),
		cmocka_unit_test(taken_apart),
		cmocka_unit_test(below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
