/* stream: what is written is read back; what is damaged is refused.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include <sys/socket.h>

#include <csv.h>

#include "base/buf.h"
#include "stream/csv.h"

static FILE *
input(const void *bytes, size_t len)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fflush(f), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
	return f;
}

static void
written_is_read_back(void **state)
{
	static const char *const columns[] = { "a", "b" };
	static const struct str rows[][2] = {
		{ { "plain", 5 }, { " blanks ", 8 } }, { { "x,\"y\"\nz\r", 8 }, { "", 0 } },
		{ { "\xff\xfe", 2 }, { "\"", 1 } },
	};
	FILE *f = tmpfile();
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(stream_writer) w = stream_writer_open(f, columns, 2);
	AUTO_PTR(stream) s = NULL;
	const struct str *row;

	(void)state;
	stream_header(w);
	for (size_t i = 0; i < 3; i++) {
		stream_field(w, rows[i][0]);
		stream_field(w, rows[i][1]);
		stream_end_row(w);
	}
	assert_int_equal(stream_flush(w, &err), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
	assert_int_equal(stream_open(&s, fileno(f), "in", &err), 0);
	assert_int_equal(stream_column(s, "b"), 1);
	assert_int_equal(stream_column(s, "c"), -1);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(stream_next(s, &row, &err), 1);
		assert_true(str_eq(row[0], rows[i][0]));
		assert_true(str_eq(row[1], rows[i][1]));
	}
	assert_int_equal(stream_next(s, &row, &err), 0);
	(void)fclose(f);
}

static void
refused(const char *bytes, size_t len, const char *why)
{
	FILE *f = input(bytes, len);
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(stream) s = NULL;
	const struct str *row;
	int got = stream_open(&s, fileno(f), "in", &err);

	while (got >= 0 && s && (got = stream_next(s, &row, &err)) > 0)
		;
	assert_int_equal(got, -1);
	assert_non_null(strstr(err.what, why));
	(void)fclose(f);
}

static void
damage_is_refused(void **state)
{
	(void)state;
	refused("", 0, "empty");
	refused("a,b\n1\n", 6, "1 fields under a header of 2");
	refused("a,b\n1,\"2\n", 9, "cut short");
	refused("a,a\n", 4, "twice");
	refused("a,b\n1,\"2\"x\n", 11, "not CSV");
	refused("a,b\n1,\"2\"x\n", 11, "a quote stands within a field");
	refused("a;b\n1;\"2;x\"\n", 13, "semicolons where commas are expected");
	refused("\xef\xbb\xbf""a;b\n", 7, "semicolons where commas are expected");
	refused("a\tb\n1\t2\n", 8, "tabs where commas are expected");
	refused("a,b\n1,\0\n", 8, "NUL");
	refused("a,b\n1,\0", 7, "NUL");	/* in the last row, which has no line end */
}

static void
a_header_without_end_is_refused(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	for (int i = 0; i < 200000; i++)
		buf_printf(&b, "%d,", i);
	buf_add_str(&b, STR("x\n"));
	refused(b.ptr, b.len, "columns");
}

static void
bom_and_crlf_are_taken(void **state)
{
	FILE *f = input("\xef\xbb\xbf" "a,b\r\n1,2\r\n", 13);
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(stream) s = NULL;
	const struct str *row;

	(void)state;
	assert_int_equal(stream_open(&s, fileno(f), "in", &err), 0);
	assert_int_equal(stream_column(s, "a"), 0);
	assert_int_equal(stream_next(s, &row, &err), 1);
	assert_int_equal(stream_line(s), 2);
	assert_true(str_eq(row[1], STR("2")));
	assert_int_equal(stream_next(s, &row, &err), 0);
	(void)fclose(f);
}

static void
rows_know_their_lines(void **state)
{
	static const size_t lines[] = { 2, 3, 6, 7, 8 };
	static const char bytes[] = "a,b\n1,2\n\"3\n\n\",4\n5,6\n7,\"8\"\n9,0\n";
	FILE *f = input(bytes, sizeof bytes - 1);
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(stream) s = NULL;
	const struct str *row;

	(void)state;
	assert_int_equal(stream_open(&s, fileno(f), "in", &err), 0);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		assert_int_equal(stream_next(s, &row, &err), 1);
		assert_int_equal(stream_line(s), lines[i]);
	}
	(void)fclose(f);
}

