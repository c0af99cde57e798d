/* serves: who has a standard port for others.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scan/serves.h"

static void
images_are_known_by_their_last_part(void **state)
{
	(void)state;
	assert_true(str_eq(serves_what(STR("traefik"), 443), STR("proxy")));
	assert_true(str_eq(serves_what(STR("docker.io/pihole/pihole:2024.07@sha256:0"), 53), STR("dns")));
	assert_true(str_eq(serves_what(STR("ghcr.io/x/docker-mailserver:latest"), 25), STR("mail")));
}

static void
other_images_and_ports_serve_nobody(void **state)
{
	(void)state;
	assert_int_equal(serves_what(STR("traefik:v3"), 8080).len, 0);
	assert_int_equal(serves_what(STR("nginx"), 80).len, 0);
	assert_int_equal(serves_what(STR("traefik/whoami"), 80).len, 0);
	assert_int_equal(serves_what(STR("traefik"), 0).len, 0);
	assert_int_equal(serves_what(STR(""), 80).len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(images_are_known_by_their_last_part),
		cmocka_unit_test(other_images_and_ports_serve_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
