/* flush: each file system once, by whichever calls the number of files is worth.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "unit/fault.h"

#include <sys/resource.h>

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
	flush_choose(&few, 16);
	assert_true(few.each);
	flush_choose(&many, 17);
	assert_false(many.each);
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

/* More file systems than descriptors are kept for: each file by itself. */
static void
of_many_file_systems_none_is_kept(void **state)
{
	enum { MOST = 64 };
	AUTO(flush) f = FLUSH_INIT;
	AUTO(error) err = ERROR_INIT;
	int here = open(".", O_RDONLY | O_DIRECTORY);

	(void)state;
	for (size_t full = 0; full < 2; full++) {
		f.targets = mem_zero(MOST, sizeof *f.targets);
		f.cap = MOST;
		f.count = MOST - 1 + full;
		for (size_t i = 0; i < f.count; i++)
			f.targets[i].folder = -1;
		assert_int_equal(flush_note(&f, here, &err), 0);
		assert_int_equal(f.count, MOST);
		assert_int_equal(f.each, full);
		flush_release(&f);
	}
	f.each = true;
	assert_int_equal(flush_note(&f, here, &err), 0);
	assert_int_equal(f.count, 0);
	assert_int_equal(close(here), 0);
}

static void
a_folder_that_cannot_be_kept_is_told(void **state)
{
	AUTO(flush) f = FLUSH_INIT;
	AUTO(error) err = ERROR_INIT;
	int here = open(".", O_RDONLY | O_DIRECTORY);
	struct rlimit was, few;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	few = was;
	few.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(flush_note(&f, here, &err), -1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	scratch_error(&err, NULL, 0, "cannot keep the folder open");
	assert_int_equal(f.count, 0);
	assert_int_equal(close(here), 0);
}

#ifdef __linux__
/* Every file system that was noted, each until it says more than that a signal came; the first one that can't
 * ends it. */
static void
all_of_them_are_flushed(void **state)
{
	static const struct {
		struct fault fault;
		int result, hits;
		bool is_each;
	} cases[] = { { { FAULT_SYNC_ALL, .errnum = 0 }, 0, 2, false },
		{ { FAULT_SYNC_ALL, .errnum = EINTR, .times = 3 }, 0, 5, false },
		{ { FAULT_SYNC_ALL, .errnum = ENOSYS, .skip = 1 }, 0, 2, true },
		{ { FAULT_SYNC_ALL, .errnum = EIO, .skip = 1 }, -1, 2, false },
		{ { FAULT_SYNC_ALL, .errnum = EPERM }, 0, 1, true } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(flush) f = FLUSH_INIT;
		AUTO(error) err = ERROR_INIT;

		f.targets = mem_zero(2, sizeof *f.targets);
		f.cap = f.count = 2;
		for (size_t k = 0; k < 2; k++)
			f.targets[k].folder = open(".", O_RDONLY | O_DIRECTORY);
		faults[0] = cases[i].fault;
		assert_int_equal(flush_all(&f, &err), cases[i].result);
		assert_int_equal(faults[0].hits, cases[i].hits);
		assert_int_equal(f.each, cases[i].is_each);
		faults[0] = (struct fault){ FAULT_NONE, .errnum = 0 };
	}
}
#endif

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(a_file_system_is_noted_once),
		cmocka_unit_test(few_files_are_flushed_by_themselves),
		scratch_test(failures_are_told),
		scratch_test(of_many_file_systems_none_is_kept),
		scratch_test(a_folder_that_cannot_be_kept_is_told),
#ifdef __linux__
		scratch_test(all_of_them_are_flushed),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
