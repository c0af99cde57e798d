/* names: what folds into what, and who has it.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "fleet/names.h"

static void
is(struct str got, const char *want)
{
	assert_int_equal(got.len, str_from(want).len);
	assert_memory_equal(got.ptr, want, got.len);
}

static void
models_and_paths_fold(void **state)
{
	AUTO(arena) a = ARENA_INIT;

	(void)state;
	is(names_of_model(&a, (struct identity){ STR("openai_gpt-5.1"), 3 }), "openai-gpt-5-1-app3");
	is(names_of_model(&a, (struct identity){ STR("A_b"), 12 }), "A-b-app12");
	is(names_of_model(&a, (struct identity){ STR("..\xff"), 1 }), "app1");
	is(names_of_path(&a, STR("Prod/m_x/app1")), "prod-m_x-app1");
	is(names_of_path(&a, STR("../_")), "app");
	is(names_of_path(&a, STR("caf\xc3\xa9")), "caf--");
	is(names_of_path(&a, STR("__ \n 9 x")), "9-x");
	is(names_of_container(&a, STR("p"), &(struct names_made){ STR("web"), 1, 1, STR("") }), "p-web-1");
	is(names_lower(&a, STR("A-B\xc3\x84")), "a-b\xc3\x84");
}

/* The containers of LIST in project p are WANT, each with a blank behind it; and each is known for one. */
static void
made(const char *list, const char *want)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) b = BUF_INIT;
	struct names_made m = NAMES_MADE_INIT(str_from(list)), found;

	while (names_made_next(&m)) {
		struct str name = names_of_container(&a, STR("p"), &m);

		buf_printf(&b, "%.*s ", STR_ARG(name));
		assert_true(names_is_made(name, STR("p"), str_from(list), &found));
		assert_int_equal(found.number, m.number);
		assert_true(str_eq(found.service, m.service));
	}
	assert_string_equal(b.ptr ? b.ptr : "", want);
}

static void
containers_that_compose_names(void **state)
{
	static const char *const others[] = { "p-web-4", "p-web-0", "p-web-01", "p-web-", "p-web", "p-web-1x",
		"p_web-1", "p-web_1", "q-web-1", "p-we-1", "p-db-2", "p", "", "p-web-99999999999999999999" };
	struct names_made m = NAMES_MADE_INIT(STR("web:18446744073709551616")), found;
	unsigned count = 0;

	(void)state;
	made("", "");
	made("web", "p-web-1 ");
	made("web:3,db,w:1,a-1:2", "p-web-1 p-web-2 p-web-3 p-db-1 p-w-1 p-a-1-1 p-a-1-2 ");
	made("web:0,db", "p-db-1 ");
	while (names_made_next(&m))
		count++;
	assert_int_equal(count, NAMES_REPLICAS_MAX);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(names_is_made(str_from(others[i]), STR("p"), STR("db,web:3"), &found));
}

static void
rules_of_docker(void **state)
{
	(void)state;
	assert_true(names_is_container(STR("A.b_c-1")));
	assert_false(
	    names_is_container(STR("a")) || names_is_container(STR("-ab")) || names_is_container(STR("a b")));
}

static void
names_have_one_owner(void **state)
{
	AUTO(names) n = NAMES_INIT;
	AUTO(arena) a = ARENA_INIT;

	(void)state;
	assert_int_equal(names_owner(&n, STR("x")), NAMES_NOBODY);
	assert_true(names_take(&n, STR("App"), 1));
	assert_true(names_take(&n, STR("aPP"), 1));
	assert_false(names_take(&n, STR("app"), 2));
	is(names_take_unique(&n, &a, STR("app"), 2), "app-2");
	is(names_take_unique(&n, &a, STR("APP"), 3), "APP-3");
	is(names_take_unique(&n, &a, STR("app-2"), 2), "app-2");
	for (uint32_t i = 0; i < 2000; i++) {
		assert_true(names_take(&n, arena_printf(&a, "n%u", i), i));
		assert_int_equal(names_owner(&n, STR("app")), 1);
	}
	for (uint32_t i = 0; i < 2000; i++)
		assert_int_equal(names_owner(&n, arena_printf(&a, "N%u", i)), i);
}

