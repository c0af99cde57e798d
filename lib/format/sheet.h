/* sheet: rows as CSV (RFC 4180), for programs and for spreadsheets.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FORMAT_SHEET_H
#define BERTH_FORMAT_SHEET_H

#include <stdbool.h>

struct buf;
struct rows;

/* Appends a header row and the rows. With SAFE, a cell that a spreadsheet would take for a formula (it
 * begins with = + - @, also in their full width, with a tab or a line end, and is no number) gets an
 * apostrophe before it. */
void sheet_add(struct buf *, const struct rows *, bool safe);
/* The rows alone. */
void sheet_add_more(struct buf *, const struct rows *, bool safe);

#endif
