/* mapping: every row of Compose's short port syntax, and where its parts stand.
 * SPDX-License-Identifier: MIT */
#include "unit/traced.h"

#include <stdlib.h>

#include "base/buf.h"
#include "syntax/env.h"
#include "base/error.h"
#include "syntax/interpolation.h"
#include "syntax/mapping.h"

struct row {
	const char *in, *out;		/* `[IP ]HOST>CONTAINER/PROTOCOL`s; NULL: refused */
	const char *why;
};

static const struct row rows[] = {
	{ "3000", ">3000/tcp", NULL }, { ":80", ">80/tcp", NULL },
	{ "3000-3002", ">3000/tcp,>3001/tcp,>3002/tcp", NULL },
	{ "8000:8000", "8000>8000/tcp", NULL }, { "6060:6060/udp", "6060>6060/udp", NULL },
	{ "80:80/Udp", "80>80/udp", NULL }, { "80:80/", "80>80/tcp", NULL },
	{ "80:80/SCTP", "80>80/sctp", NULL },
	{ "9090-9091:8080-8081", "9090>8080/tcp,9091>8081/tcp", NULL },
	{ "8-11:8-11", "10>10/tcp,11>11/tcp,8>8/tcp,9>9/tcp", NULL },
	{ "998-1001:998-1001", "1000>1000/tcp,1001>1001/tcp,998>998/tcp,999>999/tcp", NULL },
	{ "8000-9000:80", "8000-9000>80/tcp", NULL }, { "80-80:80", "80>80/tcp", NULL },
	{ "8000:80-81", NULL, "lengths" }, { "8000-8001:80-82", NULL, "lengths" },
	{ "127.0.0.1:8001:8001", "127.0.0.1 8001>8001/tcp", NULL },
	{ "127.0.0.1:5000-5002:5000-5002",
	    "127.0.0.1 5000>5000/tcp,127.0.0.1 5001>5001/tcp,127.0.0.1 5002>5002/tcp", NULL },
	{ "127.0.0.1::5000", "127.0.0.1 >5000/tcp", NULL }, { ":8080:80", "8080>80/tcp", NULL },
	{ "::80", ">80/tcp", NULL },
	{ "[::1]:8001:8001", "::1 8001>8001/tcp", NULL }, { "[::]:80:80", ":: 80>80/tcp", NULL },
	{ "[1.2.3.4]:80:80", "1.2.3.4 80>80/tcp", NULL }, { "::1:8001:8001", "::1 8001>8001/tcp", NULL },
	{ "[]:80:80", "80>80/tcp", NULL }, { "[::1]::80", "::1 >80/tcp", NULL },
	{ "::ffff:1.2.3.4:80:80", "::ffff:1.2.3.4 80>80/tcp", NULL },
	{ "0:80", "0>80/tcp", NULL }, { "0", NULL, "container port 0" }, { "0:0", NULL, "container port 0" },
	{ "0-2:0-2", NULL, "container port 0" }, { "080:080", "80>80/tcp", NULL },
	{ "+80:80", "80>80/tcp", NULL },
	{ "-0:80", NULL, "host port" }, { "0--0:80", "0>80/tcp", NULL },
	{ "80-+81:80-81", "80>80/tcp,81>81/tcp", NULL },
	{ "00000000000000000000000080:80", "80>80/tcp", NULL },
	{ "99999999999999999999:80", NULL, "host port" },
	{ "65535:65535", "65535>65535/tcp", NULL }, { "65536:80", NULL, "host port" },
	{ "70000", NULL, "container port" },
	{ "-1", NULL, "container port" }, { "8001-8000:80", NULL, "host port" },
	{ "80-:80", NULL, "host port" },
	{ "a:80", NULL, "host port" }, { " 80:80", NULL, "host port" }, { "80:80 ", NULL, "container port" },
	{ "0x50:80", NULL, "host port" }, { "1_000:80", NULL, "host port" },
	{ "80:", NULL, "no container port" },
	{ "", NULL, "no container port" }, { ":", NULL, "no container port" },
	{ "80:/tcp", NULL, "no container port" },
	{ "8080:80# x", NULL, "container port" }, { "80.5", NULL, "container port" },
	{ "localhost:80:80", NULL, "address" }, { "*:80:80", NULL, "address" },
	{ "1.2.3:80:80", NULL, "address" },
	{ "192.168.001.1:80:80", NULL, "address" }, { "fe80::1%eth0:80:80", NULL, "address" },
	{ "[::1:80:80", NULL, "address" }, { "::1]:80:80", NULL, "address" },
	{ "[[::1]]:80:80", NULL, "address" },
	{ "[::1]x:80:80", NULL, "address" }, { ":::80", NULL, "address" },
	{ "1::2::3:80:80", NULL, "address" },
	{ "1.2.3.4:80", NULL, "host port" }, { "80:80/icmp", NULL, "protocol" },
	{ "80:80/tcp/x", NULL, "protocol" },
	{ "80-90-100", NULL, "container port" }, { "80:80\n", NULL, "container port" },
};

