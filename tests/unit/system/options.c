/* options: every way of writing an option, and an answer to every wrong one.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "system/options.h"

struct parsed {
	bool quiet, check;
	const char *db, *dry_run, *side;
	uint64_t jobs;
	struct option_list only, passed;
	enum options_outcome outcome;
	int operands, argc;
	char **argv;
};

/* Parses WORDS (blank-separated, changed) as a command line. */
static int
parse(struct parsed *p, char *words, struct error *err)
{
	static char *argv[32];
	const struct option table[] = {
		OPTION_HEADING("General"),
		OPTION_FLAG('q', "quiet", &p->quiet, "say less"),
		OPTION_NO_FLAG(0, "no-host-check", &p->check, "do not look"),
		OPTION_TEXT('d', "db", "FILE", &p->db, "the registry"),
		OPTION_OPTIONAL('n', "dry-run", "HOW", &p->dry_run, "show"),
		OPTION_UINT('j', "jobs", "N", &p->jobs, 1, 64, "at\na time"),
		OPTION_LIST('o', "only", "PATTERN", &p->only, "a part"),
		OPTION_LIST(0, "only-names", "PATTERN", &p->only, "a part"),
		OPTION_WORD(0, "side", "follow|leave|stay", &p->side, "which"),
		OPTION_PASS("port", "low|high", &p->passed, "which"),
	};
	const struct options o = { .tool = "test", .usage = "[FILE]", .purpose = "Tests.", .table = table,
		.count = sizeof table / sizeof *table, .examples = "  berth test\n", .exits = "  0  done\n" };

	*p = (struct parsed){ .check = true, .argv = argv };
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[p->argc++] = word;
	argv[p->argc] = NULL;
	return options_parse(&o, p->argc, argv, &p->outcome, &p->operands, err);
}

static bool
may_drop(const char *tool, struct str name)
{
	(void)tool;
	return !str_eq(name, STR("db"));
}

/* --no-NAME is said of what a file of options may have. */
static void
contraries(void **state)
{
	static const char *const words[] = { "t", "--quiet", "--no-quiet", "--host-check", "--no-host-check",
		"--only=a", "--no-only", "--no-port", "--no-side", "-q", "--side=stay" };
	char *argv[16];
	bool quiet = false, check = true, used;
	const char *db = NULL, *side = NULL;
	struct option_list only = { NULL, 0, 0 }, passed = { NULL, 0, 0 };
	const struct option table[] = {
		OPTION_FLAG('q', "quiet", &quiet, ""),
		OPTION_NO_FLAG(0, "no-host-check", &check, ""),
		OPTION_TEXT(0, "db", "FILE", &db, ""),
		OPTION_LIST(0, "only", "X", &only, ""),
		OPTION_WORD(0, "side", "follow|stay", &side, ""),
		OPTION_PASS("port", "low|high", &passed, ""),
	};
	unsigned char said[6] = { 0 };
	const struct options o = {
		.tool = "t", .table = table, .count = 6, .may_drop = may_drop, .said = said
	};
	enum options_outcome outcome;
	AUTO(error) err = ERROR_INIT;
	int operands;

	(void)state;
	for (size_t i = 0; i < 11; i++)
		argv[i] = (char *)(uintptr_t)words[i];
	assert_int_equal(options_parse(&o, 11, argv, &outcome, &operands, &err), 0);
	assert_true(quiet && !check && only.count == 0 && passed.count == 1);
	assert_string_equal(passed.items[0], "--no-port");
	assert_true(options_said(&o, "quiet") && !options_said(&o, "only") && !options_said(&o, "db"));
	assert_int_equal(options_take(&o, &table[3], "b", &used, &err), 0);
	assert_true(!used && only.count == 0);
	assert_int_equal(options_take(&o, &table[4], "follow", &used, &err), 0);
	assert_false(used);
	assert_string_equal(side, "stay");
	assert_int_equal(options_take(&o, &table[2], "x", &used, &err), 0);
	assert_true(used);
	assert_string_equal(db, "x");
	assert_int_equal(options_take(&o, &table[0], "yes", &used, &err), -1);
	argv[1] = (char *)(uintptr_t)"--no-db";
	error_release(&err);
	assert_int_equal(options_parse(&o, 2, argv, &outcome, &operands, &err), -1);
	option_list_release(&only);
	option_list_release(&passed);
}

