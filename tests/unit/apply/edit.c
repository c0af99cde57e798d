/* edit: edits fit or are refused, and every byte that none names is copied.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "apply/edit.h"
#include "base/error.h"

static struct edit
replace(size_t off, const char *old, const char *new, size_t row)
{
	return (struct edit){ { off, strlen(old) }, str_from(old), str_from(new), false, row };
}

static struct edit
line(size_t off, const char *new, size_t row)
{
	return (struct edit){ { off, 0 }, STR_INIT, str_from(new), true, row };
}

/* TEXT with the edits made is WANT, and each region is where it says. */
static void
gives(const char *text, const char *want, struct edit *edits, size_t count)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	struct edit_region regions[8];
	struct str s = str_from(text);
	size_t row;

	edit_sort(edits, count);
	assert_int_equal(edit_check(s, edits, count, &row, &err), 0);
	edit_apply(s, edits, count, &b, regions);
	assert_string_equal(b.ptr ? b.ptr : "", want);
	for (size_t i = 0; i < count; i++) {
		assert_true(
		    str_eq(str_sub(buf_str(&b), regions[i].bare.off, regions[i].bare.len), edits[i].new));
		assert_true(regions[i].bare.off >= regions[i].new.off);
		assert_true(span_end(regions[i].bare) <= span_end(regions[i].new));
		assert_int_equal(regions[i].old.len, edits[i].span.len);
		assert_int_equal(regions[i].old.off,
		    edits[i].is_line && edits[i].span.off == 0 && str_starts(s, STR("\xef\xbb\xbf"))
			? 3
			: edits[i].span.off);
	}
}

static void
refused(const char *text, const char *why, size_t want_row, struct edit *edits, size_t count)
{
	AUTO(error) err = ERROR_INIT;
	size_t row = 0;

	edit_sort(edits, count);
	assert_int_equal(edit_check(str_from(text), edits, count, &row, &err), -1);
	assert_non_null(strstr(err.what, why));
	assert_int_equal(row, want_row);
}

static void
bytes_are_replaced(void **state)
{
	struct edit two[] = { replace(9, "8003", "80", 2), replace(2, "5003", "50011", 1) };
	struct edit fill[] = { replace(2, "", "7", 1) };
	struct edit touching[] = { replace(0, "a", "", 1), replace(1, "b", "xyz", 2) };

	(void)state;
	gives("A=5003\nB=8003\n", "A=50011\nB=80\n", two, 2);
	gives("A=\r\nB=1", "A=7\r\nB=1", fill, 1);
	gives("abc", "xyzc", touching, 2);
	gives("", "", NULL, 0);
}

static void
lines_take_the_files_own_end(void **state)
{
	struct edit first[] = { line(0, "X", 1) }, last[] = { line(4, "X", 1), line(4, "Y", 2) };
	struct edit crlf[] = { line(5, "X", 1) }, open[] = { line(3, "X", 1), line(3, "Y", 2) };
	struct edit mixed[] = { line(9, "X", 1) };
	struct edit open_crlf[] = { line(8, "X", 1) },
		    before[] = { line(4, "X", 1), replace(4, "B", "C", 2) };
	struct edit empty[] = { line(0, "X", 1), line(0, "Y", 2) }, bom[] = { line(0, "X", 1) },
		    bare[] = { line(3, "X", 1) };

	(void)state;
	gives("A=1\n", "X\nA=1\n", first, 1);
	gives("A=1\n", "A=1\nX\nY\n", last, 2);
	gives("A=1\r\n", "A=1\r\nX\r\n", crlf, 1);
	gives("A=1", "A=1\nX\nY", open, 2);
	gives("A=1\r\nB=2", "A=1\r\nB=2\r\nX", open_crlf, 1);
	gives("A=1\nB=2\n", "A=1\nX\nC=2\n", before, 2);
	gives("", "X\nY\n", empty, 2);
	/* of a file with both kinds that of the line before */
	gives("A=1\r\nB=2\nC=3\n", "A=1\r\nB=2\nX\nC=3\n", mixed, 1);
	gives("A=1\nB=2\r\nC=3\n", "A=1\nB=2\r\nX\r\nC=3\n", mixed, 1);
	gives("A=1\r\nB=2\n\nC=3\n", "A=1\r\nB=2\nX\n\nC=3\n", mixed, 1);
	gives("\xef\xbb\xbf" "A=1\n", "\xef\xbb\xbf" "X\nA=1\n", bom, 1);
	gives("\xef\xbb\xbf", "\xef\xbb\xbf" "X\n", bare, 1);
	gives("\xef\xbb\xbf" "A=1\n", "\xef\xbb\xbf" "X\nA=1\n", bare, 1);
}

static void
nothing_is_replaced_before_something(void **state)
{
	struct edit both[] = { replace(2, "5003", "5001", 1), replace(2, "", "127.0.0.1:", 2) };
	struct edit twice[] = { replace(2, "", "a", 6), replace(2, "", "b", 7) };

	(void)state;
	gives("A=5003\n", "A=127.0.0.1:5001\n", both, 2);
	refused("A=5003", "overlaps", 7, twice, 2);
}

static void
what_does_not_fit_is_refused(void **state)
{
	struct edit other[] = { replace(2, "5004", "1", 7) }, behind[] = { replace(5, "03", "1", 7) };
	struct edit huge[] = { { { SIZE_MAX, 2 }, STR("xx"), STR("1"), false, 7 } };
	struct edit overlap[] = { replace(2, "5003", "1", 6), replace(4, "03", "1", 7) };
	struct edit twice[] = { replace(2, "", "1", 6), replace(2, "", "1", 7) };
	struct edit same[] = { replace(2, "5003", "1", 6), replace(2, "5003", "1", 7) };
	struct edit middle[] = { line(2, "X", 7) }, beyond[] = { line(7, "X", 7) };
	struct edit around[] = { replace(0, "A=1\nB", "", 6), line(4, "X", 7) };
	struct edit bom[] = { replace(1, "\xbb", "", 7) };

	(void)state;
	refused("A=5003", "does not hold", 7, other, 1);
	refused("A=5003", "not within", 7, behind, 1);
	refused("A=5003", "not within", 7, huge, 1);
	refused("A=5003", "overlaps", 7, overlap, 2);
	refused("A=5003", "overlaps", 7, twice, 2);
	refused("A=5003", "overlaps", 7, same, 2);
	refused("A=5003", "no line begins", 7, middle, 1);
	refused("A=5003", "not within", 7, beyond, 1);
	refused("A=1\nB=2\n", "overlaps", 7, around, 2);
	refused("\xef\xbb\xbf" "A=1\n", "byte order mark", 7, bom, 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_replaced),
		cmocka_unit_test(lines_take_the_files_own_end),
		cmocka_unit_test(nothing_is_replaced_before_something),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
