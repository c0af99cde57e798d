/* diff: whole lines with their context, as patch takes them; of secrets only in the form for patch.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "apply/diff.h"
#include "apply/edit.h"
#include "base/error.h"

static void
shows(const char *path, const char *before, struct edit *edits, size_t count, bool patch, const char *want)
{
	AUTO(buf) after = BUF_INIT;
	AUTO(buf) out = BUF_INIT;
	struct edit_region regions[8];
	struct run_file f = { .path = str_from(path),
		.name = str_from(path),
		.before = str_from(before),
		.edits = count,
		.regions = regions };

	edit_sort(edits, count);
	edit_apply(f.before, edits, count, &after, regions);
	f.after = buf_str(&after);
	diff_file(&out, &f, patch);
	assert_string_equal(out.ptr, want);
}

static struct edit
replace(size_t off, const char *old, const char *new)
{
	return (struct edit){ { off, strlen(old) }, str_from(old), str_from(new), false, off };
}

static struct edit
line(size_t off, const char *new)
{
	return (struct edit){ { off, 0 }, STR_INIT, str_from(new), true, off };
}

static void
a_patch_is_complete(void **state)
{
	struct edit one[] = { replace(7, "5003", "5001") }, last[] = { line(6, "B=2") };
	struct edit apart[] = { replace(0, "a", "x"), replace(18, "j", "y") };
	struct edit near[] = { replace(0, "a", "x"), replace(14, "h", "y") };
	struct edit beside[] = { replace(2, "b", "x"), replace(4, "c", "y") };

	(void)state;
	shows(".env", "X=pw\nA=5003\r\n", one, 1, true,
	    "diff --git a/.env b/.env\n--- a/.env\n+++ b/.env\n@@ -1,2 +1,2 @@\n X=pw\n-A=5003\r\n"
	    "+A=5001\r\n");
	shows(".env", "X=pw\nA", last, 1, true,
	    "diff --git a/.env b/.env\n--- a/.env\n+++ b/.env\n@@ -1,2 +1,3 @@\n X=pw\n-A\n"
	    "\\ No newline at end of file\n"
	    "+A\n+B=2\n\\ No newline at end of file\n");
	shows("z", "a\nb\nc\nd\ne\nf\ng\nh\n", near, 2, true,
	    "diff --git a/z b/z\n--- a/z\n+++ b/z\n@@ -1,8 +1,8 @@\n-a\n+x\n b\n c\n"
	    " d\n e\n f\n g\n-h\n+y\n");
	shows("z", "a\nb\nc\n", beside, 2, true,
	    "diff --git a/z b/z\n--- a/z\n+++ b/z\n@@ -1,3 +1,3 @@\n a\n-b\n-c\n+x\n+y\n");
	shows("a b", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n", apart, 2, true,
	    "diff --git a/a b b/a b\n--- a/a b\t\n+++ b/a b\t\n@@ -1,4 +1,4 @@\n-a\n+x\n b\n c\n d\n"
	    "@@ -7,4 +7,4 @@\n g\n h\n i\n-j\n+y\n");
}

static void
the_form_to_read_withholds(void **state)
{
	struct edit port[] = { replace(12, "5003", "5001") };
	struct edit reference[] = { replace(25, "8003", "8001") };
	struct edit yaml[] = { replace(23, "5003", "5001") };

	(void)state;
	shows(".env", "PW=hunter\nP=5003\n# a=b\nK=\"x\ny=z\"\n", port, 1, false,
	    "diff --git a/.env b/.env\n--- a/.env\n+++ b/.env\n@@ -1,5 +1,5 @@\n PW=\xe2\x80\xa6\n-P=5003\n"
	    "+P=5001\n"
	    " # a=\xe2\x80\xa6\n K=\xe2\x80\xa6\n \xe2\x80\xa6\n");
	shows(".env", "U=http://me:pw@localhost:8003/?t=1\n", reference, 1, false,
	    "diff --git a/.env b/.env\n--- a/.env\n+++ b/.env\n@@ -1 +1 @@\n"
	    "-U=\xe2\x80\xa6localhost:8003\xe2\x80\xa6\n"
	    "+U=\xe2\x80\xa6localhost:8001\xe2\x80\xa6\n");
	shows("compose.yaml", "password: hunter\n   - \"5003:80\"\nimage: x\n", yaml, 1, false,
	    "diff --git a/compose.yaml b/compose.yaml\n--- a/compose.yaml\n+++ b/compose.yaml\n"
	    "@@ -1,3 +1,3 @@\n"
	    " password: \xe2\x80\xa6\n-   - \"5003:80\"\n+   - \"5001:80\"\n image: x\n");
}

/* What is said of a file that is made, of MODE. */
static void
made(const char *path, const char *after, bool is_known, mode_t mode, const char *want)
{
	AUTO(buf) out = BUF_INIT;
	struct run_file f = { .path = str_from(path),
		.name = str_from(path),
		.is_made = true,
		.after = str_from(after),
		.edits = 1,
		.meta = { .is_known = is_known, .mode = mode } };

	diff_file(&out, &f, true);
	assert_string_equal(out.ptr, want);
}

