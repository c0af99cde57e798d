/* survey: each app's findings stand under its own name, one broken app stops no other, and all are counted.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

static const struct survey_options usual = { .backend = NULL };

static void
apps_say_what_they_publish(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("m/app1/compose.yaml",
	    "name: shop\nservices:\n  web:\n    container_name: web\n    image: x\n    ports: ['8000:80']\n"
	    "    volumes: ['data:/d', 'own:/o']\nvolumes:\n  data:\n    name: fixed\n  own:\n  unused:\n"
	    "networks:\n  default:\n    external: true\n    name: out\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_has(&b, "app role=layout value=m/app1");
	surveyed_has(&b, "file role=compose at=m/app1/compose.yaml:0:0 detail=lf");
	surveyed_has(&b, "file role=env at=m/app1/.env:0:0");
	surveyed_has(&b, "project value=shop origin=literal at=m/app1/compose.yaml:1:7 raw=shop");
	surveyed_has(&b,
	    "port role=frontend service=web value=8000:80 port=8000 origin=literal "
	    "at=m/app1/compose.yaml:6:14 raw=8000");
	surveyed_has(&b, "name service=web value=web origin=literal at=m/app1/compose.yaml:4:21 raw=web");
	surveyed_has(&b,
	    "volume role=explicit variable=data value=fixed origin=literal at=m/app1/compose.yaml:10:11 "
	    "raw=fixed");
	surveyed_has(&b, "volume role=derived variable=own value=shop_own at=m/app1/compose.yaml:11:3");
	surveyed_lacks(&b, "volume role=derived variable=unused");
	surveyed_lacks(&b, "network role=derived");
	surveyed_lacks(&b, "network role=explicit");
}

static void
a_broken_app_stops_no_other(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("a/compose.yaml", "services: [\n");
	scratch_put("b/compose.yaml", "services:\n  web:\n    image: x\n    ports: ['8000:80', 'x:80']\n");
	assert_true(surveyed(&b, &usual) >= 2);
	surveyed_has(&b, "app value=a");
	surveyed_has(&b, "app value=b");
	surveyed_has(&b,
	    "port role=frontend service=web value=8000:80 port=8000 origin=literal at=b/compose.yaml:4:14 "
	    "raw=8000");
	assert_non_null(strstr(b.ptr, "at=a/compose.yaml:2:1\n"));
	assert_non_null(strstr(b.ptr, "at=b/compose.yaml:4:"));
}

static void
options_are_heard(void **state)
{
	static const char *const environ[] = { "PORT=9000", NULL };
	static const struct survey_options env = { .env = true, .environ = environ },
					   template = { .template = true }, roles = { .backend = "web" },
					   mentions = { .mentions = true }, bad = { .backend = "(" };
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	struct survey_rules *rules = NULL;

	(void)state;
	scratch_put(
	    "m/app1/compose.yaml", "services:\n  web:\n    image: x\n    ports: ['${PORT:-8000}:80']\n");
	scratch_put("m/app1/a.js", "http://localhost:8000\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_has(&b, "app role=layout value=m/app1");
	surveyed_has(&b, "port role=frontend service=web variable=PORT value=8000:80 port=8000 origin=default"
	    " at=m/app1/compose.yaml:4:22 raw=8000");
	surveyed_lacks(&b, "reference");
	buf_clear(&b);
	assert_int_equal(surveyed(&b, &env), 0);
	assert_non_null(strstr(b.ptr, "value=9000:80 port=9000"));
	buf_clear(&b);
	assert_int_equal(surveyed(&b, &template), 0);
	surveyed_has(&b, "app role=template value=m/app1");
	buf_clear(&b);
	assert_int_equal(surveyed(&b, &roles), 0);
	assert_non_null(strstr(b.ptr, "port role=backend service=web"));
	buf_clear(&b);
	assert_int_equal(surveyed(&b, &mentions), 0);
	surveyed_has(&b,
	    "reference role=mention value=localhost:8000 port=8000 origin=literal at=m/app1/a.js:1:18 "
	    "raw=8000");
	assert_int_equal(survey_rules_open(&rules, &bad, &err), -1);
	assert_null(rules);
	assert_true(error_is_set(&err));
	error_release(&err);
}

/* What one app was is not seen in the next, whose memory is the same. */
static void
nothing_is_left_of_the_last_app(void **state)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(buf) alone = BUF_INIT;

	(void)state;
	scratch_put("b/compose.yaml", "services:\n  web:\n    image: x\n    ports: ['${PORT:-8000}:80']\n");
	assert_int_equal(surveyed(&alone, &usual), 0);
	scratch_put("a/compose.yaml",
	    "services:\n  web:\n    image: x\n    ports: ['${PORT}:80']\n"
	    "    environment: ['A=http://localhost:8000']\n");
	scratch_put("a/.env", "PORT=7000\n");
	scratch_put("c/compose.yaml",
	    "services:\n  web:\n    image: x\n    ports: ['9000:80']\n"
	    "    environment: ['A=http://localhost:8000']\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	assert_non_null(strstr(b.ptr, alone.ptr));
	surveyed_lacks(&b, "use role=address");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(apps_say_what_they_publish),
		scratch_test(a_broken_app_stops_no_other),
		scratch_test(options_are_heard),
		scratch_test(nothing_is_left_of_the_last_app),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
