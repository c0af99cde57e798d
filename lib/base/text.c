/* text: the bytes of one file as it was read, its digest and its lines.
 * SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

void
text_copy(struct text *t, struct str s)
{
	text_release(t);
	t->ptr = mem_dup(s.ptr, s.len);
	t->len = s.len;
}

void
text_release(struct text *t)
{
	free(t->ptr);
	free(t->lines);
	*t = (struct text)TEXT_INIT;
}

struct str
text_str(const struct text *t)
{
	return (struct str){ t->ptr, t->len };
}

struct str
text_span(const struct text *t, struct span s)
{
	if (s.off > t->len || s.len > t->len - s.off)
		abort();
	return (struct str){ t->ptr + s.off, s.len };
}

static void
index_lines(struct text *t)
{
	struct str s = text_str(t);
	size_t cap = 0;

	MEM_GROW(t->lines, t->line_count, cap);
	t->lines[t->line_count++] = 0;
	for (size_t i = 0; (i = str_find(s, i, '\n')) < s.len; i++) {
		MEM_GROW(t->lines, t->line_count, cap);
		t->lines[t->line_count++] = i + 1;
	}
}

/* The index of the line that byte OFF is of. */
static size_t
line_of(struct text *t, size_t off)
{
	size_t lo = 0, hi;

	if (!t->lines)
		index_lines(t);
	hi = t->line_count;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->lines[mid] <= off)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

void
text_position(struct text *t, size_t off, size_t *ret_line, size_t *ret_column)
{
	size_t line = line_of(t, off), bom = line == 0 ? text_bom(t) : 0;

	*ret_line = line + 1;
	*ret_column = off - t->lines[line] + 1 - (off >= bom ? bom : off);
}

bool
text_is_comment(struct text *t, size_t off)
{
	size_t line = line_of(t, off);
	struct str start = str_sub(text_str(t), t->lines[line], 4096);
	size_t at = str_skip(start, 0, STR(" \t"));

	return at < start.len && start.ptr[at] == '#';
}

size_t
text_bom(const struct text *t)
{
	return str_bom(text_str(t));
}

uint64_t
text_digest(struct str bytes)
{
	return XXH3_64bits(bytes.ptr ? bytes.ptr : "", bytes.len);
}

/* XXH3's own state wants an alignment that malloc does not give: only its maker may allocate it. */
struct text_digester {
	XXH3_state_t *state;
};

struct text_digester *
text_digester_open(void)
{
	struct text_digester *d = mem_zero(1, sizeof *d);

	d->state = XXH3_createState();
	if (!d->state)
		mem_exhausted();
	(void)XXH3_64bits_reset(d->state);	/* fails of no state only; so does update */
	return d;
}

void
text_digester_add(struct text_digester *d, struct str bytes)
{
	(void)XXH3_64bits_update(d->state, bytes.ptr ? bytes.ptr : "", bytes.len);
}

uint64_t
text_digester_end(const struct text_digester *d)
{
	return XXH3_64bits_digest(d->state);
}

void
text_digester_close(struct text_digester *d)
{
	if (!d)
		return;
	(void)XXH3_freeState(d->state);
	free(d);
}

void
text_digest_format(uint64_t digest, char ret[static TEXT_DIGEST_SIZE])
{
	memcpy(ret, "xxh3:", 5);
	for (int i = 0; i < 16; i++)
		ret[5 + i] = "0123456789abcdef"[digest >> (60 - 4 * i) & 15];
	ret[TEXT_DIGEST_SIZE - 1] = '\0';
}

bool
text_digest_parse(struct str s, uint64_t *ret)
{
	uint64_t v = 0;

	if (s.len != TEXT_DIGEST_SIZE - 1 || !str_starts(s, STR("xxh3:")))
		return false;
	for (size_t i = 5; i < s.len; i++) {
		char c = s.ptr[i];

		if (c >= '0' && c <= '9')
			v = v << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*ret = v;
	return true;
}
