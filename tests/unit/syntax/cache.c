/* cache: whatever words a file has, the cache gives the tree that the parser gives.
 * SPDX-License-Identifier: MIT */
#include "unit/traced.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/error.h"
#include "syntax/cache.h"
#include "syntax/node.h"

/* Texts whose digits may mean something: numbers of each kind, keys, blocks, escapes, folded lines, tags,
 * anchors, directives, flow, comments, several documents, mistakes. */
static const char *const texts[] = {
	"services:\n  app1:\n    ports: [\"8001:80\", 9001:90, 12]\n"
	"    image: x:1.25 # 3 of 4\n    scale: 2\n",
	"a: 017\nb: 0x1F\nc: 1_000\nd: 2024-01-02\ne: 1.5e3\nf: 08\ng: 0b11\nh: 12:30\ni: -7\nj: +8\n",
	"a: |2\n    x 1\n   y\nb: >1-\n  z 2\nc: |\n  port 8080\n  z\n",
	"a: \"\\x41\\u0042 3\"\nb: 'it''s 4'\nc: \"5\n  6\"\nd: plain 7\n  goes on 8\n",
	"a: &n1 x\nb: *n1\nc: &n2 y\nd: *n2\n", "a: &n1 5\nb: 6\n", "a: !!int 5\nb: !t1 x\nc: !!str 6\n",
	"%YAML 1.1\n---\na: 1\n", "a: 1\n---\nb: [1, {c: 2}, [3]]\n...\n---\nd: 4\n",
	"? [1, 2]\n: 3\n1: 2\n1.5: x\n",
	"a: [1, 2\nb: 3\n", "a: 1\n  b: 2\n", "\"1\"\n", "1\n", "# 1\n", "- 1\n- - 2\n  - 3\n-\n  k9: 4\n",
	"a: \xc3\xa9 1\nb2: \xe2\x82\xac 2\nc: '\xc3\xa9 3'\n",
	"a: 1\r\nb: '2'\r\n", "a: {x: 1, y: '%30', z: %30}\n",
	"# one - two.three\na-b: [c, \"d e\", 'f ''g'' h', {i: j}]   # k & l\nm:\n"
	"- n: o\n  p: q r\n- 's'\n",
	"a: |-  # b\n  c d\n\n   e\n f: g\nh: >\n  i j\n  k\n\n  l\n",
	"a: >\n\n  b c\n   d\n  e\n\n\n",
	"a: \"b\\nc \\\"d\\\" \\x41e \\\n  f\n\n  g\"\nh: i j\n  k\n\n  l # m\nn: 'o\n  p'\n",
	"a: ./b/c:d\ne: ${F:-g}\nh: i@j.k/l\n? m n\n: o\n--- p\n", "a: &b-c d\n", "a: &b.c d\n", "a: *b\n",
	"a: b & c && d\ne: '* * *'\nf: ! g\n", "!a b: c\n", "--- !!map\na: b\n", "a: b: c\n", "- a\nb\n",
	"# ^~;|@%<>=+$()*!&`\\/ _\na: {b:}\n",
	"a: {b:}\nc: {d?: e}\n", "a: {b?c: d}\n", "a: \"b\\'c\"\n", "a: \"\\/b\"\n",
	"a: 'b\\n c'\nd: e\\f g\n",
	"a: [b\n,\n  c d\n  e, f]\n",
	"a: # b\n  c\n# d\ne:\n", "%a b\n", "a: @b\n", "-a: b\n.c: /d\n+e: =f\n",
};

static void
assert_same(const struct node *a, const struct node *b)
{
	if (!a || !b) {
		assert_ptr_equal(a, b);
		return;
	}
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->has_span, b->has_span);
	assert_int_equal(a->start, b->start);
	assert_int_equal(a->end, b->end);
	assert_int_equal(a->height, b->height);
	assert_true(str_eq(a->tag, b->tag));
	assert_ptr_equal(a->source, b->source);
	assert_int_equal(!a->alias, !b->alias);
	assert_int_equal(a->count, b->count);
	if (a->kind == NODE_SCALAR) {
		assert_int_equal(a->style, b->style);
		assert_int_equal(a->type, b->type);
		assert_int_equal(a->number, b->number);
		assert_true(str_eq(a->value, b->value));
		assert_int_equal(b->value.ptr[b->value.len], '\0');
	}
	for (size_t i = 0; i < a->count; i++) {
		assert_same(a->entries[i].key, b->entries[i].key);
		assert_same(a->entries[i].value, b->entries[i].value);
	}
}

/* Reads the text with the cache and without. */
static void
assert_alike(struct cache *c, struct str text)
{
	AUTO(arena) arena = ARENA_INIT;
	AUTO(error) parser_err = ERROR_INIT, cache_err = ERROR_INIT;
	struct source source = source_of("app/compose.yaml", text, false);
	struct document parsed, cached;
	int r = document_read(&arena, &source, &parsed, &parser_err);

	assert_int_equal(cache_read(c, &arena, &source, &cached, &cache_err), r);
	assert_int_equal(parsed.count, cached.count);
	assert_int_equal(parsed.has_aliases, cached.has_aliases);
	for (size_t i = 0; i < parsed.count; i++)
		assert_same(parsed.roots[i], cached.roots[i]);
	if (r < 0) {
		assert_string_equal(parser_err.what, cache_err.what);
		assert_int_equal(parser_err.line, cache_err.line);
	}
	text_release(&source.text);
}

