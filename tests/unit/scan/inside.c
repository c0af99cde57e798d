/* inside: what a program listens on is told from what its clients ask for.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scan/inside.h"

static struct project_port ports[] = { { .container_port = STR("80") }, { .container_port = STR("8080") } };
static struct project_service services[] = {
	{ .name = STR("web"), .network_mode = STR("bridge"), .ports = ports, .port_count = 2 },
	{ .name = STR("agent"), .network_mode = STR("host") },
};
static const struct project project = { .services = services,
	.service_count = sizeof services / sizeof *services };

static const struct row {
	const char *key, *value, *host, *port;
	int service;			/* -1: in .env */
	enum inside want;
} rows[] = {
	{ "URL", "", "localhost", "8080", 0, INSIDE_NOT },
	{ "LISTEN", "", "localhost", "8080", 0, INSIDE_SURE },
	{ "app_listeners", "", "127.0.0.1", "9999", 0, INSIDE_SURE },
	{ "HTTP_BIND_ADDR", "", "127.0.0.1", "1", -1, INSIDE_SURE },
	{ "KAFKA_ADVERTISED_LISTENERS", "", "localhost", "8080", 0, INSIDE_NOT },
	{ "LISTEN", "", "host.docker.internal", "8080", 0, INSIDE_NOT },
	{ "HEALTHCHECK_URL", "", "localhost", "8080", 0, INSIDE_SURE },
	{ "HEALTHCHECK_URL", "", "localhost", "8081", 0, INSIDE_NOT },
	{ "HEALTHCHECK_URL", "", "localhost", "80", 1, INSIDE_NOT },
	{ "HEALTHCHECK_URL", "", "localhost", "80", -1, INSIDE_SURE },
	{ "ofelia.job-exec.x.command", "", "localhost", "80", 0, INSIDE_SURE },
	{ "AUTH_URL_INTERNAL", "", "localhost", "8080", 0, INSIDE_SURE },
	{ "CONTROLLER_QUORUM_VOTERS", "1@localhost:8080", "localhost", "8080", 0, INSIDE_SURE },
	{ "CONFIG", "a: 1\nurl: http://localhost:80\n", "localhost", "80", 0, INSIDE_MAYBE },
	{ "CONFIG", "a: 1\nurl: http://localhost:81\n", "localhost", "81", 0, INSIDE_NOT },
	{ "CONFIG", "http://localhost:80\n", "localhost", "80", 0, INSIDE_NOT },
	{ "", "", "localhost", "80", 0, INSIDE_NOT },
};

static void
settings_say_what_they_are_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *r = &rows[i];
		enum inside got = inside_judge(&project, r->service < 0 ? NULL : &services[r->service],
		    str_from(r->key), str_from(r->value), str_from(r->host), str_from(r->port));

		if (got != r->want)
			fail_msg("%s of %d: %d", r->key, r->service, (int)got);
	}
}

static void
what_runs_is_inside_but_on_the_hosts_network(void **state)
{
	(void)state;
	assert_int_equal(inside_judge_run(&services[0], STR("localhost")), INSIDE_SURE);
	assert_int_equal(inside_judge_run(&services[0], STR("Host.Docker.Internal")), INSIDE_NOT);
	assert_int_equal(inside_judge_run(&services[1], STR("127.0.0.1")), INSIDE_NOT);
}

static bool
is_beside(const char *key, const char *host, const char *port)
{
	return inside_may_be_beside(&services[0], str_from(key), str_from(host), str_from(port));
}

static void
who_shares_a_network_has_its_ports_beside_it(void **state)
{
	(void)state;
	assert_true(is_beside("URL", "localhost", "80"));
	assert_true(is_beside("URL", "127.0.0.1", "8080"));
	assert_false(is_beside("URL", "localhost", "81"));
	assert_false(is_beside("PUBLIC_URL", "localhost", "80"));
	assert_false(is_beside("URL", "host.docker.internal", "80"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_say_what_they_are_for),
		cmocka_unit_test(what_runs_is_inside_but_on_the_hosts_network),
		cmocka_unit_test(who_shares_a_network_has_its_ports_beside_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
