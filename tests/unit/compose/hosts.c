/* hosts: what joins another container, and what a service is called and calls others.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

static void
containers_are_named_by_their_keys(void **state)
{
	struct lab lab;
	const struct project_service *a;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services:\n  a:\n    image: x\n    network_mode: 'container:one'\n    pid: container:two\n"
	    "    ipc: service:b\n    volumes_from: [b, 'container:three:ro', 'container:four']\n"
	    "    external_links: [five, 'six:alias']\n    links: ['b:other', b]\n"
	    "    extra_hosts: ['far:10.0.0.1', 'me=host-gateway', 'us:172.17.0.1']\n    hostname: me\n"
	    "  b:\n    image: x\n    networks:\n      n: {aliases: [c, d]}\n      m:\n"
	    "networks:\n  n:\n  m:\n");
	a = lab_service(lab_accepted(&lab), "a");
	{
		static const char *const want[][2] = { { "network_mode", "one" }, { "pid", "two" },
			{ "volumes_from", "three" }, { "volumes_from", "four" }, { "external_links", "five" },
			{ "external_links", "six" } };
		static const char *const hosts[] = { "alias", "other", "b", "far", "me", "us" };

		assert_int_equal(a->containers.count, 6);
		for (size_t i = 0; i < 6; i++) {
			lab_text(a->containers.items[i].key, want[i][0]);
			lab_text(a->containers.items[i].value.text, want[i][1]);
		}
		assert_int_equal(a->hosts.count, 6);
		for (size_t i = 0; i < 6; i++)
			lab_text(a->hosts.items[i], hosts[i]);
		assert_int_equal(a->gateways.count, 2);
		lab_text(a->gateways.items[0], "me");
		lab_text(a->gateways.items[1], "us");
	}
	lab_text(a->hostname, "me");
	lab_decide(a->containers.items[2].value, "app/compose.yaml", ORIGIN_LITERAL, "tri");
	a = lab_service(lab_accepted(&lab), "a");
	lab_text(a->containers.items[2].value.text, "tri");
	a = lab_service(lab_accepted(&lab), "b");
	assert_int_equal(a->aliases.count, 2);
	lab_text(a->aliases.items[1], "d");
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(containers_are_named_by_their_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
