/* difference: two audits side by side.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_DIFFERENCE_H
#define BERTH_REPORT_DIFFERENCE_H

struct audit;
struct audit_options;
struct error;

/* Opens an audit whose table compared holds those who clash in EARLIER and in LATER: each a file of
 * findings (`-`: standard input), or of the database found, planned or now, which are moments of its
 * last plan, the number of an audit, or the id of the plan that an audit was made for. FROM says which
 * database, and how findings are read. */
int difference_open(struct audit **ret, const char *earlier, const char *later,
    const struct audit_options *from, struct error *);

#endif
