/* rules: a row writes what its reason allows, into a file of its own app.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stream/change.h"
#include "base/error.h"
#include "stream/rules.h"

static struct change
row(enum change_action action, enum change_reason reason, const char *old, const char *new)
{
	return (struct change){ .action = action,
		.reason = reason,
		.app = STR("m/app1"),
		.file = STR("m/app1/.env"),
		.has_digest = action != CHANGE_CREATE,
		.has_span = action == CHANGE_REPLACE || action == CHANGE_INSERT,
		.span = { 0, strlen(old) },
		.old = str_from(old),
		.new = str_from(new) };
}

static bool
passes(struct change c)
{
	AUTO_PTR(rules) r = rules_open();
	AUTO(error) err = ERROR_INIT;

	return rules_check(r, &c, &err) == 0;
}

static bool
writes(enum change_action action, enum change_reason reason, const char *old, const char *new)
{
	return passes(row(action, reason, old, new));
}

static void
a_reason_binds_what_is_written(void **state)
{
	(void)state;
	assert_true(writes(CHANGE_REPLACE, REASON_PORT, "5003", "5001"));
	assert_true(writes(CHANGE_REPLACE, REASON_PORT, "", "5001"));
	assert_true(writes(CHANGE_REPLACE, REASON_PORT, "\"5003-5005\"", "\"5001-5003\""));
	assert_true(writes(CHANGE_REPLACE, REASON_PORT, "65535", "65535"));
	assert_true(writes(CHANGE_REPLACE, REASON_PORT, "*ports", "[\"5001:80\", \"5002:81\"]"));
	assert_true(writes(CHANGE_REPLACE, REASON_PORT, "&p '5432'", "'5433'"));
	assert_true(writes(CHANGE_INSERT, REASON_PORT, "", "P=127.0.0.1:7655"));
	assert_true(writes(CHANGE_INSERT, REASON_PORT, "", "P=[::1]:8444:443/tcp"));
	assert_true(writes(CHANGE_REPLACE, REASON_PORT, "", "8081:80"));
	assert_false(writes(CHANGE_REPLACE, REASON_PORT, "8080:80", "8081:80"));
	assert_true(writes(CHANGE_REPLACE, REASON_PORT, "${MAP:-8080:80}", "8081:80"));
	assert_false(writes(CHANGE_REPLACE, REASON_PORT, "${MAP:-8080:80}", "8081:80 x"));
	assert_false(writes(CHANGE_INSERT, REASON_PORT, "", "P=localhost:80:x"));
	assert_true(writes(CHANGE_INSERT, REASON_PROJECT_NAME, "", "name: \"shop-2\""));
	assert_false(writes(CHANGE_INSERT, REASON_PROJECT_NAME, "", "name: \"a: b\""));
	assert_true(writes(CHANGE_REPLACE, REASON_CONTAINER_NAME, "*name", "&name \"web\""));
	assert_false(writes(CHANGE_REPLACE, REASON_CONTAINER_NAME, "name", "&name \"web\""));
	assert_true(writes(CHANGE_REPLACE, REASON_IMAGE, "x", "host:5000/shop/m-app2_web:${TAG:-1.2}"));
	assert_true(writes(CHANGE_REPLACE, REASON_IMAGE, "x", "m-app2_web"));
	assert_false(writes(CHANGE_REPLACE, REASON_IMAGE, "x", "web, privileged: true"));
	assert_false(writes(CHANGE_REPLACE, REASON_IMAGE, "x", "web:${TAG:-$(id)}"));
	assert_false(writes(CHANGE_INSERT, REASON_IMAGE, "", "A=web"));
	assert_false(writes(CHANGE_REPLACE, REASON_PORT, "5003", "65536"));
	assert_false(writes(CHANGE_REPLACE, REASON_PORT, "5003", "0"));
	assert_false(writes(CHANGE_REPLACE, REASON_PORT, "5003", "5001:80"));
	assert_false(writes(CHANGE_REPLACE, REASON_PORT, "5003", "5001\n"));
	assert_false(writes(CHANGE_REPLACE, REASON_PORT, "5003", ""));
	assert_false(writes(CHANGE_REPLACE, REASON_PORT, "5003", "[\"1:1\"]"));
	assert_false(writes(CHANGE_REPLACE, REASON_PORT, "50\n03", "5001"));
	assert_true(writes(CHANGE_INSERT, REASON_PORT, "", "BACKEND_PORT=5001"));
	assert_false(writes(CHANGE_INSERT, REASON_PORT, "", "BACKEND_PORT=5001\nX=1"));
	assert_false(writes(CHANGE_INSERT, REASON_PORT, "", "BACKEND_PORT=$(id)"));
	assert_false(writes(CHANGE_INSERT, REASON_PORT, "", "5001"));
	assert_true(writes(CHANGE_INSERT, REASON_PROJECT_NAME, "", "COMPOSE_PROJECT_NAME=a-app1"));
	assert_false(writes(CHANGE_INSERT, REASON_PROJECT_NAME, "", "COMPOSE_PROJECT_NAME=a b"));
	assert_true(writes(CHANGE_REPLACE, REASON_CONTAINER_NAME, "x", "${PROJECT_NAME:-app}_db"));
	assert_false(writes(CHANGE_REPLACE, REASON_CONTAINER_NAME, "x", "a b"));
	assert_false(writes(CHANGE_REPLACE, REASON_CONTAINER_NAME, "x", "a\" privileged: true"));
	assert_true(
	    writes(CHANGE_INSERT, REASON_REFERENCE, "", "CORS=http://localhost:8001,http://[::1]:8001"));
	assert_false(writes(CHANGE_INSERT, REASON_REFERENCE, "", "LD_PRELOAD=/tmp/x"));
	assert_true(writes(CHANGE_REPLACE, REASON_TEMPLATE, "{{backend_port|5000}}", "5001"));
	assert_false(writes(CHANGE_REPLACE, REASON_TEMPLATE, "secret", "5001"));
	assert_true(writes(CHANGE_REPLACE, REASON_TEMPLATE, "5000", "{{backend_port|5000}}"));
	assert_true(writes(CHANGE_REPLACE, REASON_TEMPLATE, "myapp", "{{PROJECT_NAME}}"));
	assert_true(writes(CHANGE_REPLACE, REASON_TEMPLATE, "myapp_web", "{{PROJECT_NAME}}_web"));
	assert_false(writes(CHANGE_REPLACE, REASON_TEMPLATE, "5000", "{{backend_port|70000}}"));
	assert_false(writes(CHANGE_REPLACE, REASON_TEMPLATE, "5000", "{{backend_port|$(id)}}"));
	assert_false(writes(CHANGE_REPLACE, REASON_TEMPLATE, "5000", "{{other|x}}"));
	assert_false(writes(CHANGE_REPLACE, REASON_TEMPLATE, "myapp", "{{PROJECT_NAME}}\nX=1"));
	assert_true(writes(CHANGE_REPLACE, REASON_TEMPLATE, "{{TOKEN| ", ""));
	assert_true(writes(CHANGE_REPLACE, REASON_TEMPLATE, " }}", ""));
	assert_true(writes(CHANGE_REPLACE, REASON_TEMPLATE, "{{OPTIONAL|}}", ""));
	assert_false(writes(CHANGE_REPLACE, REASON_TEMPLATE, "{{TOKEN|x", ""));
	assert_false(writes(CHANGE_REPLACE, REASON_TEMPLATE, "secret", ""));
	assert_true(writes(CHANGE_REPLACE, REASON_ADDRESS, "", "127.0.0.1:"));
	assert_true(writes(CHANGE_REPLACE, REASON_ADDRESS, "", "\"[::1]::"));
	assert_true(writes(CHANGE_REPLACE, REASON_ADDRESS, "", "\""));
	assert_true(writes(CHANGE_REPLACE, REASON_ADDRESS, "", "host_ip: \"::1\", "));
	assert_true(writes(CHANGE_REPLACE, REASON_ADDRESS, "0.0.0.0", "127.0.0.1"));
	assert_true(writes(CHANGE_REPLACE, REASON_ADDRESS, "[::]", "[::1]"));
	assert_true(writes(CHANGE_REPLACE, REASON_ADDRESS, "${BIND_IP:-0.0.0.0}", "127.0.0.1"));
	assert_true(writes(CHANGE_INSERT, REASON_ADDRESS, "", "        host_ip: 127.0.0.1"));
	assert_false(writes(CHANGE_REPLACE, REASON_ADDRESS, "10.0.0.1", "127.0.0.1"));
	assert_false(writes(CHANGE_REPLACE, REASON_ADDRESS, "0.0.0.0", "127.0.0.1:80"));
	assert_false(writes(CHANGE_REPLACE, REASON_ADDRESS, "8080", "127.0.0.1"));
	assert_false(writes(CHANGE_REPLACE, REASON_ADDRESS, "", "localhost:"));
	assert_false(writes(CHANGE_INSERT, REASON_ADDRESS, "", "        command: 127.0.0.1"));
	assert_false(writes(CHANGE_REPLACE, REASON_PORT, "5000", "{{backend_port|5000}}"));
	assert_false(writes(CHANGE_COPY, REASON_PORT, "", ""));
	assert_true(writes(CHANGE_COPY, REASON_ENV_FILE, "", ""));
	assert_true(writes(CHANGE_CREATE, REASON_ENV_FILE, "", ""));
	assert_true(writes(CHANGE_INSERT, REASON_PORT, "", "    ports: !override [\"8081:80\"]"));
	assert_true(writes(CHANGE_INSERT, REASON_PORT, "", "    ports: !override [\"80\", "
	    "\"[::1]:81-82:80/udp\", \"127.0.0.1::80\", {target: 80, published: \"81\", "
	    "protocol: \"tcp\", mode: \"host\", x-a: 1}]"));
	assert_false(writes(CHANGE_INSERT, REASON_PORT, "", "    ports: !override [\"8081:80\"]: x"));
	assert_false(writes(CHANGE_INSERT, REASON_PORT, "", "    ports: !override [\"$(id):80\"]"));
	assert_false(writes(CHANGE_INSERT, REASON_PORT, "",
	    "    ports: !override [{target: 80, x: {a: b}}]"));
	assert_false(writes(CHANGE_INSERT, REASON_PORT, "", "    command: !override [\"8081:80\"]"));
	assert_true(writes(CHANGE_INSERT, REASON_CONTAINER_NAME, "", "    container_name: \"b_web\""));
	assert_false(writes(CHANGE_INSERT, REASON_CONTAINER_NAME, "", "    image: \"b_web\""));
	assert_false(writes(CHANGE_REPLACE, REASON_OTHER, "5003", "5001"));
	assert_false(writes(CHANGE_REPLACE, REASON_NONE, "5003", "5001"));
	assert_false(writes(CHANGE_OTHER, REASON_PORT, "5003", "5001"));
	assert_true(writes(CHANGE_PROBLEM, REASON_NONE, "", "anything"));
	assert_true(writes(CHANGE_NOTE, REASON_NONE, "", "anything"));
}

static bool
overrides(enum change_action action, const char *file, const char *new)
{
	struct change c = row(action, REASON_OVERRIDE, "", new);

	c.file = str_from(file);
	c.has_span = action != CHANGE_CREATE;
	return passes(c);
}

static void
an_override_file_gets_what_it_needs_alone(void **state)
{
	(void)state;
	assert_true(overrides(CHANGE_CREATE, "m/app1/compose.override.yaml", ""));
	assert_true(overrides(CHANGE_INSERT, "m/app1/docker-compose.override.yml", "services:"));
	assert_true(overrides(CHANGE_INSERT, "m/app1/compose.override.yml", "---"));
	assert_true(overrides(CHANGE_INSERT, "m/app1/compose.override.yml", "  \"web.1\":"));
	assert_false(overrides(CHANGE_CREATE, "m/app1/compose.yaml", ""));
	assert_false(overrides(CHANGE_CREATE, "m/app1/inner/compose.override.yaml", ""));
	assert_false(overrides(CHANGE_INSERT, "m/app1/compose.yaml", "services:"));
	assert_false(overrides(CHANGE_INSERT, "m/app1/compose.override.yml", "volumes:"));
	assert_false(overrides(CHANGE_INSERT, "m/app1/compose.override.yml",
	    "  \"web\": {privileged: true}"));
}

static bool
names(const char *app, const char *file)
{
	struct change c = row(CHANGE_REPLACE, REASON_PORT, "5003", "5001");

	c.app = str_from(app);
	c.file = str_from(file);
	return passes(c);
}

static void
a_file_is_in_its_apps_folder(void **state)
{
	(void)state;
	assert_true(names("m/app1", "m/app1/sub/compose.yaml"));
	assert_true(names(".", "compose.yaml"));
	assert_false(names("m/app1", "m/app10/.env"));
	assert_false(names("m/app1", "m/app1"));
	assert_false(names("m/app1", "m/app1/"));
	assert_false(names("m/app1", "m/app1/../x"));
	assert_false(names("m/app1", "/m/app1/.env"));
	assert_false(names("", "m/app1/.env"));
	assert_false(names("..", "../.env"));
	assert_false(names(".", "../.env"));
}

static void
only_an_apps_env_is_made(void **state)
{
	struct change c = row(CHANGE_COPY, REASON_ENV_FILE, "", "");

	(void)state;
	c.file = STR("m/app1/compose.yaml");
	assert_false(passes(c));
	c.file = STR("m/app1/sub/.env");
	assert_false(passes(c));
	c.file = STR("m/app1/.env");
	c.has_digest = false;
	assert_false(passes(c));
	c = row(CHANGE_REPLACE, REASON_PORT, "5003", "5001");
	c.span.len = 3;
	assert_false(passes(c));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reason_binds_what_is_written),
		cmocka_unit_test(a_file_is_in_its_apps_folder),
		cmocka_unit_test(only_an_apps_env_is_made),
		cmocka_unit_test(an_override_file_gets_what_it_needs_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
