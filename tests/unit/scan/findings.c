/* findings: the stream is whole, counts itself, and is the same whatever the number of threads.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

static char *
written(size_t jobs, struct findings_count *count)
{
	const struct findings_options all = { .jobs = jobs, .tool = "berth 0 stream 1" };
	const struct apps_options options = { .jobs = 1, .list = { .file = "list" } };
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(apps) apps = NULL;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct stream_writer *out = finding_writer_open(f);

	assert_int_equal(apps_open(&apps, ".", &options, &err), 0);
	assert_int_equal(findings_write(apps, &all, out, count, &err), 0);
	stream_writer_close(out);
	assert_int_equal(fclose(f), 0);
	return text;
}

static void
threads_write_the_same(void **state)
{
	AUTO(buf) list = BUF_INIT;
	struct findings_count alone_count, count;
	size_t lines = 0, problems = 0;
	char path[64], *alone, end[64];

	(void)state;
	for (int i = 1; i <= 40; i++) {
		assert_true(snprintf(path, sizeof path, "m/app%d/compose.yaml", i) > 0);
		scratch_put(path, i % 9 ? "services:\n  web:\n    image: x\n    ports: ['8000:80']\n"
					: "services: [\n");
		buf_printf(&list, "%s\n", path);
	}
	buf_printf(&list, "m/app99\n");		/* not there: a problem of the stream, not of an app */
	scratch_put("list", list.ptr);
	alone = written(1, &alone_count);
	for (const char *p = alone; (p = strchr(p, '\n')); p++, lines++)
		problems += strncmp(p, "\nproblem,", 9) == 0;
	assert_int_equal(lines, alone_count.records + 1);
	assert_true(problems > 4);
	assert_int_equal(alone_count.problems, problems);
	assert_memory_equal(alone, "fleet,", 6);
	assert_true(snprintf(end, sizeof end, "\nend,,,,,,,,,,%zu,", lines - 1) > 0);
	assert_non_null(strstr(alone, end));
	for (size_t jobs = 2; jobs <= 8; jobs += 3) {
		char *together = written(jobs, &count);

		assert_string_equal(together, alone);
		assert_int_equal(count.records, alone_count.records);
		assert_int_equal(count.problems, alone_count.problems);
		free(together);
	}
	free(alone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(threads_write_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
