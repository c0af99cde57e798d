/* opening: published ports that listen on all addresses, with the text that an address would go to.
 * SPDX-License-Identifier: MIT */
#include "scan/opening.h"

#include "fleet/hostip.h"
#include "scan/handed.h"
#include "scan/resource.h"
#include "scan/serves.h"

static bool
is_open(const struct project_port *p)
{
	uint32_t kind = hostip_of(p->host_ip).kind;

	return kind == HOSTIP_EVERY || kind == HOSTIP_EVERY4 || kind == HOSTIP_EVERY6;
}

/* Whether each `${VARIABLE}` of the project stands in the ports of a service, and none of these has to stay
 * open. */
static bool
is_of_ports_alone(const struct project *p, struct str variable)
{
	for (size_t i = 0; i < p->expansion_count; i++) {
		const struct expansion *e = &p->expansions[i];

		if (str_eq(e->variable, variable) &&
		    (e->service.len == 0 || !str_starts(e->path, STR("ports"))))
			return false;
	}
	for (size_t i = 0; i < p->service_count; i++)
		for (size_t k = 0; k < p->services[i].port_count; k++)
			if (serves_what(p->services[i].image.text, p->services[i].ports[k].host_port.low).len)
				return false;
	return true;
}

/* Whether an .env or an example of one sets VARIABLE. */
static bool
is_set(const struct project *p, struct str variable)
{
	for (size_t i = 0; i < p->setting_count; i++)
		if (str_eq(p->settings[i].key, variable))
			return true;
	return false;
}

/* Whether the text that gives A may be edited where it stands: a default that nothing is going to outdo, or a
 * variable that means nothing else. */
static bool
may_be_edited(const struct project *p, const struct project_address *a)
{
	struct str variable = a->step ? a->step->variable : (struct str)STR_INIT;

	if (!variable.len)
		return true;
	if (a->origin == ORIGIN_DEFAULT)
		return !is_set(p, variable);
	return !handed_has(p, variable) && is_of_ports_alone(p, variable);
}

static void
fill(struct writer *w, struct finding *f, const struct project_address *a)
{
	bool edits = may_be_edited(w->project, a), has_expansion = a->expansion.len > 0;

	if (a->form == PROJECT_ADDRESS_NOWHERE) {
		f->detail = STR("no one text of a file is its address");
		return;
	}
	if (!edits && !has_expansion) {
		f->detail = arena_printf(w->arena, "%.*s, which gives its address, goes elsewhere as "
		    "well, or comes from several places", STR_ARG(a->step->variable));
		return;
	}
	f->role = a->form == PROJECT_ADDRESS_SHORT ? ROLE_SHORT
	    : a->form == PROJECT_ADDRESS_LONG	   ? ROLE_LONG
						   : ROLE_LINE;
	f->place = edits ? writer_place(a->source, a->span, true)
			 : writer_place(a->expansion_source, a->expansion, true);
	f->origin = edits && a->origin != ORIGIN_NONE ? a->origin : ORIGIN_LITERAL;
	if (a->step)
		f->variable = a->step->variable;
	f->before = a->before;
	f->behind = a->behind;
	if (a->plain.len)
		f->site = writer_place(a->source, a->plain, true);
}

static void
write_opening(struct writer *w, const struct project_service *service, const struct project_port *p)
{
	struct finding f = writer_finding(w, FINDING_OPEN);

	if (p->written.count)	/* where to look, if nothing says more */
		f.place = writer_spot(p->written.pieces[0].source, p->written.pieces[0].raw.off);
	fill(w, &f, &p->address);
	f.service = service->name;
	f.host_ip = p->host_ip;
	f.host_port = p->host_port;
	f.container_port = p->container_port;
	f.protocol = p->protocol;
	f.value = p->mapping;
	f.serves = serves_what(service->image.text, p->host_port.low);
	writer_write(w, &f);
}

void
opening_write(struct writer *w)
{
	for (size_t i = 0; i < w->project->service_count; i++) {
		const struct project_service *s = &w->project->services[i];

		if (s->replicas == 0 || finding_mode_publishes_nothing(s->network_mode))
			continue;
		for (size_t k = 0; k < s->port_count; k++) {
			const struct project_port *p = &s->ports[k];
			/* of one mapping, the first port of its range */
			bool is_more = k > 0 && p->is_range && p[-1].mapping.ptr == p->mapping.ptr;

			if (is_open(p) && !is_more)
				write_opening(w, s, p);
		}
	}
}
