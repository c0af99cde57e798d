/* mounts: the mounts of a service: short ones that Compose refuses, and which of several at one target
 * stands.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include "base/path.h"

/* Whether Compose takes ITEM as a mount of service NAME as far as it is read: one without a target stays. */
static bool
is_taken(struct load *l, const struct node *item, struct str name)
{
	AUTO(error) err = ERROR_INIT;
	struct mount m;

	if (item->kind == NODE_MAPPING && !node_get(item, STR("target")))
		load_problem(l, item, "services.%.*s.volumes: a mount is missing its target", STR_ARG(name));
	if (!node_is_string(item) || mount_parse(l->reader->mount, item->value, &m, &err) == 0)
		return true;
	load_refused(l, item, "mount", &err);
	return false;
}

void
mounts_check(struct load *l, struct node *model)
{
	const struct node *services = node_get(model, STR("services"));

	for (size_t i = 0; i < node_count(services, NODE_MAPPING); i++) {
		struct node *service = services->entries[i].value, *kept;
		const struct node *list = node_get(service, STR("volumes"));

		if (!list || list->kind != NODE_SEQUENCE)
			continue;
		kept = node_collection(l->arena, NODE_SEQUENCE, list);
		for (size_t k = 0; k < list->count; k++)
			if (is_taken(l, list->entries[k].value, services->entries[i].key->value))
				node_add(l->arena, kept, NULL, list->entries[k].value);
		if (kept->count < list->count)
			service->entries[node_find(service, STR("volumes"))].value = kept;
	}
}

/* The short mount ITEM taken apart; empty where it is none. */
static struct mount
parse(struct load *l, const struct node *item)
{
	struct mount m = { STR_INIT, STR_INIT };
	AUTO(error) err = ERROR_INIT;

	if (node_is_string(item))
		/* a wrong one is a problem elsewhere */
		(void)mount_parse(l->reader->mount, item->value, &m, &err);
	return m;
}

struct str
mounts_key(struct load *l, const struct node *item)
{
	const struct node *target = node_get(item, STR("target"));
	struct str path;

	if (node_is_string(target))
		return target->value;			/* which Compose leaves as it is */
	path = parse(l, item).target;
	return path.len > 0 ? path_resolve(l->arena, (struct str)STR_INIT, path) : path;
}

struct str
mounts_volume(struct load *l, const struct node *item)
{
	const struct node *type = node_get(item, STR("type")), *source = node_get(item, STR("source"));

	if (item->kind != NODE_MAPPING)
		return parse(l, item).source;
	if (node_is_string(source) && (!type || str_eq(type->value, STR("volume"))))
		return source->value;
	return (struct str)STR_INIT;
}

/* The path on the host that ITEM of a service's volumes mounts; empty where it mounts none. */
static struct str
path_of(const struct node *item)
{
	const struct node *source = node_get(item, STR("source"));
	struct str text = STR_INIT;

	if (node_is_string(item))
		text = str_sub(item->value, 0, str_find(item->value, 0, ':'));
	else if (node_is_string(source))
		text = source->value;
	return text.len > 0 && (text.ptr[0] == '.' || text.ptr[0] == '/') ? text : (struct str)STR_INIT;
}

bool
mounts_path_holds(struct load *l, const struct node *item, struct str name)
{
	struct str path = path_of(item), below;

	if (path.len == 0)
		return false;
	if (!path_is_absolute(path))
		path = path_resolve(l->arena, l->project->folder, path);
	else if (!path_relative(path_resolve(l->arena, STR("/"), path), l->reader->root, &path))
		return false;
	return path_relative(path_resolve(l->arena, l->project->folder, name), path, &below);
}
