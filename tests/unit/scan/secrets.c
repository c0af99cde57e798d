/* secrets: a name that a secret gives is in no finding; one that has its letters by chance stays.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

#include "scan/secrets.h"

static const struct survey_options usual = { .mentions = true };

/* `wordpress` is the password of many examples, and the beginning of many names. */
static void
letters_of_a_secret_hide_no_name(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("wordpress-site/.env", "DB_PASSWORD=wordpress\n");
	scratch_put("wordpress-site/compose.yaml",
	    "services:\n  db:\n    image: x\n    container_name: wordpress-db\n"
	    "    environment: {P: \"${DB_PASSWORD}\"}\n    volumes: [data:/x, more:/y]\n"
	    "  wordpress-web:\n    image: x\n    environment: {DB_HOST: wordpress-db}\n"
	    "volumes:\n  data: {name: wordpress-data}\n  more: {}\n"
	    "networks:\n  default: {external: true, name: wordpress-net}\n");
	scratch_put("wordpress-site/README.md", "see http://wordpress-db:80/\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_has(&b, "app value=wordpress-site");
	surveyed_has(&b, "project value=wordpress-site detail=wordpress-web");
	surveyed_has(&b, "volume role=explicit variable=data value=wordpress-data origin=literal"
			 " at=wordpress-site/compose.yaml:11:16 raw=wordpress-data");
	surveyed_has(&b, "volume role=derived variable=more value=wordpress-site_more"
			 " at=wordpress-site/compose.yaml:12:3");
	surveyed_has(&b, "reference role=environment service=wordpress-web variable=DB_HOST"
			 " value=wordpress-db"
			 " origin=literal at=wordpress-site/compose.yaml:9:28 raw=wordpress-db");
	surveyed_has(&b, "reference role=external variable=default value=wordpress-net origin=literal"
			 " at=wordpress-site/compose.yaml:14:35 raw=wordpress-net");
	surveyed_has(&b, "alias service=wordpress-web variable=wordpress-net value=wordpress-web"
			 " at=wordpress-site/compose.yaml:14:3");
	surveyed_has(&b, "reference role=mention value=wordpress-db origin=literal"
			 " at=wordpress-site/README.md:1:12 raw=wordpress-db");
}

/* The password of an example is what its program or its folder is called: a path with it stays one. */
static void
what_is_shown_anyway_is_no_secret(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("stacks/plane/.env",
	    "DB_PASSWORD=plane\nPOSTGRES_PASSWORD=postgres\nA_TOKEN=opensesame\n");
	scratch_put("stacks/plane/compose.yaml",
	    "services:\n  db:\n    image: x\n    env_file: [conf/postgres.env, conf/opensesame.env]\n");
	assert_int_equal(surveyed(&b, &usual), 2);
	surveyed_has(&b, "problem value=env file stacks/plane/conf/postgres.env not found"
			 " at=stacks/plane/compose.yaml:4:16");
	surveyed_has(&b, "problem value=env file stacks/plane/conf/${A_TOKEN}.env not found"
			 " at=stacks/plane/compose.yaml:4:35");
}

static void
a_name_that_a_secret_gives_is_not_looked_at(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	scratch_put("m/.env", "A_TOKEN=sesame-1\n");
	scratch_put("m/compose.yaml",
	    "name: ${A_TOKEN}\nservices:\n  db:\n    image: x\n    container_name: ${A_TOKEN}\n"
	    "    networks: [n, o]\n  web:\n    image: x\n    network_mode: container:${A_TOKEN}\n"
	    "    environment: {DB_HOST: \"${A_TOKEN}\", A_URL: \"http://sesame-1:80\","
	    " PEER_HOST: sesame-1-web-1}\n"
	    "networks:\n  n: {external: true, name: \"${A_TOKEN}\"}\n  o: {}\n");
	scratch_put("m/README.md", "see http://sesame-1:80/\n");
	assert_int_equal(surveyed(&b, &usual), 0);
	surveyed_lacks(&b, "reference");
	assert_null(strstr(b.ptr, "sesame"));
}

static void
an_image_is_shown_without_what_may_be_a_secret(void **state)
{
	static const struct { const char *raw; bool is_hidden, may; } cases[] = {
		{ "x", false, true }, { "x:1.2", false, true }, { "x:9029998275", true, false },
		{ "x:${TAG}", true, true }, { "x:$TAG", true, true }, { "h:5000/x:${TAG}", true, true },
		{ "x:${TAG:-latest}", true, true }, { "x:${TAG-v1.2}", false, true },
		{ "x:${TAG:-9029998275}", true, false }, { "x:${TAG:-9029998275}", false, false },
		{ "x:${TAG:-${B:-9029998275}}", true, false }, { "x:${TAG:?9029998275}", true, false },
		{ "x:${TAG}-9029998275", true, false }, { "x:$TAG-9029998275", true, false },
		{ "${IMAGE:-x:1.2}", false, true }, { "${IMAGE:-x:9029998275}", false, false },
		{ "${IMAGE:-x}", false, true }, { "${HUB:-docker.io/}x:1", false, true },
		{ "${HUB}x:${TAG}", true, true }, { "me:9029998275@x", true, false },
		{ "x:${TAG", true, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (secrets_may_show_image(str_from(cases[i].raw), cases[i].is_hidden) != cases[i].may)
			fail_msg("'%s' %s shown", cases[i].raw, cases[i].may ? "is not" : "is");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(letters_of_a_secret_hide_no_name),
		scratch_test(what_is_shown_anyway_is_no_secret),
		scratch_test(a_name_that_a_secret_gives_is_not_looked_at),
		cmocka_unit_test(an_image_is_shown_without_what_may_be_a_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
