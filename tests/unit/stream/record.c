/* record: what is not as it was written is refused; a stream's end is held to its count.
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

enum thing_kind { THING_FLEET, THING_END, THING_OTHER };

struct thing {
	enum thing_kind kind;
	struct str text, about;
	size_t line, off;
	bool has_off;
};

static const struct str kinds[] = { COLUMN_WORD_INIT("fleet"), COLUMN_WORD_INIT("end") };
static const struct column_words words = { kinds, THING_OTHER, .is_sorted = false, .is_open = true };
static const struct column columns[] = {
	{ "kind", COLUMN_WORD, .member = 0, .records = 7, .words = &words, .is_needed = true },
	{ "text", COLUMN_TEXT, .member = offsetof(struct thing, text), .records = 7 },
	{ "line", COLUMN_POSITION, .member = offsetof(struct thing, line), .records = 1u << THING_OTHER },
	{ "offset", COLUMN_OFFSET, .member = offsetof(struct thing, off), .records = 1u << THING_OTHER,
	    .flag = offsetof(struct thing, has_off) },
	{ "about", COLUMN_TEXT, .member = offsetof(struct thing, about), .records = 1u << THING_FLEET },
};
static const struct column_table table = { columns, sizeof columns / sizeof *columns };
static const struct record_kind kind = {
	.table = &table,
	.size = sizeof(struct thing),
	.fleet = THING_FLEET,
	.end = THING_END,
	.value = offsetof(struct thing, text),
	.about = offsetof(struct thing, about),
	.what = "things",
	.writer = "maker",
	.partial = "takes some",
	.twice = "two in one?",
};

#define HEAD "kind,text,line,offset\n"
#define FLEET "fleet,/r,,\n"

/* Opens TEXT; *ret_fd is to be closed. */
static int
open_text(struct record_reader *r, const char *text, bool partial, int *ret_fd, struct error *err)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(close(ends[1]), 0);
	*ret_fd = ends[0];
	return record_open(r, &kind, ends[0], "t", partial, err);
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
	struct record_reader r;
	AUTO(error) err = ERROR_INIT;
	struct thing thing;
	int fd, got = open_text(&r, text, false, &fd, &err);

	if (got == 0)
		while ((got = record_next(&r, &thing, &err)) > 0)
			;
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
	fails(HEAD "x,,1,\n", "the things do not open with a fleet record");
	fails(HEAD "fleet,r,,\n", "run maker again");
	fails(HEAD, "the things are a header and no row: did maker fail?");
	fails(HEAD FLEET FLEET, "a second fleet record: two in one?");
	fails(HEAD FLEET "x,,1x,\n", "column line holds '1x', which is not what maker writes there");
	fails(HEAD FLEET "x,,,-1\n", "column offset");
	fails(HEAD FLEET "x,,,18446744073709551615\n", "column offset");
	fails(HEAD FLEET "x,,1,2\n", "stop early");
	fails(HEAD FLEET "x,,1,2\nend,3,,\n", "counts 3 records, 2 were read");
	fails(HEAD FLEET "x,,1,2\nend,,,\n", "counts  records, 2 were read");
	fails(HEAD FLEET "x,,1,2\nend,2,,\nx,,,\n", "behind the end record");
}

static void
of_fleet_and_end_only_their_columns_count(void **state)
{
	struct record_reader r;
	AUTO(error) err = ERROR_INIT;
	struct thing thing;
	int fd;

	(void)state;
	assert_int_equal(
	    open_text(&r, "about,kind,line,text\nA,fleet,no number,/r\nB,x,7,t\n"
	        ",end,no number,2\n", false, &fd, &err), 0);
	assert_true(str_eq(buf_str(&r.root), STR("/r")));
	assert_true(str_eq(buf_str(&r.about), STR("A")));
	assert_int_equal(record_next(&r, &thing, &err), 1);
	assert_int_equal(thing.line, 7);
	assert_true(str_eq(thing.text, STR("t")));
	assert_true(str_eq(thing.about, STR("B")));
	assert_true(str_eq(record_get(&r, offsetof(struct thing, about)), STR("B")));
	assert_true(record_has(&r, offsetof(struct thing, about)));
	assert_false(record_has(&r, offsetof(struct thing, off)));
	assert_int_equal(record_next(&r, &thing, &err), 0);
	shut(&r, fd);
}

static void
a_part_is_taken_on_purpose(void **state)
{
	struct record_reader r;
	AUTO(error) err = ERROR_INIT;
	struct thing thing;
	int fd;

	(void)state;
	assert_int_equal(open_text(&r, HEAD FLEET "x,,5,0\n", true, &fd, &err), 0);
	assert_int_equal(record_next(&r, &thing, &err), 1);
	assert_true(thing.line == 5 && thing.off == 0 && thing.has_off);
	assert_int_equal(record_next(&r, &thing, &err), 0);
	shut(&r, fd);
}

static void
rows_are_written_by_the_table(void **state)
{
	AUTO_PTR(stream_writer) w = record_writer_open(&table, NULL);
	struct thing thing = { .kind = THING_OTHER, .text = STR("t"), .about = STR("not written"), .off = 3 };

	(void)state;
	record_write_header(&table, w);
	record_write(&table, w, &thing);
	thing.has_off = true;
	thing.line = 12;
	record_write(&table, w, &thing);
	assert_true(str_eq(stream_writer_take(w), STR("kind,text,line,offset,about\n,t,,,\n,t,12,3,\n")));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_as_it_was_written_is_refused),
		cmocka_unit_test(of_fleet_and_end_only_their_columns_count),
		cmocka_unit_test(a_part_is_taken_on_purpose),
		cmocka_unit_test(rows_are_written_by_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
