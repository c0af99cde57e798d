/* handed: who gets a variable as it stands in .env.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

static const struct survey_options usual = { .backend = NULL };

#define PORT "ports: ['${P:-7000}:80']"

/* Surveys an app in FOLDER with this compose file and `P=7000` in its .env. WANT: what it says of P, behind
 * `use role=handed service=`; NULL: nothing. */
static void
expect_in(const char *folder, const char *compose, const char *env, const char *want)
{
	AUTO(buf) b = BUF_INIT;
	char path[PATH_MAX], line[512];
	size_t lines;

	(void)snprintf(path, sizeof path, "%s/compose.yaml", folder);
	scratch_put(path, compose);
	(void)snprintf(path, sizeof path, "%s/.env", folder);
	scratch_put(path, env);
	(void)surveyed(&b, &usual);
	if (!want) {
		assert_int_equal(str_search(buf_str(&b), 0, STR("use role=handed")), b.len);
		return;
	}
	(void)snprintf(line, sizeof line, "use role=handed service=%s", want);
	lines = surveyed_count(&b, line);
	if (lines != 1)
		fail_msg("%zu lines are '%s' of\n%.*s", lines, line, STR_ARG(buf_str(&b)));
}

static void
expect(const char *compose, const char *want)
{
	expect_in("shop", compose, "P=7000\n", want);
}

static void
by_an_env_file(void **state)
{
	(void)state;
	expect("services: {a: {" PORT "}}\n", NULL);
	expect("services: {a: {" PORT ", env_file: other.env}}\n", NULL);
	expect("services:\n  a: {" PORT ", env_file: .env}\n  b: {env_file: [{path: ./.env}]}\n",
	    "a variable=P value=services.a.env_file at=shop/compose.yaml:2:43 to=a,b");
	/* what has a value of its own, or none, gets it not from there */
	expect("services:\n  a: {" PORT ", env_file: .env, environment: [P=1]}\n  b: {env_file: .env}\n",
	    "b variable=P value=services.b.env_file at=shop/compose.yaml:3:17 to=b");
	expect("services:\n  a: {" PORT "}\n  b: {env_file: .env}\n  c: {env_file: .env}\n"
	       "  d: {env_file: .env}\n"
	       "  e: {env_file: .env}\n  f: {env_file: .env}\n",
	    "b variable=P value=services.b.env_file at=shop/compose.yaml:3:17 to=b,c,d,\xe2\x80\xa6");
}

static void
by_its_name_alone(void **state)
{
	(void)state;
	expect("services:\n  a: {" PORT ", environment: [P, Q=1]}\n",
	    "a variable=P value=services.a.environment at=shop/compose.yaml:2:47 to=a");
	expect("services:\n  a: {" PORT ", environment: {P: }}\n",
	    "a variable=P value=services.a.environment at=shop/compose.yaml:2:47 to=a");
	expect("services:\n  a: {" PORT ", build: {context: ., args: [P]}}\n",
	    "a variable=P value=services.a.build.args at=shop/compose.yaml:2:60 to=a");
	expect("services:\n  a: {" PORT ", environment: {P: 1, Q: }}\n", NULL);
}

static void
by_a_config_or_a_secret(void **state)
{
	(void)state;
	expect("configs: {c: {environment: P}}\nservices:\n  a: {" PORT ", configs: [c]}\n  b: {image: x}\n",
	    "a variable=P value=services.a.configs at=shop/compose.yaml:1:28 to=a");
	expect("secrets: {s: {environment: P}}\nservices:\n  a: {" PORT "}\n"
	       "  b: {secrets: [{source: s, target: t}]}\n",
	    "b variable=P value=services.b.secrets at=shop/compose.yaml:1:28 to=b");
	/* one service gets it once, and another one too */
	expect("secrets: {s: {environment: P}}\nservices:\n"
	       "  a: {" PORT ", build: {context: ., args: [P], secrets: [s]}}\n  b: {secrets: [s]}\n",
	    "a variable=P value=services.a.build.args at=shop/compose.yaml:3:60 to=a,b");
	expect("configs: {c: {environment: P}, d: {content: P}}\nservices:\n  a: {" PORT ", configs: [d]}\n",
	    NULL);
}

static void
a_number_that_containers_listen_on(void **state)
{
	(void)state;
	expect_in("shop",
	    "services:\n  a: {ports: ['${P:-7000}:80'], env_file: .env}\n  b: {expose: ['7000/tcp']}\n",
	    "A=1\n",
	    "a variable=P value=services.a.env_file at=shop/compose.yaml:2:43 to=a listens=7000");
	expect("services:\n  a: {ports: ['${P}:7000'], volumes: ['.:/srv']}\n",
	    "a variable=P value=services.a.volumes at=shop/compose.yaml:2:39 to=a listens=7000");
	expect("services:\n  a: {ports: ['${P}:7000'], "
	       "volumes: [{type: bind, source: ./.env, target: /e}]}\n",
	    "a variable=P value=services.a.volumes at=shop/compose.yaml:2:39 to=a listens=7000");
	expect("services:\n  a: {ports: ['${P}:80'], volumes: ['.:/srv']}\n", NULL);
	expect("services:\n  a: {ports: ['${P}:7000'], volumes: ['./src:/srv']}\n", NULL);
}

static void
the_pair_of_an_app_in_the_layout(void **state)
{
	(void)state;
	expect_in("m/app1", "services:\n  a: {ports: ['${BACKEND_PORT}:5000'], env_file: .env}\n",
	    "BACKEND_PORT=5000\n",
	    "a variable=BACKEND_PORT value=services.a.env_file at=m/app1/compose.yaml:2:50 to=a "
	    "listens=5000 follows=yes");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(by_an_env_file),
		scratch_test(by_its_name_alone),
		scratch_test(by_a_config_or_a_secret),
		scratch_test(a_number_that_containers_listen_on),
		scratch_test(the_pair_of_an_app_in_the_layout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
