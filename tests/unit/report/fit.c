/* fit: an app of one host among those of another.
 * SPDX-License-Identifier: MIT */
#include "unit/report/audited.h"

#include "report/fit.h"
#include "report/streams.h"

#define HEADER \
	"record,model,app_num,app,service,host_port,protocol,value,file,line,column,offset,length,host\n"
#define HOST(name) HEADER "fleet,,,,,,,/srv,,,,,," name "\n"
#define APP(app, port) \
	"app," app ",1," app ",,,," app ",,,,,,\n" \
	"port," app ",1," app ",web," port ",tcp," port ":80," app "/c,3,4,20,4,\n"

static void
open_all(struct streams *s, const char *const *files)
{
	AUTO(error) err = ERROR_INIT;
	bool any = false;

	scratch_put("here.csv", HOST("h1") APP("a", "5000") APP("b", "5000") "end,,,,,,,5,,,,,,\n");
	scratch_put("there.csv", HOST("h2") APP("a", "5000") APP("c", "5000") "end,,,,,,,5,,,,,,\n");
	assert_int_equal(streams_open(s, files, 1, false, &any, &err), 0);
}

/* What app B of here.csv is held against in TARGET: the guests, how many apps, who clashes. */
static void
check_fit(const char *target, const char *guests, const char *apps, const char *clashes)
{
	static const char *const files[] = { "here.csv" };
	AUTO(streams) s = STREAMS_INIT;
	AUTO_PTR(audit) a = NULL;
	AUTO(error) err = ERROR_INIT;

	open_all(&s, files);
	assert_int_equal(fit_open(&a, "b", &s, target, &(struct audit_options){ .findings = -1 }, &err), 0);
	audited_asks(a, "SELECT group_concat(app) FROM guests", guests);
	audited_asks(a, "SELECT count(*) FROM apps", apps);
	audited_asks(a, "SELECT group_concat(value || ' ' || app || ' ' || other_app, ', ') FROM conflicts",
	    clashes);
}

static void
the_app_alone_is_held_against_the_host(void **state)
{
	(void)state;
	check_fit("there.csv", "h1:b", "3", "5000/tcp c a, 5000/tcp h1:b a");
}

/* An app that is on the host is held against the others there, not against itself. */
static void
on_its_own_host_it_is_itself(void **state)
{
	(void)state;
	check_fit("here.csv", "b", "2", "5000/tcp b a");
}

static void
no_app_is_an_error(void **state)
{
	static const char *const files[] = { "here.csv" };
	AUTO(streams) s = STREAMS_INIT;
	AUTO_PTR(audit) a = NULL;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	open_all(&s, files);
	assert_int_equal(
	    fit_open(&a, "x*", &s, "there.csv", &(struct audit_options){ .findings = -1 }, &err), -1);
	assert_null(a);
	assert_non_null(strstr(err.what, "'x*' is none of the apps"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(the_app_alone_is_held_against_the_host),
		scratch_test(on_its_own_host_it_is_itself),
		scratch_test(no_app_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
