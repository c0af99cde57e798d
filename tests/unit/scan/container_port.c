/* container_port: the container side may follow where nothing but its variable says the number.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

static const struct survey_options usual = { .backend = NULL };

#define SERVICE "services:\n  web:\n    image: x\n"
#define PORTS SERVICE "    ports: ['${P:-5000}:${P:-5000}']\n"

/* Surveys an app with this compose file. Of its only record about following, WANT has to be the detail; NULL:
 * there has to be no such record. */
static void
expect(const char *compose, const char *want)
{
	AUTO(buf) b = BUF_INIT;
	struct str line, detail;
	size_t at;

	scratch_put("m/app1/compose.yaml", compose);
	(void)surveyed(&b, &usual);
	at = str_search(buf_str(&b), 0, STR("use role=container "));
	assert_int_equal(at < b.len, want != NULL);
	if (!want)
		return;
	line = str_sub(buf_str(&b), at, str_find(buf_str(&b), at, '\n') - at);
	detail = str_sub(line, str_search(line, 0, STR(" detail=")) + strlen(" detail="), line.len);
	if (!str_eq(detail, str_from(want)))
		fail_msg("the detail is not '%s': %.*s", want, STR_ARG(line));
	assert_int_equal(str_search(buf_str(&b), at + 1, STR("use role=container ")), b.len);
}

static void
it_follows_where_only_the_variable_says_the_number(void **state)
{
	(void)state;
	expect(PORTS, "");
	expect(PORTS "    environment: ['PORT=${P:-5000}']\n    command: run ${P:-5000}\n    # 5000\n", "");
	expect(PORTS "    environment: ['URL=http://localhost:${P:-5000}', 'N=15000', 'M=50001']\n", "");
}

static void
what_keeps_it_is_told(void **state)
{
	(void)state;
	expect(PORTS "    environment: ['PORT=5000']\n",
	    "m/app1/compose.yaml:5:25 names 5000 as well");
	expect(PORTS "    user: '${P:-5000}'\n",
	    "m/app1/compose.yaml:5:12 uses P for something else");
}

static void
others_are_no_candidates(void **state)
{
	(void)state;
	expect(SERVICE "    ports: ['${P:-5000}:5000']\n", NULL);
	expect(SERVICE "    ports: ['${P:-5000}:${Q:-80}']\n", NULL);
	expect(SERVICE "    ports: ['${P:-5000-5001}:${P:-5000-5001}']\n", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(it_follows_where_only_the_variable_says_the_number),
		scratch_test(what_keeps_it_is_told),
		scratch_test(others_are_no_candidates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
