/* streams: which stream is next, and whose it is.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "base/buf.h"
#include "report/streams.h"
#include "stream/finding.h"

#define HEADER "record,model,app_num,app,value,file,offset,length,host\n"

static void
put(const char *name, const char *host)
{
	char text[300];

	(void)snprintf(text, sizeof text, HEADER "fleet,,,,/srv,,,,%s\nend,,,,1,,,,\n", host);
	scratch_put(name, text);
}

/* Reads to the end of the stream that it stands in. */
static void
pass(struct streams *s)
{
	AUTO(error) err = ERROR_INIT;
	struct finding f;

	assert_int_equal(finding_next(s->reader, &f, &err), 0);
}

static void
hosts_are_named_once(void **state)
{
	static const char *const files[] = { "a.csv", "b", "c.csv", "absent.csv", "d.csv" };
	AUTO(streams) s = STREAMS_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) who = BUF_INIT;
	struct str host;
	bool any = false;

	(void)state;
	put("a.csv", "h1");
	put("b", "");
	put("c.csv", "h1");
	put("d.csv", "");
	assert_int_equal(streams_open(&s, files, 5, false, &any, &err), 0);
	assert_true(any);
	assert_int_equal(streams_next(&s, &err), 1);
	assert_int_equal(streams_host(&s, &host, &err), 0);
	assert_true(str_eq(host, STR("h1")));
	pass(&s);
	assert_int_equal(streams_next(&s, &err), 1);
	assert_int_equal(streams_host(&s, &host, &err), 0);
	assert_true(str_eq(host, STR("b")));
	pass(&s);
	assert_int_equal(streams_next(&s, &err), 1);
	assert_int_equal(streams_host(&s, &host, &err), -1);
	assert_non_null(strstr(err.what, "a second stream of h1"));
	error_release(&err);
	assert_int_equal(streams_next(&s, &err), -1);
	streams_describe(&s, &who);
	assert_string_equal(who.ptr, "stream 4");
	error_release(&err);
	assert_int_equal(streams_next(&s, &err), 1);
	assert_int_equal(streams_host(&s, &host, &err), 0);
	assert_true(str_eq(host, STR("d")));
	assert_int_equal(streams_next(&s, &err), 0);
	assert_int_equal(s.number, 5);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(hosts_are_named_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
