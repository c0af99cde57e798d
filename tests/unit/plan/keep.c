/* keep: the registry's port stays, then the one that cannot move, then the first; and the fewest move.
 * SPDX-License-Identifier: MIT */
#include "unit/plan/lab.h"

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
	keeps(&lab, PORT("a", "", "5432") FIXED("b") PORT("c", "", "5432"), "", "acBC");
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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_stays),
		cmocka_unit_test(what_must_move_bars_nobody),
		cmocka_unit_test(what_cannot_move_stays_before_the_first),
		cmocka_unit_test(the_registry_goes_before_what_cannot_move),
		cmocka_unit_test(the_fewest_move),
		cmocka_unit_test(what_was_tried_is_undone),
		cmocka_unit_test(what_is_accepted_is_shared),
		cmocka_unit_test(who_cannot_move_and_clashes_is_disputed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
