/* pair: which published ports of an app are its backend and its frontend.
 * SPDX-License-Identifier: MIT */
#include "scan/pair.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/pattern.h"

struct pair_rule {
	struct pattern *backend, *frontend;
};

enum { NO_MATCH = INT32_MAX, DISABLED = 1 << 20 };

/* GIVEN, or where that is NULL USUAL. */
static int
open_rule(struct pattern **ret, const char *given, const char *usual, struct error *err)
{
	return pattern_open(ret, given ? given : usual, PATTERN_FOLD, err) < 0 ? error_about(err, given) : 0;
}

int
pair_rule_open(struct pair_rule **ret, const char *backend, const char *frontend, struct error *err)
{
	struct pair_rule *r = mem_zero(1, sizeof *r);

	if (open_rule(&r->backend, backend, PAIR_BACKEND, err) < 0 ||
	    open_rule(&r->frontend, frontend, PAIR_FRONTEND, err) < 0) {
		pair_rule_close(r);
		return -1;
	}
	*ret = r;
	return 0;
}

void
pair_rule_close(struct pair_rule *r)
{
	if (!r)
		return;
	pattern_close(r->backend);
	pattern_close(r->frontend);
	free(r);
}

/* How many bytes of NAME are not matched. */
static int
distance(const struct pattern *p, struct match *m, struct str name)
{
	AUTO(error) ignored = ERROR_INIT;	/* a name that cannot be matched is no match */
	struct span s;

	if (name.len > 4096 || pattern_match(p, m, name, 0, &ignored) <= 0 || !match_span(m, 0, &s))
		return NO_MATCH;
	return (int)(name.len - s.len);
}

bool
pair_names(const struct pair_rule *r, struct match *m, struct str variable)
{
	return distance(r->backend, m, variable) != NO_MATCH ||
	    distance(r->frontend, m, variable) != NO_MATCH;
}

static int
variable_distance(const struct pattern *p, struct match *m, struct trace host)
{
	int best = NO_MATCH;

	for (size_t i = 0; i < host.count; i++)
		for (const struct trace_step *step = host.pieces[i].step; step; step = step->outer) {
			int d = distance(p, m, step->variable);

			best = d < best ? d : best;
		}
	return best;
}

/* Whether P may be a backend or frontend port: Compose publishes it as a single TCP port. */
static bool
may_pair(const struct project_service *s, const struct project_port *p)
{
	bool is_single = !p->is_range && port_range_is_single(p->host_port),
	     is_tcp = !str_eq_fold(p->protocol, STR("udp")) && !str_eq_fold(p->protocol, STR("sctp")),
	     is_published = !s->network_mode.len || str_eq(s->network_mode, STR("bridge"));

	return is_single && is_tcp && is_published;
}

bool
pair_is_one(const struct project_service *sa, const struct project_port *a, const struct project_service *sb,
    const struct project_port *b)
{
	struct trace_decision x = trace_decide(a->host), y = trace_decide(b->host);

	if (x.known && y.known && x.source == y.source && x.span.off == y.span.off &&
	    x.span.len == y.span.len)
		return true;
	return a == b || (sa == sb && port_range_is_given(a->host_port) &&
	    port_range_eq(a->host_port, b->host_port));
}

struct pair_choice {
	const struct project_service *service;
	const struct project_port *port;
	int by_variable, by_name;
};

static bool
is_better(const struct pair_choice *a, const struct pair_choice *b)
{
	if (a->by_variable != b->by_variable)
		return a->by_variable < b->by_variable;
	return a->by_variable == NO_MATCH && a->by_name < b->by_name;
}

static struct pair_choice
choose(const struct pattern *p, struct match *m, const struct project *project,
    const struct pair_choice *taken)
{
	struct pair_choice best = { NULL, NULL, NO_MATCH, NO_MATCH };

	for (size_t i = 0; i < project->service_count; i++) {
		const struct project_service *s = &project->services[i];
		int by_name = s->port_count ? distance(p, m, s->name) : NO_MATCH,
		    rest = s->enabled ? 0 : DISABLED;

		for (size_t k = 0; k < s->port_count; k++) {
			struct pair_choice c = { s, &s->ports[k], NO_MATCH, NO_MATCH };

			if (!may_pair(s, c.port) ||
			    (taken->port && pair_is_one(taken->service, taken->port, s, c.port)))
				continue;
			c.by_variable = variable_distance(p, m, c.port->host);
			if (c.by_variable != NO_MATCH)
				c.by_variable += rest;
			if (by_name != NO_MATCH && port_range_is_given(c.port->host_port))
				c.by_name = by_name + rest;
			if ((c.by_variable != NO_MATCH || c.by_name != NO_MATCH) && is_better(&c, &best))
				best = c;
		}
	}
	return best;
}

struct pair
pair_find(const struct pair_rule *r, struct match *m, const struct project *p)
{
	struct pair_choice none = { NULL, NULL, NO_MATCH, NO_MATCH };
	struct pair_choice backend = choose(r->backend, m, p, &none);
	struct pair_choice frontend = choose(r->frontend, m, p, &backend);

	return (struct pair){ backend.port, frontend.port };
}
