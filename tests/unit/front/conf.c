/* conf: lines of the file, whom each is for, and what the command line says against it.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "front/conf.h"

static void
write_conf(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* How LINE is read: `NAME=VALUE`, with the file in the folder d. */
static void
reads(const char *line, const char *want)
{
	AUTO(conf) c = CONF_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;

	write_conf("d/berth.conf", line);
	assert_int_equal(conf_read(&c, "d/berth.conf", true, &err), 0);
	for (size_t i = 0; i < c.count; i++)
		buf_printf(&b, "%zu %.*s%s%s;", c.lines[i].number, STR_ARG(c.lines[i].name),
		    c.lines[i].value ? "=" : "", c.lines[i].value ? c.lines[i].value : "");
	assert_string_equal(b.len ? b.ptr : "", want);
}

static void
refuses(const char *line, const char *want)
{
	AUTO(conf) c = CONF_INIT;
	AUTO(error) err = ERROR_INIT;

	write_conf("d/berth.conf", line);
	assert_int_equal(conf_read(&c, "d/berth.conf", true, &err), -1);
	assert_int_equal(err.line, 2);
	assert_non_null(strstr(err.what, want));
}

static void
lines_are_options(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	reads("", "");
	reads("# a\n\n  \t# b\nkeep # c\n", "4 keep;");
	reads("reserve 1#2\nreserve = 3\r\nreserve=4\nreserve\t'5 # 6' # 7\n--reserve 8",
	    "1 reserve=1#2;2 reserve=3;3 reserve=4;4 reserve=5 # 6;5 reserve=8;");
	reads("layout \"\nlayout \"\"\nlayout=", "1 layout=\";2 layout=;3 layout=;");
	reads("project \"a b\" -f \"c d\"\nproject '\"a b\" -f c'", "1 project=\"a b\" -f \"c d\";"
	    "2 project=\"a b\" -f c;");
	reads("accept a\naccept /b\naccept ../c\nreserve-from -", "1 accept=d/a;2 accept=/b;3 accept=d/../c;"
	    "4 reserve-from=-;");
	reads("\xEF\xBB\xBFkeep", "1 keep;");
	refuses("keep\nkeeps\n", "no tool has an option keeps; did you mean keep?");
	refuses("keep\ndry-run\n", "for a single call");
	refuses("keep\nno-keep\n", "no tool has an option");
}

/* What the file makes of a tool NAME's options, whose command line said SAID of the rows. */
static void
gives(const char *name, unsigned char *said, bool keep, const char *layout, size_t reserves)
{
	bool is_kept = false, renumbers = false;
	const char *text = "as it was";
	struct option_list list = { NULL, 0, 0 };
	const struct option table[] = {
		OPTION_FLAG('k', "keep", &is_kept, ""),
		OPTION_TEXT(0, "layout", "X", &text, ""),
		OPTION_LIST(0, "reserve", "X", &list, ""),
		OPTION_FLAG(0, "renumber", &renumbers, ""),
	};
	const struct options o = { .tool = name, .table = table, .count = 4, .said = said };
	AUTO(conf) c = CONF_INIT;
	AUTO(error) err = ERROR_INIT;

	write_conf("d/berth.conf", "keep\nlayout l\nreserve 1\nreserve 2\ncolor never\n");
	assert_int_equal(conf_read(&c, "d/berth.conf", false, &err), 0);
	assert_int_equal(conf_apply(&c, &o, &err), 0);
	assert_int_equal(is_kept, keep);
	assert_string_equal(text, layout);
	assert_int_equal(list.count, reserves);
	assert_false(c.lines[4].is_used || c.lines[4].is_overruled);
	option_list_release(&list);
}

/* Which line gave a value, and what an option and its contrary in one file are. */
static void
a_value_has_its_line(void **state)
{
	const struct option table[] = { OPTION_NO_CONFIG };
	const struct options o = { .tool = "plan", .table = table, .count = 1 };
	AUTO(conf) c = CONF_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	write_conf("d/berth.conf", "keep\nrange 1-2\n\nrange 1-2\nrenumber\n");
	assert_int_equal(conf_read(&c, "d/berth.conf", false, &err), 0);
	assert_int_equal(conf_find_line(&c, c.lines[2].value)->number, 4);
	assert_null(conf_find_line(&c, "1-2"));
	assert_null(conf_find_line(&c, NULL));
	assert_int_equal(conf_apply(&c, &o, &err), -1);
	assert_int_equal(err.line, 5);
	assert_string_equal(err.what, "renumber and the keep of line 1 exclude one another: drop one");
}

static void
each_takes_its_own(void **state)
{
	unsigned char none[4] = { 0 }, said[4] = { 0, OPTION_SAID, OPTION_SAID, OPTION_SAID },
	    dropped[4] = { 0, 0, OPTION_DROPPED, 0 };

	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	gives("plan", none, true, "as it was", 2);
	gives("scan", none, false, "l", 0);
	gives("new", none, false, "l", 2);
	gives("cutover", none, false, "as it was", 0);
	gives("plan", said, false, "as it was", 2);	/* --renumber goes before keep */
	gives("scan", said, false, "as it was", 0);
	gives("new", dropped, false, "l", 0);
	gives("migrate", NULL, true, "l", 2);
	assert_true(conf_may_set("migrate", STR("vcs")) && !conf_may_set("plan", STR("vcs")));
}

static void
it_lies_beside_the_registry(void **state)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(conf) c = CONF_INIT;
	AUTO(error) err = ERROR_INIT;
	bool is_named;

	(void)state;
	assert_int_equal(unsetenv("BERTH_CONFIG"), 0);
	assert_true(conf_find("x/y/r.db", &b, &is_named) && !is_named);
	assert_string_equal(b.ptr, "x/y/berth.conf");
	assert_int_equal(conf_read(&c, b.ptr, is_named, &err), 0);
	assert_int_equal(c.count, 0);
	assert_int_equal(setenv("BERTH_CONFIG", "z", 1), 0);
	assert_true(conf_find("x/y/r.db", &b, &is_named) && is_named);
	assert_string_equal(b.ptr, "z");
	assert_int_equal(conf_read(&c, b.ptr, is_named, &err), -1);
	assert_int_equal(setenv("BERTH_CONFIG", "", 1), 0);
	assert_false(conf_find("x/y/r.db", &b, &is_named));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_are_options, scratch_make, scratch_clean),
		cmocka_unit_test_setup_teardown(each_takes_its_own, scratch_make, scratch_clean),
		cmocka_unit_test_setup_teardown(a_value_has_its_line, scratch_make, scratch_clean),
		cmocka_unit_test_setup_teardown(it_lies_beside_the_registry, scratch_make, scratch_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