static void
describe(struct arena *a, const struct mapping *m, struct buf *b)
{
	struct mapping_cursor c = MAPPING_CURSOR_INIT(m);
	struct mapping_port port;

	while (mapping_next(&c, a, &port) > 0)
		buf_printf(b, "%s%.*s%s%.*s>%u/%.*s", b->len ? "," : "", STR_ARG(m->host_ip),
		    m->host_ip.len ? " " : "",
		    STR_ARG(port.published), port.container, STR_ARG(m->protocol));
}

/* The host part stands between colons or at the start, the container part behind it, and then a protocol. */
static void
check_parts(struct str s, const struct mapping *m)
{
	size_t host_end = span_end(m->host_at), container_end = span_end(m->container_at);

	assert_int_equal(m->has_host, m->host_at.len > 0);
	assert_true(m->host_at.off == 0 || s.ptr[m->host_at.off - 1] == ':');
	assert_int_equal(m->container_at.off, m->container_at.off > 0 ? host_end + 1 : host_end);
	assert_true(m->container_at.off == 0 || s.ptr[host_end] == ':');
	assert_true(m->container_at.len > 0);
	assert_true(container_end == s.len || s.ptr[container_end] == '/');
}

static void
every_row_of_the_grammar(void **state)
{
	AUTO(error) opened = ERROR_INIT;
	AUTO_PTR(mapping_parser) parser = NULL;

	(void)state;
	assert_int_equal(mapping_parser_open(&parser, &opened), 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		AUTO(error) err = ERROR_INIT;
		AUTO(arena) a = ARENA_INIT;
		AUTO(buf) b = BUF_INIT;
		struct mapping m;
		int got = mapping_parse(parser, str_from(rows[i].in), &m, &err);

		if (got != (rows[i].out ? 0 : -1))
			fail_msg("%s: %s", rows[i].in, err.what ? err.what : "taken");
		if (got < 0) {
			if (!strstr(err.what, rows[i].why))
				fail_msg("%s: '%s' does not name '%s'", rows[i].in, err.what, rows[i].why);
			continue;
		}
		check_parts(str_from(rows[i].in), &m);
		describe(&a, &m, &b);
		assert_string_equal(b.ptr, rows[i].out);
	}
}

static void
hostile_texts_are_refused(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(mapping_parser) parser = NULL;
	AUTO(buf) b = BUF_INIT;
	struct mapping m;

	(void)state;
	assert_int_equal(mapping_parser_open(&parser, &err), 0);
	assert_int_equal(mapping_parse(parser, (struct str)STR_INIT, &m, &err), -1);
	assert_int_equal(mapping_parse(parser, (struct str){ "80\0:80", 6 }, &m, &err), -1);
	assert_int_equal(mapping_parse(parser, (struct str){ "::1\0:80:80", 10 }, &m, &err), -1);
	while (b.len < 4096) {
		assert_int_equal(mapping_parse(parser, buf_str(&b), &m, &err), -1);
		buf_add_str(&b, STR("0:"));
	}
	while (b.len < 1000000)
		buf_add_str(&b, STR("80:"));
	assert_int_equal(mapping_parse(parser, buf_str(&b), &m, &err), -1);
}

