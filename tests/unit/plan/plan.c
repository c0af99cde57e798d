/* planner: the least is moved, against a slow search of all ways; what the registry says goes first; nothing
 * is half done.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "fleet/inventory.h"
#include "plan/plan.h"
#include "fleet/hostip.h"
#include "fleet/portmap.h"
#include "store/store.h"

enum { MOST = 10 };

static const char *const addresses[] = { "", "0.0.0.0", "::", "127.0.0.1", "10.0.0.1", "::1" };
static const char *const numbers[] = { "5432", "5433", "8080" };

/* An app with one service and one port, literal in its own file. */
static void
add_app(struct inventory *v, struct str folder, const char *address, const char *number, const char *protocol)
{
	AUTO(error) err = ERROR_INIT;
	struct finding f = { .record = FINDING_PORT,
		.app = folder,
		.id.model = folder,
		.id.app_num = 1,
		.service = STR("s"),
		.host_ip = str_from(address),
		.host_port = port_range_of(str_from(number)),
		.container_port = STR("1"),
		.protocol = str_from(protocol),
		.has_digest = true,
		.origin = ORIGIN_LITERAL,
		.place = { true, folder, 3, 9, { 20, strlen(number) }, str_from(number) } };
	AUTO(arena) a = ARENA_INIT;

	f.place.file = arena_printf(&a, "%.*s/compose.yaml", STR_ARG(folder));
	f.site = f.place;
	assert_int_equal(inventory_add(v, &f, &err), 0);
}

static void
run(struct inventory *v, struct store *s, const struct plan_options *o, struct plan *ret)
{
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(plan_run(v, s, STR("/r"), o, ret, &err), 0);
}

static struct store *
fresh(void)
{
	AUTO(error) err = ERROR_INIT;
	struct store *s;

	assert_int_equal(store_open(&s, NULL, STORE_MEMORY, &err), 0);
	return s;
}

static bool
items_clash(const struct inventory *v, size_t i, size_t k)
{
	const struct inventory_item *x = &v->items[i], *y = &v->items[k];

	return x->low == y->low && x->words->protocol == y->words->protocol &&
	    hostip_overlaps(inventory_str(v, x->words->host_ip), inventory_str(v, y->words->host_ip));
}

/* The least number of ports to move, by trying every set. */
static unsigned
least(const struct inventory *v)
{
	unsigned best = (unsigned)v->item_count;

	for (unsigned moved = 0; moved < 1U << v->item_count; moved++) {
		bool is_well = true;
		unsigned n = 0;

		for (size_t i = 0; i < v->item_count; i++) {
			n += moved >> i & 1;
			for (size_t k = 0; k < i && is_well; k++)
				is_well = (moved >> i & 1) || (moved >> k & 1) || !items_clash(v, i, k);
		}
		if (is_well && n < best)
			best = n;
	}
	return best;
}

static void
the_least_is_moved(void **state)
{
	const struct plan_options o = PLAN_OPTIONS_INIT;
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 400; round++) {
		AUTO(inventory) v = INVENTORY_INIT;
		AUTO(plan) plan = PLAN_INIT;
		AUTO(arena) a = ARENA_INIT;
		AUTO_PTR(store) s = fresh();
		unsigned count = 2 + seed % (MOST - 2);

		for (unsigned i = 0; i < count; i++) {
			seed = seed * 1664525 + 1013904223;
			add_app(&v, arena_printf(&a, "app%c", 'a' + (char)i), addresses[(seed >> 8) % 6],
			    numbers[(seed >> 16) % 3], (seed >> 24) % 4 ? "tcp" : "udp");
		}
		inventory_settle(&v);
		run(&v, s, &o, &plan);
		assert_int_equal(plan.problems, 0);
		assert_int_equal(plan.count, least(&v));
	}
}

