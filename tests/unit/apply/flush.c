/* flush: each file system once, by whichever calls the number of files is worth.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "apply/flush.h"

static void
a_file_system_is_noted_once(void **state)
{
	AUTO(flush) f = FLUSH_INIT;
	AUTO(error) err = ERROR_INIT;
	int here = open(".", O_RDONLY | O_DIRECTORY), there, proc = open("/proc", O_RDONLY | O_DIRECTORY);

	(void)state;
	scratch_put("a/x", "");
	there = open("a", O_RDONLY | O_DIRECTORY);
	assert_int_equal(flush_note(&f, here, &err), 0);
	assert_int_equal(flush_note(&f, there, &err), 0);
	assert_int_equal(f.count, 1);
	if (proc >= 0) {
		assert_int_equal(flush_note(&f, proc, &err), 0);
		assert_int_equal(f.count, 2);
	}
	/* The caller's descriptors stay the caller's. */
	assert_int_equal(close(here), 0);
	assert_int_equal(close(there), 0);
	assert_true(fcntl(f.targets[0].folder, F_GETFD) >= 0);
	assert_int_equal(flush_all(&f, &err), 0);
	here = f.targets[0].folder;
	flush_release(&f);
	assert_int_equal(fcntl(here, F_GETFD), -1);
	assert_true(f.count == 0 && f.targets == NULL && !f.each);
	(void)close(proc);
}

static void
few_files_are_flushed_by_themselves(void **state)
{
	struct flush few = FLUSH_INIT, many = FLUSH_INIT;

	(void)state;
	flush_choose(&few, 1);
	assert_true(few.each);
	flush_choose(&few, 100000);
	assert_true(few.each);			/* once it can't be had it stays so */
	flush_choose(&many, 100000);
	assert_false(many.each);
}

/* Nothing is asked of the descriptors where each file is flushed, and a lost one is told of. */
static void
failures_are_told(void **state)
{
	AUTO(flush) f = FLUSH_INIT;
	AUTO(error) err = ERROR_INIT;
	int here = open(".", O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_int_equal(flush_note(&f, here, &err), 0);
	assert_int_equal(close(f.targets[0].folder), 0);
	assert_int_equal(flush_all(&f, &err), -1);
	assert_int_equal(err.errnum, EBADF);
	scratch_error(&err, NULL, 0, "cannot write the file system");
	f.each = true;
	assert_int_equal(flush_all(&f, &err), 0);
	f.targets[0].folder = dup(here);
	assert_int_equal(flush_folder(here, &err), 0);
	assert_int_equal(close(here), 0);
	assert_int_equal(flush_folder(here, &err), -1);
	scratch_error(&err, NULL, 0, "cannot write the folder");
	assert_int_equal(flush_note(&f, here, &err), -1);
	scratch_error(&err, NULL, 0, "cannot examine");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(a_file_system_is_noted_once),
		cmocka_unit_test(few_files_are_flushed_by_themselves),
		scratch_test(failures_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
