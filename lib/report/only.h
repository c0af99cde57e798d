/* only: the rows of a report that are of the apps which were chosen.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_ONLY_H
#define BERTH_REPORT_ONLY_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct rows;

/* Patterns, as identity_is_like has them; none: all apps are chosen. */
struct only {
	const char *const *patterns;
	size_t count;
};

/* Whether the rows say which app they are of. */
bool only_is_about(const struct rows *);
/* Drops the rows that are of no chosen app, on neither of two sides; of rows that say no app none. */
void only_thin(const struct only *, struct rows *);
/* -1: a pattern is for none of APPS; of a mistyped one all would be well. */
int only_check(const struct only *, const struct rows *apps, struct error *);

#endif
