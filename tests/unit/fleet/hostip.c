/* hostip: which texts of addresses share one.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fleet/hostip.h"

static void
addresses_overlap_by_family(void **state)
{
	(void)state;
	assert_true(hostip_overlaps(STR(""), STR("127.0.0.1")));
	assert_true(hostip_overlaps(STR("0.0.0.0"), STR("10.0.0.1")));
	assert_true(hostip_overlaps(STR("::"), STR("FE80::1")));
	assert_true(hostip_overlaps(STR("fe80::1"), STR("FE80::1")));
	assert_true(hostip_overlaps(STR(""), STR("::")));
	assert_false(hostip_overlaps(STR("127.0.0.1"), STR("127.0.0.2")));
	assert_false(hostip_overlaps(STR("0.0.0.0"), STR("::1")));
	assert_false(hostip_overlaps(STR("0.0.0.0"), STR("::")));
}

static void
one_address_has_many_texts(void **state)
{
	(void)state;
	assert_true(hostip_overlaps(STR("::1"), STR("[::1]")));
	assert_true(hostip_overlaps(STR("::1"), STR("0:0:0:0:0:0:0:1")));
	assert_true(hostip_overlaps(STR("::ffff:127.0.0.1"), STR("127.0.0.1")));
	assert_true(hostip_overlaps(STR("::ffff:7f00:1"), STR("0.0.0.0")));
	assert_true(hostip_overlaps(STR("[::ffff:0.0.0.0]"), STR("10.0.0.1")));
	assert_false(hostip_overlaps(STR("::ffff:127.0.0.1"), STR("::")));
	assert_false(hostip_overlaps(STR("::ffff:127.0.0.1"), STR("127.0.0.2")));
}

static void
what_is_no_address_overlaps_its_like(void **state)
{
	(void)state;
	assert_true(hostip_overlaps(STR("fe80::1%eth0"), STR("FE80::1%eth0")));
	assert_true(hostip_overlaps(STR("localhost"), STR("0.0.0.0")));
	assert_false(hostip_overlaps(STR("fe80::1%eth0"), STR("fe80::1%eth1")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_overlap_by_family),
		cmocka_unit_test(one_address_has_many_texts),
		cmocka_unit_test(what_is_no_address_overlaps_its_like),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
