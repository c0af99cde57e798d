/* check: what a fuzz target holds traces to; an untrue one aborts.
 * SPDX-License-Identifier: MIT */
#ifndef TESTS_FUZZ_CHECK_H
#define TESTS_FUZZ_CHECK_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "syntax/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

/* Pieces cover the text end to end; identity pieces are the bytes of their file. */
static inline void
check_trace(struct trace t)
{
	size_t at = 0;

	for (size_t i = 0; i < t.count; i++) {
		const struct trace_piece *p = &t.pieces[i];

		CHECK(p->at == at && p->len <= t.text.len - at);
		CHECK((p->source != NULL) == (p->origin != ORIGIN_NONE));
		at += p->len;
		if (p->source && !p->decoded)
			CHECK(str_eq(text_span(&p->source->text, p->raw), str_sub(t.text, p->at, p->len)));
		else if (p->source)
			(void)text_span(&p->source->text, p->raw);	/* aborts outside the file */
	}
	CHECK(!t.count || at == t.text.len);
}

/* The same of every way to cut T once; whole and part decide alike. */
static inline void
check_cuts(struct arena *a, struct trace t)
{
	size_t step = t.text.len / 8 + 1;

	check_trace(t);
	for (size_t off = 0; off <= t.text.len; off += step)
		for (size_t len = 0; len <= t.text.len - off; len += step) {
			struct trace part = trace_sub(a, t, off, len);
			struct trace_decision whole = trace_decide(part),
			    direct = trace_decide_part(t, off, len);

			check_trace(part);
			CHECK(str_eq(part.text, str_sub(t.text, off, len)));
			CHECK(whole.known == direct.known && whole.source == direct.source);
			CHECK(!whole.known || (whole.span.off == direct.span.off &&
			    whole.span.len == direct.span.len));
		}
	(void)trace_chain(a, t, STR("app"));
}

#endif
