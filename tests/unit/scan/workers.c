/* workers: any number of workers writes the same bytes, each piece of work done once.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scan/workers.h"
#include "base/error.h"
#include "stream/csv.h"

enum { JOBS = 8 };

struct tally {
	size_t done;
};

/* Pieces take very different times, so that they end out of order. */
static void
one(void *state, size_t index, struct stream_writer *rows)
{
	struct tally *t = state;
	volatile size_t spin = index % 7 == 0 ? 200000 : 10;

	while (spin)
		spin--;
	t->done++;
	for (size_t i = 0; i <= index % 3; i++) {
		stream_field_uint(rows, index);
		stream_field_uint(rows, i);
		stream_end_row(rows);
	}
}

static void
run(size_t count, size_t jobs, char **ret, size_t *ret_len)
{
	static const char *const columns[] = { "a", "b" };
	struct tally tallies[JOBS] = { { 0 } };
	void *states[JOBS];
	const struct workers_task work = { .count = count, .columns = 2, .one = one };
	FILE *f = open_memstream(ret, ret_len);
	AUTO(error) err = ERROR_INIT;
	struct stream_writer *out = stream_writer_open(f, columns, 2);
	size_t done = 0;

	for (size_t i = 0; i < jobs; i++)
		states[i] = &tallies[i];
	workers_run(&work, states, jobs, out);
	assert_int_equal(stream_flush(out, &err), 0);
	stream_writer_close(out);
	assert_int_equal(fclose(f), 0);
	for (size_t i = 0; i < jobs; i++)
		done += tallies[i].done;
	assert_int_equal(done, count);
}

static void
jobs_do_not_change_the_output(void **state)
{
	static const size_t counts[] = { 0, 1, 7, 8, 9, 1000 };

	(void)state;
	for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
		char *alone = NULL;
		size_t alone_len;

		run(counts[c], 1, &alone, &alone_len);
		for (size_t jobs = 2; jobs <= JOBS; jobs += 3) {
			char *together = NULL;
			size_t len;

			run(counts[c], jobs, &together, &len);
			assert_int_equal(len, alone_len);
			assert_memory_equal(together, alone, len);
			free(together);
		}
		free(alone);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(jobs_do_not_change_the_output) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
