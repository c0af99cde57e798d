/* services: the services of a loaded model, as records.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <string.h>

#include "base/path.h"

static struct str
joined_profiles(struct load *l, const struct node *list)
{
	AUTO(buf) b = BUF_INIT;

	for (size_t i = 0; i < node_count(list, NODE_SEQUENCE); i++) {
		struct str profile = list->entries[i].value->value;

		if (i > 0)
			buf_add_char(&b, ',');
		/* Compose takes an empty one too. */
		buf_add_str(&b, profile.len > 0 ? profile : STR("\"\""));
	}
	return arena_dup(l->arena, buf_str(&b));
}

static bool
is_requested(struct str requested, struct str profile)
{
	/* Part by part as Go's Split gives them: one of an empty text, and it is empty. */
	for (size_t at = 0, end; at <= requested.len; at = end + 1) {
		struct str part;

		end = str_find(requested, at, ',');
		part = str_trim(str_sub(requested, at, end - at));
		if (str_eq(part, profile) || str_eq(part, STR("*")))
			return true;
	}
	return false;
}

static bool
has_profile(const struct node *profiles, struct str profile)
{
	for (size_t i = 0; i < node_count(profiles, NODE_SEQUENCE); i++)
		if (str_eq(profiles->entries[i].value->value, profile))
			return true;
	return false;
}

static bool
is_enabled(const struct node *profiles, struct str requested)
{
	size_t count = node_count(profiles, NODE_SEQUENCE);

	for (size_t i = 0; i < count; i++)
		if (is_requested(requested, profiles->entries[i].value->value))
			return true;
	return count == 0;
}

static uint64_t
replicas(const struct node *service)
{
	const struct node *deploy = node_get(service, STR("deploy"));
	int64_t n;

	if (!value_whole(node_get(service, STR("scale")), &n) &&
	    !value_whole(node_get(deploy, STR("replicas")), &n))
		return 1;
	return n >= 0 ? (uint64_t)n : 1;
}

/* The texts of N, a mapping or a list of KEY=value items. */
static struct project_texts
read_pairs(struct load *l, const struct node *n)
{
	struct arena *a = l->arena;
	struct project_texts texts = { NULL, 0 };

	if (!n || n->kind == NODE_SCALAR)
		return texts;
	texts.items = arena_zero(a, n->count, sizeof *texts.items);
	for (size_t i = 0; i < n->count; i++) {
		struct node *value = n->entries[i].value;
		struct project_text text;
		size_t eq;

		if (value->kind != NODE_SCALAR || value->type == NODE_NULL)
			continue;
		text.value = node_trace(a, value);
		text.is_shared = anchors_elsewhere(l, value).len > 0;
		if (n->kind == NODE_MAPPING) {
			text.key = n->entries[i].key->value;
		} else {
			eq = str_find(value->value, 0, '=');
			if (eq == value->value.len)
				continue;
			text.key = str_sub(value->value, 0, eq);
			text.value = trace_rest(a, text.value, eq + 1);
		}
		texts.items[texts.count++] = text;
	}
	return texts;
}

static void
add_text(struct load *l, struct project_texts *texts, size_t *cap, struct str key, struct node *value)
{
	ARENA_GROW(l->arena, texts->items, texts->count, *cap);
	texts->items[texts->count++] = (struct project_text){ key, node_trace(l->arena, value),
		anchors_elsewhere(l, value).len > 0 };
}

/* The texts of what SERVICE runs in its container. */
static struct project_texts
read_runs(struct load *l, const struct node *service)
{
	static const struct str keys[] = { STR_OF("command"), STR_OF("entrypoint"), STR_OF("healthcheck") };
	struct project_texts texts = { NULL, 0 };
	size_t cap = 0;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct node *n = node_get(service, keys[i]);

		if (i == 2)
			n = node_get(n, STR("test"));
		if (node_is_string(n))
			add_text(l, &texts, &cap, keys[i], n);
		for (size_t k = 0; k < node_count(n, NODE_SEQUENCE); k++)
			if (n->entries[k].value->kind == NODE_SCALAR)
				add_text(l, &texts, &cap, keys[i], n->entries[k].value);
	}
	return texts;
}

static struct project_texts
read_mounts(struct load *l, const struct node *list)
{
	struct project_texts texts = { NULL, 0 };
	size_t cap = 0;

	for (size_t i = 0; i < node_count(list, NODE_SEQUENCE); i++) {
		struct node *item = list->entries[i].value, *text = mounts_written(item);
		struct str path = text ? variables_from_home(l, node_trace(l->arena, text))
				       : (struct str)STR_INIT;

		if (path.len == 0)
			continue;
		if (path.ptr[0] == '~')
			path = mounts_path(l, path, str_sub(path, 0, str_find(path, 0, ':')));
		else
			path = item->path;
		add_text(l, &texts, &cap, path, text);
	}
	return texts;
}

