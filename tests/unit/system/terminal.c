/* terminal: what a descriptor can show, by the terminal, then by the environment.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include <sys/ioctl.h>

#include "system/terminal.h"

/* A terminal of COLUMNS (0: it does not say). */
static int
open_terminal(int *ret_other, unsigned short columns)
{
	struct winsize size = { .ws_row = 24, .ws_col = columns };
	int other = posix_openpt(O_RDWR | O_NOCTTY), fd;

	assert_true(other >= 0);
	assert_int_equal(grantpt(other), 0);
	assert_int_equal(unlockpt(other), 0);
	fd = open(ptsname(other), O_RDWR | O_NOCTTY);
	assert_true(fd >= 0);
	assert_int_equal(ioctl(fd, TIOCSWINSZ, &size), 0);
	*ret_other = other;
	return fd;
}

static void
width_is_the_terminals(void **state)
{
	int other, fd = open_terminal(&other, 123), file = open("/dev/null", O_RDONLY);

	(void)state;
	assert_int_equal(setenv("COLUMNS", "50", 1), 0);
	assert_int_equal(terminal_width(fd), 123);
	assert_int_equal(terminal_width(file), 0);
	assert_int_equal(terminal_width(-1), 0);
	(void)close(fd), (void)close(other), (void)close(file);
	fd = open_terminal(&other, 0);
	assert_int_equal(terminal_width(fd), 50);
	assert_int_equal(setenv("COLUMNS", "0", 1), 0);
	assert_int_equal(terminal_width(fd), 80);
	assert_int_equal(setenv("COLUMNS", "99999999999", 1), 0);
	assert_int_equal(terminal_width(fd), 80);
	assert_int_equal(unsetenv("COLUMNS"), 0);
	assert_int_equal(terminal_width(fd), 80);
	(void)close(fd), (void)close(other);
}

static bool
colour(int fd, const char *when)
{
	AUTO(error) err = ERROR_INIT;
	bool got;

	assert_int_equal(terminal_colour(fd, when, &got, &err), 0);
	return got;
}

static void
colours_are_asked_for_or_looked_up(void **state)
{
	int other, fd = open_terminal(&other, 80), file = open("/dev/null", O_RDONLY);
	AUTO(error) err = ERROR_INIT;
	bool got;

	(void)state;
	assert_int_equal(unsetenv("NO_COLOR"), 0);
	assert_int_equal(setenv("TERM", "xterm", 1), 0);
	assert_true(colour(fd, NULL) && colour(fd, "auto"));
	assert_false(colour(file, NULL) || colour(file, "auto"));
	assert_true(colour(file, "always"));
	assert_false(colour(fd, "never"));
	assert_int_equal(setenv("NO_COLOR", "", 1), 0);
	assert_true(colour(fd, NULL));
	assert_int_equal(setenv("NO_COLOR", "1", 1), 0);
	assert_false(colour(fd, NULL));
	assert_true(colour(fd, "always"));
	assert_int_equal(unsetenv("NO_COLOR"), 0);
	assert_int_equal(setenv("TERM", "dumb", 1), 0);
	assert_false(colour(fd, NULL));
	assert_int_equal(terminal_colour(fd, "sometimes", &got, &err), -1);
	scratch_error(&err, NULL, 0, "'sometimes'");
	(void)close(fd), (void)close(other), (void)close(file);
}

/* LC_ALL, LC_CTYPE, LANG: NULL is unset. */
static bool
is_utf8(const char *all, const char *ctype, const char *lang)
{
	const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" }, *const values[] = { all, ctype, lang };

	for (int i = 0; i < 3; i++)
		assert_int_equal(values[i] ? setenv(names[i], values[i], 1) : unsetenv(names[i]), 0);
	return terminal_is_utf8();
}

static void
the_first_locale_that_is_set_decides(void **state)
{
	(void)state;
	assert_true(is_utf8(NULL, NULL, "en_GB.UTF-8"));
	assert_true(is_utf8(NULL, NULL, "en_GB.utf8@euro"));
	assert_true(is_utf8("", "", "C.UTF-8"));
	assert_true(is_utf8("C.UTF-8", "C", "C"));
	assert_false(is_utf8("C", "C.UTF-8", "C.UTF-8"));
	assert_true(is_utf8(NULL, "C.UTF-8", "C"));
	assert_false(is_utf8(NULL, "C", "C.UTF-8"));
	assert_false(is_utf8(NULL, NULL, "de_DE.ISO-8859-1"));
	assert_false(is_utf8(NULL, NULL, "UTF-8.C"));
	assert_false(is_utf8(NULL, NULL, NULL));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(width_is_the_terminals),
		cmocka_unit_test(colours_are_asked_for_or_looked_up),
		cmocka_unit_test(the_first_locale_that_is_set_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