/* What libcsv alone makes of bytes: each field and a newline, each row and an empty line. */
struct reference {
	struct buf said;
	size_t fields, rows;
	bool uneven;		/* a row has not three fields: what comes behind it is not asked */
};

static void
reference_field(void *bytes, size_t len, void *data)
{
	struct reference *r = data;

	r->fields++;
	if (!r->uneven) {
		buf_add(&r->said, bytes, len);
		buf_add_char(&r->said, '\n');
	}
}

static void
reference_row(int c, void *data)
{
	struct reference *r = data;

	(void)c;
	if (r->fields != 3)
		r->uneven = true;
	r->fields = 0;
	if (!r->uneven)
		r->rows++;
}

static int
any_byte(unsigned char c)
{
	(void)c;
	return 0;
}

/* Whether libcsv takes all of it, in rows of three. */
static bool
refer(const char *bytes, size_t len, struct reference *ret)
{
	struct csv_parser csv;
	bool well;

	assert_int_equal(csv_init(&csv, CSV_STRICT | CSV_STRICT_FINI), 0);
	csv_set_space_func(&csv, any_byte);
	well = csv_parse(&csv, bytes, len, reference_field, reference_row, ret) == len &&
	    csv_fini(&csv, reference_field, reference_row, ret) == 0;
	csv_free(&csv);
	return well && !ret->uneven;
}

/* Sends the bytes in pieces, each of which is one read. */
static int
pieces(const char *bytes, size_t len, unsigned *seed)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	for (size_t at = 0, n; at < len; at += n) {
		n = 1 + (size_t)rand_r(seed) % 12;
		if (n > len - at)
			n = len - at;
		assert_int_equal(send(ends[1], bytes + at, n, 0), (ssize_t)n);
	}
	assert_int_equal(close(ends[1]), 0);
	return ends[0];
}

/* Lines that are cut where they stand and lines that libcsv takes make the rows that libcsv alone makes,
 * however the input comes in pieces. */
static void
rows_are_those_of_libcsv(void **state)
{
	static const char signs[] = "a,,,b\"\"\n\n\r,";

	(void)state;
	for (unsigned seed = 1, round = 0; round < 20000; round++) {
		char bytes[64] = "x,y,z\n";
		size_t len = 6 + (size_t)rand_r(&seed) % 50, given = 0;
		struct reference want = { .said = BUF_INIT };
		AUTO(buf) said = BUF_INIT;
		AUTO(error) err = ERROR_INIT;
		AUTO_PTR(stream) s = NULL;
		const struct str *row;
		bool well;
		int got, fd;

		for (size_t i = 6; i < len; i++)
			bytes[i] = signs[(size_t)rand_r(&seed) % (sizeof signs - 1)];
		well = refer(bytes, len, &want);
		fd = pieces(bytes, len, &seed);
		buf_add_str(&said, STR("x\ny\nz\n"));
		assert_int_equal(stream_open(&s, fd, "in", &err), 0);
		while ((got = stream_next(s, &row, &err)) > 0) {
			for (size_t i = 0; i < 3; i++) {
				buf_add_str(&said, row[i]);
				buf_add_char(&said, '\n');
			}
			given++;
		}
		assert_int_equal(got, well ? 0 : -1);
		assert_true(well ? given + 1 == want.rows : given <= want.rows);
		assert_true(said.len <= want.said.len && memcmp(said.ptr, want.said.ptr, said.len) == 0);
		assert_int_equal(close(fd), 0);
		buf_release(&want.said);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_is_read_back),
		cmocka_unit_test(damage_is_refused),
		cmocka_unit_test(a_header_without_end_is_refused),
		cmocka_unit_test(bom_and_crlf_are_taken),
		cmocka_unit_test(rows_know_their_lines),
		cmocka_unit_test(rows_are_those_of_libcsv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
