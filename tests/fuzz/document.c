/* fuzz: any bytes as a YAML file, each scalar with its trace.
 * SPDX-License-Identifier: MIT */
#include "check.h"

#include "syntax/document.h"
#include "syntax/node.h"
#include "base/error.h"

static void
check_node(struct arena *a, struct node *n, unsigned depth)
{
	size_t line, column;

	CHECK(depth <= DOCUMENT_DEPTH_MAX + 1);
	CHECK(!n->has_span || (n->start <= n->end && n->end <= n->source->text.len));
	(void)node_position(n, &line, &column);
	if (n->kind == NODE_SCALAR) {
		struct trace t = node_trace(a, n);

		CHECK(str_eq(t.text, n->value));
		check_trace(t);
		return;
	}
	for (size_t i = 0; i < n->count; i++) {
		CHECK((n->entries[i].key != NULL) == (n->kind == NODE_MAPPING));
		if (n->entries[i].key)
			check_node(a, n->entries[i].key, depth + 1);
		check_node(a, n->entries[i].value, depth + 1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source source = { .path = STR("app/compose.yaml"), .text = TEXT_INIT };
	AUTO(arena) a = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	struct document docs;

	text_copy(&source.text, (struct str){ (const char *)data, size });
	CHECK((document_read(&a, &source, &docs, &err) < 0) == error_is_set(&err));
	for (size_t i = 0; i < docs.count; i++)
		check_node(&a, docs.roots[i], 1);
	text_release(&source.text);
	return 0;
}