static void
the_registry_goes_first(void **state)
{
	const struct plan_options o = PLAN_OPTIONS_INIT;
	AUTO_PTR(store) s = fresh();

	(void)state;
	for (int late = 0; late <= 1; late++) {
		AUTO(inventory) v = INVENTORY_INIT;
		AUTO(plan) plan = PLAN_INIT;

		add_app(&v, STR("m"), "", "5432", "tcp");
		if (late)
			add_app(&v, STR("a"), "", "5432", "tcp");
		inventory_settle(&v);
		run(&v, s, &o, &plan);
		assert_int_equal(plan.count, late);
		if (late) {
			assert_true(str_eq(plan_change(&plan, 0).app, STR("a")));
			assert_true(str_eq(plan_change(&plan, 0).new, STR("5433")));
		}
	}
}

/* What a plan gave that was not applied is that app's again, and nobody's beside it. */
static void
what_was_given_is_given_again(void **state)
{
	const struct plan_options o = PLAN_OPTIONS_INIT;
	AUTO_PTR(store) s = fresh();
	AUTO(inventory) v = INVENTORY_INIT;
	AUTO(plan) plan = PLAN_INIT;
	AUTO(error) err = ERROR_INIT;
	struct store_port row = { STR("/r/c"), STR("s"), STR("tcp"), STR(""), STR("1"), STR(""), 6000, 5432 };

	(void)state;
	assert_int_equal(
	    store_put_app(s, row.folder, (struct identity){ STR("c"), 1 }, false, &err), 0);
	assert_int_equal(store_put_port(s, &row, &err), 0);
	for (char app = 'a'; app <= 'd'; app++)
		add_app(&v, (struct str){ &app, 1 }, "", "5432", "tcp");
	inventory_settle(&v);
	run(&v, s, &o, &plan);
	assert_int_equal(plan.count, 3);
	assert_true(str_eq(plan_change(&plan, 0).app, STR("b")));
	assert_true(str_eq(plan_change(&plan, 0).new, STR("5433")));
	assert_true(str_eq(plan_change(&plan, 1).new, STR("6000")));
	assert_true(str_eq(plan_change(&plan, 2).new, STR("5434")));
}

static void
without_a_place_an_app_has_a_problem(void **state)
{
	struct portmap *blocked = mem_alloc(sizeof *blocked);
	struct plan_options o = PLAN_OPTIONS_INIT;
	AUTO_PTR(store) s = fresh();
	AUTO(inventory) v = INVENTORY_INIT;
	AUTO(plan) plan = PLAN_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct store_port *rows;
	size_t count;

	(void)state;
	portmap_init(blocked);
	portmap_block(blocked, 1, 65535, PORT_OUTSIDE);
	o.blocked = blocked;
	add_app(&v, STR("a"), "", "5432", "tcp");
	add_app(&v, STR("b"), "", "5432", "tcp");
	add_app(&v, STR("c"), "", "5432", "tcp");
	inventory_settle(&v);
	assert_int_equal(plan_run(&v, s, STR("/r"), &o, &plan, &err), 0);
	assert_int_equal(plan.problems, 4);		/* b and c: none is left, and what it clashes with */
	assert_int_equal(store_ports(s, &a, &rows, &count, &err), 0);
	assert_int_equal(count, 1);
	free(blocked);
}

static void
a_new_app_gets_the_next_pair(void **state)
{
	const struct plan_options o = PLAN_OPTIONS_INIT;
	AUTO_PTR(store) s = fresh();
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct portmap *map = mem_alloc(sizeof *map);
	struct plan_allocation first = { .id = { STR("a_b"), 1 } }, again = first,
			       twin = { .id = { STR("a.b"), 1 } };

	(void)state;
	assert_int_equal(plan_allocate(s, &o, &a, &first, map, &err), 0);
	assert_int_equal(plan_allocate(s, &o, &a, &again, map, &err), 0);
	assert_int_equal(plan_allocate(s, &o, &a, &twin, map, &err), 0);
	free(map);
	assert_true(first.backend == 5001 && first.frontend == 8001);
	assert_true(again.backend == 5001 && str_eq(again.name, first.name));
	assert_true(twin.backend == 5003 && str_eq(twin.name, STR("a-b-app1-2")));
}

