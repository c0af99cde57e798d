/* diff: whole lines with their context, as patch takes them; of secrets only in the form for patch.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "apply/diff.h"
#include "apply/edit.h"

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

	(void)state;
	shows(".env", "X=pw\nA=5003\r\n", one, 1, true,
	    "diff --git a/.env b/.env\n--- a/.env\n+++ b/.env\n@@ -1,2 +1,2 @@\n X=pw\n-A=5003\r\n"
	    "+A=5001\r\n");
	shows(".env", "X=pw\nA", last, 1, true,
	    "diff --git a/.env b/.env\n--- a/.env\n+++ b/.env\n@@ -1,2 +1,3 @@\n X=pw\n-A\n"
	    "\\ No newline at end of file\n"
	    "+A\n+B=2\n\\ No newline at end of file\n");
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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_patch_is_complete),
		cmocka_unit_test(the_form_to_read_withholds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
