/* pattern: PCRE2 patterns, compiled once and JITed, with bounded matching.
 * SPDX-License-Identifier: MIT */
#include "base/pattern.h"

#include <stdint.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/error.h"

enum {
	GROUPS_MAX = 32,
	MATCH_LIMIT = 1000000,
	DEPTH_LIMIT = 10000,
	HEAP_LIMIT_KIB = 20000,
	JIT_STACK_MAX = 1 << 20
};

struct pattern {
	pcre2_code *code;
	bool is_direct;		/* its machine code is called at once: there is no UTF-8 to look over */
};

struct match {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	const PCRE2_SIZE *spans;	/* of data: where each group begins and ends */
	struct str subject;
	int groups;		/* of the last match; 0: it failed */
};

int
pattern_open(struct pattern **ret, const char *regex, unsigned flags, struct error *err)
{
	uint32_t options = (flags & PATTERN_UTF ? PCRE2_UTF : 0) |
	    (flags & PATTERN_FOLD ? PCRE2_CASELESS : 0) | (flags & PATTERN_EXTENDED ? PCRE2_EXTENDED : 0) |
	    (flags & PATTERN_ANCHORED ? PCRE2_ANCHORED : 0);
	int code;
	PCRE2_SIZE at;
	pcre2_code *compiled = pcre2_compile(
	    (PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED, options, &code, &at, NULL);

	if (!compiled) {
		PCRE2_UCHAR text[160];

		if (pcre2_get_error_message(code, text, sizeof text) < 0)
			text[0] = '\0';
		return error_set(
		    err, "the pattern '%s' is wrong at byte %zu: %s", regex, (size_t)at, (char *)text);
	}
	/* Without JIT (a platform that has none, memory that may not be executable) it is slower and the
	 * same. */
	*ret = mem_alloc(sizeof **ret);
	(*ret)->is_direct = pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE) == 0 && !(options & PCRE2_UTF);
	(*ret)->code = compiled;
	return 0;
}

void
pattern_close(struct pattern *p)
{
	if (!p)
		return;
	pcre2_code_free(p->code);
	free(p);
}

int
pattern_group(const struct pattern *p, const char *name)
{
	int n = pcre2_substring_number_from_name(p->code, (PCRE2_SPTR)name);

	return n > 0 ? n : -1;
}

struct match *
match_open(void)
{
	struct match *m = mem_zero(1, sizeof *m);

	m->data = pcre2_match_data_create(GROUPS_MAX, NULL);
	m->context = pcre2_match_context_create(NULL);
	m->stack = pcre2_jit_stack_create(32 * 1024, JIT_STACK_MAX, NULL);
	if (!m->data || !m->context)
		mem_exhausted();
	m->spans = pcre2_get_ovector_pointer(m->data);
	pcre2_set_match_limit(m->context, MATCH_LIMIT);
	pcre2_set_depth_limit(m->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(m->context, HEAP_LIMIT_KIB);
	if (m->stack)	/* there is none where there is no JIT */
		pcre2_jit_stack_assign(m->context, NULL, m->stack);
	return m;
}

void
match_close(struct match *m)
{
	if (!m)
		return;
	pcre2_jit_stack_free(m->stack);
	pcre2_match_context_free(m->context);
	pcre2_match_data_free(m->data);
	free(m);
}

int
pattern_match(const struct pattern *p, struct match *m, struct str s, size_t from, struct error *err)
{
	PCRE2_SPTR subject = (PCRE2_SPTR)(s.ptr ? s.ptr : "");
	int n = p->is_direct && from <= s.len
	    ? pcre2_jit_match(p->code, subject, s.len, from, 0, m->data, m->context)
	    : pcre2_match(p->code, subject, s.len, from, 0, m->data, m->context);

	m->subject = s;
	m->groups = n > 0 ? n : n == 0 ? GROUPS_MAX : 0;
	if (n >= 0)
		return 1;
	if (n == PCRE2_ERROR_NOMATCH)
		return 0;
	if (n == PCRE2_ERROR_MATCHLIMIT || n == PCRE2_ERROR_DEPTHLIMIT || n == PCRE2_ERROR_HEAPLIMIT ||
	    n == PCRE2_ERROR_JIT_STACKLIMIT)
		return error_set(err, "the text is too intricate to match within the limits");
	if (n <= PCRE2_ERROR_UTF8_ERR1 && n >= PCRE2_ERROR_UTF8_ERR21)
		return error_set(err, "the text is not valid UTF-8");
	if (n == PCRE2_ERROR_NOMEMORY)
		mem_exhausted();
	return error_set(err, "the text could not be matched (PCRE2 error %d)", n);
}

bool
match_span(const struct match *m, int i, struct span *ret)
{
	const PCRE2_SIZE *v = m->spans;

	if (i < 0 || i >= m->groups || v[2 * i] == PCRE2_UNSET || v[2 * i + 1] < v[2 * i])
		return false;
	*ret = (struct span){ v[2 * i], v[2 * i + 1] - v[2 * i] };
	return true;
}

struct str
match_str(const struct match *m, int i)
{
	struct span s;

	return match_span(m, i, &s) ? (struct str){ m->subject.ptr + s.off, s.len } : (struct str)STR_INIT;
}
