/* routes: what labels call routers and services of Traefik.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

#include "scan/routes.h"

/* The records `route` of the working folder's app, whose service has these LABELS and no more, are WANT. */
static void
expect(const char *labels, const char *want)
{
	AUTO(buf) text = BUF_INIT;
	AUTO(buf) got = BUF_INIT;
	AUTO(buf) routes = BUF_INIT;
	struct str line;

	buf_printf(&text, "services: {web: {image: x, %s}}\n", labels);
	scratch_put("shop/compose.yaml", text.ptr);
	(void)surveyed(&got, &(struct survey_options){ 0 });
	for (size_t at = 0; str_next_part(buf_str(&got), '\n', &at, &line); )
		if (str_starts(line, STR("route ")))
			buf_printf(&routes, "%.*s\n", STR_ARG(line));
	assert_string_equal(routes.ptr ? routes.ptr : "", want);
}

static void
each_name_once(void **state)
{
	(void)state;
	expect("labels: ['traefik.http.routers.a.rule=Host(`h`)', 'traefik.http.routers.a.tls=true', "
	       "traefik.tcp.services.b.loadbalancer.server.port=1]",
	    "route role=router service=web value=a origin=literal at=shop/compose.yaml:1:66\n"
	    "route role=service service=web value=b origin=literal at=shop/compose.yaml:1:161\n");
	expect("deploy: {labels: {TRAEFIK.HTTP.Routers.a.rule: x}}",
	    "route role=router service=web value=a origin=literal at=shop/compose.yaml:1:75\n");
}

static void
other_labels_name_none(void **state)
{
	(void)state;
	expect("labels: {traefik.http.routers.a: x, traefik.http.middlewares.m.compress: x, traefik.http: x, "
	       "a.http.routers.b.rule: x}", "");
	expect("labels: {traefik.http.routers.a.rule: x, traefik.enable: 'false'}", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(each_name_once),
		scratch_test(other_labels_name_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