#define WORD "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
static const char begins[] = "0123456789abfnrtuxyzEFNTUx_", within[] = "0123456789abeorstuxyzELUY_-./+=@";

static char
any_of(const char *bytes, unsigned *seed)
{
	return bytes[(size_t)rand_r(seed) % strlen(bytes)];
}

/* Adds a word: a number, something that YAML reads as more than a string, or any bytes. */
static void
add_word(struct buf *b, unsigned *seed)
{
	static const char *const words[] = { "true", "null", "0x1F", "1_000", "2024-01-02", "1.5e3", "08",
		"y", "No", "123456789012345678901", "1.", "_1", "a--b", "a---", "x..." };
	size_t len = (size_t)rand_r(seed) % 9;

	if (len == 0) {
		buf_add_str(b, str_from(words[(size_t)rand_r(seed) % (sizeof words / sizeof *words)]));
		return;
	}
	buf_add_char(b, any_of(begins, seed));
	while (--len > 0)
		buf_add_char(b, any_of(within, seed));
}

/* TEXT with about one word in ODDS written anew. */
static void
change_words(struct buf *b, struct str text, int odds, unsigned *seed)
{
	for (size_t at = 0; at < text.len; ) {
		size_t end = at + 1;

		if (!str_has(STR(WORD), text.ptr[at])) {
			buf_add_char(b, text.ptr[at++]);
			continue;
		}
		while (end < text.len && str_has(STR(WORD "-./+=@"), text.ptr[end]))
			end++;
		if (rand_r(seed) % odds == 0)
			add_word(b, seed);
		else
			buf_add(b, text.ptr + at, end - at);
		at = end;
	}
}

static void
words_change_nothing_else(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (int round = 0; round < 600; round++) {
			AUTO_PTR(cache) c = cache_open();

			/* a second text is kept, and the next are copies of it */
			for (int turn = 0; turn < 4; turn++) {
				AUTO(buf) b = BUF_INIT;

				change_words(&b, str_from(texts[i]), 1 + round % 4, &seed);
				assert_alike(c, buf_str(&b));
			}
		}
}

static void
digits_change_nothing_else(void **state)
{
	AUTO_PTR(cache) c = cache_open();
	unsigned seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (int round = 0; round < 300; round++) {
			AUTO(buf) b = BUF_INIT;

			buf_add_str(&b, str_from(texts[i]));
			for (size_t at = 0; round > 0 && at < b.len; at++)
				if (b.ptr[at] >= '0' && b.ptr[at] <= '9' && rand_r(&seed) % 2)
					b.ptr[at] = (char)('0' + rand_r(&seed) % 10);
			assert_alike(c, buf_str(&b));
		}
}

/* A key may have 1,024 characters. */
static void
long_keys_are_told_apart(void **state)
{
	static const size_t lens[] = { 900, 901, 902, 1022, 1023, 1024, 1025, 1026, 2000, 900 };
	AUTO_PTR(cache) c = cache_open();

	(void)state;
	for (size_t i = 0; i < sizeof lens / sizeof *lens; i++)
		for (int round = 0; round < 3; round++) {
			AUTO(buf) b = BUF_INIT;

			for (size_t k = 0; k < lens[i]; k++)
				buf_add_char(&b, 'k');
			buf_add_str(&b, STR(": x\nb: y\n"));
			assert_alike(c, buf_str(&b));
		}
}

/* Which text an alias stands for is told by a digit. */
static void
anchors_are_told_apart(void **state)
{
	AUTO_PTR(cache) c = cache_open();

	(void)state;
	for (int round = 0; round < 4; round++) {
		assert_alike(c, STR("a: &n1 x\nb: &n2 y\nc: *n1\n"));
		assert_alike(c, STR("a: &n1 x\nb: &n2 y\nc: *n2\n"));
	}
}

/* A tree is its reader's own: what one does to it no other sees. */
static void
trees_are_apart(void **state)
{
	AUTO(arena) arena = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(cache) c = cache_open();
	struct source source = source_of("app/compose.yaml", STR("a: {b: 1}\nc: x\n"), false);
	struct document docs;

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct node *a;

		assert_int_equal(cache_read(c, &arena, &source, &docs, &err), 0);
		assert_int_equal(docs.roots[0]->count, 2);
		a = docs.roots[0]->entries[0].value;
		assert_int_equal(a->count, 1);
		assert_int_equal(a->entries[0].value->number, 1);
		a->entries[0].value->number = 7;
		node_add(&arena, a, node_string(&arena, STR("new")), node_string(&arena, STR("y")));
		node_remove(docs.roots[0], 0);
	}
	text_release(&source.text);
}

/* However many kinds of files there are, its memory is bounded: see BYTES_LIMIT. */
static void
many_kinds_are_read(void **state)
{
	AUTO_PTR(cache) c = cache_open();

	(void)state;
	for (int kind = 0; kind < 3000; kind++)
		for (int round = 0; round < 3; round++) {
			AUTO(buf) b = BUF_INIT;

			buf_printf(&b, "a: %d\n", kind * round);
			for (int i = 0; i < 12; i++)
				buf_add_str(&b, kind >> i & 1 ? STR("# x\n") : STR("#\n"));
			assert_alike(c, buf_str(&b));
		}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_change_nothing_else),
		cmocka_unit_test(digits_change_nothing_else),
		cmocka_unit_test(long_keys_are_told_apart),
		cmocka_unit_test(anchors_are_told_apart),
		cmocka_unit_test(trees_are_apart),
		cmocka_unit_test(many_kinds_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
