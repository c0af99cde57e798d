/* keep: the registry's port stays, then the one that cannot move, then the first; and the fewest move.
 * SPDX-License-Identifier: MIT */
#include "unit/plan/lab.h"

#include <limits.h>

#include "system/options.h"

static struct clash_accepted pair = { .a = STR_OF("a"), .b = STR_OF("b"), .what = STR_OF("5432/tcp") };
static struct accept accepted = { .items = &pair, .count = 1 };

/* Asks who keeps, of all units but those that MOVE says must go. Says it as a letter for each: who stays in
 * upper case, and behind who does not the one that it runs into. */
static void
keeps(struct lab *lab, const char *rows, const char *move, const char *want)
{
	struct keep_unit *k;
	char got[64] = "";

	lab_pairs(lab, rows);
	k = mem_zero(lab->d.units.count, sizeof *k);
	for (uint32_t i = 0; i < lab->d.units.count; i++)
		k[i] = (struct keep_unit){
			.is_asked = true, .must_move = strchr(move, 'a' + (int)i) != NULL
		};
	keep_choose(k, &lab->d);
	for (uint32_t i = 0; i < lab->d.units.count; i++) {
		char own[3] = { (char)((k[i].stays ? 'A' : 'a') + (int)i),
			k[i].winner == INVENTORY_NONE ? 0 : (char)('a' + (int)k[i].winner) };

		strcat(got, own);
	}
	assert_string_equal(got, want);
	free(k);
}

#define PORT(app, ip, port) LAB_PORT_IN(app, "", "s", ip, port, "tcp", app "/c", "20")
#define FIXED(app) LAB_PORT_IN(app, "", "s", "", "5432", "tcp", "far/" app, "20")
/* One of the two ports of a range. */
#define RANGE(app, ip, port) \
	LAB_OF("port", app, "") ",s," ip "," port ",80,tcp,literal,," app "/c,20,9,5432-5433," \
	    app "/c,20,9,5432-5433\n"

static void
the_first_stays(void **state)
{
	LAB(lab);

	(void)state;
	keeps(&lab, PORT("a", "", "5432") PORT("b", "", "5432") PORT("c", "", "5433"), "", "AbaC");
}

/* In the first group b bars a and c; that says nothing of the second, where e and f go together. */
static void
each_group_is_chosen_by_itself(void **state)
{
	LAB(lab);

	(void)state;
	keeps(&lab,
	    PORT("a", "", "5432") RANGE("b", "10.0.0.1", "5432") RANGE("b", "10.0.0.1", "5433")
		PORT("c", "", "5433") PORT("d", "", "80") PORT("e", "10.0.0.1", "80")
		    PORT("f", "10.0.0.2", "80"),
	    "", "AbaCdeEF");
}

static void
what_must_move_bars_nobody(void **state)
{
	LAB(lab);

	(void)state;
	keeps(&lab, PORT("a", "", "5432") PORT("b", "", "5432"), "a", "abB");
}

static void
what_cannot_move_stays_before_the_first(void **state)
{
	LAB(lab);

	(void)state;
	keeps(&lab, PORT("a", "", "5432") FIXED("b"), "", "abB");
}

static void
the_registry_goes_before_what_cannot_move(void **state)
{
	LAB(lab);

	(void)state;
	lab_row(&lab, "c", "s", "", 5432, 5432);
	/* b cannot move: it stays as well, and clashes */
	keeps(&lab, PORT("a", "", "5432") FIXED("b") PORT("c", "", "5432"), "", "abBC");
}

static void
the_fewest_move(void **state)
{
	LAB(one);
	LAB(even);
	LAB(known);
	LAB(range);
	LAB(wide);
	LAB(wider);
	LAB(many);

	(void)state;
	/* one on every address against two that do not mind each other */
	keeps(&one, PORT("a", "", "5432") PORT("b", "10.0.0.1", "5432") PORT("c", "10.0.0.2", "5432"), "",
	    "abBC");
	keeps(&even, PORT("a", "", "5432") PORT("b", "10.0.0.1", "5432"), "", "Aba");
	lab_row(&known, "a", "s", "", 5432, 5432);
	keeps(&known, PORT("a", "", "5432") PORT("b", "10.0.0.1", "5432") PORT("c", "10.0.0.2", "5432"), "",
	    "Abaca");
	keeps(&range, PORT("a", "", "5432") RANGE("b", "10.0.0.1", "5432")
	    RANGE("b", "10.0.0.1", "5433"), "", "abB");
	keeps(&wide, RANGE("a", "", "5432") RANGE("a", "", "5433") PORT("b", "10.0.0.1", "5432")
	    PORT("c", "10.0.0.2", "5433"), "", "abBC");	/* as many ports, but one text for two */
	keeps(&wider, PORT("a", "10.0.0.1", "5432") RANGE("b", "", "5432") RANGE("b", "", "5433"), "", "abB");
	keeps(&many, PORT("a", "", "5432") PORT("b", "", "5433") RANGE("c", "", "5432")
	    RANGE("c", "", "5433"), "", "ABca");
}

