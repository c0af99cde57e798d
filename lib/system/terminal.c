/* terminal: what the other end of a descriptor can show.
 * SPDX-License-Identifier: MIT */
#include "system/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/str.h"

enum { USUAL_WIDTH = 80, WIDEST = 10000 };

size_t
terminal_width(int fd)
{
	struct winsize size;
	uint64_t n;

	if (!isatty(fd))
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (str_to_uint(str_from(getenv("COLUMNS")), WIDEST, &n) && n > 0)
		return (size_t)n;
	return USUAL_WIDTH;
}

size_t
terminal_height(int fd)
{
	struct winsize size;

	return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 1 ? size.ws_row - 1U : 0;
}

int
terminal_colour(int fd, const char *when, bool *ret, struct error *err)
{
	const char *off = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when && strcmp(when, "auto") != 0) {
		*ret = strcmp(when, "always") == 0;
		if (*ret || strcmp(when, "never") == 0)
			return 0;
		(void)error_set(err, "--color is always, never or auto, not '%s'", when);
		return error_about(err, when);
	}
	*ret = isatty(fd) && !(off && *off) && !(term && strcmp(term, "dumb") == 0);
	return 0;
}

bool
terminal_is_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct str value = str_from(getenv(names[i]));
		size_t dot = str_find(value, 0, '.');
		struct str code = str_sub(value, dot + 1, value.len);

		if (value.len == 0)
			continue;
		code.len = str_find(code, 0, '@');
		return str_eq_fold(code, STR("utf-8")) || str_eq_fold(code, STR("utf8"));
	}
	return false;
}
