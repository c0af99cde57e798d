/* paint: a diff in colours.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FORMAT_PAINT_H
#define BERTH_FORMAT_PAINT_H

#include "base/str.h"

struct buf;

/* Appends the lines of DIFF (display_add_lines has made them safe) in git's colours: what goes red, what
 * comes green, places cyan, files bold. */
void paint_diff(struct buf *, struct str diff);

#endif
