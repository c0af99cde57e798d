/* listeners: the kernel's tables, and what they are not.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "fleet/listeners.h"

static const char tcp[] =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 "
    "0 10 0\n"
    "   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 2 1 0 20 4 "
    "30 10 -1\n"
    "   2: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000\n"
    "rubbish\n   3: 0:ZZ 0 0A\n   4: 0100007F:FFFFF 0 0A\n   5: 0100007F:0000 0:0 0A";

static unsigned
count(const uint8_t *ports)
{
	unsigned n = 0;

	for (int i = 0; i < LISTENERS_PORTS; i++)
		n += ports[i];
	return n;
}

static void
tables_are_read(void **state)
{
	uint8_t ports[LISTENERS_PORTS] = { 0 };

	(void)state;
	listeners_parse(str_from(tcp), true, ports);
	assert_true(ports[8080] && ports[80]);	/* listening; 50000 is only connected */
	assert_int_equal(count(ports), 2);
	memset(ports, 0, sizeof ports);
	listeners_parse(
	    STR("  0: 00000000:0035 00000000:0000 07 \n  1: 00000000:0036 0100007F:0001 01\n"), false, ports);
	assert_true(ports[53]);
	assert_int_equal(count(ports), 1);
	listeners_parse((struct str)STR_INIT, true, ports);
	assert_int_equal(count(ports), 1);
}

static void
a_host_that_does_not_tell(void **state)
{
	uint8_t ports[LISTENERS_PORTS] = { 0 };
	AUTO(error) err = ERROR_INIT;
	uint16_t low, high;

	(void)state;
	assert_int_equal(listeners_read("/nowhere/at/all", ports, &err), 0);
	assert_int_equal(count(ports), 0);
	listeners_ephemeral("/nowhere/at/all", &low, &high);
	assert_int_equal(low, 32768);
	assert_int_equal(high, 60999);
	assert_int_equal(listeners_read("/proc", ports, &err), 0);
	listeners_ephemeral("/proc", &low, &high);
	assert_true(low > 0 && low <= high);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_read),
		cmocka_unit_test(a_host_that_does_not_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
