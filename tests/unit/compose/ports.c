/* ports: ports of services and the text that decides each.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

static void
port_from_a_literal(void **state)
{
	struct lab lab;
	const struct project_port *port;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services:\n  a:\n    image: x\n    ports: [\"127.0.0.1:8080:80/udp\"]\n");
	port = lab_service(lab_accepted(&lab), "a")->ports;
	lab_text(port->host_ip, "127.0.0.1");
	lab_ports(port->host_port, "8080");
	lab_text(port->container_port, "80");
	lab_text(port->protocol, "udp");
	lab_text(port->mapping, "127.0.0.1:8080:80/udp");
	assert_true(port->site_source && port->host_site.len == 4);
	lab_decide(port->host, "app/compose.yaml", ORIGIN_LITERAL, "18080");
	lab_text(lab_service(lab_accepted(&lab), "a")->ports->mapping, "127.0.0.1:18080:80/udp");
	lab_clear(&lab);
}

static void
port_from_env_and_default(void **state)
{
	struct lab lab;
	const struct project_port *port;

	(void)state;
	LAB_LAY(&lab, "docker-compose.yml",
	    "services:\n  a:\n    image: x\n    ports:\n      - \"${HOST_PORT:-5000}:${INNER:-80}\"\n",
	    ".env", "# c\nHOST_PORT='8003'\n", ".env.example", "HOST_PORT=1\nbroken line!\n");
	port = lab_service(lab_accepted(&lab), "a")->ports;
	lab_ports(port->host_port, "8003");
	lab_text(port->written.text, "${HOST_PORT:-5000}:${INNER:-80}");
	lab_text(text_span(&port->site_source->text, port->host_site), "${HOST_PORT:-5000}");
	assert_int_equal(lab.p->warning_count, 1);	/* of the example; Compose does not read it */
	assert_int_equal(lab.p->setting_count, 2);
	lab_text(lab.p->settings[0].key, "HOST_PORT");
	assert_int_equal(lab.p->settings[0].quote, '\'');
	assert_true(lab.p->settings[1].source->is_example);
	assert_int_equal(lab.p->expansion_count, 2);
	lab_text(lab.p->expansions[0].path, "ports[0]");
	lab_text(lab.p->expansions[0].service, "a");
	assert_true(lab.p->expansions[0].is_set && lab.p->expansions[0].has_default);
	assert_true(lab.p->expansions[1].used_default);
	lab_text(lab.p->expansions[1].fallback.text, "80");
	lab_decide(port->host, "app/.env", ORIGIN_ENV, "8005");
	port = lab_service(lab_accepted(&lab), "a")->ports;
	lab_ports(port->host_port, "8005");
	lab_decide(port->container, "app/docker-compose.yml", ORIGIN_DEFAULT, "81");
	lab_text(lab_service(lab_accepted(&lab), "a")->ports->container_port, "81");
	lab_clear(&lab);
}

static void
long_port(void **state)
{
	struct lab lab;
	const struct project_port *port;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services:\n  a:\n    image: x\n    ports:\n      - target: 80\n"
	    "        published: \"${P-8080}\"\n"
	    "        host_ip: ::1\n");
	port = lab_service(lab_accepted(&lab), "a")->ports;
	lab_text(port->mapping, "8080:80/tcp");
	lab_text(port->host_ip, "::1");
	lab_text(text_span(&port->site_source->text, port->host_site), "${P-8080}");
	lab_replace(port->site_source->path, port->host_site, "9090");
	lab_ports(lab_service(lab_accepted(&lab), "a")->ports->host_port, "9090");
	lab_clear(&lab);
}

static void
ranges_share_their_span(void **state)
{
	struct lab lab;
	const struct project_service *a;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services: {a: {image: x, ports: ['8000-8002:80-82', '9000-9010:90', '0:1', 70]}}\n");
	a = lab_service(lab_accepted(&lab), "a");
	assert_int_equal(a->port_count, 6);
	for (size_t i = 0; i < 3; i++) {
		assert_true(a->ports[i].is_range);
		lab_text(a->ports[i].host.text, "8000-8002");
	}
	lab_ports(a->ports[2].host_port, "8002");
	assert_false(a->ports[3].is_range);
	lab_ports(a->ports[3].host_port, "9000-9010");
	lab_ports(a->ports[4].host_port, "0");
	lab_ports(a->ports[5].host_port, "");
	lab_text(a->ports[5].container_port, "70");
	lab_clear(&lab);
}

