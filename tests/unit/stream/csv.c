/* stream: what is written is read back; what is damaged is refused.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_is_read_back),
		cmocka_unit_test(damage_is_refused),
		cmocka_unit_test(a_header_without_end_is_refused),
		cmocka_unit_test(bom_and_crlf_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
