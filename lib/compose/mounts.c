/* mounts: the mounts of a service: short ones that Compose refuses, and which of several at one target
 * stands.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include "base/path.h"

/* The list of SERVICE's volumes; NULL where it has none. *ret_at is its entry. */
static struct node *
mounts_of(const struct node *service, size_t *ret_at)
{
	*ret_at = node_find(service, STR("volumes"));
	if (service->kind != NODE_MAPPING || *ret_at == service->count ||
	    service->entries[*ret_at].value->kind != NODE_SEQUENCE)
		return NULL;
	return service->entries[*ret_at].value;
}

static void
check_service(struct load *l, struct node *service, struct str name)
{
	size_t at;
	struct node *list = mounts_of(service, &at), *kept;

	if (!list)
		return;
	kept = node_collection(l->arena, NODE_SEQUENCE, list);
	for (size_t i = 0; i < list->count; i++) {
		struct node *item = list->entries[i].value;
		AUTO(error) err = ERROR_INIT;
		struct mount m;

		if (item->kind == NODE_MAPPING && !node_get(item, STR("target"))) {
			load_problem(
			    l, item, "services.%.*s.volumes: a mount is missing its target", STR_ARG(name));
		} else if (node_is_string(item) && mount_parse(l->reader->mount, item->value, &m, &err) < 0) {
			load_refused(l, item, "mount", &err);
			continue;
		}
		node_add(l->arena, kept, NULL, item);
	}
	if (kept->count < list->count)
		service->entries[at].value = kept;
}

void
mounts_check(struct load *l, struct node *model)
{
	const struct node *services = node_get(model, STR("services"));

	for (size_t i = 0; services && services->kind == NODE_MAPPING && i < services->count; i++)
		check_service(l, services->entries[i].value, services->entries[i].key->value);
}

struct str
mounts_key(struct load *l, const struct node *item)
{
	const struct node *target = node_get(item, STR("target"));
	struct mount m = { STR_INIT, STR_INIT };
	AUTO(error) err = ERROR_INIT;

	if (node_is_string(target))
		return target->value;			/* which Compose leaves as it is */
	if (node_is_string(item))
		/* one that is wrong is reported elsewhere */
		(void)mount_parse(l->reader->mount, item->value, &m, &err);
	return m.target.len > 0 ? path_resolve(l->arena, (struct str)STR_INIT, m.target) : m.target;
}

struct str
mounts_volume(struct load *l, const struct node *item)
{
	const struct node *type = node_get(item, STR("type")), *source = node_get(item, STR("source"));
	struct mount m = { STR_INIT, STR_INIT };
	AUTO(error) err = ERROR_INIT;

	if (item->kind == NODE_MAPPING)
		return node_is_string(source) && (!type || str_eq(type->value, STR("volume"))) ? source->value
											       : m.source;
	if (node_is_string(item))
		(void)mount_parse(l->reader->mount, item->value, &m, &err);	/* likewise */
	return m.source;
}
