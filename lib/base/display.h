/* display: text as a terminal may be shown it: nothing in it moves the cursor, and its width is known.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_BASE_DISPLAY_H
#define BERTH_BASE_DISPLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

/* Appends S with what would move the cursor, change colours or turn the reading direction written out: \n,
 * \t, \x1b, \u202e. Bytes that are not UTF-8 become \xff. What comes out is UTF-8 of printable characters. */
void display_add(struct buf *, struct str s);
/* As display_add, for a text of lines: their ends (LF, CRLF) and tabs stay. */
void display_add_lines(struct buf *, struct str s);
/* The columns that S takes, S being what display_add gave: combining marks none, wide East Asian
 * characters and emoji two. */
size_t display_width(struct str s);
/* Appends S, which display_add gave, shortened to WIDTH columns at most, with MARK where something is left
 * out: the first parts of a path, so that MODEL/appN stays; else the middle. */
void display_fit(struct buf *, struct str s, size_t width, struct str mark);
/* What stands for what is left out: in ASCII three dots, as two before a slash would be the folder above. */
struct str display_ellipsis(bool ascii);
/* How much of S, which display_add gave, goes on a line of WIDTH columns: up to a blank where it has one. */
size_t display_wrap(struct str s, size_t width);
/* The code point at *AT, which moves behind it; 0xfffd and one byte where S is not UTF-8 there. *AT is
 * within S. */
uint32_t display_next(struct str s, size_t *at);

#endif
