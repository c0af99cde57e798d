/* node: finding, making and changing nodes; tests/unit/document.c has the traces of scalars.
 * SPDX-License-Identifier: MIT */
#include "unit/traced.h"

#include "syntax/node.h"

/* A scalar of TEXT, which stands in SOURCE at START. */
static struct node
scalar(struct source *source, size_t start, const char *text, enum node_style style)
{
	size_t quotes = style == NODE_SINGLE || style == NODE_DOUBLE ? 2 : 0;

	return (struct node){ .kind = NODE_SCALAR,
		.style = style,
		.value = str_from(text),
		.source = source,
		.has_span = true,
		.start = start,
		.end = start + strlen(text) + quotes };
}

/* N holds the values of KEYS in their order; each is found where its key is not said again behind it. */
static void
holds(const struct node *n, const char *keys, size_t height)
{
	assert_int_equal(n->count, strlen(keys));
	assert_true(n->cap >= n->count);
	assert_int_equal(n->height, height);
	for (size_t i = 0; i < n->count; i++) {
		assert_int_equal(n->entries[i].key->value.ptr[0], keys[i]);
		assert_int_equal(node_find(n, n->entries[i].key->value), strrchr(keys, keys[i]) - keys);
		assert_ptr_equal(
		    node_get(n, n->entries[i].key->value), n->entries[strrchr(keys, keys[i]) - keys].value);
	}
	assert_int_equal(node_find(n, STR("none")), n->count);
	assert_null(node_get(n, STR("none")));
}

static void
the_last_of_a_key_counts(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	struct node keys[] = { { .value = STR("a") }, { .value = STR("b") }, { .value = STR("a") },
		{ .value = STR("c") } };
	struct node values[4] = { { .height = 0 } }, tall = { .kind = NODE_SEQUENCE, .height = 3 };
	struct node *n = node_collection(&a, NODE_MAPPING, NULL), *copy;

	(void)state;
	holds(n, "", 1);
	node_add(&a, n, &keys[0], &values[0]);
	node_add(&a, n, &keys[1], &tall);
	holds(n, "ab", 4);
	node_add(&a, n, &keys[2], &values[2]);
	holds(n, "aba", 4);
	copy = node_copy(&a, n);
	node_add(&a, copy, &keys[3], &values[3]);
	holds(copy, "abac", 4);
	holds(n, "aba", 4);
	node_remove(copy, 0);
	holds(copy, "bac", 4);
	node_remove(copy, 2);
	holds(copy, "ba", 4);
	node_remove(copy, 0);
	holds(copy, "a", 4);
	holds(n, "aba", 4);
	holds(node_copy(&a, node_collection(&a, NODE_MAPPING, NULL)), "", 1);
}

static void
only_mappings_have_keys(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	struct node value = { .value = STR("a") };
	struct node *list = node_collection(&a, NODE_SEQUENCE, NULL);

	(void)state;
	node_add(&a, list, NULL, &value);
	assert_int_equal(list->count, 1);
	assert_int_equal(node_find(list, STR("a")), 0);
	assert_null(node_get(list, STR("a")));
	assert_null(node_get(&value, STR("a")));
	assert_null(node_get(NULL, STR("a")));
	assert_int_equal(node_find(NULL, STR("a")), 0);
}

static void
what_a_node_is(void **state)
{
	static const char *const names[] = { "string", "integer", "number with a fraction", "boolean", "null",
		"date" };
	struct node n = { .kind = NODE_SCALAR };

	(void)state;
	for (int t = NODE_STRING; t <= NODE_TIME; t++) {
		n.type = (enum node_type)t;
		assert_string_equal(node_type_name(&n), names[t]);
		assert_int_equal(node_is_string(&n), t == NODE_STRING);
		assert_int_equal(node_is_null(&n), t == NODE_NULL);
	}
	for (int t = NODE_STRING; t <= NODE_TIME; t++) {
		n = (struct node){ .kind = NODE_MAPPING, .type = (enum node_type)t };
		assert_string_equal(node_type_name(&n), "mapping");
		assert_false(node_is_string(&n) || node_is_null(&n));
		n.kind = NODE_SEQUENCE;
		assert_string_equal(node_type_name(&n), "list");
		assert_false(node_is_string(&n) || node_is_null(&n));
	}
	assert_false(node_is_string(NULL) || node_is_null(NULL));
}

static void
where_a_node_is(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	struct source s = source_of("c.yml", STR("a:\n  'bc'\n"), false);
	struct node n = scalar(&s, 5, "bc", NODE_SINGLE), *at;
	size_t line = 0, column = 0;

	(void)state;
	assert_true(node_position(&n, &line, &column));
	assert_int_equal(line, 2);
	assert_int_equal(column, 3);
	assert_int_equal(node_inner(&n).off, 6);
	assert_int_equal(node_inner(&n).len, 2);
	at = node_collection(&a, NODE_SEQUENCE, &n);
	assert_true(node_position(at, &line, &column) && line == 2 && column == 3);
	assert_int_equal(at->end, n.end);
	n.style = NODE_PLAIN;
	assert_int_equal(node_inner(&n).off, 5);
	assert_int_equal(node_inner(&n).len, 4);
	n.style = NODE_DOUBLE;
	n.end = n.start + 1;		/* no room for two quotes */
	assert_int_equal(node_inner(&n).len, 0);
	n.end = n.start + 2;
	assert_int_equal(node_inner(&n).off, 6);
	assert_int_equal(node_inner(&n).len, 0);
	n.has_span = false;
	assert_false(node_position(&n, &line, &column));
	n = (struct node){ .has_span = true };
	assert_false(node_position(&n, &line, &column));
	assert_false(node_position(NULL, &line, &column));
	text_release(&s.text);
}

static void
a_trace_is_made_once(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	struct source s = source_of("c.yml", STR("- 'a''b' x\n"), false);
	struct node n = scalar(&s, 2, "a'bc", NODE_SINGLE), made = { .value = STR("v") },
		    odd = scalar(&s, 9, "y", NODE_PLAIN);
	struct trace t;

	(void)state;
	n.value.len = 3;
	t = node_trace(&a, &n);
	assert_traced(t);
	assert_int_equal(t.count, 3);
	assert_ptr_equal(node_trace(&a, &n).pieces, t.pieces);
	t = node_trace(&a, &made);	/* of no file */
	assert_traced(t);
	assert_str(t.text, "v", 1);
	assert_null(t.count ? t.pieces[0].source : NULL);
	/* does not say what the file does: the one stands for the other as a whole */
	t = node_trace(&a, &odd);
	assert_traced(t);
	assert_int_equal(t.count, 1);
	assert_true(t.pieces[0].decoded && t.pieces[0].raw.off == 9 && t.pieces[0].raw.len == 1);
	text_release(&s.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_of_a_key_counts),
		cmocka_unit_test(only_mappings_have_keys),
		cmocka_unit_test(what_a_node_is),
		cmocka_unit_test(where_a_node_is),
		cmocka_unit_test(a_trace_is_made_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
