/* project: small projects in a folder of their own, read, and read again after what decides a value was
 * replaced.
 * SPDX-License-Identifier: MIT */
#include "unit/traced.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "system/file.h"
#include "compose/project.h"

struct lab {
	char root[64];
	int fd;
	struct project_reader *reader;
	const struct project *p;
};

static void
write_file(struct lab *lab, const char *path, struct str text)
{
	char folder[256], *slash;
	int fd;

	assert_true(strlen(path) < sizeof folder);
	(void)snprintf(folder, sizeof folder, "%s", path);
	for (slash = strchr(folder, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdirat(lab->fd, folder, 0700);	/* may be there */
		*slash = '/';
	}
	fd = openat(lab->fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.ptr, text.len), (ssize_t)text.len);
	assert_int_equal(close(fd), 0);
}

/* FILES: path, text, path, text, …, NULL; paths below the folder app. */
static void
lay(struct lab *lab, const char *const *environ_, const char *const *files)
{
	AUTO(error) err = ERROR_INIT;
	struct project_options options = { environ_ != NULL, environ_ };

	(void)snprintf(lab->root, sizeof lab->root, "/tmp/berth-project-XXXXXX");
	assert_non_null(mkdtemp(lab->root));
	lab->fd = open(lab->root, O_RDONLY | O_DIRECTORY);
	assert_true(lab->fd >= 0);
	assert_int_equal(mkdirat(lab->fd, "app", 0700), 0);
	for (; *files; files += 2) {
		char path[256];

		(void)snprintf(path, sizeof path, "app/%s", files[0]);
		write_file(lab, path, str_from(files[1]));
	}
	assert_int_equal(project_reader_open(&lab->reader, lab->fd, &options, &err), 0);
}

static const struct project *
again(struct lab *lab)
{
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(project_read(lab->reader, STR("app"), PROJECT_NAMES_UNKNOWN, &lab->p, &err), 0);
	return lab->p;
}

static void
clear(struct lab *lab)
{
	char command[96];

	project_reader_close(lab->reader);
	(void)close(lab->fd);
	(void)snprintf(command, sizeof command, "rm -rf '%s'", lab->root);	/* our own mkdtemp name */
	assert_int_equal(system(command), 0);
}

#define LAY(lab, ...) lay(lab, NULL, (const char *const[]){ __VA_ARGS__, NULL })

static void
assert_text(struct str s, const char *expected)
{
	assert_str(s, expected, strlen(expected));
}

/* Reads lab's app, which Compose takes. */
static const struct project *
accepted(struct lab *lab)
{
	again(lab);
	for (size_t i = 0; i < lab->p->problem_count; i++)
		fail_msg("%.*s", STR_ARG(lab->p->problems[i].text));
	return lab->p;
}

static const struct project_service *
service(const struct project *p, const char *name)
{
	for (size_t i = 0; i < p->service_count; i++)
		if (str_eq(p->services[i].name, str_from(name)))
			return &p->services[i];
	fail_msg("no service %s", name);
	return NULL;
}

/* Puts TEXT in the place of SPAN of the file at PATH. */
static void
replace(struct lab *lab, struct str path, struct span span, const char *text)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(buf) changed = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	char name[256];

	(void)snprintf(name, sizeof name, "%.*s", STR_ARG(path));
	assert_int_equal(file_read(lab->fd, name, TEXT_MAX, &b, &err), FILE_READ);
	assert_true(span_end(span) <= b.len);
	buf_add(&changed, b.ptr, span.off);
	buf_add_str(&changed, str_from(text));
	buf_add(&changed, b.ptr + span_end(span), b.len - span_end(span));
	write_file(lab, name, buf_str(&changed));
}

/* T is decided by one span of FILE; it becomes NEW there. */
static void
decide(struct lab *lab, struct trace t, const char *file, enum origin origin, const char *new)
{
	struct trace_decision d = trace_decide(t);

	assert_traced(t);
	assert_true(d.known);
	assert_text(d.source->path, file);
	assert_int_equal(d.origin, origin);
	replace(lab, d.source->path, d.span, new);
}

static void
port_from_a_literal(void **state)
{
	struct lab lab;
	const struct project_port *port;

	(void)state;
	LAY(&lab, "compose.yaml", "services:\n  a:\n    image: x\n    ports: [\"127.0.0.1:8080:80/udp\"]\n");
	port = service(accepted(&lab), "a")->ports;
	assert_text(port->host_ip, "127.0.0.1");
	assert_text(port->host_port, "8080");
	assert_text(port->container_port, "80");
	assert_text(port->protocol, "udp");
	assert_text(port->mapping, "127.0.0.1:8080:80/udp");
	assert_true(port->site_source && port->host_site.len == 4);
	decide(&lab, port->host, "app/compose.yaml", ORIGIN_LITERAL, "18080");
	assert_text(service(accepted(&lab), "a")->ports->mapping, "127.0.0.1:18080:80/udp");
	clear(&lab);
}

