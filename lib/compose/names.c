/* names: the name of a project.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include "base/path.h"

/* Adds what Compose leaves of piece P of T, which says where all of it is from. */
static void
add_normalised(struct trace_builder *b, struct trace t, struct trace_piece p)
{
	struct str text = str_sub(t.text, p.at, p.len);
	char *out = arena_alloc(b->arena, text.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = str_lower(text.ptr[i]);
		bool is_alnum = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (is_alnum || (b->len + len > 0 && (c == '_' || c == '-')))
			out[len++] = c;
	}
	p.decoded = p.decoded || !str_eq((struct str){ out, len }, text);
	trace_add(b, (struct str){ out, len }, p);
}

/* T in lower case, with only what Compose lets stand in a project name. */
static struct trace
normalised(struct arena *a, struct trace t)
{
	struct trace_builder b = TRACE_BUILDER_INIT(a);
	struct trace_decision d = trace_decide(t);
	const struct trace_piece one = { .len = t.text.len, .source = d.source, .raw = d.span,
		.origin = d.origin, .step = d.step };
	struct trace got;

	if (d.known || t.count == 0)
		add_normalised(&b, t, one);
	for (size_t i = 0; !d.known && i < t.count; i++)
		add_normalised(&b, t, t.pieces[i]);
	got = trace_finish(&b);
	if (str_eq(got.text, t.text))
		return t;
	return t.count == 0 ? trace_none(got.text) : got;
}

/* The value of KEY in a mapping whose merge keys still stand in it. */
static struct node *
merged_get(const struct node *n, struct str key, unsigned depth)
{
	struct node *own = node_get(n, key), *merged;

	if (own || depth > DOCUMENT_DEPTH_MAX)
		return own;
	merged = node_get(n, STR("<<"));
	if (!merged)
		return NULL;
	if (merged->kind == NODE_MAPPING)
		return merged_get(merged, key, depth + 1);
	for (size_t i = 0; !own && i < node_count(merged, NODE_SEQUENCE); i++)
		own = merged_get(merged->entries[i].value, key, depth + 1);
	return own;
}

/* The last `name:` of the files that is not empty; NULL where none is. */
static struct node *
explicit_name(const struct document *docs, size_t count)
{
	for (size_t i = count; i-- > 0; )
		for (size_t k = docs[i].count; k-- > 0; ) {
			struct node *n = merged_get(docs[i].roots[k], STR("name"), 0);

			if (n && n->kind == NODE_SCALAR && n->type != NODE_NULL && n->value.len > 0)
				return n;
		}
	return NULL;
}

/* The name of folder DIR. That of the root, or of one above it, is only known by the path of the root. */
static struct str
folder_name(const struct load *l, struct str dir)
{
	bool is_outside = str_eq(dir, STR(".")) || str_starts(dir, STR(".."));

	return path_name(is_outside ? path_resolve(l->arena, l->reader->root, dir) : dir);
}

/* Takes the name from N, `name:` of a file. */
static void
read_name(struct load *l, struct node *n, const struct env *env)
{
	AUTO(error) err = ERROR_INIT;
	struct trace t = node_trace(l->arena, n);

	/* A mistake in it is found again when the file is loaded. */
	if (interpolate(l->reader->interpolation, t, env, NULL, &t, &err) < 0)
		return;
	l->project->name = normalised(l->arena, t);
	l->project->name_is_explicit = true;
	l->project->name_elsewhere = anchors_elsewhere(l, n);
	if (l->project->name.text.len == 0)
		load_problem_of(l, MESSAGE_NAME, n,
		    "project name must not be empty: of `name: %.*s` nothing is left that a name may hold",
		    STR_ARG(t.text));
}

/* Where a line with a key of its own may go into DOCS: before the first key of a mapping in block style. */
static struct project_spot
find_line(const struct document *docs)
{
	const struct node *root = docs->count > 0 ? docs->roots[0] : NULL, *key;
	size_t line, column;

	if (node_count(root, NODE_MAPPING) == 0 || !root->has_span ||
	    root->source->text.ptr[root->start] == '{')
		return (struct project_spot){ NULL, 0 };
	key = root->entries[0].key;
	if (!node_position(key, &line, &column) || column != 1)
		return (struct project_spot){ NULL, 0 };
	return (struct project_spot){ key->source, key->start };
}

/* Says that T, a COMPOSE_PROJECT_NAME, cannot be one unless it is VALID, which is what Compose would leave of
 * it. */
static void
refuse_name(struct load *l, struct trace t, struct str valid)
{
	struct trace_decision d = trace_decide(t);
	const struct node at = { .source = d.source, .has_span = true, .start = d.span.off };

	if (str_eq(valid, t.text))
		return;
	load_problem_of(l, MESSAGE_NAME, d.source ? &at : NULL,
	    "invalid project name \"%.*s\": COMPOSE_PROJECT_NAME may have lower case letters, digits, - and "
	    "_, and begins with a letter or digit%s%.*s%s",
	    STR_ARG(t.text), valid.len ? ": \"" : "", STR_ARG(valid), valid.len ? "\" would do" : "");
}

void
names_read(
    struct load *l, const struct env *env, struct str dir, const struct document *docs, size_t doc_count)
{
	struct node *name = explicit_name(docs, doc_count);
	struct project *p = l->project;
	struct trace t;

	if (env_get(env, STR("COMPOSE_PROJECT_NAME"), &t) && t.text.len > 0) {
		p->name = t;
		p->name_is_explicit = true;
		refuse_name(l, t, normalised(l->arena, t).text);
		return;
	}
	if (name) {
		read_name(l, name, env);
		return;
	}
	p->name = normalised(l->arena, trace_none(folder_name(l, dir)));
	if (doc_count > 0)
		p->name_line = find_line(&docs[0]);
	if (p->name.text.len == 0)
		load_problem_of(l, MESSAGE_NAME, NULL,
		    "project name must not be empty: the folder's name has nothing that a project name may "
		    "hold; set COMPOSE_PROJECT_NAME or `name:`");
}
