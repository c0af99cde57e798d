/* host: what a word of a text is, by where it stands.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scan/host.h"

/* Every word `box` of a text has the same sense. */
static const struct row {
	const char *key, *text;
	enum host_sense want;
} settings[] = {
	{ "DB_HOST", "box", HOST_SURE }, { "PGHOST", "box", HOST_SURE }, { "db.server", "box", HOST_SURE },
	{ "REDIS_URL", "redis://box:6379/0", HOST_SURE }, { "X", "http://box", HOST_SURE },
	{ "X", "mysql://u:p@box:3306/d", HOST_SURE }, { "X", "u:p@tcp(box:3306)/d", HOST_SURE },
	{ "X", "box:5432", HOST_SURE }, { "X", "u=http\\://box\\:80/x", HOST_SURE },
	{ "X", "box\\:5432", HOST_SURE }, { "X", "box\\n", HOST_NOT },
	{ "HOSTS", "box:9092,other:9092;box:1", HOST_SURE },
	{ "X", "host=box port=5432", HOST_SURE }, { "X", "{\"host\": \"box\"}", HOST_SURE },
	{ "mongoHost", "box", HOST_SURE },
	{ "X", "postgresql://box:box@db:5432/app", HOST_NOT }, { "X", "pg://box@db/x", HOST_NOT },
	{ "X", "box:1234@db:5432", HOST_NOT }, { "X", "https://box:key@sentry.io/1", HOST_NOT },
	{ "X", "redis://box:1,redis://u:p@db:2", HOST_SURE },
	{ "X", "mongodb://u:p@box:27017,box:27018/x", HOST_SURE },
	{ "X", "box:9092,u:p@db:9092", HOST_SURE }, { "X", "http://box/a@b", HOST_SURE },
	{ "X", "mysql+pymysql://box/x", HOST_SURE }, { "X", "jdbc:postgresql://box/x", HOST_SURE },
	{ "X", "mongodb+srv://u:p@box/x", HOST_SURE }, { "X", "//box/x", HOST_SURE },
	{ "X", "s3://box/x", HOST_NOT }, { "X", "sqlite://box", HOST_NOT },
	{ "X", "pyamqp://guest@box//", HOST_SURE },
	{ "X", "s3://box:8080/back", HOST_SURE }, { "X", "host=box&mail=a@b.c", HOST_SURE },
	{ "BASIC_AUTH", "box:8080", HOST_MAYBE }, { "AUTH_URL", "box:8080", HOST_SURE },
	{ "IMAGE", "box:8080", HOST_NOT }, { "X", "box:15", HOST_MAYBE }, { "X", "box:latest", HOST_NOT },
	{ "X", "box:5432x", HOST_NOT }, { "X", "/box/box/", HOST_NOT }, { "X", "me@box", HOST_NOT },
	{ "POSTGRES_DB", "box", HOST_NOT }, { "APP_NAME", "box", HOST_NOT },
	{ "VIRTUAL_HOST", "box", HOST_NOT },
	{ "HOST_KEY", "box", HOST_NOT }, { "X", "dbname=box", HOST_NOT },
	{ "X", "a box of words.", HOST_NOT },
	{ "TARGET", "box", HOST_MAYBE }, { "X", "ghost://x/?q=box", HOST_NOT },
	{ "DOCKER_NETWORK", "box", HOST_NETWORK }, { "network_name", "box", HOST_NETWORK },
	{ "VOLUME", "box", HOST_VOLUME }, { "CONTAINER_NAME", "box,box", HOST_CONTAINER },
	{ "CONTAINER_USER", "box", HOST_NOT }, { "w.depends-on", "box", HOST_CONTAINER },
};

static const struct run {
	const char *before, *text, *behind;
	enum host_sense want;
} runs[] = {
	{ "", "pg_isready -h box -p 1", "", HOST_SURE }, { "", "x --host=box", "", HOST_SURE },
	{ "-h", "box", "", HOST_SURE }, { "--server", "box", "", HOST_SURE },
	{ "-z", "box", "3306", HOST_SURE },
	{ "", "nc -z box 80", "", HOST_SURE }, { "", "curl http://box/", "", HOST_SURE },
	{ "", "ping box", "", HOST_MAYBE }, { "ping", "box", "", HOST_MAYBE },
	{ "", "box", "serve", HOST_NOT },
	{ "", "box serve", "", HOST_NOT }, { "-u", "box.conf", "", HOST_NOT },
};

static void
same(const struct host_text *t, enum host_sense want)
{
	struct span w;
	bool any = false;

	for (size_t at = 0; host_next_word(t->text, &at, &w); ) {
		if (!str_eq(str_sub(t->text, w.off, w.len), STR("box")))
			continue;
		any = true;
		if (host_sense(t, w) != want)
			fail_msg("%.*s=%.*s: %d", STR_ARG(t->key), STR_ARG(t->text), (int)host_sense(t, w));
	}
	assert_true(any || want == HOST_NOT);
}

static void
settings_name_hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		same(&(struct host_text){ .key = str_from(settings[i].key),
			 .text = str_from(settings[i].text) },
		    settings[i].want);
}

static void
arguments_name_hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
		same(&(struct host_text){ .key = STR("command"), .text = str_from(runs[i].text), .runs = true,
			 .before = str_from(runs[i].before), .behind = str_from(runs[i].behind) },
		    runs[i].want);
}

static void
words_are_whole(void **state)
{
	struct span w;
	size_t at = 0;

	(void)state;
	assert_true(host_next_word(STR("..a-b.c_d-."), &at, &w));
	assert_int_equal(w.off, 2);
	assert_int_equal(w.len, 7);
	assert_false(host_next_word(STR("..a-b.c_d-."), &at, &w));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_name_hosts),
		cmocka_unit_test(arguments_name_hosts),
		cmocka_unit_test(words_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
