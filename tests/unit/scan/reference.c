/* reference: an address of an own published port is found where it is read from outside the container, and
 * nowhere else.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

#include "scan/reference.h"

static const struct survey_options usual = { .backend = NULL };

static void
addresses_are_found_where_they_are_used(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("m/app1/compose.yaml",
	    "services:\n  web:\n    image: x\n    ports: ['8000:80']\n"
	    "    build:\n      context: .\n      args: {A: 'http://localhost:8000'}\n"
	    "    environment: ['U=http://me:hunter2@localhost:8000/x', 'OTHER=http://localhost:8001', "
	    "'FAR=http://example.com:8001 http://example.com:8000']\n"
	    "    labels: {l: '127.0.0.1:8000'}\n    command: curl http://localhost:8000\n"
	    "    entrypoint: curl http://localhost:8000\n"
	    "    healthcheck:\n      test: curl http://localhost:8000\n");
	scratch_put(
	    "m/app1/.env", "A=http://localhost:8000,http://localhost:8000\n# http://localhost:8000\n");
	scratch_put("m/app1/.env.example", "B=http://localhost:8000\n");
	scratch_put("n/app1/compose.yaml",
	    "services:\n  web:\n    image: x\n    environment: ['U=http://localhost:8000']\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_has(&b,
	    "reference role=args service=web variable=A value=localhost:8000 port=8000 origin=literal"
	    " at=m/app1/compose.yaml:7:35 raw=8000");
	surveyed_has(&b,
	    "reference role=environment service=web variable=U value=localhost:8000 port=8000 origin=literal"
	    " at=m/app1/compose.yaml:8:50 raw=8000");
	surveyed_has(&b,
	    "reference role=labels service=web variable=l value=127.0.0.1:8000 port=8000 origin=literal"
	    " at=m/app1/compose.yaml:9:28 raw=8000");
	surveyed_has(&b,
	    "reference role=env variable=A value=localhost:8000 port=8000 origin=env at=m/app1/.env:1:20 "
	    "raw=8000");
	surveyed_has(&b,
	    "reference role=env variable=A value=localhost:8000 port=8000 origin=env at=m/app1/.env:1:42 "
	    "raw=8000");
	surveyed_has(&b,
	    "reference role=example variable=B value=localhost:8000 port=8000 origin=env "
	    "at=m/app1/.env.example:1:20 raw=8000");
	assert_null(strstr(b.ptr, "hunter"));
	surveyed_has(&b,
	    "reference role=environment service=web variable=OTHER value=localhost:8001 port=8001"
	    " origin=literal at=m/app1/compose.yaml:8:83 raw=8001");
	assert_null(strstr(b.ptr, "value=example.com:8001"));
	assert_non_null(strstr(b.ptr, "variable=FAR value=example.com:8000 port=8000 origin=literal"
	    " at=m/app1/compose.yaml:8:138 raw=8000 doubt=it may be another machine's: "));
	for (int line = 10; line <= 11; line++) {
		char want[64];

		/* it is the container itself, or what clients are told */
		(void)snprintf(want, sizeof want, "at=m/app1/compose.yaml:%d:%d raw=8000 doubt=it is the ",
		    line, line == 10 ? 36 : 39);
		assert_non_null(strstr(b.ptr, want));
	}
	assert_null(strstr(b.ptr, "at=m/app1/compose.yaml:13:"));
	/* it is not n's port, and may be m's */
	assert_non_null(strstr(b.ptr, "port=8000 origin=literal at=n/app1/compose.yaml:4:"));
}

static void
a_default_holds_one_too(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("m/app1/compose.yaml", "services:\n  web:\n    image: x\n    ports: ['8000:80']\n"
	    "    environment: ['U=${URL:-http://localhost:8000/}']\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_has(&b,
	    "reference role=environment service=web variable=URL value=localhost:8000 port=8000 "
	    "origin=default"
	    " at=m/app1/compose.yaml:5:46 raw=8000");
}

/* Where the address's digits are the port's own text, they follow by themselves. */
static void
a_variable_needs_no_record_of_its_own(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("m/app1/compose.yaml", "services:\n  web:\n    image: x\n    ports: ['${P:-8000}:80']\n"
	    "    environment: ['U=http://localhost:${P:-8000}/']\n");
	scratch_put("m/app1/.env", "P=8000\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_lacks(&b, "reference");
	assert_non_null(strstr(b.ptr, "use role=address service=web variable=P"));
	assert_int_equal(unlink("m/app1/.env"), 0);
	buf_clear(&b);
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_lacks(&b, "reference");
	assert_non_null(strstr(b.ptr, "use role=address service=web variable=P"));
}

/* A variable whose number is at a place that follows the app's ports is used for nothing else by that. */
static void
what_follows_by_its_place_is_no_other_use(void **state)
{
	static const char *const follow[] = { "x-store.port" };
	const struct survey_options named = { .follow = follow, .follow_count = 1 };
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("m/compose.yaml", "x-store: {port: \"${N}\"}\nservices:\n  w:\n    image: x\n"
				      "    ports: [\"8080:8080\"]\n");
	scratch_put("m/.env", "N=8080\n");
	assert_int_equal(surveyed(&b, &named), 0);
	surveyed_has(&b, "reference role=env variable=N value=8080 port=8080 origin=env at=m/.env:1:3"
			 " raw=8080");
}

static void
the_first_number_of_a_range_is_in_doubt(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("m/compose.yaml", "services:\n  w:\n    image: x\n    ports: ['8000:80']\n"
				      "    labels: {l: 'localhost:8000-8002 localhost:8000'}\n");
	assert_int_equal(surveyed(&b, &(struct survey_options){ .mentions = false }), 0);
	surveyed_has(&b, "reference role=labels service=w variable=l value=localhost:8000 port=8000"
			 " origin=literal at=m/compose.yaml:5:28 raw=8000 doubt=it begins a range");
	surveyed_has(&b, "reference role=labels service=w variable=l value=localhost:8000 port=8000"
			 " origin=literal at=m/compose.yaml:5:48 raw=8000");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(addresses_are_found_where_they_are_used),
		scratch_test(a_default_holds_one_too),
		scratch_test(a_variable_needs_no_record_of_its_own),
		scratch_test(the_first_number_of_a_range_is_in_doubt),
		scratch_test(what_follows_by_its_place_is_no_other_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