static void
what_was_tried_is_undone(void **state)
{
	LAB(lab);

	(void)state;
	/* without a only one of b and c could stay, which is no fewer */
	keeps(&lab, PORT("a", "", "5432") PORT("b", "10.0.0.1", "5432") PORT("c", "10.0.0.1", "5432"), "",
	    "Abaca");
}

static void
what_is_accepted_is_shared(void **state)
{
	LAB(lab);

	(void)state;
	lab.options.accepted = &accepted;
	keeps(&lab, PORT("a", "", "5432") PORT("b", "", "5432") PORT("c", "", "5432"), "", "ABca");
}

static void
who_cannot_move_and_clashes_is_disputed(void **state)
{
	LAB(lab);
	struct keep_unit k[3] = { { .is_asked = true }, { .is_asked = true }, { .is_asked = true } };

	(void)state;
	lab_pairs(&lab, FIXED("a") FIXED("b") PORT("c", "", "5432"));
	keep_choose(k, &lab.d);
	assert_true(k[0].stays && k[1].stays && !k[2].stays);
	assert_false(k[0].is_disputed);
	assert_true(k[1].is_disputed);
	assert_false(k[2].is_disputed);
}

/* --- random fleets against every way that there is --- */

enum { SMALL_APPS = 11 };

/* An app with one range of ports on one address, all of one text. */
struct small {
	unsigned low, width, ip, moves;	/* bits of those that it runs into */
};

static unsigned
random_below(uint64_t *state, unsigned n)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*state >> 33) % n;
}

static void
make_fleet(uint64_t *state, struct small *fleet, struct buf *ret_rows)
{
	static const char *const ips[] = { "", "10.0.0.1", "10.0.0.2" };

	for (unsigned i = 0; i < SMALL_APPS; i++) {
		struct small *a = &fleet[i];

		*a = (struct small){ 6000 + random_below(state, 12), 1 + random_below(state, 5),
			i ? random_below(state, 3) : 0, 0 };
		for (unsigned n = 0; n < a->width; n++)
			buf_printf(ret_rows,
			    "port,%c,1,%c,,s,%s,%u,80,tcp,literal,,%c/c,20,9,%u-%u,%c/c,20,9,%u-%u\n",
			    'a' + i, 'a' + i, ips[a->ip], a->low + n, 'a' + i, a->low,
			    a->low + a->width - 1, 'a' + i, a->low, a->low + a->width - 1);
		for (unsigned j = 0; j < i; j++) {
			struct small *b = &fleet[j];

			if (a->low >= b->low + b->width || b->low >= a->low + a->width ||
			    (a->ip != b->ip && a->ip && b->ip))
				continue;
			a->moves |= 1u << j;
			b->moves |= 1u << i;
		}
	}
}

/* The registry gives the first app its ports, wherever the others are. */
static void
register_first(struct lab *lab, const struct small *first)
{
	for (unsigned n = 0; n < first->width; n++)
		lab_row(lab, "a", "s", "", (uint16_t)(first->low + n), (uint16_t)(first->low + n));
}

/* What it costs that all but those of STAY move, a port as much as a hundred texts; 0: two of STAY clash. */
static unsigned
cost_of(const struct small *fleet, unsigned stay)
{
	unsigned cost = 1;

	for (unsigned i = 0; i < SMALL_APPS; i++) {
		if (!(stay & 1u << i))
			cost += 100 * fleet[i].width + 1;
		else if (fleet[i].moves & stay)
			return 0;
	}
	return cost;
}

static void
no_way_is_cheaper_in_a_small_fleet(void **state)
{
	const char *names[] = { "a" };
	struct option_list first = { names, 1, 1 };
	uint64_t seed = 16;

	(void)state;
	for (int round = 0; round < 300; round++) {
		LAB(lab);
		AUTO(buf) rows = BUF_INIT;
		struct small fleet[SMALL_APPS];
		struct keep_unit k[SMALL_APPS] = { 0 };
		unsigned stay = 0, least = UINT_MAX;

		bool is_known = round % 4 == 1, must_move = round % 4 == 2, is_named = round % 4 == 3;

		make_fleet(&seed, fleet, &rows);
		if (is_known)
			register_first(&lab, &fleet[0]);
		if (is_named)
			lab.options.priority = &first;
		lab_pairs(&lab, rows.ptr);
		assert_int_equal(lab.d.units.count, SMALL_APPS);
		for (unsigned i = 0; i < SMALL_APPS; i++)
			k[i].is_asked = true;
		k[0].must_move = must_move;
		keep_choose(k, &lab.d);
		if (is_known || is_named || must_move)
			assert_int_equal(k[0].stays, !must_move);
		for (unsigned i = 0; i < SMALL_APPS; i++)
			stay |= (unsigned)k[i].stays << i;
		for (unsigned way = 0; way < 1u << SMALL_APPS; way++) {
			unsigned cost = cost_of(fleet, way);

			if ((way & 1) ? must_move : is_known || is_named)
				continue;
			least = cost && cost < least ? cost : least;
		}
		if (cost_of(fleet, stay) != least)
			fail_msg("fleet %d: %u instead of %u\n%s", round, cost_of(fleet, stay), least,
			    rows.ptr);
	}
}