/* Adds PATH to the sources of S, if it lies below the project's folder. All of that folder says of none of
 * the files in it that the container is what reads it. */
static void
add_source(struct load *l, struct project_service *s, struct str path)
{
	struct project_words *words = &s->sources;
	struct str below;

	if (!path_relative(path, l->project->folder, &below) || str_eq(below, STR(".")))
		return;
	ARENA_GROW(l->arena, words->items, words->count, words->cap);
	words->items[words->count++] = path;
}

/* The spot of N, which an alias may stand for. */
static struct project_spot
spot_of(const struct node *n)
{
	return (struct project_spot){ n->source, n->alias ? n->alias->start : n->start };
}

/* Adds to S the variable that N names, which its key WAY hands to it. */
static void
add_bare(struct arena *a, struct project_service *s, const struct node *n, const char *way)
{
	ARENA_GROW(a, s->bare, s->bare_count, s->bare_cap);
	s->bare[s->bare_count++] = (struct project_bare){ n->value, spot_of(n), way };
}

/* Adds to S the variables that N, a mapping or a list, has without a value. */
static void
read_bare(struct arena *a, struct project_service *s, const struct node *n, const char *way)
{
	size_t count = n && n->kind != NODE_SCALAR ? n->count : 0;

	for (size_t i = 0; i < count; i++) {
		const struct node *key = n->entries[i].key, *value = n->entries[i].value;

		if (!key)
			key = node_is_string(value) ? value : NULL;
		else if (!node_is_null(value))
			continue;
		if (key && str_find(key->value, 0, '=') == key->value.len)
			add_bare(a, s, key, way);
	}
}

/* Adds to S the variables whose values are the configs or secrets of SECTION that N, a list, names. */
static void
read_stored(struct arena *a, struct project_service *s, const struct node *n, const struct node *section,
    const char *way)
{
	for (size_t i = 0; i < node_count(n, NODE_SEQUENCE); i++) {
		const struct node *item = n->entries[i].value;
		const struct node *name = item->kind == NODE_MAPPING ? node_get(item, STR("source")) : item;
		const struct node *stored = node_is_string(name) ? node_get(section, name->value) : NULL;
		const struct node *variable = node_get(stored, STR("environment"));

		if (variable && node_is_string(variable))
			add_bare(a, s, variable, way);
	}
}

static void
read_expose(struct arena *a, struct project_service *s, const struct node *list)
{
	s->expose = arena_alloc(a, node_count(list, NODE_SEQUENCE) * sizeof *s->expose);
	for (size_t i = 0; i < node_count(list, NODE_SEQUENCE); i++)
		if (list->entries[i].value->kind == NODE_SCALAR)
			s->expose[s->expose_count++] = list->entries[i].value->value;
}

/* Where one of MOUNTS brings the project's .env into the service. */
static struct project_spot
find_env_mount(struct load *l, const struct node *mounts)
{
	for (size_t i = 0; i < node_count(mounts, NODE_SEQUENCE); i++)
		if (mounts_path_holds(l, mounts->entries[i].value, STR(".env")))
			return spot_of(mounts->entries[i].value);
	return (struct project_spot){ NULL, 0 };
}

/* Where scalar N stands as it is written; false where that is no one place. */
static bool
site_of(struct load *l, struct node *n, struct span *ret, struct source **ret_source)
{
	struct node *written = node_as_written(n);
	struct trace_decision d = trace_decide(node_trace(l->arena, written));

	if (!d.known || !written->has_span)
		return false;
	*ret = d.span;
	*ret_source = d.source;
	return true;
}

static void
read_name(struct load *l, struct project_service *s, struct node *n)
{
	if (!node_is_string(n))
		return;
	s->container_name = node_trace(l->arena, n);
	if (site_of(l, n, &s->name_site, &s->name_source))
		anchors_read(l, node_as_written(n), s->name_site, false, &s->name_alias);
}

/* What BUILD, a folder or a mapping, builds from, so that two that build the same are told from others. */
static void
read_build(struct load *l, struct project_service *s, const struct node *build)
{
	const struct node *context = build->kind == NODE_MAPPING ? node_get(build, STR("context")) : build;
	const struct node *file = node_get(build, STR("dockerfile")), *stage = node_get(build, STR("target")),
			  *text = node_get(build, STR("dockerfile_inline"));
	struct str folder = node_is_string(context) ? context->value : STR(".");
	struct str name = node_is_string(file) ? file->value : STR("Dockerfile");

	if (node_is_string(text))
		s->dockerfile_inline = text->value;
	if (str_search(folder, 0, STR("://")) == folder.len) {
		folder = path_resolve(l->arena,
		    build->source ? path_folder(build->source->path) : l->project->folder, folder);
		if (!s->dockerfile_inline.len)
			s->dockerfile = path_resolve(l->arena, folder, name);
		add_source(l, s, folder);
	}
	s->build = arena_printf(l->arena, "%.*s %.*s %.*s", STR_ARG(folder), STR_ARG(name),
	    STR_ARG(node_is_string(stage) ? stage->value : STR("")));
}

