/* scaffold: placeholders where ports and names belong make a folder no app; in any other text they are text.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

#define SIGN "app role=scaffold value=s\n"

static const struct survey_options usual = { .backend = NULL };

/* Whether the folder s, with these files, is a scaffold; then nothing else is said of it. */
static bool
is_scaffold(const char *compose, const char *env, const char *example)
{
	AUTO(buf) b = BUF_INIT;
	bool is_one;

	(void)unlink("s/.env");
	(void)unlink("s/.env.example");
	scratch_put("s/compose.yaml", compose);
	if (env)
		scratch_put("s/.env", env);
	if (example)
		scratch_put("s/.env.example", example);
	(void)surveyed(&b, &usual);
	is_one = strstr(b.ptr, SIGN) != NULL;
	if (is_one && (strstr(b.ptr, "port role") || strstr(b.ptr, "problem ") || strstr(b.ptr, "name ")))
		fail_msg("more than a gap:\n%s", b.ptr);
	assert_int_equal(is_one, strstr(b.ptr, "gap role=scaffold") != NULL);
	return is_one;
}

#define WITH(x) "services:\n  web:\n    image: x\n" x

static void
where_a_port_or_a_name_belongs(void **state)
{
	(void)state;
	assert_true(is_scaffold(WITH("    ports: ['{{port}}:80']\n"), NULL, NULL));
	assert_true(is_scaffold(WITH("    ports: ['${P:-{{web_port|8000}}}:80']\n"), NULL, NULL));
	assert_true(
	    is_scaffold(WITH("    ports: [{target: 80, published: '{{ cookie.port }}'}]\n"), NULL, NULL));
	assert_true(is_scaffold(WITH("    container_name: app{{app_num}}\n"), NULL, NULL));
	assert_true(is_scaffold(WITH("    container_name: {{ name }}\n"), NULL, NULL));
	assert_true(is_scaffold(WITH("    ports:\n      - {{ port }}:80\n"), NULL, NULL));
	assert_true(is_scaffold(WITH("    ports:\n      - '127.0.0.1:{{ a.port }}:80'\n"), NULL, NULL));
	assert_true(is_scaffold("name: '{{COMPOSE_PROJECT_NAME}}'\n" WITH(""), NULL, NULL));
	assert_true(is_scaffold(WITH("{% if db %}\n  db: {image: y}\n{% endif %}\n"), NULL, NULL));
	assert_true(is_scaffold(WITH("    ports: ['${P:-80}:80']\n"), NULL, "P={{web_port|80}}\n"));
	assert_true(is_scaffold(WITH("    ports: ['${P:-80}:80']\n"), "P={{web_port|80}}\n", NULL));
	assert_true(is_scaffold(WITH(""), NULL, "PROJECT_NAME={{PROJECT_NAME}}\n"));
}

static void
any_other_text_is_the_apps_own(void **state)
{
	(void)state;
	assert_false(
	    is_scaffold(WITH("    environment: {PROMPT: 'as {{model}}, {{app_num}}'}\n"), NULL, NULL));
	assert_false(
	    is_scaffold(WITH("    labels: ['card={{title}}']\n    command: ps '{{.Names}}'\n"), NULL, NULL));
	assert_false(is_scaffold(WITH("    ports: ['${P:-80}:80']\n"), "P=80\n", "P={{web_port|80}}\n"));
	assert_false(is_scaffold(WITH("    ports: ['${P:-80}:80']\n"), NULL, "KEY={{KEY}}\n"));
	/* a label that nobody quoted is a mistake, and is told */
	assert_false(is_scaffold(WITH("    labels:\n      proxy: {{upstreams 80}}\n"), NULL, NULL));
	/* which no program fills in */
	assert_false(is_scaffold(WITH("    ports: ['${P:-80}:80']\n"), NULL, "P={{ a_port() }}\n"));
}

static void
an_app_in_the_layout_is_none(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("m/app1/compose.yaml", WITH("    ports: ['${BACKEND_PORT:-80}:80']\n"));
	scratch_put("m/app1/.env.example", "BACKEND_PORT={{backend_port|80}}\n");
	(void)surveyed(&b, &usual);
	assert_non_null(strstr(b.ptr, "app role=layout"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(where_a_port_or_a_name_belongs),
		scratch_test(any_other_text_is_the_apps_own),
		scratch_test(an_app_in_the_layout_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
