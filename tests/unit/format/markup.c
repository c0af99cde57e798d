/* markup: whatever is in a fleet is text.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "format/markup.h"

static void
every_text_is_text(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	markup_text(&b, STR("<a href=\"x\" title='y'>&amp;\x1b\n\xff\xe2\x80\xae"));
	assert_string_equal(
	    b.ptr, "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;\\x1b\\n\\xff\\u202e");
	buf_clear(&b);
	markup_wrapped(&b, STR("a/b_<c>/"));
	assert_string_equal(b.ptr, "a/<wbr>b_<wbr>&lt;c&gt;/");
}

/* No byte that a text may hold gets out of it. */
static void
no_byte_ends_the_text(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		char byte = (char)c;
		AUTO(buf) b = BUF_INIT;

		markup_text(&b, (struct str){ &byte, 1 });
		assert_null(memchr(b.ptr, '<', b.len));
		assert_null(memchr(b.ptr, '"', b.len));
		assert_true(str_is_utf8(buf_str(&b)));
		for (size_t i = 0; i < b.len; i++)
			assert_true((unsigned char)b.ptr[i] >= 0x20);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_text_is_text),
		cmocka_unit_test(no_byte_ends_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
