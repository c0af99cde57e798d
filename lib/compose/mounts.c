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

/* The path on the host that ITEM of a service's volumes mounts, as it is written; empty: it mounts none. */
static struct str
path_of(const struct node *item)
{
	const struct node *source = node_get(item, STR("source"));
	struct str text = STR_INIT;

	if (node_is_string(item) && str_has(item->value, ':'))
		text = str_sub(item->value, 0, str_find(item->value, 0, ':'));
	else if (node_is_string(source))
		text = source->value;
	return text.len > 0 && str_has(STR("./~"), text.ptr[0]) ? text : (struct str)STR_INIT;
}

struct str
mounts_path(struct load *l, struct str dir, struct str text)
{
	struct str path, below;

	if (text.len > 0 && text.ptr[0] == '~')
		return path_resolve(l->arena, STR("~"), str_sub(text, text.len > 1 ? 2 : 1, text.len));
	path = path_resolve(l->arena, dir, text);
	if (l->reader->root.len == 0)
		return path;
	path = path_resolve(l->arena, l->reader->root, path);
	/* of a fleet that is all of the host nothing is worth shortening */
	return l->reader->root.len > 1 && path_relative(path, l->reader->root, &below) ? below : path;
}

void
mounts_locate(struct load *l, const struct node *service, struct str dir)
{
	const struct node *list = node_get(service, STR("volumes"));

	for (size_t i = 0; i < node_count(list, NODE_SEQUENCE); i++) {
		struct node *item = list->entries[i].value;
		struct str text = path_of(item);

		if (text.len > 0 && item->path.len == 0)
			item->path = mounts_path(l, dir, text);
	}
}

bool
mounts_path_holds(struct load *l, const struct node *item, struct str name)
{
	struct str below;

	return item->path.len > 0 &&
	    path_relative(path_resolve(l->arena, l->project->folder, name), item->path, &below);
}

/* Whether the options of the short mount TEXT, behind its second colon, say that it is only read. */
static bool
is_read_only(struct str text)
{
	size_t target = str_find(text, 0, ':'), options = str_find(text, target + 1, ':');
	struct str option;

	for (size_t at = options + 1; options < text.len && str_next_part(text, ',', &at, &option); )
		if (str_eq(option, STR("ro")) || str_eq(option, STR("readonly")))
			return true;
	return false;
}

struct node *
mounts_written(struct node *item)
{
	const struct node *flag = node_get(item, STR("read_only")), *type = node_get(item, STR("type"));

	if (item->path.len == 0)
		return NULL;
	if (node_is_string(item))
		return is_read_only(item->value) ? NULL : item;
	if ((flag && flag->type == NODE_BOOL && flag->number != 0) ||
	    !node_is_string(type) || !str_eq(type->value, STR("bind")))
		return NULL;
	return node_get(item, STR("source"));
}
