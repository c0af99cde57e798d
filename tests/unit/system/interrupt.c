/* interrupt: who asks in time stops the work, who comes late is answered, and nobody ends it meanwhile.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "system/interrupt.h"

struct told {
	int count, late;
	struct interrupt_call last;
};

static void
tell(void *context, const struct interrupt_call *call)
{
	struct told *t = context;

	t->count++;
	t->late += call->is_late;
	t->last = *call;
}

static void
ask(int number)
{
	assert_int_equal(kill(getpid(), number), 0);
}

static void
in_time_it_stops_the_work(void **state)
{
	struct told told = { .count = 0 };
	struct interrupt *i = interrupt_begin((struct interrupt_answer){ tell, &told });

	(void)state;
	assert_false(interrupt_came(i));
	ask(SIGTERM);
	while (!interrupt_came(i))
		;
	assert_false(interrupt_pass(i));
	assert_int_equal(interrupt_end(i), SIGTERM);
	assert_true(told.count == 1 && told.late == 0);
	assert_true(told.last.signal == SIGTERM && !told.last.is_for_all);
}

static void
late_it_is_answered_each_time(void **state)
{
	struct told told = { .count = 0 };
	struct interrupt *i = interrupt_begin((struct interrupt_answer){ tell, &told });

	(void)state;
	assert_true(interrupt_pass(i));
	ask(SIGINT);
	(void)interrupt_came(i);
	ask(SIGHUP);
	assert_false(interrupt_came(i));
	assert_int_equal(interrupt_end(i), 0);
	assert_true(told.count == 2 && told.late == 2);
}

static void
what_is_ignored_stays_so(void **state)
{
	struct told told = { .count = 0 };
	struct interrupt *i;

	(void)state;
	assert_true(signal(SIGHUP, SIG_IGN) != SIG_ERR);
	i = interrupt_begin((struct interrupt_answer){ tell, &told });
	ask(SIGHUP);
	assert_false(interrupt_came(i));
	assert_int_equal(interrupt_end(i), 0);
	assert_int_equal(told.count, 0);
	assert_true(signal(SIGHUP, SIG_DFL) != SIG_ERR);
}

static void
a_program_finds_its_signals_as_they_were(void **state)
{
	struct interrupt *i = interrupt_begin((struct interrupt_answer){ NULL, NULL });
	sigset_t now;

	(void)state;
	assert_false(sigismember(interrupt_mask(i), SIGINT));
	assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &now), 0);
	assert_true(sigismember(&now, SIGINT) && sigismember(&now, SIGUSR1) && !sigismember(&now, SIGTSTP));
	assert_int_equal(interrupt_end(i), 0);
	assert_true(interrupt_pass(NULL) && !interrupt_came(NULL));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_time_it_stops_the_work),
		cmocka_unit_test(late_it_is_answered_each_time),
		cmocka_unit_test(what_is_ignored_stays_so),
		cmocka_unit_test(a_program_finds_its_signals_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
