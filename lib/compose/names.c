/* names: the name of a project.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <string.h>

#include "base/path.h"

/* T in lower case, with only what Compose lets stand in a project name. */
static struct trace
normal(struct arena *a, struct trace t)
{
	char *out = arena_alloc(a, t.text.len + 1);
	struct trace_builder b = TRACE_BUILDER_INIT(a);
	struct trace_decision d;
	size_t len = 0;

	for (size_t i = 0; i < t.text.len; i++) {
		char c = t.text.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (len > 0 && (c == '_' || c == '-')))
			out[len++] = c;
	}
	out[len] = '\0';
	if (str_eq((struct str){ out, len }, t.text))
		return t;
	d = trace_decide(t);
	trace_add(&b, (struct str){ out, len },
	    (struct trace_piece){
		.source = d.source, .raw = d.span, .decoded = true, .origin = d.origin, .step = d.step });
	return d.known ? trace_finish(&b) : trace_none((struct str){ out, len });
}

/* The value of KEY in a mapping whose merge keys still stand in it. */
static struct node *
merged_get(const struct node *n, struct str key, unsigned depth)
{
	struct node *own = node_get(n, key), *merge;

	if (own || !n || depth > DOCUMENT_DEPTH_MAX)
		return own;
	merge = n->kind == NODE_MAPPING ? node_get(n, STR("<<")) : NULL;
	if (merge && merge->kind == NODE_MAPPING)
		return merged_get(merge, key, depth + 1);
	for (size_t i = 0; merge && merge->kind == NODE_SEQUENCE && i < merge->count && !own; i++)
		own = merged_get(merge->entries[i].value, key, depth + 1);
	return own;
}

/* The last non-empty `name:` of the files; NULL where none has one. */
static struct node *
explicit_name(const struct document *docs, size_t count)
{
	struct node *name = NULL;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < docs[i].count; k++) {
			struct node *n = merged_get(docs[i].roots[k], STR("name"), 0);

			if (n && n->kind == NODE_SCALAR && n->type != NODE_NULL && n->value.len > 0)
				name = n;
		}
	return name;
}

static struct str
folder_name(const struct load *l, struct str dir)
{
	struct str path = str_eq(dir, STR(".")) || str_starts(dir, STR(".."))
	    ? path_resolve(l->arena, l->reader->root, dir)
	    : dir;

	return path_name(path);
}

static void
name_of_file(struct load *l, struct node *n, const struct env *env)
{
	AUTO(error) err = ERROR_INIT;
	struct trace t = node_trace(l->arena, n);

	/* A mistake in it is found again when the file is loaded. */
	if (interpolate(l->reader->interpolation, l->arena, t, env, NULL, &t, &err) < 0)
		return;
	l->project->name = normal(l->arena, t);
	l->project->name_is_explicit = true;
	if (l->project->name.text.len == 0)
		load_problem(l, n,
		    "project name must not be empty: of `name: %.*s` nothing is left that a name may hold",
		    STR_ARG(t.text));
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
		if (!str_eq(normal(l->arena, t).text, t.text))
			load_problem(l, NULL,
			    "invalid project name \"%.*s\": COMPOSE_PROJECT_NAME may have lower case letters, "
			    "digits, - and _, and begins with a letter or digit",
			    STR_ARG(t.text));
		return;
	}
	if (name) {
		name_of_file(l, name, env);
		return;
	}
	p->name = normal(l->arena, trace_none(folder_name(l, dir)));
	if (p->name.text.len == 0)
		load_problem(l, NULL,
		    "project name must not be empty: the folder's name has nothing that a project name may hold; "
		    "set COMPOSE_PROJECT_NAME or `name:`");
}
