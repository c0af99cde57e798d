/* mem: sizes are checked, growth never overflows, and the end of memory ends the process with status 2.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"

static void
nothing_is_something(void **state)
{
	char *a = mem_alloc(0), *b = mem_zero(0, 8), *c = mem_resize(NULL, 0, 8), *d = mem_dup(NULL, 0);

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	assert_non_null(c);
	assert_string_equal(d, "");
	free(a);
	free(b);
	free(c);
	free(d);
}

static void
a_copy_ends_in_nul(void **state)
{
	char *p = mem_dup("ab\0cd", 4);

	(void)state;
	assert_memory_equal(p, "ab\0c", 5);
	free(p);
}

static void
arrays_grow(void **state)
{
	int *v = NULL;
	size_t count = 0, cap = 0;

	(void)state;
	while (count < 1000) {
		size_t before = cap;

		MEM_GROW(v, count, cap);
		assert_true(cap > count && cap >= before);
		v[count] = (int)count;
		count++;
	}
	for (size_t i = 0; i < count; i++)
		assert_int_equal(v[i], i);
	free(v);
	assert_int_equal(mem_next_capacity(0), MEM_IS_WATCHED ? 1 : 8);
	assert_true(mem_next_capacity(SIZE_MAX / 2) > SIZE_MAX / 2);
}

enum way { OVERFLOW, EXHAUST, CAPACITY };

/* The status with which a process ends that asks for too much in one WAY. */
static int
ends(enum way way)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		(void)close(STDERR_FILENO);
		if (way == OVERFLOW)
			(void)mem_resize(NULL, SIZE_MAX / 2, 4);
		else if (way == CAPACITY)
			(void)mem_next_capacity(SIZE_MAX - 1);
		else
			mem_exhausted();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
too_much_ends_the_process(void **state)
{
	(void)state;
	assert_int_equal(ends(OVERFLOW), 2);
	assert_int_equal(ends(CAPACITY), 2);
	assert_int_equal(ends(EXHAUST), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_something),
		cmocka_unit_test(a_copy_ends_in_nul),
		cmocka_unit_test(arrays_grow),
		cmocka_unit_test(too_much_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
