/* lock: one at a time with a registry, and none with another.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include <pthread.h>
#include <sys/stat.h>
#include <time.h>

#include "system/lock.h"

static void
one_at_a_time(void **state)
{
	AUTO(lock) a = LOCK_INIT;
	AUTO(lock) b = LOCK_INIT;
	AUTO(error) err = ERROR_INIT;
	struct stat st;

	(void)state;
	assert_false(lock_is_held("r.db"));
	assert_int_not_equal(stat("r.db.lock", &st), 0);	/* asking makes nothing */
	assert_int_equal(lock_take(&a, "r.db", 0, &err), 0);
	assert_int_equal(stat("r.db.lock", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(lock_is_held("r.db"));
	assert_int_equal(lock_take(&b, "other.db", 0, &err), 0);
	lock_release(&b);
	assert_int_equal(lock_take(&b, "r.db", 0, &err), -1);
	scratch_error(&err, "r.db", 0, "another apply");
	assert_int_equal(b.fd, -1);
	lock_release(&a);
	assert_false(lock_is_held("r.db"));
	assert_int_equal(lock_take(&b, "r.db", 0, &err), 0);
	assert_int_equal(lock_take(&a, "none/r.db", 0, &err), -1);
	scratch_error(&err, "none/r.db", 0, "cannot lock the registry");
	assert_int_equal(symlink("r.db", "l.db.lock"), 0);
	assert_int_equal(lock_take(&a, "l.db", 0, &err), -1);
	scratch_error(&err, "l.db", 0, "cannot lock the registry");
}

static void *
end_soon(void *lock)
{
	const struct timespec pause = { 0, 100000000 };

	(void)nanosleep(&pause, NULL);
	lock_release(lock);
	return NULL;
}

/* What is waited for is had; what does not come is given up. */
static void
another_holder_is_waited_for(void **state)
{
	AUTO(lock) a = LOCK_INIT;
	AUTO(lock) b = LOCK_INIT;
	AUTO(error) err = ERROR_INIT;
	pthread_t thread;

	(void)state;
	assert_int_equal(lock_take(&a, "r.db", 0, &err), 0);
	assert_int_equal(pthread_create(&thread, NULL, end_soon, &a), 0);
	assert_int_equal(lock_take(&b, "r.db", 30, &err), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(lock_take(&a, "r.db", 1, &err), -1);
	scratch_error(&err, "r.db", 0, "wait for it to end");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(one_at_a_time),
		scratch_test(another_holder_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