static void
one_port_from_two_places(void **state)
{
	struct lab lab;
	const struct project_service *a;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "services: {a: {image: x, ports: ['80:80', '81:81']}}\n",
	    "compose.override.yaml", "services: {a: {ports: ['80:80']}}\n");
	a = lab_service(lab_accepted(&lab), "a");
	assert_int_equal(a->port_count, 2);
	assert_false(a->ports[0].is_repeated);		/* a change of both is one of the port */
	lab_text(trace_decide(a->ports[0].host).source->path, "app/compose.override.yaml");
	lab_text(a->ports[0].also_source->path, "app/compose.yaml");
	lab_text(text_span(&a->ports[0].also_source->text, a->ports[0].also), "80");
	assert_null(a->ports[0].site_source);
	assert_int_equal(a->ports[1].also.len, 0);
	lab_clear(&lab);
	LAB_LAY(&lab, "compose.yaml",
	    "services:\n  a: {image: x, ports: ['80-81:80-81', {target: 9, published: '90'}]}\n"
	    "  b: {image: x, ports: ['70:70', '70:70/tcp', '70:70']}\n"
	    "  c: {image: x, ports: ['${P:-60}:60', '60:60']}\n",
	    "compose.override.yaml", "services: {a: {ports: ['80-81:80-81', '90:9']}}\n");
	a = lab_service(lab_accepted(&lab), "a");
	for (size_t i = 0; i < 2; i++)
		lab_text(text_span(&a->ports[i].also_source->text, a->ports[i].also), "80-81");
	lab_text(text_span(&a->ports[2].also_source->text, a->ports[2].also), "90");
	assert_true(lab_service(lab.p, "b")->ports[0].is_repeated);	/* three texts */
	assert_true(lab_service(lab.p, "c")->ports[0].is_repeated);	/* one is a variable's */
	lab_clear(&lab);
	/* The other text is another service's as well, which would move along. */
	LAB_LAY(&lab, "compose.yaml", "services:\n  a: {image: x, ports: ['80:80']}\n"
	    "  b: {extends: a}\n  c: {image: x, ports: &p ['90:90']}\n  d: {image: x, ports: *p}\n",
	    "compose.override.yaml", "services: {a: {ports: ['80:80']}, c: {ports: ['90:90']}}\n");
	a = lab_service(lab_accepted(&lab), "a");
	assert_true(a->ports[0].is_repeated && a->ports[0].also.len == 0);
	assert_true(lab_service(lab.p, "c")->ports[0].is_repeated);
	lab_clear(&lab);
	LAB_LAY(&lab, "compose.yaml", "services: {a: {image: x, ports: ['${P}:80', "
	    "'${P}:80/tcp']}}\n", ".env",
	    "P=80\n");
	a = lab_service(lab_accepted(&lab), "a");
	assert_int_equal(a->port_count, 1);
	assert_false(a->ports[0].is_repeated);		/* .env decides both */
	lab_decide(a->ports[0].host, "app/.env", ORIGIN_ENV, "81");
	lab_ports(lab_service(lab_accepted(&lab), "a")->ports[0].host_port, "81");
	lab_clear(&lab);
}