/* One number of another's pair is enough, and so is what listens, unless it is the app's own. */
static void
a_pair_is_of_two_free_ports(void **state)
{
	static const struct store_pair others[] = {
		{ { STR_OF("p"), 1 }, 5001, 9001, STR_INIT }, { { STR_OF("q"), 1 }, 7001, 8003, STR_INIT }
	};
	const struct store_port own = { STR("/r/m"), STR("s"), STR("tcp"), STR(""), STR("1"), STR(""), 5007,
		5007 };
	const struct store_port of_q = { STR("/r/q"), STR("s"), STR("tcp"), STR(""), STR("1"), STR(""), 5005,
		5005 };
	uint8_t *listening = mem_zero(PORTMAP_PORTS, 1);
	struct portmap *map = mem_alloc(sizeof *map);
	struct plan_options o = PLAN_OPTIONS_INIT;
	AUTO_PTR(store) s = fresh();
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct plan_allocation m = { .id = { STR("m"), 1 } }, n = { .id = { STR("n"), 1 } };

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(
		    store_put_pair(s, others[i].id, others[i].backend, others[i].frontend, &err), 0);
	assert_int_equal(store_put_app(s, own.folder, m.id, true, &err), 0);
	assert_int_equal(store_put_port(s, &own, &err), 0);
	assert_int_equal(store_put_app(s, of_q.folder, others[1].id, true, &err), 0);
	assert_int_equal(store_put_port(s, &of_q, &err), 0);
	listening[5007] = listening[5009] = 1;
	o.listening = listening;
	assert_int_equal(plan_allocate(s, &o, &a, &m, map, &err), 0);
	assert_true(m.backend == 5007 && m.frontend == 8007);
	assert_int_equal(plan_allocate(s, &o, &a, &n, map, &err), 0);
	assert_true(n.backend == 5011 && n.frontend == 8011);
	free(listening);
	free(map);
}

/* What a new app has beside its pair is kept with it, and none of it where one of them is another's. */
static void
more_ports_are_kept_with_the_pair(void **state)
{
	static const uint16_t ports[] = { 6001, 6002 };
	struct plan_allocation x = { .id = { STR("m"), 1 }, .backend = 5001, .frontend = 8001 };
	struct plan_allocation other = { .id = { STR("n"), 1 }, .backend = 5001, .frontend = 8003 };
	AUTO_PTR(store) s = fresh();
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct store_pair *pairs;
	struct store_port *rows;
	size_t count;

	(void)state;
	assert_int_equal(plan_allocate_ports(s, &x, ports, 1, &err), 0);
	assert_int_equal(plan_allocate_ports(s, &x, ports, 2, &err), 0);
	assert_int_equal(plan_allocate_ports(s, &other, ports, 0, &err), -1);
	assert_int_equal(store_pairs(s, &a, &pairs, &count, &err), 0);
	assert_int_equal(count, 1);
	assert_int_equal(pairs[0].backend, 5001);
	assert_int_equal(store_ports(s, &a, &rows, &count, &err), 0);
	assert_int_equal(count, 2);
	assert_int_equal(rows[1].port, 6002);
	assert_int_equal(rows[1].found, 6002);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_least_is_moved), cmocka_unit_test(the_registry_goes_first),
		cmocka_unit_test(what_was_given_is_given_again),
		cmocka_unit_test(without_a_place_an_app_has_a_problem),
		cmocka_unit_test(a_new_app_gets_the_next_pair),
		cmocka_unit_test(a_pair_is_of_two_free_ports),
		cmocka_unit_test(more_ports_are_kept_with_the_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
