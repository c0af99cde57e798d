/* siphash: the digests of those who made it.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/siphash.h"

static void
it_is_the_one_of_the_paper(void **state)
{
	const struct siphash_key key = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
	char text[16];

	(void)state;
	for (int i = 0; i < 16; i++)
		text[i] = (char)i;
	assert_true(siphash(&key, (struct str){ text, 15 }) == 0xa129ca6149be45e5);
	assert_true(siphash(&key, (struct str){ text, 0 }) == 0x726fdb47dd0e0e31);
	assert_true(siphash(&key, (struct str){ text, 8 }) == 0x93f5f5799a932462);
	assert_true(siphash(&(struct siphash_key){ 1, 2 }, (struct str){ text, 8 }) != 0x93f5f5799a932462);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_the_one_of_the_paper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
