/* listeners: the kernel's tables, and what they are not.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include "engine/listeners.h"

static const char tcp[] =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 "
    "0 10 0\n"
    "   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 2 1 0 20 4 "
    "30 10 -1\n"
    "   2: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000\n"
    "rubbish\n   3: 0:ZZ 0 0A\n   4: 0100007F:FFFFF 0 0A\n   5: 0100007F:0000 0:0 0A";

static const struct listener *
on(const struct listeners *l, uint16_t port)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].port == port)
			return &l->items[i];
	fail_msg("nothing listens on %u", port);
	abort();
}

static void
tables_are_read(void **state)
{
	uint8_t ports[LISTENERS_PORTS] = { 0 };
	AUTO(listeners) l = LISTENERS_INIT;
	unsigned flags = 0;

	(void)state;
	listeners_parse(str_from(tcp), true, &l);
	assert_int_equal(l.count, 2); /* 50000 is only connected */
	assert_string_equal(on(&l, 8080)->address, "127.0.0.1");
	assert_int_equal(on(&l, 8080)->inode, 1);
	assert_string_equal(on(&l, 80)->address, "");
	listeners_parse(STR("  0: 00000000:0035 00000000:0000 07 \n  1: 00000000:0036 0100007F:0001 01\n"
			    "  2: 0000000000000000FFFF00000100007F:0037 0:0 07\n"
			    "  3: B80D0120000000000000000001000000:0038 0:0 07\n"),
	    false, &l);
	assert_int_equal(l.count, 5);
	assert_string_equal(on(&l, 53)->address, "0.0.0.0");
	assert_false(on(&l, 53)->is_tcp);
	assert_string_equal(on(&l, 55)->address, "127.0.0.1");
	assert_string_equal(on(&l, 56)->address, "2001:db8::1");
	listeners_parse((struct str)STR_INIT, true, &l);
	assert_int_equal(l.count, 5);
	listeners_flag(&l, ports);
	for (int i = 0; i < LISTENERS_PORTS; i++)
		flags += ports[i];
	assert_true(ports[8080] && ports[80] && ports[53] && flags == 5);
}

/* Whatever else a line is, it is no listener and ends nothing. */
static void
lines_of_another_kind_are_none(void **state)
{
	static const char *const lines[] = { "", "x", "0: 0100007F:1F90 0:0",
		"0: 0100007F:1F90 0:0 0A0A0A0A0 0 0 0 0 0 7", "0: 0100007F:1F90 0:0 zz 0 0 0 0 0 7",
		"0: 0100007F:10000 0:0 0A 0 0 0 0 0 7", "0: 0100007F:0000 0:0 0A 0 0 0 0 0 7",
		"0: 0100007F 0:0 0A 0 0 0 0 0 7", "0: 0100007F01:1F90 0:0 0A 0 0 0 0 0 7",
		"0: 0100007F0100007F:1F90 0:0 0A 0 0 0 0 0 7", "0: :1F90 0:0 0A 0 0 0 0 0 7",
		"0: 0100zz7F:1F90 0:0 0A 0 0 0 0 0 7" };
	AUTO(listeners) l = LISTENERS_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		listeners_parse(str_from(lines[i]), true, &l);
		if (l.count)
			fail_msg("'%s' listens", lines[i]);
	}
	listeners_parse(STR("x\n\n 0: 0100007F:1F90 0:0 0A 0 0 0 0 0 7"), true, &l);
	assert_int_equal(l.count, 1);
	assert_int_equal(l.items[0].port, 8080);
	assert_int_equal(l.items[0].inode, 7);
}

/* A range that is none is not believed. */
static void
the_ephemeral_range_is_one(void **state)
{
	static const struct {
		const char *text;
		uint16_t low, high;
	} told[] = { { "1000\t2000\n", 1000, 2000 }, { "2000\t1000\n", 32768, 60999 },
		{ "1000\n", 32768, 60999 }, { "x\t2000\n", 32768, 60999 },
		{ "1000\t70000\n", 32768, 60999 } };
	uint16_t low, high;

	(void)state;
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		scratch_put("sys/net/ipv4/ip_local_port_range", told[i].text);
		listeners_ephemeral(".", &low, &high);
		assert_int_equal(low, told[i].low);
		assert_int_equal(high, told[i].high);
	}
}

/* A table that is there and cannot be read says which one it is. */
static void
a_table_that_cannot_be_read_is_named(void **state)
{
	AUTO(listeners) l = LISTENERS_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	scratch_put("net/tcp6/x", "");
	assert_int_equal(listeners_read(".", &l, &err), -1);
	assert_true(error_is_set(&err));
	assert_string_equal(err.file, "./net/tcp6");
}

static void
a_host_that_does_not_tell(void **state)
{
	AUTO(listeners) l = LISTENERS_INIT;
	AUTO(error) err = ERROR_INIT;
	uint16_t low, high;

	(void)state;
	assert_int_equal(listeners_read("/nowhere/at/all", &l, &err), 0);
	assert_int_equal(l.count, 0);
	listeners_ephemeral("/nowhere/at/all", &low, &high);
	assert_int_equal(low, 32768);
	assert_int_equal(high, 60999);
	listeners_ephemeral("/proc", &low, &high);
	assert_true(low > 0 && low <= high);
}

/* Of this program's own socket the name can be read, whoever runs it. */
static void
a_socket_bears_its_process(void **state)
{
	AUTO(listeners) l = LISTENERS_INIT;
	AUTO(error) err = ERROR_INIT;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	const struct listener *own;

	(void)state;
	if (access("/proc/net/tcp", R_OK) < 0)
		skip();
	assert_int_equal(bind(fd, (struct sockaddr *)&a, size), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &size), 0);
	assert_int_equal(listeners_read("/proc", &l, &err), 0);
	listeners_name("/proc", &l);
	own = on(&l, ntohs(a.sin_port));
	assert_string_equal(own->process, "listeners");
	(void)close(fd);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_read),
		cmocka_unit_test(a_host_that_does_not_tell),
		cmocka_unit_test(lines_of_another_kind_are_none),
		scratch_test(the_ephemeral_range_is_one),
		scratch_test(a_table_that_cannot_be_read_is_named),
		cmocka_unit_test(a_socket_bears_its_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
