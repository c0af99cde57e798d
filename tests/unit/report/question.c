/* question: which words ask for what, and what is refused with which advice. Tests run in the tree's root.
 * SPDX-License-Identifier: MIT */
#include "unit/report/audited.h"

#include "report/question.h"

enum { WORDS = 4 };

/* A question whose findings, where it needs any, are those of the file FINDINGS. */
static struct question
question_of(const char *findings)
{
	static const char *files[1];

	files[0] = findings;
	return (struct question){ .findings = files, .findings_count = findings != NULL,
		.path = { "reports", NULL, NULL } };
}

static int
operands_of(const char *words, char text[200], char **operands)
{
	int n = 0;

	(void)snprintf(text, 200, "%s", words);
	for (char *w = strtok(text, " "); w; w = strtok(NULL, " "))
		operands[n++] = w;
	return n;
}

/* Of WORDS, the answer; NULL: it is refused, and the error says WHY. */
static char *
answer(const struct question *asked, const char *words, const char *why, struct answer *ret)
{
	struct question q = *asked;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;
	char text[200], *operands[WORDS];

	q.operands = operands;
	q.count = operands_of(words, text, operands);
	if (question_answer(&q, &b, ret, &err) == 0) {
		if (why)
			fail_msg("'%s' was answered", words);
		return strdup(b.ptr ? b.ptr : "");
	}
	if (!why || !strstr(err.what, why))
		fail_msg("'%s': %s", words, err.what);
	return NULL;
}

static void
refuses(const struct question *q, const char *words, const char *why)
{
	AUTO(answer) got = ANSWER_INIT;

	assert_null(answer(q, words, why, &got));
	assert_true(!got.fails && got.problems == 0 && got.files == 0 && got.note.len == 0);
}

/* The answer holds TEXT; whether the report fails is FAILS. */
static void
answers(const struct question *q, const char *words, const char *text, bool fails, size_t problems)
{
	AUTO(answer) got = ANSWER_INIT;
	char *said = answer(q, words, NULL, &got);

	if (!strstr(said, text))
		fail_msg("'%s' is answered with: %s", words, said);
	assert_int_equal(got.fails, fails);
	assert_int_equal(got.problems, problems);
	free(said);
}

/* A file with the audited stream, which is to be unlinked. */
static void
stream_file(char path[static 32])
{
	int fd;

	strcpy(path, "/tmp/berth-question-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, audited_stream, strlen(audited_stream)), (ssize_t)strlen(audited_stream));
	assert_int_equal(close(fd), 0);
}

static void
findings_are_waited_for_where_they_may_matter(void **state)
{
	static const struct { const char *words; bool waits; } cases[] = {
		{ "", true }, { "all", true }, { "conflicts", true }, { "drift", true },
		{ "no-such-report", true },
		{ "audits", false }, { "difference", false }, { "difference a b", false },
		{ "conflicts x", false }, { "all x", false },
	};
	struct question q = question_of(NULL);
	char text[200], *operands[WORDS];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		q.operands = operands;
		q.count = operands_of(cases[i].words, text, operands);
		if (question_waits(&q) != cases[i].waits)
			fail_msg("'%s'", cases[i].words);
		q.list = true;
		assert_false(question_waits(&q));
		q.list = false;
		q.findings_count = 1;
		assert_false(question_waits(&q));
		q.findings_count = 0;
	}
}

static void
a_report_is_answered(void **state)
{
	char path[32];
	struct question q;

	(void)state;
	stream_file(path);
	q = question_of(path);
	answers(&q, "conflicts", "5000/tcp", true, 1);
	answers(&q, "allocations", "5000", false, 1);
	q.format = "json";
	answers(&q, "conflicts", "{\"kind\":\"port\"", true, 1);
	q.format = "html";
	answers(&q, "", "<html", true, 1);
	answers(&q, "conflicts", "<table", true, 1);
	q.format = NULL;
	q.how.format = RENDER_HTML;
	answers(&q, "", "<html", true, 1);
	q.format = "csv";
	refuses(&q, "", "name a report");
	assert_int_equal(unlink(path), 0);
	refuses(&q, "conflicts", "cannot open it");
}

static void
the_reports_are_listed(void **state)
{
	struct question q = question_of(NULL);

	(void)state;
	q.list = true;
	answers(&q, "", "conflicts", false, 0);
	refuses(&q, "conflicts", "leave 'conflicts' out");
}

static void
what_is_asked_wrongly_is_told(void **state)
{
	static const struct {
		const char *words, *want;
	} cases[] = {
		{ "", "name a report" },
		{ "all", "report all --out DIR" },
		{ "all all", "one report at a time" },
		{ "conflicts drift", "one report at a time" },
		{ "ports 80", "berth report ports | grep ^80," },
		{ "conflicts README.md", "report --findings README.md conflicts" },
		{ "conflicts -", "one report at a time" },
		{ "conflicts drift README.md", "one report at a time" },
		{ "difference", "report difference A B" },
		{ "difference README.md", "report difference A B" },
		{ "difference a b c", "report difference A B" },
		{ "difference /nowhere /nothing", "" },
		{ "no-such-report", "no-such-report" },
	};
	struct question q = question_of("/nowhere");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		refuses(&q, cases[i].words, cases[i].want);
	q.format = "cvs";
	refuses(&q, "conflicts", "csv");
	q.format = NULL;
	q.out = "/nowhere/out";
	refuses(&q, "", "report all --out DIR");
	refuses(&q, "conflicts", "report all --out DIR");
	refuses(&q, "difference a b", "report all --out DIR");
	q.how.format = RENDER_HTML;
	refuses(&q, "", "report all --out DIR");
}

static void
all_reports_go_to_a_folder(void **state)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(answer) got = ANSWER_INIT;
	char path[32], folder[] = "/tmp/berth-out-XXXXXX";
	struct question q;

	(void)state;
	stream_file(path);
	assert_non_null(mkdtemp(folder));
	q = question_of(path);
	q.out = folder;
	free(answer(&q, "all", NULL, &got));
	assert_true(got.fails && got.files >= 10 && got.problems == 1);
	buf_printf(&b, "%s/conflicts.csv", folder);
	assert_int_equal(access(b.ptr, R_OK), 0);
	assert_int_equal(nftw(folder, scratch_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
	assert_int_equal(unlink(path), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_are_waited_for_where_they_may_matter),
		cmocka_unit_test(a_report_is_answered),
		cmocka_unit_test(the_reports_are_listed),
		cmocka_unit_test(what_is_asked_wrongly_is_told),
		cmocka_unit_test(all_reports_go_to_a_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
