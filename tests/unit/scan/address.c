/* address: what names a port on this host is found, and nothing of a password.
 * SPDX-License-Identifier: MIT */
#include "unit/traced.h"

#include "scan/address.h"
#include "base/buf.h"
#include "base/error.h"

struct row {
	const char *in, *out;		/* hosts and ports found, with a dash where one begins a range */
};

static const struct row rows[] = {
	{ "http://localhost:8003", "localhost:8003" }, { "//127.0.0.1:8003", "127.0.0.1:8003" },
	{ "localhost:8003", "localhost:8003" }, { "0.0.0.0:80/x", "" },
	{ "http://[::1]:8003/", "[::1]:8003" },
	{ "http://0.0.0.0:80", "" }, { "[::]:80", "" },
	{ "PLAINTEXT://0.0.0.0:9092,X://localhost:1", "localhost:1" },
	{ "host.docker.internal:9", "host.docker.internal:9" },
	{ "gateway.docker.internal:9,host.containers.internal:8",
	    "gateway.docker.internal:9 host.containers.internal:8" },
	{ "http://172.17.0.1:9 tcp://172.17.0.1", "172.17.0.1:9" }, { "http://172.17.0.1/", "172.17.0.1:80" },
	{ "172.17.0.10:9 1172.17.0.1:9 172.17.0.1.2:9 172.17.0.2:9 172x17.0.1:9", "" },
	{ "my.host.docker.internal:9 gateway.containers.internal:9", "" },
	{ "http://localhost", "localhost:80" }, { "HTTPS://127.0.0.1/x", "127.0.0.1:443" },
	{ "http://localhost,https://localhost:3,wss://api.localhost?q",
	    "localhost:80 localhost:3 api.localhost:443" },
	{ "ftp://localhost", "" }, { "http://localhost.example.org", "" }, { "http://localhost@x.org", "" },
	{ "http://localhost:x", "" }, { "http://localhosts", "" }, { "http://localhost%3A8", "localhost:8" },
	{ "http://[::1]/", "[::1]:80" },
	{ "LocalHost:8003", "LocalHost:8003" },
	{ "http://localhost:8003,http://127.0.0.1:8003;localhost:1",
	    "localhost:8003 127.0.0.1:8003 localhost:1" },
	{ "redis://user:pa:ss@localhost:6379/0", "localhost:6379" },
	{ "http://localhost:8003@example.org/", "" },
	{ "http://localhost:1@localhost:2/", "localhost:2" }, { "http://me@x,localhost:80", "localhost:80" },
	{ "api.localhost:80", "api.localhost:80" }, { "a.b.localhost:80", "a.b.localhost:80" },
	{ "mylocalhost:80", "" },
	{ "my-localhost:80", "" }, { "localhost.example.org:80", "" }, { "1127.0.0.1:80", "" },
	{ "10.127.0.0.1:80", "" },
	{ "10.0.0.1:80", "" }, { "example.org:80", "" }, { "localhost", "" }, { "localhost:", "" },
	{ "localhost:x", "" },
	{ "localhost:0", "" }, { "localhost:65536", "" }, { "localhost:65535", "localhost:65535" },
	{ "localhost:123456", "" },
	{ "localhost:80a", "" }, { "localhost:8003.", "localhost:8003" },
	{ "(localhost:8003)", "localhost:8003" },
	{ "x=http%3A%2F%2Flocalhost%3A8003%2Fcb", "localhost:8003" },
	{ "\"localhost:8003\"", "localhost:8003" },
	{ "localhost:${PORT}", "" }, { "localhost:8003:80", "localhost:8003" }, { "", "" }, { ":", "" },
	{ "127.0.0.1:1 127.1.2.3:2", "127.0.0.1:1 127.1.2.3:2" },
	{ "http\\://localhost\\:8443/x", "localhost:8443" }, { "https\\://localhost/x", "localhost:443" },
	{ "localhost\\:x", "" }, { "http://localhost\\:", "" },
	{ "http://localhost.:8443/", "localhost.:8443" }, { "http://see.localhost.", "" },
	{ "localhost..:1", "" }, { "http://localhost.%3A8", "localhost.:8" },
	{ "http://0:8443", "" }, { "0:8443", "" }, { "http://0.0.0.0.:1", "" },
	{ "host=localhost port=5432", "localhost:5432" },
	{ "dbname=x host='127.0.0.1' user=a password='b c' port='5432' c=d", "127.0.0.1:5432" },
	{ "port=5432 user=x host=localhost", "localhost:5432" },
	{ "Host=localhost;Port=5432;Password=a@b", "localhost:5432" },
	{ "mysql:host=localhost;port=3306;dbname=x", "localhost:3306" },
	{ "Server = LocalHost;Database=x;Port = 3306", "LocalHost:3306" },
	{ "Server=localhost,1433;Database=x", "localhost:1433" },
	{ "Data Source=tcp:127.0.0.1,1433;x", "127.0.0.1:1433" },
	{ "hostaddr=127.0.0.1 port=1 host=localhost port=2", "127.0.0.1:1 localhost:2" },
	{ "server=localhost:80", "localhost:80" }, { "host=http://localhost:80", "localhost:80" },
	{ "host=db port=5432", "" }, { "host=localhost dbname=x", "" }, { "host=localhost port=5432a", "" },
	{ "host=localhost report=5432", "" }, { "--host=localhost --port=8000", "" },
	{ "--host=localhost port=8000", "" }, { "host=localhost,db port=1,2", "" },
	{ "port=1 host=localhost.example.org", "" }, { "host=localhost\nport=5432", "" },
	{ "ghost=localhost port=1", "" }, { "server=localhost,x", "" }, { "server=localhost,1.5", "" },
	{ "host=localhost x=host port=5", "" },
	{ "127.0.0.1:8003-8005:80-82 localhost:1-x", "127.0.0.1:8003- localhost:1" },
};