static void
port_through_an_alias(void **state)
{
	struct lab lab;
	const struct project_port *port;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "x-p: &p ['1:1', '0.0.0.0:${P:-2}:2']\n"
	    "services:\n  a: {image: x, ports: *p}\n  b: {image: x, ports: *p}\n");
	port = &lab_service(lab_accepted(&lab), "b")->ports[1];
	lab_text(port->alias.text, "[\"1:1\", \"0.0.0.0:${P:-2}:2\"]");
	assert_int_equal(port->alias.site_at, 17);
	lab_text(text_span(&port->site_source->text, port->alias.at), "*p");
	assert_int_equal(lab_service(lab.p, "a")->ports->alias.at.len, 2);
	lab_replace(port->site_source->path, port->alias.at, "['1:1', '3:2']");
	lab_ports(lab_service(lab_accepted(&lab), "b")->ports[1].host_port, "3");
	lab_ports(lab_service(lab.p, "a")->ports[1].host_port, "2");
	lab_clear(&lab);
	/* What stands behind an anchor is no alias. */
	LAB_LAY(&lab, "compose.yaml",
	    "services: {a: {image: x, ports: &p ['1:1']}, b: {image: x, ports: *p}}\n");
	assert_int_equal(lab_service(lab_accepted(&lab), "a")->ports->alias.at.len, 0);
	assert_int_equal(lab_service(lab.p, "b")->ports->alias.at.len, 2);
	lab_clear(&lab);
}

static void
what_a_long_form_says_beside_its_port(void **state)
{
	struct lab lab;
	const struct project_port *p;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services:\n  a:\n    image: x\n    ports:\n      - {target: 80, published: 81, mode: ingress}\n"
	    "      - {target: 80, published: 82, mode: host, x-n: 1}\n"
	    "      - {target: 80, published: 83, name: \"a b\"}\n"
	    "      - {target: 80, published: 84, x-m: {}}\n"
	    "      - \"85:80\"\n"
	    "      - {target: 80, published: 86, x-n: 1.5}\n"
	    "      - {target: 80, published: 87, x-n: true}\n"
	    "      - {target: 80, published: 88, \"x-a b\": c}\n"
	    "      - {target: 80, published: 89, name: \"\"}\n");
	p = lab_service(lab_accepted(&lab), "a")->ports;
	lab_text(p[0].rest, "");
	lab_text(p[1].rest, "mode: \"host\", x-n: 1");
	lab_text(p[2].rest, "?");
	lab_text(p[3].rest, "?");
	lab_text(p[4].rest, "");
	lab_text(p[5].rest, "?");
	lab_text(p[6].rest, "x-n: true");
	lab_text(p[7].rest, "?");
	lab_text(p[8].rest, "?");
	lab_clear(&lab);
}

/* PORTS, a line of the service's: the text AT may be replaced by TEXT, and then by another number in that,
 * which is the port's. AT empty: by nothing. */
static void
parted(const char *ports, const char *env, const char *at, const char *text)
{
	struct lab lab;
	const struct project_port *p;
	struct str stands;
	AUTO(buf) new = BUF_INIT;

	buf_printf(&new,
	    "x-n: &n '8080'\nx-m: &m '${A:-127.0.0.1:8080:80}'\nservices:\n  a:\n    image: x\n    ports:%s",
	    ports);
	LAB_LAY(&lab, "compose.yaml", new.ptr, ".env", env);
	p = lab_service(lab_accepted(&lab), "a")->ports;
	stands = p->alias.at.len ? text_span(&p->site_source->text, p->alias.at) : STR("");
	if (!str_eq(stands, str_from(at)))
		fail_msg("%s: not %s but %.*s", ports, at, STR_ARG(stands));
	if (p->alias.at.len) {
		lab_text(p->alias.text, text);
		assert_true(str_starts(str_sub(p->alias.text, p->alias.site_at, 4), STR("8080")));
		buf_clear(&new);
		buf_add_str(&new, str_sub(p->alias.text, 0, p->alias.site_at));
		buf_add_str(&new, STR("9999"));
		buf_add_str(&new, str_sub(p->alias.text, p->alias.site_at + 4, p->alias.text.len));
		lab_replace(p->site_source->path, p->alias.at, new.ptr);
		if (lab_service(lab_accepted(&lab), "a")->ports->host_port.low != 9999)
			fail_msg("%s: %s in its place changes nothing", ports, new.ptr);
	}
	lab_clear(&lab);
}