static void
a_file_that_is_made_begins_with_nothing(void **state)
{
	AUTO(buf) out = BUF_INIT;
	struct run_file f = { .path = STR("x"), .name = STR("x"), .before = STR("A"), .after = STR("A") };

	(void)state;
	made("x", "A=1\nB=2", false, 0777,
	    "diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+A=1\n+B=2\n"
	    "\\ No newline at end of file\n");
	made("a x", "A\n", true, 0644,
	    "diff --git a/a x b/a x\nnew file mode 100644\n--- /dev/null\n+++ b/a x\t\n@@ -0,0 +1 @@\n+A\n");
	made("x", "A\n", true, 0700,
	    "diff --git a/x b/x\nnew file mode 100755\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+A\n");
	made("x", "", true, 0677, "diff --git a/x b/x\nnew file mode 100644\n");
	diff_file(&out, &f, true);
	assert_int_equal(out.len, 0);
}

static void
odd_names_are_quoted_as_in_c(void **state)
{
	static const struct {
		const char *name, *shown;
	} cases[] = { { "a~b\xc3\xa4", "X/a~b\xc3\xa4" }, { "a\"b", "\"X/a\\\"b\"" },
		{ "a\\b", "\"X/a\\\\b\"" }, { "a\nb", "\"X/a\\012b\"" }, { "\x1f", "\"X/\\037\"" },
		{ "\x7f", "\"X/\\177\"" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(buf) want = BUF_INIT;
		struct edit one[] = { replace(0, "A", "B") };
		char a[20], b[20];

		(void)snprintf(a, sizeof a, "%s", cases[i].shown);
		(void)snprintf(b, sizeof b, "%s", cases[i].shown);
		*strchr(a, 'X') = 'a';
		*strchr(b, 'X') = 'b';
		buf_printf(&want, "diff --git %s %s\n--- %s\n+++ %s\n@@ -1 +1 @@\n-A\n+B\n", a, b, a, b);
		shows(cases[i].name, "A\n", one, 1, true, want.ptr);
	}
}

/* Of a run the files of the apps that wait are shown; what would move a cursor is written out in the form to
 * read. */
static void
a_run_shows_what_waits(void **state)
{
	struct edit_region region = { { 0, 1 }, { 0, 1 }, { 0, 1 } };
	struct run_file files[] = { { .path = STR("a"),
					.name = STR("a"),
					.before = STR("1 \033x"),
					.after = STR("2 \033x"),
					.edits = 1,
					.regions = &region },
		{ .path = STR("b"), .name = STR("b"), .is_made = true } };
	struct run_app apps[4] = { { .state = RUN_STALE, .files = files, .count = 1 },
		{ .state = RUN_WAITING, .files = files, .count = 2 },
		{ .state = RUN_UNCHANGED, .files = files, .count = 1 },
		{ .state = RUN_WAITING, .files = files, .count = 1 } }; /* none of the run's */
	struct run r = { .apps = apps, .count = 3 };

	(void)state;
	for (int patch = 0; patch < 2; patch++) {
		AUTO(error) err = ERROR_INIT;
		FILE *f = tmpfile(), *full = fopen("/dev/full", "w");
		char got[400] = "";

		assert_int_equal(diff_run(f, &r, patch, &err), 0);
		rewind(f);
		assert_true(fread(got, 1, sizeof got - 1, f) > 0);
		assert_int_equal(fclose(f), 0);
		assert_string_equal(got,
		    patch ? "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1 \033x\n"
			    "\\ No newline at end of file\n+2 \033x\n\\ No newline at end of file\n"
			    "diff --git a/b b/b\nnew file mode 100644\n"
			  : "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1 \xe2\x80\xa6\n"
			    "\\ No newline at end of file\n+2 \xe2\x80\xa6\n\\ No newline at end of file\n"
			    "diff --git a/b b/b\nnew file mode 100644\n");
		if (!full)
			continue;
		(void)setvbuf(full, NULL, _IONBF, 0);
		assert_int_equal(diff_run(full, &r, patch, &err), -1);
		assert_string_equal(err.what, "cannot write the diff");
		(void)fclose(full);
	}
}

static void
a_name_moves_no_cursor(void **state)
{
	struct run_file file = {
		.path = STR(" \xc2\x9b"), .name = STR(".env"), .is_made = true, .after = STR("A=1\n")
	};
	struct run_app app = { .state = RUN_WAITING, .files = &file, .count = 1 };
	struct run r = { .apps = &app, .count = 1 };
	AUTO(error) err = ERROR_INIT;
	FILE *f = tmpfile();
	char got[400] = "";

	(void)state;
	assert_int_equal(diff_run(f, &r, false, &err), 0);
	rewind(f);
	assert_true(fread(got, 1, sizeof got - 1, f) > 0);
	assert_int_equal(fclose(f), 0);
	assert_null(strchr(got, '\x9b'));
	assert_non_null(strchr(got, '\t'));
}

/* The next number of a sequence that is always the same, below N. */
static size_t
draw(uint64_t *seed, size_t n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(*seed >> 33) % n;
}

/* A text of a few lines, some of them empty, whose last one may have no end. */
static void
draw_text(uint64_t *seed, struct buf *b)
{
	size_t lines = draw(seed, 24);

	for (size_t i = 0; i < lines; i++) {
		for (size_t k = draw(seed, 4); k > 0; k--)
			buf_add_char(b, (char)('a' + draw(seed, 3)));
		if (draw(seed, 8) == 0)
			buf_add_char(b, '\r');
		if (i + 1 < lines || draw(seed, 3))
			buf_add_char(b, '\n');
	}
	if (b->len == 0 || draw(seed, 40) == 0)
		buf_add_char(b, '\n');
}

/* A few edits of S in their order, each within a line, in RET. */
static size_t
draw_edits(uint64_t *seed, struct str s, struct edit ret[static 8])
{
	size_t count = 0, most = 1 + draw(seed, 6);

	for (size_t at = draw(seed, s.len); at <= s.len && count < most; at += 1 + draw(seed, 9)) {
		bool begins = at == 0 || at == s.len || s.ptr[at - 1] == '\n';
		size_t len = 0, wanted = draw(seed, 3);

		while (len < wanted && at + len < s.len && !strchr("\r\n", s.ptr[at + len]))
			len++;
		if (begins && draw(seed, 2))
			ret[count++] = (struct edit){ { at, 0 }, STR_INIT, STR("N"), true, at };
		else
			ret[count++] = (struct edit){ { at, len }, str_sub(s, at, len),
				draw(seed, 4) || !len ? STR("XY") : STR(""), false, at };
		at += len;
	}
	return count;
}

struct reader {
	struct str diff, old;
	size_t at, line, behind; /* of the diff; of the old text: the number of the line, its first byte */
	struct buf *made;
};

static struct str
next_line(struct str s, size_t *at)
{
	size_t end = str_find(s, *at, '\n'), begin = *at;

	*at = end < s.len ? end + 1 : s.len;
	return str_sub(s, begin, *at - begin);
}

/* Reads a line of a hunk, and leaves out its end where the diff says so. */
static struct str
hunk_line(struct reader *r, char *ret_mark)
{
	struct str line = next_line(r->diff, &r->at);

	*ret_mark = line.ptr[0];
	if (r->at < r->diff.len && r->diff.ptr[r->at] == '\\') {
		struct str note = next_line(r->diff, &r->at);

		assert_true(str_eq(note, STR("\\ No newline at end of file\n")));
		line.len--;
	}
	return str_sub(line, 1, line.len - 1);
}

static size_t
count_lines(struct str s)
{
	size_t n = 0;

	for (size_t at = 0; at < s.len; n++)
		(void)next_line(s, &at);
	return n;
}

/* Applies the hunk at R as patch does, exactly where it says. Adds to *ret_removed how many old lines it
 * takes away. */
static void
read_hunk(struct reader *r, size_t *ret_removed)
{
	struct str head = next_line(r->diff, &r->at), line;
	size_t from, lines = 1, to, new_lines = 1, old_seen = 0, new_seen = 0, context = 0, before = SIZE_MAX;
	char text[80], mark, *p = text;
	bool is_last;

	(void)snprintf(text, sizeof text, "%.*s", STR_ARG(head));
	assert_int_equal(strncmp(p, "@@ -", 4), 0);
	from = strtoul(p + 4, &p, 10);
	if (*p == ',')
		lines = strtoul(p + 1, &p, 10);
	assert_int_equal(strncmp(p, " +", 2), 0);
	to = strtoul(p + 2, &p, 10);
	if (*p == ',')
		new_lines = strtoul(p + 1, &p, 10);
	assert_string_equal(p, " @@\n");
	from -= lines > 0;
	while (r->line < from) { /* what no hunk names */
		buf_add_str(r->made, next_line(r->old, &r->behind));
		r->line++;
	}
	assert_int_equal(r->line, from);
	assert_int_equal(count_lines(buf_str(r->made)), to - (new_lines > 0));
	while (old_seen < lines || new_seen < new_lines) {
		line = hunk_line(r, &mark);
		assert_non_null(strchr(" +-", mark));
		if (mark != '+') {
			assert_true(str_eq(line, next_line(r->old, &r->behind)));
			r->line++, old_seen++;
		}
		if (mark != '-') {
			buf_add_str(r->made, line);
			new_seen++;
		}
		*ret_removed += mark == '-';
		if (mark != ' ') {
			if (before == SIZE_MAX)
				before = context;
			assert_true(before == context || context <= 6); /* else two hunks */
			context = 0;
		} else {
			context++;
		}
	}
	is_last = r->behind == r->old.len;
	assert_true(old_seen == lines && new_seen == new_lines);
	assert_true(context == 3 || (is_last && context < 3));
	assert_true(before == 3 || (from == 0 && before < 3));
	assert_true(r->at == r->diff.len || r->diff.ptr[r->at] == '@');
}

/* How many lines of S the edits touch: those that one replaces something on, and a last one without an end
 * that a line is put behind. */
static size_t
count_touched(struct str s, const struct edit *edits, size_t count)
{
	size_t touched = 0, at = 0;

	while (at < s.len) {
		size_t begin = at;
		struct str line = next_line(s, &at);
		bool is_open = line.ptr[line.len - 1] != '\n', is = false;

		for (size_t i = 0; i < count; i++) {
			size_t off = edits[i].span.off;

			is |= edits[i].is_line ? is_open && off == s.len
					       : off >= begin && (off < at || (is_open && off == at));
		}
		touched += is;
	}
	return touched;
}

/* Whatever the edits, a diff that is read as everybody reads one gives the new text, says no more than what
 * they touch, and shows three lines around it. */
static void
a_patch_gives_the_new_text(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		AUTO(buf) before = BUF_INIT;
		AUTO(buf) after = BUF_INIT;
		AUTO(buf) out = BUF_INIT;
		AUTO(buf) made = BUF_INIT;
		AUTO(error) err = ERROR_INIT;
		struct edit edits[8];
		struct edit_region regions[8];
		struct run_file f = { .path = STR("f"), .name = STR("f"), .regions = regions };
		struct reader r = { .made = &made };
		size_t removed = 0, row, hunks = 0;

		draw_text(&seed, &before);
		f.before = r.old = buf_str(&before);
		f.edits = draw_edits(&seed, f.before, edits);
		edit_sort(edits, f.edits);
		if (edit_check(f.before, edits, f.edits, &row, &err) < 0)
			continue;
		edit_apply(f.before, edits, f.edits, &after, regions);
		f.after = buf_str(&after);
		diff_file(&out, &f, true);
		if (str_eq(f.before, f.after)) {
			assert_int_equal(out.len, 0);
			continue;
		}
		r.diff = buf_str(&out);
		assert_true(str_starts(r.diff, STR("diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ ")));
		r.at = strlen("diff --git a/f b/f\n--- a/f\n+++ b/f\n");
		for (; r.at < r.diff.len; hunks++)
			read_hunk(&r, &removed);
		buf_add_str(&made, str_sub(r.old, r.behind, r.old.len));
		assert_true(str_eq(buf_str(&made), f.after));
		assert_true(hunks > 0);
		if (removed != count_touched(f.before, edits, f.edits))
			fail_msg("%zu of %zu in\n%.*sfrom\n%s", removed,
			    count_touched(f.before, edits, f.edits), STR_ARG(r.diff), before.ptr);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_patch_is_complete),
		cmocka_unit_test(the_form_to_read_withholds),
		cmocka_unit_test(a_file_that_is_made_begins_with_nothing),
		cmocka_unit_test(odd_names_are_quoted_as_in_c),
		cmocka_unit_test(a_run_shows_what_waits),
		cmocka_unit_test(a_name_moves_no_cursor),
		cmocka_unit_test(a_patch_gives_the_new_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