/* Those of other hosts. */
static const struct row elsewhere[] = {
	{ "https://cloud.example.com:8443/x", "cloud.example.com:8443" },
	{ "nas.lan:80,192.168.1.5:81", "nas.lan:80 192.168.1.5:81" },
	{ "http://u:p@a.b:1/ a.b:2@c.d:3", "a.b:1 c.d:3" }, { "//a.b:9000-9002", "a.b:9000-" },
	{ "localhost:1 127.0.0.1:2 api.localhost:3 host.docker.internal:4 172.17.0.1:5", "" },
	{ "my.host.docker.internal:4 172.17.0.10:5", "my.host.docker.internal:4 172.17.0.10:5" },
	{ "app.127.0.0.1.nip.io:6", "app.127.0.0.1.nip.io:6" },
	{ "0.0.0.0:80 00.0.0.0:80 https://a.b/ a.b db", "" }, { "db:5432 http://me:80", "db:5432 me:80" },
	{ "reg.lan/shop.x:80 /a.b:80", "" }, { "a.b:80.5 a.b:8x a.b:80_ a_b.c:1", "" },
	{ "a.b:0 a.b:65536 a.b:123456", "" }, { "a.b:80:81", "a.b:80" }, { "localhost.:80 x.y.:80", "" },
	{ "12:30:45", "12:30" },
};

static void
hosts_elsewhere_are_found(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(address_finder) finder = NULL;

	(void)state;
	assert_int_equal(address_finder_open(&finder, NULL, 0, &err), 0);
	for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
		AUTO(buf) b = BUF_INIT;
		struct str in = str_from(elsewhere[i].in);
		struct address_cursor c = ADDRESS_CURSOR_INIT(finder, in);
		struct address got;
		int found;

		while ((found = address_next_elsewhere(&c, &got, &err)) > 0)
			buf_printf(&b, "%s%.*s:%u%s", b.len ? " " : "",
			    STR_ARG(str_sub(in, got.host.off, got.host.len)), got.port,
			    got.begins_range ? "-" : "");
		assert_int_equal(found, 0);
		assert_string_equal(b.ptr ? b.ptr : "", elsewhere[i].out);
	}
}

static void
every_address_is_found(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(address_finder) finder = NULL;

	(void)state;
	assert_int_equal(address_finder_open(&finder, NULL, 0, &err), 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		AUTO(buf) b = BUF_INIT;
		struct str in = str_from(rows[i].in);
		struct address_cursor c = ADDRESS_CURSOR_INIT(finder, in);
		struct address got;
		int found;

		while ((found = address_next(&c, &got, &err)) > 0) {
			uint64_t port;

			assert_true(!got.digits.len ||
			    (str_to_uint(str_sub(in, got.digits.off, got.digits.len), 65535, &port) &&
				port == got.port));
			buf_printf(&b, "%s%.*s:%u%s", b.len ? " " : "",
			    STR_ARG(str_sub(in, got.host.off, got.host.len)), got.port,
			    got.begins_range ? "-" : "");
		}
		assert_int_equal(found, 0);
		assert_string_equal(b.ptr ? b.ptr : "", rows[i].out);
	}
}

static void
long_texts_are_quick(void **state)
{
	static const char *const units[] = { "localhost:80=", "a.", "a.b:80 ", "localhost:", "127.0.0.1:9 ",
	    "%", "a-", "x@", "host=localhost ", "port=1 ", "port=1 host=localhost", "host=localhost,", "=" };

	(void)state;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		AUTO(error) err = ERROR_INIT;
		AUTO(buf) b = BUF_INIT;
		AUTO_PTR(address_finder) finder = NULL;
		struct address_cursor c;
		struct address got;
		int found;

		while (b.len < 300000)
			buf_add(&b, units[i], strlen(units[i]));
		buf_add_char(&b, ':');
		assert_int_equal(address_finder_open(&finder, NULL, 0, &err), 0);
		c = (struct address_cursor)ADDRESS_CURSOR_INIT(finder, buf_str(&b));
		while ((found = address_next(&c, &got, &err)) > 0)
			;
		assert_int_equal(found, 0);
		c = (struct address_cursor)ADDRESS_CURSOR_INIT(finder, buf_str(&b));
		while ((found = address_next_elsewhere(&c, &got, &err)) > 0)
			;
		assert_int_equal(found, 0);
	}
}

static void
this_host_has_more_names(void **state)
{
	static const char *const names[] = { "nas.lan", "192.168.1.5", "[fd00::7]" };
	static const char *const odd = "a b", *const none = "";
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(address_finder) finder = NULL;
	struct str in = STR("http://NAS.lan:80 nas.lans:81 a.nas.lan:82 192.168.1.5:83 192.168.1.55:84 "
	    "[fd00::7]:85 nasxlan:86");
	struct address_cursor c;
	struct address got;
	unsigned sum = 0;

	(void)state;
	assert_int_equal(address_finder_open(&finder, names, 3, &err), 0);
	for (c = (struct address_cursor)ADDRESS_CURSOR_INIT(finder, in); address_next(&c, &got, &err) > 0; )
		sum = sum * 100 + got.port;
	assert_int_equal(sum, 808385);
	address_finder_close(finder);
	finder = NULL;
	assert_int_equal(address_finder_open(&finder, &odd, 1, &err), -1);
	error_release(&err);
	assert_int_equal(address_finder_open(&finder, &none, 1, &err), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_address_is_found),
		cmocka_unit_test(hosts_elsewhere_are_found),
		cmocka_unit_test(long_texts_are_quick),
		cmocka_unit_test(this_host_has_more_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