/* The images of BUILD beside the one that the service runs. */
static struct project_texts
read_built(struct load *l, const struct node *build)
{
	static const struct str keys[] = { STR_OF("tags"), STR_OF("cache_from"), STR_OF("cache_to") };
	struct project_texts texts = { NULL, 0 };
	size_t cap = 0;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct node *list = node_get(build, keys[i]);

		for (size_t k = 0; k < node_count(list, NODE_SEQUENCE); k++) {
			struct node *n = list->entries[k].value;

			if (!node_is_string(n))
				continue;
			ARENA_GROW(l->arena, texts.items, texts.count, cap);
			texts.items[texts.count++] = (struct project_text){ keys[i],
				node_trace(l->arena, n), anchors_elsewhere(l, n).len > 0 };
		}
	}
	return texts;
}

static void
read_image(struct load *l, struct project_service *s, struct node *image, const struct node *build)
{
	if (build)
		read_build(l, s, build);
	if (!node_is_string(image))
		return;
	s->image = node_trace(l->arena, image);
	if (site_of(l, image, &s->image_site, &s->image_source))
		s->image_elsewhere = anchors_elsewhere(l, node_as_written(image));
}

/* The variables that service S, NODE of MODEL, gets by their names alone. */
static void
read_handed(struct load *l, struct project_service *s, const struct node *node, const struct node *model)
{
	const struct node *build = node_get(node, STR("build"));
	const struct node *configs = node_get(model, STR("configs"));
	const struct node *secrets = node_get(model, STR("secrets"));

	read_bare(l->arena, s, node_get(node, STR("environment")), "environment");
	read_bare(l->arena, s, node_get(build, STR("args")), "build.args");
	read_stored(l->arena, s, node_get(node, STR("configs")), configs, "configs");
	read_stored(l->arena, s, node_get(node, STR("secrets")), secrets, "secrets");
	read_stored(l->arena, s, node_get(build, STR("secrets")), secrets, "build.secrets");
}

static void
read_service(struct load *l, struct project_service *s, const struct node_entry *e, const struct node *model,
    struct str requested)
{
	const struct node *node = e->value, *mode, *mounts = node_get(node, STR("volumes"));
	const struct node *profiles = node_get(node, STR("profiles"));

	s->name = e->key->value;
	s->replicas = 1;
	if (node->kind != NODE_MAPPING) {
		s->enabled = true;
		return;
	}
	s->enabled = is_enabled(profiles, requested);
	/* an empty one is what is asked for where nobody asks: it runs as if it had none */
	if (!is_requested(requested, STR("")) || !has_profile(profiles, STR("")))
		s->profiles = joined_profiles(l, profiles);
	mode = node_get(node, STR("network_mode"));
	if (node_is_string(mode))
		s->network_mode = mode->value;
	s->replicas = replicas(node);
	read_name(l, s, node_get(node, STR("container_name")));
	ports_read(l, s, node);
	repeats_read(l, s, node);
	read_image(l, s, node_get(node, STR("image")), node_get(node, STR("build")));
	s->environment = read_pairs(l, node_get(node, STR("environment")));
	s->args = read_pairs(l, node_get(node_get(node, STR("build")), STR("args")));
	s->contexts = read_pairs(l, node_get(node_get(node, STR("build")), STR("additional_contexts")));
	s->labels = read_pairs(l, node_get(node, STR("labels")));
	s->deploy_labels = read_pairs(l, node_get(node_get(node, STR("deploy")), STR("labels")));
	s->logging = read_pairs(l, node_get(node_get(node, STR("logging")), STR("options")));
	s->built = read_built(l, node_get(node, STR("build")));
	s->mounts = read_mounts(l, mounts);
	for (size_t i = 0; i < node_count(mounts, NODE_SEQUENCE); i++)
		if (mounts->entries[i].value->path.len)
			add_source(l, s, mounts->entries[i].value->path);
	read_handed(l, s, node, model);
	read_expose(l->arena, s, node_get(node, STR("expose")));
	s->env_mount_at = find_env_mount(l, mounts);
	s->runs = read_runs(l, node);
	hosts_read(l, s, node);
}

void
services_read(struct load *l, const struct node *model, struct str profiles)
{
	const struct node *services = node_get(model, STR("services"));
	struct project *p = l->project;

	p->service_count = node_count(services, NODE_MAPPING);
	p->services = arena_zero(l->arena, p->service_count, sizeof *p->services);
	ports_count(l, services);
	for (size_t i = 0; i < p->service_count; i++)
		read_service(l, &p->services[i], &services->entries[i], model, profiles);
	repeats_settle(l);
}