static void
a_key_path_says_that_it_is_a_path(void **state)
{
	static const char *const paths[] = { "services.a.volumes[0]", "services.a.volumes[1].source",
		"services.a.env_file", "services.a.env_file[0].path", "services.a.build",
		"services.a.build.context",
		"services.a.extends.file", "secrets.s.file", "include[0]", "volumes.d.driver_opts.device" };
	static const char *const others[] = { "services.a.image", "services.a.build.args.A", "volumes.d.name",
		"services.a.environment.ENV_FILE", "services.a.container_name", "name", "" };

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		assert_true(names_is_path_key(str_from(paths[i])));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(names_is_path_key(str_from(others[i])));
}

static void
a_key_says_that_it_is_a_port(void **state)
{
	static const char *const ports[] = { "port", "DB_PORT", "web_port_80", "port2", "A_Port_B" };
	static const char *const others[] = { "", "_", "support", "portal", "transport_x", "size", "ports" };

	(void)state;
	for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
		assert_true(names_is_port_key(str_from(ports[i])));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(names_is_port_key(str_from(others[i])));
}

static void
keys_of_secrets(void **state)
{
	static const char *const secret[] = { "PASSWORD", "DB_PASSWD", "dbPassword", "CLIENTSECRET",
		"API_KEY", "token", "GH_TOKEN_2", "MYSQL_PW", "JWT_SIGNATURE" };
	static const char *const plain[] = { "", "PORT", "KEYCLOAK_PORT", "TOKENS2", "COMPASS", "PASSENGERS",
		"MONKEY", "SECRE", "PRIVATEER", "A_PASSWOR" };

	(void)state;
	for (size_t i = 0; i < sizeof secret / sizeof *secret; i++)
		assert_true(names_is_secret_key(str_from(secret[i])));
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		assert_false(names_is_secret_key(str_from(plain[i])));
}

static void
tags_that_tell_nothing(void **state)
{
	static const char *const common[] = { "latest", "slim", "16", "v1.27.0", "8.0.36", "3-alpine3.19",
		"3.12-slim-bookworm", "17.0-jdk", "1.25.x", "2024.1-2" };
	static const char *const other[] = { "", "v", "hunter2", "12345678", "9123456789", "1.12345",
		"1-a12345", "9f8a7b", "1.", "1--a", "1.a2", "16-", "1_2", "1-A", "v-1", "latests" };

	(void)state;
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		assert_true(names_is_common_tag(str_from(common[i])));
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		assert_false(names_is_common_tag(str_from(other[i])));
}

static void
tag_is(const char *image, const char *want)
{
	AUTO(arena) a = ARENA_INIT;

	assert_true(str_eq(names_of_tag(&a, str_from(image)), str_from(want)));
}

static void
image_is(const char *image, const char *project, const char *service, const char *want)
{
	AUTO(arena) a = ARENA_INIT;

	assert_true(str_eq(names_of_image(&a, str_from(image), str_from(project), str_from(service)),
	    str_from(want)));
}

static void
images_and_their_tags(void **state)
{
	(void)state;
	tag_is("docker.io/library/web", "web:latest");
	tag_is("host:5000/shop/web", "host:5000/shop/web:latest");
	tag_is("host:5000/shop/web:1@sha256:0", "host:5000/shop/web:1@sha256:0");
	assert_int_equal(names_tag_at(STR("host:5000/web")), 13);
	assert_int_equal(names_tag_at(STR("web@sha256:0")), 3);
	image_is("host:5000/shop/web", "m-app2", "web", "host:5000/shop/m-app2_web");
	image_is("web", "A__b", "-x..Y-", "a_b_x.y");
	image_is("web", "p", "\xc3\xa9", "p");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_says_that_it_is_a_port),
		cmocka_unit_test(a_key_path_says_that_it_is_a_path),
		cmocka_unit_test(models_and_paths_fold),
		cmocka_unit_test(containers_that_compose_names),
		cmocka_unit_test(rules_of_docker),
		cmocka_unit_test(names_have_one_owner),
		cmocka_unit_test(keys_of_secrets),
		cmocka_unit_test(tags_that_tell_nothing),
		cmocka_unit_test(images_and_their_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
