/* setting: variables that findings depend on, and what is missing of them; no value but ports, names and
 * addresses.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

static const struct survey_options usual = { .backend = NULL };

static void
app(const char *compose, const char *env, const char *example, struct buf *ret)
{
	buf_clear(ret);
	scratch_put("m/app1/compose.yaml", compose);
	(void)unlink("m/app1/.env");
	(void)unlink("m/app1/.env.example");
	if (env)
		scratch_put("m/app1/.env", env);
	if (example)
		scratch_put("m/app1/.env.example", example);
	(void)surveyed(ret, &usual);
	if (strstr(ret->ptr, "hunter"))
		fail_msg("a secret is shown in:\n%s", ret->ptr);
}

#define SERVICE "services:\n  web:\n    image: x\n"

static void
settings_that_count_have_a_row(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	app(SERVICE "    ports: ['${P}:80']\n",
	    "P=7000\nSECRET=hunter2\nP='8000' # this one\nPROJECT_NAME=\n", "P=8000\n", &b);
	surveyed_has(&b, "setting role=env variable=P value=8000 at=m/app1/.env:3:4 raw=8000 detail=quote='");
	/* empty, in its place */
	surveyed_has(&b, "setting role=env variable=PROJECT_NAME at=m/app1/.env:4:14");
	surveyed_has(&b, "setting role=example variable=P value=8000 at=m/app1/.env.example:1:3 raw=8000");
	surveyed_lacks(&b, "setting role=env variable=P value=7000");
	surveyed_lacks(&b, "setting role=env variable=SECRET");
}

static void
secrets_stay_in_the_file(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	/* a port that is none, addresses with user info, placeholders with a default */
	app(SERVICE "    ports: ['8000:80']\n",
	    "\n\nURL=http://me:hunter3@localhost:8000\nKEY={{KEY|hunter4}}\nBACKEND_PORT=hunter5\n"
	    "PROJECT_NAME='hunter six!'\n", NULL, &b);
	surveyed_has(&b, "setting role=env variable=BACKEND_PORT at=m/app1/.env:5:14");
	surveyed_has(&b, "setting role=env variable=URL at=m/app1/.env:3:5");
	surveyed_has(&b, "gap role=placeholder variable=KEY value={{KEY|...}} at=m/app1/.env:4:5");
}

static void
other_uses_are_told_by_what_for(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	app("services:\n  web:\n    image: x:${P}\n    command: run ${P}\n    build:\n      context: .\n"
	    "      args: {A: '${P}'}\n"
	    "    environment: ['PORT=${P}', 'U=http://localhost:${P}/']\n"
	    "    ports: ['${P}:80', '9000:${P}']\n    labels: ['x=${OTHER}']\n",
	    "P=8000\nOTHER=1\nQ=${P}\n", NULL, &b);
	surveyed_has(
	    &b, "use role=image service=web variable=P value=services.web.image at=m/app1/compose.yaml:3:14");
	surveyed_has(&b,
	    "use role=command service=web variable=P value=services.web.command at=m/app1/compose.yaml:4:18");
	surveyed_has(&b,
	    "use role=args service=web variable=P value=services.web.build.args.A "
	    "at=m/app1/compose.yaml:7:18 detail=A");
	surveyed_has(&b,
	    "use role=environment service=web variable=P value=services.web.environment[0] "
	    "at=m/app1/compose.yaml:8:25"
	    " detail=PORT");
	surveyed_has(&b,
	    "use role=address service=web variable=P value=services.web.environment[1] "
	    "at=m/app1/compose.yaml:8:52 raw=${P} detail=U");
	surveyed_has(&b,
	    "use role=container-port service=web variable=P value=services.web.ports[1] "
	    "at=m/app1/compose.yaml:9:30");
	surveyed_has(&b, "use role=env variable=P at=m/app1/.env:3:3 detail=Q");
	surveyed_lacks(&b, "use role=host-port");		/* it is the port's own */
	assert_null(strstr(b.ptr, "variable=OTHER"));
	app(SERVICE "    ports: ['${Q}:80']\n", "P=8000\nQ=${P}\n", NULL, &b);
	surveyed_has(&b, "use role=host-port variable=P at=m/app1/.env:2:3 detail=Q");
}

static void
what_is_missing_is_a_gap(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	app(SERVICE "    ports: ['${P}:80']\n    environment: ['A=${GIVEN:-x}', 'B={{MODEL}}']\n", NULL, NULL,
	    &b);
	assert_non_null(strstr(b.ptr, "gap role=env "));
	assert_non_null(strstr(b.ptr, "gap role=variable service=web variable=P value=P has no value"));
	assert_null(strstr(b.ptr, "variable=GIVEN"));
	scratch_put("m/app1/conf.env", "XP=1\nP=8000\n");
	app(SERVICE "    ports: ['${P}:80', '${Q}:81']\n    env_file: conf.env\n", NULL, NULL, &b);
	assert_non_null(strstr(b.ptr, "value=P has no value and no default; m/app1/conf.env sets it"));
	assert_null(strstr(b.ptr, "value=Q has no value and no default;"));
	app(SERVICE "    ports: ['${P:-8000}:80']\n", NULL, NULL, &b);
	surveyed_lacks(&b, "gap role=variable");
	app(SERVICE "    ports: ['8000:80']\n", NULL, NULL, &b);
	surveyed_lacks(&b, "gap");
	app(SERVICE "    ports: ['${P}:80']\n", "P=8000\nA={{ MODEL }}-{{app_num|1}}\n",
	    "B={{BACKEND_PORT|5001}}\n", &b);
	surveyed_has(
	    &b, "gap role=placeholder variable=A value={{ MODEL }} at=m/app1/.env:2:3 raw={{ MODEL }}");
	surveyed_has(
	    &b, "gap role=placeholder variable=A value={{app_num|1}} at=m/app1/.env:2:15 raw={{app_num|1}}");
	surveyed_has(&b,
	    "gap role=placeholder variable=B value={{BACKEND_PORT|5001}} at=m/app1/.env.example:1:3 "
	    "raw={{BACKEND_PORT|5001}}");
	surveyed_lacks(&b, "gap role=env");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(settings_that_count_have_a_row),
		scratch_test(secrets_stay_in_the_file),
		scratch_test(other_uses_are_told_by_what_for),
		scratch_test(what_is_missing_is_a_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
