/* crowd: whom a claim is shown, and whom it is spared.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "fleet/crowd.h"

struct asked {
	unsigned times;
	uint32_t but;		/* this one does not clash */
	enum crowd_answer but_answer;
};

static enum crowd_answer
ask(void *context, uint32_t number)
{
	struct asked *a = context;

	a->times++;
	return number == a->but ? a->but_answer : CROWD_CLASHES;
}

static struct crowd_claim
claim(uint32_t app, const char *ip, const char *profile)
{
	return (struct crowd_claim){ 80, app, str_from(ip), str_from(profile) };
}

static void
the_first_that_overlaps_is_found(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	struct crowd c = CROWD_IN(&a);
	const char *ips[] = { "10.0.0.1", "::1", "10.0.0.2", "0.0.0.0", "" };
	struct asked asked = { 0, CROWD_NONE, CROWD_DOES_NOT };
	struct crowd_claim x = claim(9, "10.0.0.2", "");

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		struct crowd_claim one = claim(i, ips[i], "");

		crowd_add(&c, &one, i);
	}
	assert_int_equal(crowd_find(&c, &x, ask, &asked), 2);
	x.ip = STR("10.0.0.3");
	assert_int_equal(crowd_find(&c, &x, ask, &asked), 3);
	x.ip = STR("fe80::1");
	assert_int_equal(crowd_find(&c, &x, ask, &asked), 4);
	x.ip = STR("::");
	assert_int_equal(crowd_find(&c, &x, ask, &asked), 1);
	x.ip = STR("");
	assert_int_equal(crowd_find(&c, &x, ask, &asked), 0);
	x.thing = 81;
	assert_int_equal(crowd_find(&c, &x, ask, &asked), CROWD_NONE);
}

static void
who_says_no_is_passed_over(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	struct crowd c = CROWD_IN(&a);
	struct asked asked = { 0, 0, CROWD_DOES_NOT };
	struct crowd_claim one = claim(1, "", ""), two = claim(2, "", ""), x = claim(9, "", "");

	(void)state;
	crowd_add(&c, &one, 0);
	crowd_add(&c, &one, 1);
	crowd_add(&c, &two, 2);
	assert_int_equal(crowd_find(&c, &x, ask, &asked), 1);
	asked.but_answer = CROWD_APP_DOES_NOT;
	assert_int_equal(crowd_find(&c, &x, ask, &asked), 2);
}

static void
profiles_count_within_an_app_alone(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	struct crowd c = CROWD_IN(&a);
	struct asked asked = { 0, CROWD_NONE, CROWD_DOES_NOT };
	struct crowd_claim one = claim(1, "", "cpu"), x = claim(1, "", "gpu,cpux");

	(void)state;
	crowd_add(&c, &one, 0);
	assert_int_equal(crowd_find(&c, &x, ask, &asked), CROWD_NONE);
	x.app = 2;
	assert_int_equal(crowd_find(&c, &x, ask, &asked), 0);
	x = claim(1, "", "gpu,cpu");
	assert_int_equal(crowd_find(&c, &x, ask, &asked), 0);
	x.profile = STR("");
	assert_int_equal(crowd_find(&c, &x, ask, &asked), 0);
	one = claim(1, "", "");
	crowd_add(&c, &one, 1);
	x.profile = STR("gpu");
	assert_int_equal(crowd_find(&c, &x, ask, &asked), 1);
}

/* Nobody is asked about those that cannot mind. */
static void
many_that_do_not_mind_are_not_asked(void **state)
{
	AUTO(arena) a = ARENA_INIT;
	struct crowd c = CROWD_IN(&a);
	struct asked asked = { 0, CROWD_NONE, CROWD_DOES_NOT };
	static char texts[2000][24];

	(void)state;
	for (uint32_t i = 0; i < 2000; i++) {
		struct crowd_claim one;

		if (i % 2)
			(void)snprintf(texts[i], sizeof *texts, "p%u", i);
		else
			(void)snprintf(texts[i], sizeof *texts, "10.0.%u.%u", i / 200, i % 200);
		one = i % 2 ? claim(1, "127.0.0.1", texts[i]) : claim(i + 2, texts[i], "");
		assert_int_equal(crowd_find(&c, &one, ask, &asked), CROWD_NONE);
		crowd_add(&c, &one, i);
	}
	assert_int_equal(asked.times, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_that_overlaps_is_found),
		cmocka_unit_test(who_says_no_is_passed_over),
		cmocka_unit_test(profiles_count_within_an_app_alone),
		cmocka_unit_test(many_that_do_not_mind_are_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
