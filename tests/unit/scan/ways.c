/* ways: a line that says how a folder is run, as a shell would part it.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "scan/ways.h"

static void
says(const char *spec, const char *folder, const char *files, const char *name, const char *others)
{
	AUTO(ways) w = WAYS_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) rest = BUF_INIT;

	if (ways_add(&w, str_from(spec), &err) < 0)
		fail_msg("%s: %s", spec, err.what);
	assert_int_equal(w.count, 1);
	buf_printf(&rest, "%.*s;%.*s", STR_ARG(w.items[0].as.env_files), STR_ARG(w.items[0].as.profiles));
	assert_true(str_eq(w.items[0].folder, str_from(folder)));
	assert_true(str_eq(w.items[0].as.files, str_from(files)));
	assert_true(str_eq(w.items[0].as.name, str_from(name)));
	assert_string_equal(rest.ptr, others);
}

static void
refuses(const char *spec, const char *why)
{
	AUTO(ways) w = WAYS_INIT;
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(ways_add(&w, str_from(spec), &err), -1);
	if (!strstr(err.what, why))
		fail_msg("%s: %s", spec, err.what);
}

static void
words_as_in_a_shell(void **state)
{
	(void)state;
	says("a", "a", "", "", ";");
	says("  a -f x.yml\t-f y.yml -p shop ", "a", "x.yml\x1fy.yml", "shop", ";");
	says("--file=x.yml 'my apps/one' --project-name \"a b\"", "my apps/one", "x.yml", "a b", ";");
	says("a --env-file 1.env --env-file=2.env --profile p --profile q", "a", "", "", "1.env,2.env;p,q");
	says("a\\ b -f '-x.yml' -p one -p two", "a b", "-x.yml", "two", ";");
}

static void
what_is_no_way(void **state)
{
	(void)state;
	refuses("", "begins with its folder");
	refuses("-f x.yml", "begins with its folder");
	refuses("a b", "'b' is a second folder: one is 'a'");
	refuses("a -d", "'-d' is none of -f, -p, --env-file and --profile");
	refuses("a -f", "--file needs a value");
	refuses("'a", "a quote that is not closed");
}

static void
lines_of_a_file(void **state)
{
	AUTO(ways) w = WAYS_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	scratch_put("good", "# how they are run\n\na -f x.yml\r\n  b\n");
	assert_int_equal(ways_read(&w, "good", &err), 0);
	assert_int_equal(w.count, 2);
	assert_true(str_eq(w.items[0].as.files, STR("x.yml")));
	scratch_put("bad", "a\nb c\n");
	assert_int_equal(ways_read(&w, "bad", &err), -1);
	scratch_error(&err, "bad", 2, "second folder");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(words_as_in_a_shell),
		scratch_test(what_is_no_way),
		scratch_test(lines_of_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
