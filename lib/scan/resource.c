/* resource: what an app makes or joins on the host beside its ports and containers.
 * SPDX-License-Identifier: MIT */
#include "scan/resource.h"

#include "base/dict.h"
#include "compose/project.h"
#include "fleet/subnets.h"
#include "scan/secrets.h"
#include "stream/finding.h"

struct str
resource_replicas(const struct writer *w, const struct project_service *service)
{
	if (service->replicas == 1)
		return (struct str)STR_INIT;
	return arena_printf(w->arena, "%llu", (unsigned long long)service->replicas);
}

static void
write_resources(
    struct writer *w, enum finding_record record, const struct project_resource *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct project_resource *r = &items[i];
		struct finding f = writer_finding(w, record);

		if (!r->used || (!r->explicit_name.text.len && !r->external &&
		    (!w->project->name.text.len || secrets_decide(&w->secrets, w->project->name))))
			continue;
		if (r->explicit_name.text.len)
			writer_decided(w, &f, r->explicit_name, true);
		else
			f.place = writer_spot(r->source, r->offset);
		if (r->explicit_name.text.len && r->name_source)
			f.site = writer_place(r->name_source, r->name_site, true);
		if (secrets_decide(&w->secrets, r->explicit_name)) {
			writer_untold(w, &f, "name");
			continue;
		}
		f.role = r->external ? ROLE_OTHER : r->explicit_name.text.len ? ROLE_EXPLICIT : ROLE_DERIVED;
		f.other_role = r->external ? STR("external") : STR("");
		f.variable = r->key;
		f.value = r->name;
		f.whole = record == FINDING_NETWORK ? r->subnets : STR("");
		writer_write(w, &f);
	}
}

static void
write_alias(struct writer *w, const struct project_service *s, const struct project_resource *network,
    struct str alias, struct project_spot at)
{
	struct finding f = writer_finding(w, FINDING_ALIAS);

	if (!network->name.len || !(network->external || network->explicit_name.text.len) ||
	    secrets_decide(&w->secrets, network->explicit_name))
		return;
	if (at.source)
		f.place = writer_spot(at.source, at.offset);
	f.service = s->name;
	f.value = alias;
	f.variable = network->name;
	f.replicas = resource_replicas(w, s);
	writer_write(w, &f);
}

/* Warns where the engine would refuse ADDRESS, which service S asks for on NETWORK of its own project. */
static void
warn_of_address(struct writer *w, const struct project_service *s, const struct project_resource *network,
    const struct project_joined *address)
{
	struct finding f = writer_finding(w, FINDING_WARNING);

	if (network->external || subnets_hold(network->subnets, address->alias))
		return;
	f.place = writer_spot(address->at.source, address->at.offset);
	f.service = s->name;
	f.value = network->subnets.len
	    ? arena_printf(w->arena,
		  "%.*s is in no subnet of the network %.*s (%.*s), so the engine refuses it",
		  STR_ARG(address->alias), STR_ARG(network->key), STR_ARG(network->subnets))
	    : arena_printf(w->arena,
		  "the network %.*s has no subnet, so the engine refuses the address %.*s: give it one",
		  STR_ARG(network->key), STR_ARG(address->alias));
	writer_write(w, &f);
}

static void
write_address(struct writer *w, const struct project_service *s, const struct project_resource *network,
    const struct project_joined *address)
{
	struct finding f = writer_finding(w, FINDING_ADDRESS);

	warn_of_address(w, s, network, address);
	if (!network->name.len || !(network->external || network->explicit_name.text.len) ||
	    secrets_decide(&w->secrets, network->explicit_name))
		return;
	f.place = writer_spot(address->at.source, address->at.offset);
	f.service = s->name;
	f.value = address->alias;
	f.variable = network->name;
	f.replicas = resource_replicas(w, s);
	writer_write(w, &f);
}

/* What the services are called on networks that other projects can join, and their addresses there. */
static void
write_aliases(struct writer *w)
{
	const struct project *p = w->project;
	struct dict networks = DICT_IN(w->arena);
	uint32_t at;

	for (size_t i = 0; i < p->network_count; i++)
		(void)dict_add(&networks, p->networks[i].key, (uint32_t)i);
	for (size_t i = 0; i < p->service_count; i++) {
		const struct project_service *s = &p->services[i];

		for (size_t k = 0; k < s->joined_count; k++)
			if ((at = dict_find(&networks, s->joined[k].network)) != DICT_NONE)
				write_alias(w, s, &p->networks[at], s->joined[k].alias, s->joined[k].at);
		for (size_t k = 0; k < s->address_count; k++)
			if ((at = dict_find(&networks, s->addresses[k].network)) != DICT_NONE)
				write_address(w, s, &p->networks[at], &s->addresses[k]);
		if (s->joined_count == 0 && !s->network_mode.len &&
		    (at = dict_find(&networks, STR("default"))) != DICT_NONE)
			write_alias(w, s, &p->networks[at], s->name,
			    (struct project_spot){ p->networks[at].source, p->networks[at].offset });
	}
}

/* The folders and files of the host that the app mounts for writing. */
static void
write_mounts(struct writer *w)
{
	const struct project *p = w->project;

	for (size_t i = 0; i < p->service_count; i++)
		for (size_t k = 0; k < p->services[i].mounts.count; k++) {
			const struct project_text *mount = &p->services[i].mounts.items[k];
			struct finding f = writer_finding(w, FINDING_MOUNT);

			if (secrets_decide(&w->secrets, mount->value))
				continue;
			writer_decided(w, &f, mount->value, false);
			f.variable = f.chain = f.detail = (struct str)STR_INIT;
			f.service = p->services[i].name;
			f.value = mount->key;
			f.replicas = resource_replicas(w, &p->services[i]);
			writer_write(w, &f);
		}
	for (size_t i = 0; i < p->volume_count; i++) {
		const struct project_resource *volume = &p->volumes[i];
		struct finding f = writer_finding(w, FINDING_MOUNT);

		if (!volume->bound.len || !volume->used || volume->external)
			continue;
		f.place = writer_spot(volume->source, volume->offset);
		f.value = volume->bound;
		writer_write(w, &f);
	}
}

void
resource_write(struct writer *w)
{
	const struct project *p = w->project;

	write_resources(w, FINDING_VOLUME, p->volumes, p->volume_count);
	write_resources(w, FINDING_NETWORK, p->networks, p->network_count);
	write_aliases(w);
	if (!w->claims)		/* they are shared on purpose as often as not */
		write_mounts(w);
}
