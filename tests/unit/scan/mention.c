/* mention: own ports in the app's other files, up to the next app; not in what other people or programs
 * wrote.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

#include "scan/mention.h"

static const struct survey_options mentions = { .mentions = true };
static const char text[] = "see http://localhost:8000/\n";

static void
app(void)
{
	scratch_put("m/app1/compose.yaml",
	    "services:\n  web:\n    image: x\n    ports: ['8000:80']\n"
	    "    command: x http://localhost:8000\n");
}

/* The files with a mention are WANT, in their order. */
static void
found(const char *want)
{
	static const char head[] = "reference role=mention value=localhost:8000 port=8000 origin=literal at=";
	AUTO(buf) b = BUF_INIT;
	AUTO(buf) files = BUF_INIT;

	(void)surveyed(&b, &mentions);
	for (char *p = b.ptr; (p = strstr(p, head)); ) {
		p += sizeof head - 1;
		buf_printf(&files, "%.*s ", (int)strcspn(p, " "), p);
	}
	assert_string_equal(files.ptr ? files.ptr : "", want);
}

static void
own_files_in_their_order(void **state)
{
	(void)state;
	app();
	scratch_put("m/app1/src/b.js", text);
	scratch_put("m/app1/nginx.conf",
	    "proxy http://localhost:8000; # localhost:80001 localhost:8001\nx http://localhost:8000");
	scratch_put("m/app1/README", text);
	scratch_put("m/app1/src/a/deep.py", text);
	found(
	    "m/app1/README:1:22 m/app1/nginx.conf:1:24 m/app1/nginx.conf:2:20 m/app1/src/a/deep.py:1:22 "
	    "m/app1/src/b.js:1:22 ");
}

static void
others_are_left_out(void **state)
{
	static const char *const left[] = { "node_modules/x.js", ".git/config", "vendor/x.go", ".venv/x.py",
		"package-lock.json", "yarn.lock", "lib.min.js", "app.js.map", "src/node_modules/x/y.js",
		"inner/compose.yml", "inner/x.js", "inner/deep/x.js" };
	char path[64];

	(void)state;
	app();
	for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
		(void)snprintf(path, sizeof path, "m/app1/%s", left[i]);
		scratch_put(
		    path, strcmp(left[i], "inner/compose.yml") == 0 ? "services: {x: {image: x}}\n" : text);
	}
	scratch_put("outside", text);
	assert_int_equal(symlink("../../outside", "m/app1/link"), 0);
	assert_int_equal(mkdir("elsewhere", 0755), 0);
	scratch_put("elsewhere/x", text);
	assert_int_equal(symlink("../../elsewhere", "m/app1/folder"), 0);
	assert_int_equal(mkfifo("m/app1/fifo", 0600), 0);
	/* what the inner app mentions is its own; what the links lead to is no app's */
	found("m/app1/inner/deep/x.js:1:22 m/app1/inner/x.js:1:22 outside:1:22 elsewhere/x:1:22 ");
}

static void
what_the_compose_file_leads_to_is_left_out(void **state)
{
	(void)state;
	scratch_put("m/app1/stack.txt",
	    "services:\n  web: {image: x, labels: ['u=http://localhost:8000/']}\n");
	assert_int_equal(symlink("stack.txt", "m/app1/compose.yaml"), 0);
	scratch_put("m/app1/x", text);
	found("m/app1/x:1:22 ");
}

static void
a_range_is_in_doubt(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	app();
	scratch_put("m/app1/run.sh", "docker run -p 127.0.0.1:8000-8002:80-82 x\n");
	(void)surveyed(&b, &mentions);
	surveyed_has(&b, "reference role=mention value=127.0.0.1:8000 port=8000 origin=literal"
			 " at=m/app1/run.sh:1:25 raw=8000 doubt=it begins a range");
}

/* `localhost` in what a container reads may be that container, where it has the port: in a file that it
 * mounts, in a folder that it mounts or is built from. In one for people, or for a container without that
 * port, it is the host. */
static void
what_a_container_reads_is_in_doubt(void **state)
{
	static const struct { const char *path, *doubt; } cases[] = {
		{ "prometheus.yml", " doubt=web has this file and that port in its container" },
		{ "conf/deep/x.ini", " doubt=web has this file and that port in its container" },
		{ "image/check.sh", " doubt=inner has this file and that port in its container" },
		{ "image/README.md", "" }, { "image/Makefile", "" }, { "other.conf", "" },
		{ "hosts.conf", "" },
		{ "confess.ini", "" }, { "run.sh", "" },
	};
	AUTO(buf) b = BUF_INIT;
	char path[64], want[256];

	(void)state;
	scratch_put("m/app1/compose.yaml",
	    "services:\n  web:\n    image: x\n    ports: ['8001:8000']\n"
	    "    volumes:\n      - ./prometheus.yml:/etc/p.yml:ro\n"
	    "      - {type: bind, source: ./conf, target: /c}\n"
	    "  inner: {build: ./image, expose: [8000/tcp]}\n"
	    "  other: {image: x, ports: ['8000:80'], volumes: ['./other.conf:/x']}\n"
	    "  hosts: {image: x, expose: [8000], network_mode: host, volumes: ['./hosts.conf:/x']}\n"
	    "  all: {build: ., expose: [8000], volumes: ['.:/src']}\n");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		(void)snprintf(path, sizeof path, "m/app1/%s", cases[i].path);
		scratch_put(path, text);
	}
	(void)surveyed(&b, &mentions);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		(void)snprintf(want, sizeof want,
		    "reference role=mention value=localhost:8000 port=8000 origin=literal"
		    " at=m/app1/%s:1:22 raw=8000%s", cases[i].path, cases[i].doubt);
		surveyed_has(&b, want);
	}
}