/* --- what a large group comes to by steps, as nobody searches it --- */

enum { TOO_MANY = 257, ADDED_MAX = 400 };

struct large {
	struct buf rows;
	unsigned apps;			/* so far */
};

/* One more app with the ports from LOW on, all of one text; IP 0: on every address. Returns its number. */
static unsigned
add_app(struct large *l, unsigned ip, unsigned low, unsigned width, const char *protocol)
{
	unsigned app = l->apps++;
	char address[32] = "";

	if (ip)
		(void)snprintf(address, sizeof address, "10.0.%u.%u", ip / 256, ip % 256);
	for (unsigned n = 0; n < width; n++)
		buf_printf(&l->rows,
		    "port,a%03u,1,a%03u,,s,%s,%u,80,%s,literal,,a%03u/c,20,9,%u-%u,a%03u/c,20,9,%u-%u\n",
		    app, app, address, low + n, protocol, app, low, low + width - 1, app, low,
		    low + width - 1);
	return app;
}

/* Fills the group of PORT with apps that clash with nobody. */
static void
make_large(struct large *l, unsigned port)
{
	for (unsigned i = 0; i < TOO_MANY; i++)
		(void)add_app(l, 0x800 + i, port, 1, "udp");
}

/* Apps of which each moves only when the one before has moved: a step for each. The first leaves for three
 * others. Returns the one that moves in step STEPS; the ports of the chain run from LOW on, or down to it. */
static unsigned
add_chain(struct large *l, unsigned ip, unsigned low, unsigned steps, bool is_down)
{
	unsigned high = low + steps, app = add_app(l, 0, is_down ? high - 1 : low, 2, "tcp");

	for (unsigned i = 0; i < 3; i++)
		(void)add_app(l, ip + i, is_down ? high : low, 1, "tcp");
	for (unsigned step = 1; step < steps; step++) {
		unsigned own = is_down ? high - 1 - step : low + 1 + step;

		app = add_app(l, 0, own, 1, "tcp");
		(void)add_app(l, ip + 3 + step % 2, is_down ? own : own - 1, 2, "tcp");
	}
	return app;
}

static void
choose_in_large(struct large *l, struct keep_unit *units)
{
	LAB(lab);

	lab_pairs(&lab, l->rows.ptr);
	assert_int_equal(lab.d.units.count, l->apps);
	for (unsigned i = 0; i < l->apps; i++)
		units[i].is_asked = true;
	keep_choose(units, &lab.d);
	buf_release(&l->rows);
}

static void
a_large_group_gets_better_step_by_step(void **state)
{
	struct large l = { .rows = BUF_INIT };
	struct keep_unit k[ADDED_MAX] = { { 0 } };
	unsigned last = add_chain(&l, 0x100, 6000, 4, false), next = last + 1;

	(void)state;
	make_large(&l, 6000);
	choose_in_large(&l, k);
	assert_false(k[0].stays);
	assert_true(k[1].stays && k[2].stays && k[3].stays);
	for (unsigned i = 4; i < next; i++)
		assert_int_equal(k[i].stays, i % 2);
	assert_false(k[last].stays);
	assert_int_equal(k[last].winner, next);
}

static void
whom_the_last_step_frees_stays(void **state)
{
	struct large l = { .rows = BUF_INIT };
	struct keep_unit k[ADDED_MAX] = { { 0 } };
	unsigned up = add_chain(&l, 0x100, 6000, 8, false), down = add_chain(&l, 0x200, 6009, 8, true),
		 between = add_app(&l, 0x300, 6008, 2, "tcp");

	(void)state;
	make_large(&l, 6008);
	choose_in_large(&l, k);
	assert_true(!k[up].stays && !k[down].stays);
	assert_true(k[between].stays);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_stays),
		cmocka_unit_test(each_group_is_chosen_by_itself),
		cmocka_unit_test(what_must_move_bars_nobody),
		cmocka_unit_test(what_cannot_move_stays_before_the_first),
		cmocka_unit_test(the_registry_goes_before_what_cannot_move),
		cmocka_unit_test(the_fewest_move),
		cmocka_unit_test(what_was_tried_is_undone),
		cmocka_unit_test(what_is_accepted_is_shared),
		cmocka_unit_test(who_cannot_move_and_clashes_is_disputed),
		cmocka_unit_test(no_way_is_cheaper_in_a_small_fleet),
		cmocka_unit_test(a_large_group_gets_better_step_by_step),
		cmocka_unit_test(whom_the_last_step_frees_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