static void
every_way(void **state)
{
	char words[] = "t a -qn --db=x --no-host-check b -j4 --only p1 -op2 --dry-run=patch - -- --db -q";
	AUTO(error) err = ERROR_INIT;
	struct parsed p;

	(void)state;
	assert_int_equal(parse(&p, words, &err), 0);
	assert_true(p.quiet);
	assert_false(p.check);
	assert_string_equal(p.db, "x");
	assert_int_equal(p.jobs, 4);
	assert_int_equal(p.only.count, 2);
	assert_string_equal(p.only.items[1], "p2");
	assert_string_equal(p.dry_run, "patch");
	assert_int_equal(p.argc - p.operands, 5);
	assert_string_equal(p.argv[p.operands], "a");
	assert_string_equal(p.argv[p.operands + 2], "-");
	assert_string_equal(p.argv[p.operands + 4], "-q");
	option_list_release(&p.only);
}

static void
short_and_beginnings(void **state)
{
	char words[] = "t -d y --qui --jobs 9 -n x", help[] = "t --nonsense-first-no -h",
	     first[] = "t --help --nonsense", version[] = "t a --version";
	AUTO(error) err = ERROR_INIT;
	struct parsed p;

	(void)state;
	assert_int_equal(parse(&p, words, &err), 0);
	assert_true(p.quiet);
	assert_string_equal(p.db, "y");
	assert_int_equal(p.jobs, 9);
	assert_string_equal(p.dry_run, "");
	assert_int_equal(p.argc - p.operands, 1);
	assert_int_equal(parse(&p, first, &err), 0);
	assert_int_equal(p.outcome, OPTIONS_HELP);
	assert_int_equal(parse(&p, version, &err), 0);
	assert_int_equal(p.outcome, OPTIONS_VERSION);
	assert_int_equal(parse(&p, help, &err), -1);
}

static void
wrong_ones_are_answered(void **state)
{
	static const char *const cases[][2] = {
		{ "t --quite", "did you mean --quiet?" }, { "t --zzzzzz", "no option --zzzzzz" },
		{ "t -x", "no option -x" },
		{ "t --db", "--db needs a value" }, { "t -d", "-d needs a value" },
		{ "t --quiet=yes", "takes no value" },
		{ "t --jobs=0", "from 1 to 64" }, { "t --jobs 65", "from 1 to 64" }, { "t -jx", "not 'x'" },
		{ "t --on=x", "could be --only or --only-names" },
		{ "t --versoin", "did you mean --version?" },
		{ "t --side=folow", "--side takes follow, leave or stay, not 'folow'; did you mean follow?" },
		{ "t --side=", "leave or stay, not ''" },
		{ "t --port hihg", "--port takes low or high, not 'hihg'; did you mean high?" },
		{ "t --port x", "not 'x'" },
		{ "t -quite", "no option -u" }, { "t -side", "no option -side; did you mean --side?" },
		{ "t -xs", "no option -xs (" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char words[64];
		AUTO(error) err = ERROR_INIT;
		struct parsed p;

		strcpy(words, cases[i][0]);
		assert_int_equal(parse(&p, words, &err), -1);
		if (!strstr(err.what, cases[i][1]))
			fail_msg("%s: %s", cases[i][0], err.what);
	}
}

static void
the_registry_that_is_meant(void **state)
{
	(void)state;
	assert_int_equal(setenv("BERTH_DB", "", 1), 0);
	assert_string_equal(options_db(NULL), "berth.db");
	assert_int_equal(setenv("BERTH_DB", "fleet.db", 1), 0);
	assert_string_equal(options_db(NULL), "fleet.db");
	assert_string_equal(options_db("mine.db"), "mine.db");
	assert_int_equal(unsetenv("BERTH_DB"), 0);
	assert_string_equal(options_db(NULL), "berth.db");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contraries), cmocka_unit_test(every_way),
		cmocka_unit_test(short_and_beginnings),
		cmocka_unit_test(wrong_ones_are_answered),
		cmocka_unit_test(the_registry_that_is_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
