/* terminal: what the other end of a descriptor can show.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYSTEM_TERMINAL_H
#define BERTH_SYSTEM_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* The columns of the terminal that FD is; where it does not say, $COLUMNS, else 80. 0: FD is no terminal. */
size_t terminal_width(int fd);
/* Its lines, of which one is left for the prompt; 0 where it does not say, or FD is none. */
size_t terminal_height(int fd);
/* Whether colours are wanted on FD: WHEN is always, never or auto (NULL: auto), which looks at FD,
 * $NO_COLOR and $TERM. */
int terminal_colour(int fd, const char *when, bool *ret, struct error *);
/* Whether the locale's encoding is UTF-8, by LC_ALL, LC_CTYPE, LANG. */
bool terminal_is_utf8(void);

#endif