static void
port_from_env_and_default(void **state)
{
	struct lab lab;
	const struct project_port *port;

	(void)state;
	LAY(&lab, "docker-compose.yml",
	    "services:\n  a:\n    image: x\n    ports:\n      - \"${HOST_PORT:-5000}:${INNER:-80}\"\n",
	    ".env", "# c\nHOST_PORT='8003'\n", ".env.example", "HOST_PORT=1\nbroken line!\n");
	port = service(accepted(&lab), "a")->ports;
	assert_text(port->host_port, "8003");
	assert_text(port->written.text, "${HOST_PORT:-5000}:${INNER:-80}");
	assert_text(text_span(&port->site_source->text, port->host_site), "${HOST_PORT:-5000}");
	assert_int_equal(lab.p->warning_count, 1);	/* of the example; Compose does not read it */
	assert_int_equal(lab.p->setting_count, 2);
	assert_text(lab.p->settings[0].key, "HOST_PORT");
	assert_int_equal(lab.p->settings[0].quote, '\'');
	assert_true(lab.p->settings[1].is_example);
	assert_int_equal(lab.p->expansion_count, 2);
	assert_text(lab.p->expansions[0].path, "ports[0]");
	assert_text(lab.p->expansions[0].service, "a");
	assert_true(lab.p->expansions[0].is_set && lab.p->expansions[0].has_default);
	assert_true(lab.p->expansions[1].used_default);
	assert_text(lab.p->expansions[1].fallback.text, "80");
	decide(&lab, port->host, "app/.env", ORIGIN_ENV, "8005");
	port = service(accepted(&lab), "a")->ports;
	assert_text(port->host_port, "8005");
	decide(&lab, port->container, "app/docker-compose.yml", ORIGIN_DEFAULT, "81");
	assert_text(service(accepted(&lab), "a")->ports->container_port, "81");
	clear(&lab);
}

static void
long_port(void **state)
{
	struct lab lab;
	const struct project_port *port;

	(void)state;
	LAY(&lab, "compose.yaml",
	    "services:\n  a:\n    image: x\n    ports:\n      - target: 80\n        published: \"${P-8080}\"\n"
	    "        host_ip: ::1\n");
	port = service(accepted(&lab), "a")->ports;
	assert_text(port->mapping, "8080:80/tcp");
	assert_text(port->host_ip, "::1");
	assert_text(text_span(&port->site_source->text, port->host_site), "${P-8080}");
	replace(&lab, port->site_source->path, port->host_site, "9090");
	assert_text(service(accepted(&lab), "a")->ports->host_port, "9090");
	clear(&lab);
}

static void
ranges_share_their_span(void **state)
{
	struct lab lab;
	const struct project_service *a;

	(void)state;
	LAY(&lab, "compose.yaml",
	    "services: {a: {image: x, ports: ['8000-8002:80-82', '9000-9010:90', '0:1', 70]}}\n");
	a = service(accepted(&lab), "a");
	assert_int_equal(a->port_count, 6);
	for (size_t i = 0; i < 3; i++) {
		assert_true(a->ports[i].is_range);
		assert_text(a->ports[i].host.text, "8000-8002");
	}
	assert_text(a->ports[2].host_port, "8002");
	assert_false(a->ports[3].is_range);
	assert_text(a->ports[3].host_port, "9000-9010");
	assert_text(a->ports[4].host_port, "0");
	assert_text(a->ports[5].host_port, "");
	assert_text(a->ports[5].container_port, "70");
	clear(&lab);
}

static void
one_port_from_two_places(void **state)
{
	struct lab lab;
	const struct project_service *a;

	(void)state;
	LAY(&lab, "compose.yaml", "services: {a: {image: x, ports: ['80:80', '81:81']}}\n",
	    "compose.override.yaml", "services: {a: {ports: ['80:80']}}\n");
	a = service(accepted(&lab), "a");
	assert_int_equal(a->port_count, 2);
	assert_true(a->ports[0].is_repeated);
	assert_null(a->ports[0].site_source);
	assert_false(a->ports[1].is_repeated);
	clear(&lab);
	LAY(&lab, "compose.yaml", "services: {a: {image: x, ports: ['${P}:80', '${P}:80/tcp']}}\n", ".env",
	    "P=80\n");
	a = service(accepted(&lab), "a");
	assert_int_equal(a->port_count, 1);
	assert_false(a->ports[0].is_repeated);		/* .env decides both */
	decide(&lab, a->ports[0].host, "app/.env", ORIGIN_ENV, "81");
	assert_text(service(accepted(&lab), "a")->ports[0].host_port, "81");
	clear(&lab);
}

