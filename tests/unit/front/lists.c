/* lists: what a pipe gave is there as often as it is asked for, and what is no pipe is left alone.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "front/lists.h"
#include "system/file.h"

static void
a_pipe_is_kept(void **state)
{
	AUTO(lists) l = LISTS_INIT;
	AUTO(error) err = ERROR_INIT;
	const char *path;
	char name[20];
	int ends[2], kept;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "a b\n", 4), 4);
	assert_int_equal(close(ends[1]), 0);
	(void)snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
	path = name;
	assert_int_equal(lists_keep(&l, &path, &err), 0);
	assert_int_equal(close(ends[0]), 0);
	assert_string_not_equal(path, name);
	for (int i = 0; i < 2; i++) {
		AUTO(buf) text = BUF_INIT;

		assert_int_equal(lists_rewind(&l, &err), 0);
		assert_int_equal(file_read_given(path, 100, &text, &err), 0);
		assert_string_equal(text.ptr, "a b\n");
	}
	kept = l.fds[0];
	assert_int_equal(fcntl(kept, F_GETFD), 0);	/* programs inherit it */
	lists_release(&l);
	assert_int_equal(fcntl(kept, F_GETFD), -1);
}

static void
what_is_no_pipe_stays(void **state)
{
	static const char *const names[] = { "file", ".", "nothing" };
	AUTO(lists) l = LISTS_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	scratch_put("file", "a b\n");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *path = names[i];

		assert_int_equal(lists_keep(&l, &path, &err), 0);
		assert_ptr_equal(path, names[i]);
	}
	assert_int_equal(l.count, 0);
	assert_int_equal(lists_rewind(&l, &err), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(a_pipe_is_kept),
		scratch_test(what_is_no_pipe_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
