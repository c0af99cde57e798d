/* find: which compose files an app has.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

#include <fcntl.h>
#include <unistd.h>

static void
bits_of_names(void **state)
{
	static const char *const base[] = { "compose.yaml", "compose.yml", "docker-compose.yml",
		"docker-compose.yaml" };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(project_name_bit(str_from(base[i])), 1u << i);
	assert_int_equal(project_name_bit(STR("compose.override.yml")), 1u << 4);
	assert_int_equal(project_name_bit(STR("compose.override.yml")) & PROJECT_BASE_NAMES, 0);
	assert_int_equal(project_name_bit(STR("Compose.yaml")), 0);
	assert_int_equal(project_name_bit(STR("compose.yaml.bak")), 0);
	assert_int_equal(project_name_bit(STR("")), 0);
	assert_int_equal(project_name_bit(STR(".env")), PROJECT_ENV_NAME);
	assert_true(project_name_bit(STR(".env.sample")) > 1u << 7);
	assert_true(project_name_bit(STR("default.env")) > 1u << 7);
	assert_int_equal(project_name_bit(STR(".env.example")), 0);	/* which is read anyway */
}

static void
best_of_many(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "docker-compose.yml", "services: {a: {image: x}}\n", "compose.yml",
	    "services: {b: {image: x}}\n", "docker-compose.override.yml", "services: {b: {container_name: "
	    "over}}\n");
	lab_text(lab_service(lab_accepted(&lab), "b")->container_name.text, "over");
	assert_int_equal(lab.p->service_count, 1);
	assert_int_equal(lab.p->warning_count, 1);
	lab_clear(&lab);
	LAB_LAY(&lab, "compose.yaml/x", "", "docker-compose.yml", "services: {}\n");
	(void)lab_read(&lab);
	assert_int_equal(lab.p->problem_count, 1);	/* a folder of the best name wins, and fails */
	lab_clear(&lab);
	LAB_LAY(&lab, "README", "");
	(void)lab_refused(&lab, "no compose file here");
	lab_clear(&lab);
}

static void
names_that_are_known(void **state)
{
	AUTO(error) err = ERROR_INIT;
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "services: {a: {image: x}}\n", "compose.override.yml",
	    "services: {b: {image: x}}\n");
	assert_int_equal(project_read(lab.reader, STR("app"), 1, &lab.p, &err), 0);
	assert_int_equal(lab.p->service_count, 1);	/* the override was not listed */
	lab_clear(&lab);
}

static void
what_a_variable_lists(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "a.yaml", "services: {a: {image: x}}\n", "b/b.yaml", "services: {b: {image: x}}\n",
	    ".env", "COMPOSE_FILE=a.yaml:b/b.yaml\n");
	assert_int_equal(lab_accepted(&lab)->service_count, 2);
	lab_clear(&lab);
	LAB_LAY(&lab, "a.yaml", "services: {a: {image: x}}\n", "b/b.yaml", "services: {b: {image: x}}\n",
	    ".env", "COMPOSE_FILE=b/b.yaml::a.yaml\nCOMPOSE_PATH_SEPARATOR=::\n");
	assert_int_equal(lab_accepted(&lab)->service_count, 2);
	lab_text(lab.p->name.text, "b");		/* of the first file's folder */
	lab_clear(&lab);
	LAB_LAY(&lab, "compose.yaml", "", ".env", "COMPOSE_FILE=none.yaml\n");
	assert_int_equal(lab_refused(&lab, "open app/none.yaml: no such file")->line, 1);
	lab_clear(&lab);
}

/* What a folder says with such a .env, a file real.yml, and nothing else. */
static int
named(const char *env)
{
	int fd = open("app", O_RDONLY | O_DIRECTORY);
	int result;

	assert_true(fd >= 0);
	scratch_put("app/.env", env);
	result = project_named_by_env(fd);
	assert_int_equal(close(fd), 0);
	return result;
}

static void
a_folder_whose_env_names_files(void **state)
{
	(void)state;
	scratch_put("app/real.yml", "");
	scratch_put("app/sub/x.yml", "");
	assert_int_equal(named("COMPOSE_FILE=real.yml\n"), 1);
	assert_int_equal(named("A=1\nexport COMPOSE_FILE = \"none.yml:sub/x.yml\" # all\n"), 1);
	assert_int_equal(named("COMPOSE_FILE=none.yml;real.yml\nCOMPOSE_PATH_SEPARATOR=;\n"), 1);
	assert_int_equal(named("COMPOSE_FILE=${CORE}${MORE:+:${MORE}}\r\n"), 1);
	assert_int_equal(named("COMPOSE_FILE=none.yml:none-${X}.yml\n"), -1);
	assert_int_equal(
	    named("#COMPOSE_FILE=real.yml\nMY_COMPOSE_FILE=real.yml\nCOMPOSE_FILES=real.yml\n"), 0);
	assert_int_equal(named("COMPOSE_FILE=\n"), 0);
	assert_int_equal(named("COMPOSE_FILE=real.yml\nCOMPOSE_FILE=none.yml\n"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(bits_of_names),
		scratch_test(best_of_many),
		scratch_test(names_that_are_known),
		scratch_test(what_a_variable_lists),
		scratch_test(a_folder_whose_env_names_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