static void
name_through_an_anchor(void **state)
{
	struct lab lab;
	const struct project_service *a;

	(void)state;
	LAY(&lab, "compose.yaml",
	    "x-a: &a\n  container_name: \"caf\xc3\xa9-\\x61\"\nservices:\n  a:\n    <<: *a\n    image: x\n");
	a = service(accepted(&lab), "a");
	assert_text(a->container_name.text, "caf\xc3\xa9-a");
	assert_text(text_span(&a->name_source->text, a->name_site), "caf\xc3\xa9-\\x61");
	decide(&lab, a->container_name, "app/compose.yaml", ORIGIN_LITERAL, "tea");
	assert_text(service(accepted(&lab), "a")->container_name.text, "tea");
	clear(&lab);
}

static void
override_extends_include(void **state)
{
	struct lab lab;
	const struct project *p;

	(void)state;
	LAY(&lab, "compose.yaml",
	    "include: [sub/inc.yaml]\nservices:\n  a:\n    extends: {file: base.yaml, service: b}\n",
	    "compose.override.yml", "services: {a: {container_name: over, ports: !override ['7:7']}}\n",
	    "base.yaml",
	    "services: {b: {image: x, network_mode: host, ports: ['1:1'], environment: [URL=http://localhost:1/]}}\n",
	    "sub/inc.yaml", "services: {c: {image: x, ports: ['${P}:80']}}\n", "sub/.env", "P=6\n");
	p = accepted(&lab);
	assert_text(service(p, "a")->network_mode, "host");
	assert_int_equal(service(p, "a")->port_count, 1);
	assert_text(service(p, "a")->environment.items[0].key, "URL");
	decide(&lab, service(p, "a")->environment.items[0].value, "app/base.yaml", ORIGIN_LITERAL, "u");
	p = accepted(&lab);
	assert_text(service(p, "a")->environment.items[0].value.text, "u");
	decide(&lab, service(p, "c")->ports[0].host, "app/sub/.env", ORIGIN_ENV, "66");
	p = accepted(&lab);
	assert_text(service(p, "c")->ports[0].host_port, "66");
	assert_int_equal(p->file_count, 7);
	for (size_t i = 0; i < p->file_count; i++)
		assert_int_equal(p->files[i].role,
		    str_ends(p->files[i].path, STR("/compose.yaml"))      ? PROJECT_COMPOSE
			: str_ends(p->files[i].path, STR("override.yml")) ? PROJECT_OVERRIDE
			: str_ends(p->files[i].path, STR(".env"))         ? PROJECT_ENV
			: str_ends(p->files[i].path, STR(".env.example")) ? PROJECT_EXAMPLE
									  : PROJECT_BASE);
	clear(&lab);
}

static void
names_and_resources(void **state)
{
	struct lab lab;
	const struct project *p;

	(void)state;
	LAY(&lab, "compose.yaml",
	    "name: My.App\nservices: {a: {image: x, volumes: ['v:/v', 'w/x:/w', './y:/y']}}\n"
	    "volumes: {v: , u: {name: fixed}, e: {external: true}}\n");
	p = accepted(&lab);
	assert_text(p->name.text, "myapp");
	assert_true(p->name_is_explicit);
	assert_int_equal(p->volume_count, 3);
	assert_text(p->volumes[0].name, "myapp_v");
	assert_false(p->volumes[0].used);		/* one letter is a drive */
	assert_text(p->volumes[1].explicit_name.text, "fixed");
	assert_true(p->volumes[2].external);
	assert_text(p->volumes[2].name, "e");
	assert_int_equal(p->network_count, 1);
	assert_text(p->networks[0].name, "myapp_default");
	assert_true(p->networks[0].used);
	decide(&lab, p->name, "app/compose.yaml", ORIGIN_LITERAL, "other");
	assert_text(accepted(&lab)->name.text, "other");
	clear(&lab);
	LAY(&lab, "compose.yaml", "services: {a: {image: x}}\n", ".env", "COMPOSE_PROJECT_NAME=p9\n");
	decide(&lab, accepted(&lab)->name, "app/.env", ORIGIN_ENV, "p10");
	assert_text(accepted(&lab)->name.text, "p10");
	clear(&lab);
	LAY(&lab, "compose.yaml", "services: {a: {image: x}}\n");
	assert_text(accepted(&lab)->name.text, "app");
	assert_false(lab.p->name_is_explicit);
	clear(&lab);
}

