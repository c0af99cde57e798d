/* lock: a run keeps out another one on the same fleet, above it and below, and none beside it.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include <pthread.h>
#include <time.h>

#include "system/lock.h"

/* PATH below the scratch folder, absolute. */
static char *
at(const struct scratch *s, const char *path)
{
	AUTO(buf) b = BUF_INIT;
	char *taken;

	buf_printf(&b, "%s/%s", s->root, path);
	taken = b.ptr;
	b = (struct buf)BUF_INIT;
	return taken;
}

/* While HELD is locked, WANTED can be locked, or an error names BLAMED. */
static void
meets(const struct scratch *s, const char *held, const char *wanted, const char *blamed)
{
	AUTO(lock) a = LOCK_INIT;
	AUTO(lock) b = LOCK_INIT;
	AUTO(error) err = ERROR_INIT;
	char *first = at(s, held), *second = at(s, wanted), *where = blamed ? at(s, blamed) : NULL;

	assert_int_equal(lock_take(&a, first, 0, &err), 0);
	assert_int_equal(lock_take(&b, second, 0, &err), blamed ? -1 : 0);
	if (blamed) {
		scratch_error(&err, where, 0, "another apply");
		assert_true(b.count == 0 && b.fds == NULL);
		lock_release(&a);
		assert_int_equal(lock_take(&b, second, 0, &err), 0);	/* free again */
	}
	free(first), free(second), free(where);
}

static void
make_folders(void)
{
	scratch_put("fleet/part/x", "");
	scratch_put("fleet/other/x", "");
	scratch_put("fleet2/x", "");
}

static void
above_and_below_are_kept_out(void **state)
{
	make_folders();
	meets(*state, "fleet", "fleet", "fleet");
	meets(*state, "fleet", "fleet/part", "fleet");
	meets(*state, "fleet/part", "fleet", "fleet");
	meets(*state, "fleet/part", "fleet/other", NULL);
	meets(*state, "fleet", "fleet2", NULL);
}

static void
holding_is_seen(void **state)
{
	AUTO(lock) l = LOCK_INIT;
	AUTO(error) err = ERROR_INIT;
	char *fleet, *part;

	make_folders();
	fleet = at(*state, "fleet");
	part = at(*state, "fleet/part");
	assert_false(lock_is_held(fleet));
	assert_int_equal(lock_take(&l, part, 0, &err), 0);
	assert_true(lock_is_held(part));
	assert_false(lock_is_held(fleet));		/* only shared, for its part */
	lock_release(&l);
	assert_false(lock_is_held(part));
	assert_false(lock_is_held("/nowhere/at/all"));
	free(fleet), free(part);
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
	char *fleet;

	make_folders();
	fleet = at(*state, "fleet");
	assert_int_equal(lock_take(&a, fleet, 0, &err), 0);
	assert_int_equal(pthread_create(&thread, NULL, end_soon, &a), 0);
	assert_int_equal(lock_take(&b, fleet, 30, &err), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(lock_take(&a, fleet, 1, &err), -1);
	scratch_error(&err, fleet, 0, "wait for it to end");
	free(fleet);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(above_and_below_are_kept_out),
		scratch_test(holding_is_seen),
		scratch_test(another_holder_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
