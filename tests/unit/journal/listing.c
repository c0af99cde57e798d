/* listing: the runs as a person reads them.
 * SPDX-License-Identifier: MIT */
#include "unit/journal/recorded.h"

#include "journal/listing.h"

static void
is_listed(const char *wanted)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) got = BUF_INIT;
	FILE *f = tmpfile();

	assert_int_equal(listing_write(f, "r.db", &err), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
	assert_int_equal(file_read_fd(fileno(f), 10000, &got, &err), 0);
	assert_non_null(strstr(got.ptr, wanted));
	assert_int_equal(fclose(f), 0);
}

static void
runs_are_listed(void **state)
{
	AUTO_PTR(journal) j = NULL;
	AUTO(run) r = RUN_INIT;
	AUTO(run) s = RUN_INIT;
	AUTO(error) err = ERROR_INIT;
	FILE *f = tmpfile();

	(void)state;
	assert_int_equal(listing_write(f, "r.db", &err), 0);
	scratch_wrote(f, "run,state,started,plan,root,apps,files,left\n");
	scratch_holds("r.db.runs", NULL);		/* who only looks makes none */
	j = opened(true);
	record(j, &r, "/srv");
	record(j, &s, "/a,b");
	r.apps[0].state = RUN_DONE, r.apps[2].state = RUN_FAILED;
	assert_int_equal(journal_settle(j, &r, RUN_FORWARD, &err), 0);
	is_listed("left\n2,interrupted,20");
	is_listed("Z,p,\"/a,b\",2,3,0\n1,done,20");
	is_listed("Z,p,/srv,2,3,1\n");
	assert_int_equal(journal_undo(j, r.id, &err), 0);
	is_listed("1,undo interrupted,20");
	assert_int_equal(journal_give_up(j, r.id, &err), 0);
	is_listed("1,undone,20");
	meddle("r.db.runs", "UPDATE runs SET started = 86400 * 365 + 3661");
	is_listed("2,interrupted,1971-01-01T01:01:01Z,p,");
	f = fopen("/dev/full", "w");
	if (f) {
		assert_int_equal(listing_write(f, "r.db", &err), -1);
		(void)fclose(f);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(runs_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
