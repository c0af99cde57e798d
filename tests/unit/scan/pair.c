/* pair: the variable comes before the service's name, the better match before the first.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "scan/pair.h"
#include "base/pattern.h"

enum { SERVICES_MAX = 4 };

/* A service with one port, whose host part is the text of VARIABLE (NULL: a literal). */
struct row {
	const char *service, *variable, *host_port, *protocol, *network_mode;
	bool disabled;
};

#define AT(s, port) { .service = s, .host_port = port }
#define BY(s, v, port) { .service = s, .variable = v, .host_port = port }

static const struct {
	const char *what;
	struct row rows[SERVICES_MAX];
	int backend, frontend;		/* index of the service; -1: none */
} cases[] = {
	{ "by variable", { BY("x", "BACKEND_PORT", "5000"), BY("y", "FRONTEND_PORT", "8000") }, 0, 1 },
	{ "variable before name", { BY("frontend", "API_PORT", "5000"), BY("backend", "WEB_PORT", "8000") },
	    0, 1 },
	{ "by name", { AT("db", "5432"), AT("client", "8000"), AT("my-api", "5000") }, 2, 1 },
	{ "the better match", { AT("api-cache", "6379"), AT("api", "5000") }, 1, -1 },
	{ "the first of equals", { AT("web", "80"), AT("web", "81") }, -1, 0 },
	{ "words, not parts of them", { AT("webhook", "1"), AT("apiary", "2") }, -1, -1 },
	{ "no port that Docker picks", { AT("web", "") }, -1, -1 },
	{ "unless a variable would set it", { BY("web", "FRONTEND_PORT", "") }, -1, 0 },
	{ "no udp", { { .service = "web", .host_port = "80", .protocol = "udp" } }, -1, -1 },
	{ "no range to choose from", { AT("web", "8000-8010") }, -1, -1 },
	{ "none that the host's network publishes",
	    { { .service = "web", .host_port = "80", .network_mode = "host" } }, -1, -1 },
	{ "an enabled one first",
	    { { .service = "api", .host_port = "1", .disabled = true }, AT("api-x", "2") }, 1, -1 },
	{ "one port is not both", { AT("web-api", "1") }, 0, -1 },
};

static void
the_right_ports_are_the_pair(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(pair_rule) rule = NULL;
	AUTO_PTR(match) match = match_open();

	(void)state;
	assert_int_equal(pair_rule_open(&rule, NULL, NULL, &err), 0);
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		struct project_service services[SERVICES_MAX] = { { .enabled = false } };
		struct project_port ports[SERVICES_MAX] = { { .is_range = false } };
		struct trace_step steps[SERVICES_MAX] = { { .source = NULL } };
		struct trace_piece pieces[SERVICES_MAX] = { { .at = 0 } };
		struct project p = { .services = services };

		for (const struct row *r = cases[c].rows; p.service_count < SERVICES_MAX && r->service;
		     r++, p.service_count++) {
			size_t i = p.service_count;

			steps[i].variable = str_from(r->variable);
			pieces[i].len = str_from(r->host_port).len;
			pieces[i].step = r->variable ? &steps[i] : NULL;
			ports[i].host_port = port_range_of(str_from(r->host_port));
			ports[i].protocol = r->protocol ? str_from(r->protocol) : STR("tcp");
			ports[i].host = (struct trace){ str_from(r->host_port), &pieces[i], 1 };
			services[i] = (struct project_service){ .name = str_from(r->service),
				.enabled = !r->disabled,
				.network_mode = str_from(r->network_mode),
				.ports = &ports[i],
				.port_count = 1 };
		}
		struct pair pair = pair_find(rule, match, &p);

		if (pair.backend != (cases[c].backend < 0 ? NULL : &ports[cases[c].backend]) ||
		    pair.frontend != (cases[c].frontend < 0 ? NULL : &ports[cases[c].frontend]))
			fail_msg("%s", cases[c].what);
	}
}

static void
patterns_may_be_the_users(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(pair_rule) rule = NULL;

	(void)state;
	assert_int_equal(pair_rule_open(&rule, "(", NULL, &err), -1);
	assert_int_equal(pair_rule_open(&rule, "core", "shop", &err), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_right_ports_are_the_pair),
		cmocka_unit_test(patterns_may_be_the_users),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
