/* coming: an address of which only the .env.example has the port is found there, as long as there is no .env.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

#include "scan/coming.h"

static const struct survey_options usual = { .backend = NULL };

static void
the_number_is_found_in_the_example(void **state)
{
	AUTO(buf) b = BUF_INIT, with = BUF_INIT;

	(void)state;
	scratch_put("m/app1/compose.yaml",
	    "services:\n  api: {image: x, ports: ['5001:5000']}\n  web:\n    image: x\n"
	    "    environment: {A: 'http://localhost:${P}/api', B: 'localhost:$P', C: '$H $H:$Q'}\n");
	scratch_put("m/app1/.env.example", "P='5001'\nH=http://localhost\nR=6001\nQ=$R\nR=5003\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_has(&b, "reference role=example service=web variable=P value=localhost:5001 port=5001 "
	    "origin=env at=m/app1/.env.example:1:4 raw=5001");
	surveyed_has(&b, "reference role=example service=web variable=R value=localhost:6001 port=6001 "
	    "origin=env at=m/app1/.env.example:3:3 raw=6001");
	surveyed_has(&b, "reference role=example variable=H value=localhost port=80 origin=env "
	    "at=m/app1/.env.example:2:10 raw=localhost");
	scratch_put("m/app1/.env", "X=1\n");
	assert_int_equal(surveyed(&with, &usual), 0);
	assert_null(strstr(with.ptr, "value=localhost:"));
}

/* A short value of many empty pieces that is used many times grows no further than an address would. */
static void
what_is_hostile_grows_no_further(void **state)
{
	AUTO(buf) example = BUF_INIT, yaml = BUF_INIT, b = BUF_INIT;

	(void)state;
	buf_add_str(&example, STR("P=5001\nL="));
	for (int i = 0; i < 4000; i++)
		buf_add_str(&example, STR("$A$B"));
	buf_add_str(&example, STR("-1\n"));
	buf_add_str(&yaml, STR("services:\n  a:\n    image: x\n    ports: ['5001:5000']\n"
	    "    environment: {A_PORT: '"));
	for (int i = 0; i < 1000; i++)
		buf_add_str(&yaml, STR("$L"));
	buf_add_str(&yaml, STR("$P', B: 'localhost:$P'}\n"));
	scratch_put("m/app1/compose.yaml", yaml.ptr);
	scratch_put("m/app1/.env.example", example.ptr);
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_has(&b, "reference role=example service=a variable=P value=localhost:5001 port=5001 "
	    "origin=env at=m/app1/.env.example:1:3 raw=5001");
}

/* What `$H:$P`, of which H has DEFAULT and P nothing, comes to with H=HOST and P=NUMBER; `-`: it stays. */
static void
comes_to(const char *fallback, const char *host, const char *number, const char *want)
{
	AUTO(arena) a = ARENA_INIT;
	struct source yaml = { .is_env = false };
	struct trace_step h = { STR("H"), &yaml, { 0, 2 }, NULL }, p = { STR("P"), &yaml, { 3, 2 }, NULL };
	struct trace_builder b = TRACE_BUILDER_INIT(&a);
	struct trace coming = trace_none(STR("-"));
	struct env settings;

	trace_add(&b, str_from(fallback), (struct trace_piece){ .step = &h, .origin = ORIGIN_DEFAULT });
	trace_add(&b, STR(":"), (struct trace_piece){ .source = &yaml, .origin = ORIGIN_LITERAL });
	trace_add_trace(&b, trace_none(STR("")), &p);
	env_init(&settings, &a, NULL);
	(void)env_set(&settings, STR("H"), trace_none(str_from(host)));
	(void)env_set(&settings, STR("P"), trace_none(str_from(number)));
	(void)coming_text(&a, &settings, trace_finish(&b), &coming);
	assert_string_equal(arena_cat(&a, coming.text, STR("")).ptr, want);
}

static void
a_text_comes_to_what_it_lacks(void **state)
{
	char longer[300] = { 0 };

	(void)state;
	memset(longer, 'x', sizeof longer - 1);
	comes_to("localhost", "api", "5001", "api:5001");
	comes_to("localhost", "", "5001", "localhost:5001");
	comes_to("", "localhost", "5001", "localhost:5001");
	comes_to("localhost", "api", "", "-");
	comes_to("localhost", "api", "five", "-");
	comes_to("localhost", "api", "65536", "-");
	comes_to("localhost", longer, "5001", "-");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(the_number_is_found_in_the_example),
		scratch_test(a_text_comes_to_what_it_lacks),
		scratch_test(what_is_hostile_grows_no_further),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
