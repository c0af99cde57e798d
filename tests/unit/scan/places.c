/* marks: flags stay with their place, however many there are.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scan/places.h"
#include "syntax/trace.h"

static void
flags_stay_with_their_place(void **state)
{
	AUTO(arena) arena = ARENA_INIT;
	struct marks m = MARKS_INIT(&arena);
	static const struct source sources[2];

	(void)state;
	assert_null(marks_find(&m, &sources[0], 0));
	for (size_t i = 0; i < 1000; i++) {
		(void)marks_add(&m, &sources[i % 2], i * 7, MARK_HOST);
		if (i % 5 == 0)
			(void)marks_add(&m, &sources[i % 2], i * 7, MARK_NAME);
		assert_true(m.count <= m.cap / 2 + 1);
	}
	assert_int_equal(m.count, 1000);
	for (size_t i = 0; i < 1000; i++) {
		const struct mark *k = marks_find(&m, &sources[i % 2], i * 7);

		assert_non_null(k);
		assert_int_equal(k->flags, MARK_HOST | (i % 5 == 0 ? MARK_NAME : 0));
		assert_null(k->expansion);
		assert_null(marks_find(&m, &sources[1 - i % 2], i * 7));
		assert_null(marks_find(&m, &sources[i % 2], i * 7 + 1));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(flags_stay_with_their_place) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
