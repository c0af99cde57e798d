/* record: numbers, places and digests are read back as they were written; a stream's end is held to its
 * count.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "stream/record.h"
#include "base/text.h"

enum { C_KIND, C_LINE, C_COLUMN, C_OFFSET, C_LENGTH, C_DIGEST, COLUMNS };

static const char *const names[] = { "kind", "line", "column", "offset", "length", "digest" };
static const size_t needed[] = { C_KIND };
static const struct record_kind kind = {
	.columns = names,
	.count = COLUMNS,
	.needed = needed,
	.needed_count = 1,
	.what = "things",
	.writer = "maker",
	.partial = "takes some",
};

#define HEAD "kind,line,column,offset,length,digest\n"

/* Opens TEXT and reads its first record; *ret_fd is to be closed. */
static int
open_text(struct record_reader *r, const char *text, bool partial, int *ret_fd, struct error *err)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(close(ends[1]), 0);
	*ret_fd = ends[0];
	return record_open(r, &kind, ends[0], "t", partial, err) < 0 ? -1 : record_next(r, err);
}

static void
shut(struct record_reader *r, int fd)
{
	record_release(r);
	assert_int_equal(close(fd), 0);
}

static void
fails(const char *text, const char *message)
{
	struct record_reader r = RECORD_READER_INIT;
	AUTO(error) err = ERROR_INIT;
	struct span span;
	size_t line, column;
	bool known, measured;
	uint64_t digest;
	int fd, got = open_text(&r, text, false, &fd, &err);

	while (got > 0) {
		if (record_get_place(&r, C_LINE, &line, &column, &known, &measured, &span, &err) < 0 ||
		    record_get_digest(&r, C_DIGEST, &known, &digest, &err) < 0)
			got = -1;
		else if (record_get_word(&r, C_KIND, (const char *const[]){ "end" }, 1) == 0)
			got = record_end(&r, record_get(&r, C_LINE), &err);
		if (got >= 0)
			got = record_next(&r, &err);
	}
	assert_int_equal(got, -1);
	if (!strstr(err.what, message))
		fail_msg("'%s' does not say '%s'", err.what, message);
	shut(&r, fd);
}

static void
what_is_not_as_it_was_written_is_refused(void **state)
{
	(void)state;
	fails("line,column\n", "no column 'kind': things are expected here, as maker writes them");
	fails(HEAD "x,1x,,,,\n", "column line holds '1x', which is not what maker writes there");
	fails(HEAD "x,,,,-1,\n", "column length");
	fails(HEAD "x,,,18446744073709551615,,\n", "column offset");
	fails(HEAD "x,,,,,xxh3:12\n", "column digest");
	fails(HEAD "x,1,2,3,4,\n", "stop early");
	fails(HEAD "x,1,2,3,4,\nend,2,,,,\n", "counts 2 records, 1 were read");
	fails(HEAD "x,1,2,3,4,\nend,,,,,\n", "counts  records, 1 were read");
	fails(HEAD "x,1,2,3,4,\nend,1,,,,\nx,,,,,\n", "behind the end record");
}

static void
a_place_comes_back(void **state)
{
	static const struct {
		size_t line, column;
		bool known;
		struct span span;
		const char *fields[4];
	} places[] = {
		{ 0, 0, false, { 7, 7 }, { "", "", "", "" } },
		{ 1, 20, true, { 0, 0 }, { "1", "20", "0", "0" } },
		{ 3, 0, true, { 1234567890, 5 }, { "3", "", "1234567890", "5" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct record_reader r = RECORD_READER_INIT;
		AUTO(error) err = ERROR_INIT;
		struct str_digits room[4];
		struct str fields[4];
		char text[200] = HEAD "x";
		struct span span;
		size_t line, column;
		bool known, measured;
		int fd;

		record_place(fields, room, places[i].line, places[i].column, places[i].known, places[i].span);
		for (size_t f = 0; f < 4; f++) {
			assert_true(str_eq(fields[f], str_from(places[i].fields[f])));
			(void)strcat(strcat(text, ","), places[i].fields[f]);
		}
		(void)strcat(text, ",\nend,1,,,,\n");
		assert_int_equal(open_text(&r, text, false, &fd, &err), 1);
		assert_int_equal(
		    record_get_place(&r, C_LINE, &line, &column, &known, &measured, &span, &err), 0);
		assert_int_equal(line, places[i].line);
		assert_int_equal(column, places[i].column);
		assert_int_equal(known, places[i].known);
		assert_int_equal(measured, places[i].known);
		if (known) {
			assert_int_equal(span.off, places[i].span.off);
			assert_int_equal(span.len, places[i].span.len);
		}
		assert_int_equal(record_next(&r, &err), 1);
		assert_int_equal(record_end(&r, record_get(&r, C_LINE), &err), 0);
		assert_int_equal(record_next(&r, &err), 0);
		shut(&r, fd);
	}
}

/* A column that the stream lacks is empty in each row; part of a stream is taken where that is said. */
static void
a_part_is_taken_on_purpose(void **state)
{
	struct record_reader r = RECORD_READER_INIT;
	AUTO(error) err = ERROR_INIT;
	bool known;
	uint64_t digest;
	int fd;

	(void)state;
	assert_int_equal(open_text(&r, "kind,line\nx,5\n", true, &fd, &err), 1);
	assert_int_equal(record_get(&r, C_OFFSET).len, 0);
	assert_int_equal(record_get_digest(&r, C_DIGEST, &known, &digest, &err), 0);
	assert_false(known);
	assert_int_equal(record_get_number(&r, C_LINE, &digest, &known, &err), 0);
	assert_int_equal(digest, 5);
	assert_int_equal(record_next(&r, &err), 0);
	shut(&r, fd);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_as_it_was_written_is_refused),
		cmocka_unit_test(a_place_comes_back),
		cmocka_unit_test(a_part_is_taken_on_purpose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
