/* difference: two audits side by side.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_DIFFERENCE_H
#define BERTH_REPORT_DIFFERENCE_H

#include <stdbool.h>

struct audit;
struct error;

/* Opens an audit whose table compared holds those who clash in EARLIER and in LATER: each a file of
 * findings (`-`: standard input), or of the database DB found, planned or now, which are moments of its
 * last plan, the number of an audit, or the id of the plan that an audit was made for. */
int difference_open(struct audit **ret, const char *earlier, const char *later, const char *db, bool partial,
    struct error *);

#endif