static void
the_whole_range_expands(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	AUTO_PTR(mapping_parser) parser = NULL;
	struct mapping_port port;
	struct mapping m;
	struct mapping_cursor c = MAPPING_CURSOR_INIT(&m);
	size_t n = 0;

	(void)state;
	assert_int_equal(mapping_parser_open(&parser, &err), 0);
	assert_int_equal(mapping_parse(parser, STR("0-65534:1-65535"), &m, &err), 0);
	for (; mapping_next(&c, &a, &port) > 0; n++)
		assert_int_equal(strtoul(port.published.ptr, NULL, 10), port.container - 1);
	assert_int_equal(n, 65535);
}

static void
literals_and_published_values(void **state)
{
	(void)state;
	assert_true(mapping_is_address(STR("::1")) && mapping_is_address(STR("0.0.0.0")));
	assert_true(mapping_is_address(STR("0000:0000:0000:0000:0000:ffff:255.255.255.255")));
	assert_false(mapping_is_address(STR("")) || mapping_is_address(STR("[::1]")) ||
	    mapping_is_address(STR("localhost")));
	assert_false(mapping_is_address(STR("1.2.3")) || mapping_is_address(STR("1.2.3.4 ")) ||
	    mapping_is_address(STR("01.2.3.4")));
	assert_false(mapping_is_address(STR("1:2:3:4:5:6:7:8::")) ||
	    mapping_is_address(STR("1:2:3:4:5:6:7:8:9")));
}

static const struct { const char *written, *site; } sites[] = {
	{ "8080:80", "8080" }, { "${IP:-127.0.0.1}:${PORT:-80}:80", "${PORT:-80}" },
	{ "${PORT:-80}:80", "${PORT:-80}" },
	{ "80${X}:80", "80${X}" }, { "[::1]:$PORT:80", "$PORT" }, { "::1:8080:80/udp", "8080" },
	{ ":80", "" },
	{ "127.0.0.1::80", "" }, { "${E}:80", "${E}" }, { "80", NULL }, { "${PAIR}", NULL },
	{ "${PAIR}:80", NULL },
	{ "127.0.0.1:${PAIR}", NULL }, { "${SIX}:${PORT}:80", "${PORT}" }, { "${U:-1:2}:80", NULL },
};

static void
the_host_part_is_found_as_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof sites / sizeof *sites; i++) {
		AUTO(error) err = ERROR_INIT;
		AUTO(arena) a = ARENA_INIT;
		AUTO_PTR(interpolation) ip = NULL;
		struct source source = source_of("c.yml", str_from(sites[i].written), false);
		struct trace written = trace_literal(&a, text_str(&source.text), &source,
		    (struct span){ 0, source.text.len });
		struct trace resolved;
		struct env env;
		struct span got;
		bool found;

		env_init(&env, &a, NULL);
		(void)env_set(&env, STR("PORT"), trace_none(STR("8003")));
		(void)env_set(&env, STR("PAIR"), trace_none(STR("8003:80")));
		(void)env_set(&env, STR("SIX"), trace_none(STR("::1")));
		(void)env_set(&env, STR("E"), trace_none(STR("")));
		assert_int_equal(interpolation_open(&ip, &err), 0);
		interpolation_reset(ip, &a);
		assert_int_equal(interpolate(ip, written, &env, NULL, &resolved, &err), 0);
		assert_traced(resolved);
		found = mapping_host_site(ip, written, resolved, &got);
		if (found != (sites[i].site != NULL))
			fail_msg("%s: %sfound", sites[i].written, found ? "" : "not ");
		if (found)
			assert_str(str_sub(written.text, got.off, got.len), sites[i].site,
			    strlen(sites[i].site));
		text_release(&source.text);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_grammar),
		cmocka_unit_test(hostile_texts_are_refused),
		cmocka_unit_test(the_whole_range_expands),
		cmocka_unit_test(literals_and_published_values),
		cmocka_unit_test(the_host_part_is_found_as_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