static void
what_an_expansion_gives_may_stand_in_its_place(void **state)
{
	(void)state;
	parted(" ['${M}']\n", "M=8080:80\n", "${M}", "8080:80");
	parted(" ['${M:-8080:80}']\n", "", "${M:-8080:80}", "8080:80");
	parted(" ['${A}8080:80']\n", "A=127.0.0.1:\n", "", ""); /* the number is a text of its own */
	parted(" ['$A']\n", "P=8080:80\nA=127.0.0.1:$P\n", "$A", "127.0.0.1:8080:80");
	parted(" ['${A}80:80']\n", "A=127.0.0.1:80\n", "", ""); /* and not the whole of it there */
	parted(" ['$A$P']\n", "A=127.0.0.1:\nP=8080:80\n", "",
	    ""); /* the digits would be those of another name */
	parted(" ['${A}$P']\n", "A=127.0.0.1:\nP=8080:80\n", "$P", "8080:80");
	parted(" ['${A}$P$B']\n", "A=127.0.0.1:\nP=8080:\nB=80\n", "$P", "8080:");
	parted(" ['${A:-${M:-8080:80}}']\n", "", "${A:-${M:-8080:80}}", "8080:80");
	parted(" ['$A']\n", "A='[::1]:8080:80'\n", "", ""); /* `[` begins a list where there are no quotes */
	parted(" ['$A']\n", "A=8080:80/tcp\n", "$A", "8080:80/tcp");
	parted(" [*m]\n", "", "", "");
	parted(" [*m]\n    hostname: *m\n", "A=8080:80\n", "", "");
	parted(" [{target: 80, published: *n}]\n    hostname: *n\n", "", "*n", "'8080'");
	parted(" [!!str 8080:80]\n", "", "", "");
}

/* An alias is a way of its own for the one of two services that publish one number. */
static void
a_port_given_twice_through_an_alias(void **state)
{
	static const struct {
		const char *over;
		bool is_repeated;
		const char *at;
	} cases[] = {
		{ "services: {a: {ports: ['8080:80']}}\n", true, "" },
		{ "x-m: &m '8080:80'\nservices: {a: {ports: [*m]}, c: {image: y, hostname: *m}}\n", true,
		    "" },
		{ "services: {a: {ports: [{target: 80, published: '8080'}]}}\n", true, "" },
		{ "services: {a: {ports: ['8081:80']}}\n", false, "*m" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct lab lab;
		const struct project_port *p;

		LAB_LAY(&lab, "compose.yaml",
		    "x-m: &m '8080:80'\n"
		    "services: {a: {image: x, ports: [*m]}, b: {image: x, hostname: *m}}\n",
		    "compose.override.yaml", cases[i].over);
		p = lab_service(lab_accepted(&lab), "a")->ports;
		assert_int_equal(p->is_repeated, cases[i].is_repeated);
		lab_text(p->is_repeated || !p->alias.at.len ? STR("")
							    : text_span(&p->site_source->text, p->alias.at),
		    cases[i].at);
		lab_clear(&lab);
	}
}

/* Only where a text may be others' as well. */
static void
an_override_file_that_is_not_there_is_listed(void **state)
{
	struct lab lab;
	bool is_listed = false;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "include: [inc.yml]\nservices: {a: {image: x}}\n",
	    "inc.yml", "services: {b: {image: x}}\n");
	(void)lab_accepted(&lab);
	for (size_t i = 0; i < lab.p->file_count; i++)
		is_listed = is_listed || (lab.p->files[i].role == PROJECT_OVERRIDE &&
		    !lab.p->files[i].source &&
		    str_eq(lab.p->files[i].path, STR("app/compose.override.yaml")));
	assert_true(is_listed);
	lab_clear(&lab);
	LAB_LAY(&lab, "compose.yaml", "services: {a: {image: x}}\n");
	(void)lab_accepted(&lab);
	for (size_t i = 0; i < lab.p->file_count; i++)
		assert_int_not_equal(lab.p->files[i].role, PROJECT_OVERRIDE);
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(port_from_a_literal),
		scratch_test(port_from_env_and_default),
		scratch_test(long_port),
		scratch_test(ranges_share_their_span),
		scratch_test(one_port_from_two_places),
		scratch_test(port_through_an_alias),
		scratch_test(what_a_long_form_says_beside_its_port),
		scratch_test(what_an_expansion_gives_may_stand_in_its_place),
		scratch_test(a_port_given_twice_through_an_alias),
		scratch_test(an_override_file_that_is_not_there_is_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
