/* places: flags stay with their place, however many there are.
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
	struct places p = PLACES_INIT(&arena);
	static const struct source sources[2];

	(void)state;
	assert_null(places_find(&p, &sources[0], 0));
	for (size_t i = 0; i < 1000; i++) {
		(void)places_add(&p, &sources[i % 2], i * 7, PLACE_HOST);
		if (i % 5 == 0)
			(void)places_add(&p, &sources[i % 2], i * 7, PLACE_NAME);
	}
	assert_int_equal(p.count, 1000);
	for (size_t i = 0; i < 1000; i++) {
		const struct known_place *k = places_find(&p, &sources[i % 2], i * 7);

		assert_non_null(k);
		assert_int_equal(k->flags, PLACE_HOST | (i % 5 == 0 ? PLACE_NAME : 0));
		assert_null(k->expansion);
		assert_null(places_find(&p, &sources[1 - i % 2], i * 7));
		assert_null(places_find(&p, &sources[i % 2], i * 7 + 1));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(flags_stay_with_their_place) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
