/* hostip: which texts of addresses share one.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "base/error.h"
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
engines_call_the_host_by_few_names(void **state)
{
	(void)state;
	assert_true(hostip_is_of_engine(STR("host.docker.internal")));
	assert_true(hostip_is_of_engine(STR("Host.Containers.Internal")));
	assert_true(hostip_is_of_engine(STR("172.17.0.1")));
	assert_false(hostip_is_of_engine(STR("db.corp.internal")));
	assert_false(hostip_is_of_engine(STR("localhost")));
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

/* Whether HOST reaches what is published on IP. */
static bool
reaches(struct str host, struct str ip)
{
	struct hostip list[HOSTIP_REACHED], asked = hostip_of(ip);

	for (size_t i = hostip_reached(host, list); i-- > 0; )
		if (list[i].kind == asked.kind && list[i].key == asked.key)
			return true;
	return false;
}

static void
a_host_reaches_some_addresses(void **state)
{
	struct hostip ignored[HOSTIP_REACHED];

	(void)state;
	assert_true(reaches(STR("localhost"), STR("")));
	assert_true(reaches(STR("localhost"), STR("127.0.0.1")));
	assert_true(reaches(STR("shop.localhost"), STR("[::1]")));
	assert_true(reaches(STR("localhost"), STR("::")));
	assert_false(reaches(STR("localhost"), STR("127.0.0.2")));
	assert_false(reaches(STR("localhost"), STR("192.168.1.5")));
	assert_true(reaches(STR("127.0.0.1"), STR("0.0.0.0")));
	assert_false(reaches(STR("127.0.0.1"), STR("::")));
	assert_false(reaches(STR("127.0.0.1"), STR("::1")));
	assert_true(reaches(STR("127.0.0.2"), STR("127.0.0.2")));
	assert_false(reaches(STR("127.0.0.2"), STR("127.0.0.1")));
	assert_true(reaches(STR("[::1]"), STR("::1")));
	assert_true(reaches(STR("[::1]"), STR("[::]")));
	assert_false(reaches(STR("[::1]"), STR("0.0.0.0")));
	assert_true(reaches(STR("192.168.1.5"), STR("192.168.1.5")));
	assert_true(reaches(STR("192.168.1.5"), STR("")));
	assert_false(reaches(STR("192.168.1.5"), STR("127.0.0.1")));
	assert_true(reaches(STR("host.docker.internal"), STR("127.0.0.1")));
	assert_true(reaches(STR("host.docker.internal"), STR("172.17.0.1")));
	assert_int_equal(hostip_reached(STR("nas.lan"), ignored), 0);
	assert_int_equal(hostip_reached(STR(""), ignored), 0);
}

static void
what_is_no_address_overlaps_its_like(void **state)
{
	(void)state;
	assert_true(hostip_overlaps(STR("fe80::1%eth0"), STR("FE80::1%eth0")));
	assert_true(hostip_overlaps(STR("localhost"), STR("0.0.0.0")));
	assert_false(hostip_overlaps(STR("fe80::1%eth0"), STR("fe80::1%eth1")));
}

static void
binds(const char *text, const char *ip, const char *refusal)
{
	AUTO(error) err = ERROR_INIT;
	struct str got;

	assert_int_equal(hostip_read_bind(text, &got, &err), refusal ? -1 : 0);
	if (!refusal) {
		assert_true(str_eq(got, str_from(ip)));
		return;
	}
	assert_ptr_equal(err.about, text);
	assert_non_null(strstr(err.what, refusal));
}

static void
what_is_bound_to_is_one_address(void **state)
{
	(void)state;
	binds("127.0.0.1", "127.0.0.1", NULL);
	binds("[::1]", "::1", NULL);
	binds("eth0", NULL, "is no address");
	binds("", NULL, "is no address");
	binds("0.0.0.0", NULL, "every address");
	binds("[::]", NULL, "every address");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_overlap_by_family),
		cmocka_unit_test(engines_call_the_host_by_few_names),
		cmocka_unit_test(one_address_has_many_texts),
		cmocka_unit_test(a_host_reaches_some_addresses),
		cmocka_unit_test(what_is_no_address_overlaps_its_like),
		cmocka_unit_test(what_is_bound_to_is_one_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
