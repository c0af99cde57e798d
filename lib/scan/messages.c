/* messages: what is to be said of an app in words.
 * SPDX-License-Identifier: MIT */
#include "scan/messages.h"

#include "fleet/portmap.h"
#include "scan/writer.h"

/* Compose says nothing of them, and they are not there, or the engine refuses the container. */
static void
warn_of_ports(struct writer *w, const struct project_service *service)
{
	struct finding f = writer_finding(w, FINDING_WARNING);
	struct trace written = service->port_count ? service->ports[0].written : (struct trace){ .count = 0 };

	if (!service->port_count || !finding_mode_publishes_nothing(service->network_mode))
		return;
	if (written.count)
		f.place = writer_spot(written.pieces[0].source, written.pieces[0].raw.off);
	f.service = service->name;
	f.value = arena_printf(w->arena,
	    "the ports of %.*s are not published, as its network_mode is %.*s: remove one of the two",
	    STR_ARG(service->name), STR_ARG(service->network_mode));
	writer_write(w, &f);
}

/* Whether browsers refuse P, and it is not the number that its program has for another protocol anyway. */
static bool
is_refused(const struct project_port *p)
{
	const uint16_t *bad;
	size_t count = portmap_bad_ports(&bad);
	uint64_t inside;
	bool is_same = str_to_uint(p->container_port, UINT16_MAX, &inside) && inside == p->host_port.low;

	if (p->host_port.low != p->host_port.high || !str_eq_fold(p->protocol, STR("tcp")) ||
	    (is_same && p->host_port.low < 1024))
		return false;
	for (size_t i = 0; i < count; i++)
		if (bad[i] == p->host_port.low)
			return true;
	return false;
}

static void
warn_of_browsers(struct writer *w, const struct project_service *service)
{
	for (size_t i = 0; i < service->port_count; i++) {
		const struct project_port *p = &service->ports[i];
		struct finding f = writer_finding(w, FINDING_WARNING);

		if (finding_mode_publishes_nothing(service->network_mode) || !is_refused(p))
			continue;
		if (p->written.count)
			f.place = writer_spot(p->written.pieces[0].source, p->written.pieces[0].raw.off);
		f.service = service->name;
		f.value = arena_printf(w->arena,
		    "browsers refuse port %u, which %.*s publishes: if it is a page, give it another number",
		    p->host_port.low, STR_ARG(service->name));
		writer_write(w, &f);
	}
}

static void
write_messages(
    struct writer *w, enum finding_record record, const struct project_message *items, size_t count)
{
	static const enum finding_role roles[] = {
		[MESSAGE_PLAIN] = ROLE_NONE, [MESSAGE_NO_ENV] = ROLE_ENV, [MESSAGE_NAME] = ROLE_NAME,
		[MESSAGE_SUPPLIED] = ROLE_EXAMPLE, [MESSAGE_UNFILLED] = ROLE_PLACEHOLDER,
		[MESSAGE_UNREAD] = ROLE_NONE
	};

	for (size_t i = 0; i < count; i++) {
		struct finding f = writer_finding(w, record);

		f.role = roles[items[i].kind];
		f.value = items[i].text;
		f.place.file = items[i].file;
		f.place.line = items[i].line;
		f.place.column = items[i].column;
		writer_write(w, &f);
	}
}

void
messages_write(struct writer *w)
{
	const struct project *p = w->project;

	write_messages(w, FINDING_WARNING, p->warnings, p->warning_count);
	for (size_t i = 0; i < p->service_count; i++) {
		warn_of_ports(w, &p->services[i]);
		warn_of_browsers(w, &p->services[i]);
	}
	write_messages(w, FINDING_PROBLEM, p->problems, p->problem_count);
}