static void
binary_and_large_files_are_left_out(void **state)
{
	char *large = mem_alloc(MENTION_MAX + 2);
	FILE *f;

	(void)state;
	app();
	f = fopen("m/app1/binary", "w");
	assert_int_equal(fwrite("a\0 http://localhost:8000\n", 1, 25, f), 25);
	assert_int_equal(fclose(f), 0);
	(void)memset(large, '\n', MENTION_MAX + 1);
	large[MENTION_MAX + 1] = '\0';
	(void)memcpy(large, text, sizeof text - 1);
	scratch_put("m/app1/large", large);
	large[MENTION_MAX] = '\0';
	scratch_put("m/app1/largest", large);
	free(large);
	found("m/app1/largest:1:22 ");
}

/* COUNT times the line, in a file. */
static void
put_lines(const char *path, size_t count)
{
	AUTO(buf) b = BUF_INIT;

	for (size_t i = 0; i < count; i++)
		buf_add_str(&b, STR("see http://localhost:8000/\n"));
	buf_add_char(&b, '\0');
	scratch_put(path, b.ptr);
}

/* How often S has WHAT. */
static size_t
times(const char *s, const char *what)
{
	size_t n = 0;

	for (; (s = strstr(s, what)); s++)
		n++;
	return n;
}

/* Who writes a log holds it open, and says what was. What is data by the number of its addresses is told. */
static void
logs_and_data_are_left_out(void **state)
{
	AUTO(buf) b = BUF_INIT;

	(void)state;
	app();
	scratch_put("m/app1/access.log", text);
	scratch_put("m/app1/access.log.1", text);
	scratch_put("m/app1/access.LOG", text);
	scratch_put("m/app1/access.log-20261127", text);
	scratch_put("m/app1/error_log", text);
	scratch_put("m/app1/app.log~", text);
	scratch_put("m/app1/nohup.out", text);
	scratch_put("m/app1/.bash_history", text);
	scratch_put("m/app1/catalog", text);
	scratch_put("m/app1/logs.txt", text);
	put_lines("m/app1/much", 1000);
	put_lines("m/app1/too-much", 1001);
	(void)surveyed(&b, &mentions);
	assert_int_equal(times(b.ptr, "at=m/app1/much:"), 1000);
	assert_int_equal(times(b.ptr, "at=m/app1/logs.txt:"), 1);
	assert_int_equal(times(b.ptr, "at=m/app1/catalog:"), 1);
	assert_int_equal(times(b.ptr, "role=mention"), 1002);
	assert_non_null(strstr(b.ptr,
	    "warning value=it names more than 1,000 ports and containers, as data does: none of them counts"
	    " at=m/app1/too-much:"));
}

/* An app is not lost for what lies in its folder, nor what is said there for what lies beside it. */
static void
of_too_many_those_in_files_with_few_are_left(void **state)
{
	AUTO(buf) few = BUF_INIT;
	AUTO(buf) none = BUF_INIT;
	char path[64];

	(void)state;
	app();
	scratch_put("m/app1/Caddyfile", text);
	put_lines("m/app1/x", 20);
	put_lines("m/app1/y", 21);
	for (size_t i = 0; i < 40; i++) {
		(void)snprintf(path, sizeof path, "m/app1/data-%zu", i);
		put_lines(path, 900);
	}
	assert_int_equal(surveyed(&few, &mentions), 0);
	assert_int_equal(times(few.ptr, "role=mention"), 21);
	assert_int_equal(times(few.ptr, "warning value="), 1);
	assert_non_null(strstr(few.ptr, "is room for: of a file with more than 20 none counts"));
	for (size_t i = 0; i < 2000; i++) {
		(void)snprintf(path, sizeof path, "m/app1/data-%zu", i);
		put_lines(path, 20);
	}
	assert_int_equal(surveyed(&none, &mentions), 0);
	assert_int_equal(times(none.ptr, "role=mention"), 0);
	assert_non_null(strstr(none.ptr, "is room for: none of them counts"));
	assert_non_null(strstr(none.ptr, "\nport "));
}

static void
every_way_of_writing_is_found(void **state)
{
	(void)state;
	app();
	scratch_put("m/app1/a", "http\\://localhost\\:8000 localhost%3a8000 localhost%3A80009 %3a8000");
	scratch_put("m/app1/b",
	    "server=localhost,8000 a=localhost 1,8000 host = localhost;x=y;PORT = '8000'");
	scratch_put("m/app1/c",
	    "port=8000 host=localhost --host=localhost --port=8000 host=localhost\nport=8000");
	found("m/app1/a:1:20 m/app1/a:1:37 m/app1/b:1:18 m/app1/b:1:71 m/app1/c:1:6 ");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(own_files_in_their_order),
		scratch_test(others_are_left_out),
		scratch_test(what_the_compose_file_leads_to_is_left_out),
		scratch_test(a_range_is_in_doubt),
		scratch_test(what_a_container_reads_is_in_doubt),
		scratch_test(binary_and_large_files_are_left_out),
		scratch_test(logs_and_data_are_left_out),
		scratch_test(of_too_many_those_in_files_with_few_are_left),
		scratch_test(every_way_of_writing_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
