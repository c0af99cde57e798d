/* subnets: which networks ask for addresses that another one has.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "fleet/clash.h"
#include "fleet/subnets.h"

static void
network(struct inventory *v, const char *app, const char *name, const char *subnets)
{
	AUTO(error) err = ERROR_INIT;
	struct finding x = { .record = FINDING_NETWORK, .app = str_from(app), .id = { str_from(app), 1 },
		.value = str_from(name), .whole = str_from(subnets) };

	x.place = (struct place){ true, x.app, 1, 1, { v->item_count * 10, 4 }, STR_INIT };
	assert_int_equal(inventory_add(v, &x, &err), 0);
}

struct said {
	const struct inventory *v;
	char text[200];
};

static void
note(void *context, uint32_t holder, uint32_t other, struct str what)
{
	struct said *s = context;

	(void)snprintf(s->text + strlen(s->text), sizeof s->text - strlen(s->text), "%.*s>%.*s:%.*s ",
	    STR_ARG(inventory_str(s->v, s->v->items[holder].value)),
	    STR_ARG(inventory_str(s->v, s->v->items[other].value)), STR_ARG(what));
}

static void
note_held(void *context, uint32_t item, const struct inventory_held *held, struct str what)
{
	struct said *s = context;

	(void)snprintf(s->text + strlen(s->text), sizeof s->text - strlen(s->text), "%.*s|%.*s:%.*s ",
	    STR_ARG(inventory_str(s->v, s->v->items[item].value)), STR_ARG(inventory_str(s->v, held->value)),
	    STR_ARG(what));
}

static void
what_a_stranger_has_is_held_against_the_fleets(void **state)
{
	struct inventory v = INVENTORY_INIT;
	struct said said = { &v, "" };
	AUTO(error) err = ERROR_INIT;
	static const struct str names[] = { STR_OF("wide"), STR_OF("narrow"), STR_OF("same"), STR_OF("no") };
	static const struct str subnets[] = { STR_OF("10.0.0.0/8"), STR_OF("172.20.5.0/24"),
		STR_OF("192.168.0.0/16"), STR_OF("fd00::/64,172.21.0.0/16") };

	(void)state;
	network(&v, "a", "n", "10.1.0.0/16");
	network(&v, "b", "m", "10.2.0.0/16,172.20.0.0/16");
	network(&v, "c", "same", "192.168.7.0/24");
	for (size_t i = 0; i < 4; i++) {
		struct finding x = { .record = FINDING_HELD, .role = ROLE_NETWORK, .value = names[i],
			.whole = subnets[i], .detail = STR("container x") };

		assert_int_equal(inventory_add(&v, &x, &err), 0);
	}
	inventory_settle(&v);
	subnets_find_held(&(struct clash_view){ .inventory = &v }, note_held, &said);
	assert_string_equal(said.text, "n|wide:10.1.0.0/16 m|wide:10.2.0.0/16 m|narrow:172.20.0.0/16 ");
	inventory_release(&v);
}

static void
overlaps(struct inventory *v, const char *want)
{
	struct said said = { v, "" };

	inventory_settle(v);
	subnets_find(&(struct clash_view){ .inventory = v }, note, &said);
	assert_string_equal(said.text, want);
	inventory_release(v);
}

static void
what_lies_within_overlaps(void **state)
{
	struct inventory v = INVENTORY_INIT;

	(void)state;
	network(&v, "a", "n", "172.20.5.0/24");
	network(&v, "b", "m", "10.1.0.0/16,172.20.0.0/16");
	network(&v, "c", "o", "172.21.0.0/16");
	network(&v, "d", "p", "10.0.0.0/7");
	overlaps(&v, "m>p:10.0.0.0/7 n>m:172.20.0.0/16 ");
}

static void
families_and_one_network_do_not(void **state)
{
	struct inventory v = INVENTORY_INIT;

	(void)state;
	network(&v, "a", "n", "0.0.0.0/0");
	network(&v, "b", "m", "fd00::/8");
	network(&v, "c", "m", "fd00::/64");
	network(&v, "d", "o", "nonsense,10.0.0.0,10.0.0.0/33,/8");
	overlaps(&v, "");
	network(&v, "a", "n", "fd00::/8");
	network(&v, "b", "m", "fdff::1/128");
	overlaps(&v, "n>m:fdff::1/128 ");
}

static void
addresses_in_subnets(void **state)
{
	AUTO(arena) a = ARENA_INIT;

	(void)state;
	assert_true(subnets_hold(STR("10.0.0.0/24,10.1.0.0/16"), STR("10.1.255.255")));
	assert_false(subnets_hold(STR("10.0.0.0/24,10.1.0.0/16"), STR("10.0.1.0")));
	assert_false(subnets_hold(STR(""), STR("10.0.1.0")));
	assert_true(subnets_hold(STR("fd00::/48"), STR("fd00:0:0:9::1")));
	assert_false(subnets_hold(STR("10.0.0.0/8"), STR("fd00::1")));
	assert_true(subnets_hold(STR("10.0.0.0/8"), STR("none")));
	assert_true(str_eq(subnets_address(&a, STR("FD00:0:0:0::1")), STR("fd00::1")));
	assert_true(str_eq(subnets_address(&a, STR("none")), STR("none")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_lies_within_overlaps),
		cmocka_unit_test(what_a_stranger_has_is_held_against_the_fleets),
		cmocka_unit_test(families_and_one_network_do_not),
		cmocka_unit_test(addresses_in_subnets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
