/* name_reference: a container's name is found where a host is meant, and no secret is shown.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

static const struct survey_options usual = { .backend = NULL };

static void
own_names_are_found(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("m/compose.yaml",
	    "services:\n  db:\n    image: x\n    container_name: box\n  web:\n    image: x\n"
	    "    network_mode: container:box\n    environment:\n      DB_HOST: box\n      DB_NAME: box\n"
	    "      URL: ${URL:-http://box:80/}\n      PEER: m-web-1:80\n      SELF: http://db:1\n"
	    "      AIM: ${AIM}\n    healthcheck: {test: ping box}\n");
	scratch_put("m/.env", "AIM=u:hunter2@box:1\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_has(&b,
	    "reference role=network_mode service=web value=box origin=literal at=m/compose.yaml:7:29"
	    " raw=box");
	surveyed_has(&b, "reference role=environment service=web variable=DB_HOST value=box origin=literal"
			 " at=m/compose.yaml:9:16 raw=box");
	surveyed_has(&b, "reference role=environment service=web variable=URL value=box origin=default"
			 " at=m/compose.yaml:11:26 raw=box");
	surveyed_has(&b, "reference role=environment service=web variable=PEER value=m-web-1 origin=literal"
			 " at=m/compose.yaml:12:13 raw=m-web-1");
	surveyed_has(
	    &b, "reference role=env service=web variable=AIM value=box origin=env at=m/.env:1:15 raw=box");
	surveyed_has(&b, "reference role=healthcheck service=web variable=healthcheck value=box"
			 " origin=literal at=m/compose.yaml:15:30 raw=box"
			 " doubt=nothing tells that it is meant");
	assert_null(strstr(b.ptr, "DB_NAME"));
	assert_null(strstr(b.ptr, "SELF"));
	assert_null(strstr(b.ptr, "hunter"));
}

/* Who is on no network of others can mean none of their containers. */
static void
others_are_told_where_they_can_be_meant(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("m/compose.yaml",
	    "services:\n  web:\n    image: x\n    environment: {A_HOST: other, A_KEY: s3cret}\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_lacks(&b, "reference");
	buf_clear(&b);
	scratch_put("m/compose.yaml",
	    "services:\n  web:\n    image: x\n    environment: {A_HOST: other, A_KEY: s3cret}\n"
	    "    networks: [n]\nnetworks:\n  n: {external: true, name: shared}\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_has(&b, "reference role=environment service=web variable=A_HOST value=other origin=literal"
			 " at=m/compose.yaml:4:27 raw=other");
	surveyed_has(&b, "reference role=external variable=n value=shared origin=literal"
			 " at=m/compose.yaml:7:29 raw=shared");
	assert_null(strstr(b.ptr, "s3cret"));
}

/* `TOLD` alone says nothing of what it holds. */
static void
the_variable_says_it_where_the_key_does_not(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("m/compose.yaml",
	    "services:\n  db:\n    image: x\n    container_name: box\n  web:\n    image: x\n"
	    "    environment:\n      TOLD: ${TOLD_HOST:-box}\n      ELSE: ${ELSE:-box}\n"
	    "      DB_NAME: ${DB_HOST:-box}\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_has(&b, "reference role=environment service=web variable=TOLD_HOST value=box origin=default"
			 " at=m/compose.yaml:8:26 raw=box");
	surveyed_has(&b, "use role=address service=web variable=TOLD_HOST"
			 " value=services.web.environment.TOLD at=m/compose.yaml:8:13 detail=TOLD");
	surveyed_has(&b, "use role=environment service=web variable=ELSE"
			 " value=services.web.environment.ELSE at=m/compose.yaml:9:13 detail=ELSE");
	assert_null(strstr(b.ptr, "DB_NAME"));
}

/* Of a name that is made of several texts, or whose variable means something else as well, each use follows
 * by itself; a secret's use is not shown. */
static void
names_follow_where_they_are_used(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("m/compose.yaml",
	    "services:\n  db:\n    image: x\n    container_name: ${S:-a}-box\n"
	    "  pg:\n    image: x\n    container_name: ${N}\n  web:\n    image: x\n"
	    "    environment:\n      A_HOST: ${S:-a}-box\n      A_URL: http://${S:-a}-box:1\n"
	    "      B_HOST: ${N}\n      B_URL: http://${N}:1\n      B_NAME: ${N}\n"
	    "      C_HOST: ${API_TOKEN:-a}-box\n      D_HOST: ${D}\n");
	scratch_put("m/.env", "N=crate\nD=crate\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_has(&b, "reference role=environment service=web variable=A_HOST value=a-box origin=literal"
			 " at=m/compose.yaml:11:15 raw=${S:-a}-box");
	surveyed_has(&b, "reference role=environment service=web variable=A_URL value=a-box origin=literal"
			 " at=m/compose.yaml:12:21 raw=${S:-a}-box");
	surveyed_has(&b, "reference role=environment service=web variable=B_HOST value=crate origin=literal"
			 " at=m/compose.yaml:13:15 raw=${N}");
	surveyed_has(&b, "reference role=environment service=web variable=B_URL value=crate origin=literal"
			 " at=m/compose.yaml:14:21 raw=${N}");
	surveyed_has(&b, "reference role=env service=web variable=D value=crate origin=env at=m/.env:2:3"
			 " raw=crate");
	surveyed_lacks(&b, "reference role=env service=web variable=N");
	surveyed_lacks(&b, "reference role=env variable=N");
	assert_non_null(strstr(b.ptr, "variable=C_HOST value=a-box"));
	assert_null(strstr(b.ptr, "raw=${API_TOKEN"));
}

/* Compose names the container of each replica. */
static void
replicas_are_called_by_their_names(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("m/compose.yaml",
	    "services:\n  web: {image: x, scale: 2}\n  none: {image: x, scale: 0}\n  ask:\n    image: x\n"
	    "    environment:\n      A_HOST: m-web-1\n      B_HOST: m-web-2\n      C_HOST: m-web-3\n"
	    "      D_HOST: m-none-1\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	assert_non_null(strstr(b.ptr, "variable=A_HOST value=m-web-1"));
	assert_non_null(strstr(b.ptr, "variable=B_HOST value=m-web-2"));
	assert_null(strstr(b.ptr, "variable=C_HOST"));
	assert_null(strstr(b.ptr, "variable=D_HOST"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(own_names_are_found),
		scratch_test(others_are_told_where_they_can_be_meant),
		scratch_test(the_variable_says_it_where_the_key_does_not),
		scratch_test(names_follow_where_they_are_used),
		scratch_test(replicas_are_called_by_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
