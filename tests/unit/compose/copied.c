/* copied: whether Compose would take an example as the .env that is missing.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

static const char compose[] =
    "services:\n  web:\n    image: ${IMAGE:-x}\n    deploy: {replicas: \"${COUNT:-1}\"}\n"
    "    environment: [\"TITLE=${TITLE:-shop}\"]\n    command: ${RUNS:-serve}\n"
    "    ports: [\"${PORT:-8080}:80\"]\n    volumes: [\"${DATA:-./data}:/data\"]\n";

/* Of EXAMPLE Compose would refuse WHAT, a part of the message; NULL: nothing. */
static void
refuses(const char *example, const char *what)
{
	struct lab lab;
	const struct project *p;

	LAB_LAY(&lab, "compose.yaml", compose, ".env.example", example);
	p = lab_read(&lab);
	assert_int_equal(p->copy_refused.len > 0, what != NULL);
	if (what)
		assert_true(str_search(p->copy_refused, 0, str_from(what)) < p->copy_refused.len);
	/* it is read as it is all the same */
	assert_int_equal(p->problem_count, 0);
	assert_int_equal(p->service_count, 1);
	lab_ports(p->services[0].ports[0].host_port, "8080");
	lab_clear(&lab);
}

static void
the_copy_is_judged_whole(void **state)
{
	(void)state;
	refuses("COUNT=3\n", NULL);
	refuses(
	    "COUNT=many\n", "services.web.deploy.replicas: '${COUNT:-1}' is no number (app/compose.yaml:4)");
	refuses("COUNT=${MORE:-many}\n", "deploy.replicas");
	refuses("DATA=data\n", "app/compose.yaml:8");
	refuses("DATA=/srv\n", NULL);
	refuses("RUNS=serve \"all\n", "command");
	refuses("TITLE=<the title, \"any'>\nIMAGE=y:1\nRUNS=run\n", NULL);
	refuses("TITLE=a\nTHIS IS NO LINE\n", ".env");
	refuses("COMPOSE_FILE=other.yaml\n", "other.yaml");
	refuses("COMPOSE_PROJECT_NAME=Shop One\n", NULL);	/* a name is given anew */
	refuses("UNUSED=\"a\n", NULL);	/* nothing can be set in it, which is known */
	refuses("UNUSED={{ any }}\n", NULL);
}

/* Whoever plans gives each port a number. */
static void
a_port_is_not_the_copys_fault(void **state)
{
	(void)state;
	refuses("PORT=<your port>\n", NULL);
	refuses("PORT=99999\n", NULL);
	refuses("PORT=9000\n", NULL);
}

static void
nothing_is_said_of_a_port_that_is_replaced(void **state)
{
	struct lab lab;
	const struct project *p;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "services:\n  s:\n    image: x\n    ports:\n      - \"${P:-1}:80\"\n",
	    "compose.override.yaml", "services:\n  s:\n    ports: !override [\"8022:80\"]\n",
	    ".env.example", "P='${BASE}'\n");
	p = lab_read(&lab);
	assert_true(str_search(p->copy_refused, 0, STR("port mapping")) < p->copy_refused.len);
	lab_clear(&lab);
}

static void
only_a_missing_env_is_made(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", compose, ".env.example", "COUNT=many\n", ".env", "COUNT=2\n");
	assert_int_equal(lab_read(&lab)->copy_refused.len, 0);
	lab_clear(&lab);
	LAB_LAY(&lab, "compose.yaml", compose, ".env.sample", "COUNT=many\n");
	assert_int_equal(lab_read(&lab)->copy_refused.len, 0);
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(the_copy_is_judged_whole),
		scratch_test(a_port_is_not_the_copys_fault),
		scratch_test(nothing_is_said_of_a_port_that_is_replaced),
		scratch_test(only_a_missing_env_is_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