static void
profiles_and_replicas(void **state)
{
	struct lab lab;
	const struct project *p;

	(void)state;
	LAY(&lab, "compose.yaml",
	    "services:\n  a: {image: x, profiles: [p, q], deploy: {replicas: '${N:-3}'}}\n  b: {image: x, scale: 2}\n"
	    "  c: {image: x, profiles: [r]}\n",
	    ".env", "COMPOSE_PROFILES=q\n");
	p = accepted(&lab);
	assert_true(service(p, "a")->enabled);
	assert_text(service(p, "a")->profiles, "p,q");
	assert_int_equal(service(p, "a")->replicas, 3);
	assert_int_equal(service(p, "b")->replicas, 2);
	assert_false(service(p, "c")->enabled);
	clear(&lab);
}

static void
process_environment_counts_where_asked(void **state)
{
	static const char *const environ_[] = { "P=9", "COMPOSE_PROFILES=", NULL };
	static const char *const files[] = { "compose.yaml",
		"services: {a: {image: x, ports: ['${P}:80']}}\n", ".env", "P=8\nCOMPOSE_PROFILES=p\n",
		NULL };
	struct lab lab;

	(void)state;
	lay(&lab, environ_, files);
	assert_text(service(accepted(&lab), "a")->ports->host_port, "9");
	assert_false(trace_decide(service(lab.p, "a")->ports->host).known);
	clear(&lab);
	lay(&lab, NULL, files);
	assert_text(service(accepted(&lab), "a")->ports->host_port, "8");
	clear(&lab);
}

static void
problems_have_a_place_and_the_rest_is_read(void **state)
{
	static const struct { const char *text, *what; size_t line;
	} cases[] = {
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {image: x, ports: ['70000:1']}\n",
		    "70000", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {image: '${'}\n", "services.b.image", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {image: '${U:?why}'}\n", "why", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {image: x, image: y}\n",
		    "already defined", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: [\n", "flow", 4 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {image: 5}\n", "string", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  5: {image: x}\n", "non-string key", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {extends: zz}\n", "not found", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {extends: c}\n  c: {extends: b}\n",
		    "Circular", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\ninclude: [nope.yaml]\n", "nope.yaml", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\ninclude: [compose.yaml]\n", "cycle", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n  b: {<<: 5}\n", "merge", 3 },
		{ "services:\n  a: {image: x, ports: ['1:1']}\n---\n", "mapping", 4 },
		{ "name: '...'\nservices:\n  a: {image: x, ports: ['1:1']}\n", "name must not be empty", 1 },
		{ "services:\n  a: {image: x, ports: ['1:1'], env_file: no.env}\n", "no.env", 2 },
		{ "services:\n  a: {image: x, ports: ['1:1'], depends_on: [a]}\n", "cycle", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct lab lab;

		LAY(&lab, "compose.yaml", cases[i].text);
		again(&lab);
		if (lab.p->problem_count == 0)
			fail_msg("accepted: %s", cases[i].text);
		if (str_search(lab.p->problems[0].text, 0, str_from(cases[i].what)) ==
		    lab.p->problems[0].text.len)
			fail_msg(
			    "'%.*s' says nothing of %s", STR_ARG(lab.p->problems[0].text), cases[i].what);
		assert_text(lab.p->problems[0].file, "app/compose.yaml");
		assert_int_equal(lab.p->problems[0].line, cases[i].line);
		assert_text(service(lab.p, "a")->ports->host_port, "1");
		clear(&lab);
	}
}

static void
what_is_no_file_is_a_problem(void **state)
{
	struct lab lab;

	(void)state;
	LAY(&lab, "compose.yaml/x", "", "docker-compose.yml", "services: {}\n");
	again(&lab);
	assert_int_equal(lab.p->problem_count, 1);	/* a folder of the best name wins, and fails */
	clear(&lab);
	LAY(&lab, "other.yaml", "services: {a: {image: x}}\n", ".env", "COMPOSE_FILE=other.yaml\n");
	assert_int_equal(accepted(&lab)->service_count, 1);
	clear(&lab);
	LAY(&lab, "compose.yaml", "services: {a: {image: x}}\n", ".env", "A=\"never closed\n");
	again(&lab);
	assert_int_equal(lab.p->problem_count, 1);
	assert_text(lab.p->problems[0].file, "app/.env");
	assert_int_equal(lab.p->service_count, 1);
	clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(port_from_a_literal),
		cmocka_unit_test(port_from_env_and_default),
		cmocka_unit_test(long_port),
		cmocka_unit_test(ranges_share_their_span),
		cmocka_unit_test(one_port_from_two_places),
		cmocka_unit_test(name_through_an_anchor),
		cmocka_unit_test(override_extends_include),
		cmocka_unit_test(names_and_resources),
		cmocka_unit_test(profiles_and_replicas),
		cmocka_unit_test(process_environment_counts_where_asked),
		cmocka_unit_test(problems_have_a_place_and_the_rest_is_read),
		cmocka_unit_test(what_is_no_file_is_a_problem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
