/* traced: what is true of every trace, checked after each operation of the tests that make them.
 * SPDX-License-Identifier: MIT */
#ifndef TESTS_TRACED_H
#define TESTS_TRACED_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "syntax/trace.h"

/* Pieces cover the text end to end; identity pieces are the bytes of their file; a piece has an origin
 * where it has a file. */
static inline void
assert_traced(struct trace t)
{
	size_t at = 0;

	if (!t.count)
		return;
	for (size_t i = 0; i < t.count; i++) {
		const struct trace_piece *p = &t.pieces[i];

		assert_int_equal(p->at, at);
		assert_true(p->len <= t.text.len - at);
		at += p->len;
		assert_int_equal(p->source != NULL, p->origin != ORIGIN_NONE);
		if (!p->source)
			continue;
		assert_true(p->raw.off <= p->source->text.len &&
		    p->raw.len <= p->source->text.len - p->raw.off);
		if (p->decoded)
			continue;
		assert_int_equal(p->raw.len, p->len);
		assert_true(str_eq(text_span(&p->source->text, p->raw), str_sub(t.text, p->at, p->len)));
	}
	assert_int_equal(at, t.text.len);
}

static inline void
assert_str(struct str s, const char *expected, size_t len)
{
	if (s.len != len || (len && memcmp(s.ptr, expected, len) != 0))
		fail_msg("'%.*s' (%zu bytes) is not '%.*s' (%zu bytes)", STR_ARG(s), s.len, (int)len,
		    expected, len);
}

/* A source that holds TEXT, as PATH. */
static inline struct source
source_of(const char *path, struct str text, bool is_env)
{
	struct source s = { .path = str_from(path), .text = TEXT_INIT, .is_env = is_env };

	text_copy(&s.text, text);
	return s;
}

#endif
