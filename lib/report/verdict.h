/* verdict: whether a report can be had from an audit, and whether it found what must not be.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_VERDICT_H
#define BERTH_REPORT_VERDICT_H

#include <stdbool.h>

#include "report/audit.h"

struct audit;
struct error;
struct report;
struct rows;

/* Whether AUDIT is of what REPORT needs; else -1 with what to do about it. DB: the database's path, for
 * the message. */
int verdict_check(const struct audit *, const struct report *, const char *db, struct error *);
/* The same as a question; no report that needs two audits can be had of one. */
bool verdict_is_answerable(const struct audit *, const struct report *);
/* Runs REPORT, whose rows are then in RET. *ret_fails: whether they hold by its own rule (fails:) what must
 * not be. */
int verdict_ask(
    struct audit *, const struct report *, struct rows *ret, bool *ret_fails, struct error *);
/* The same; the rows go to TAKE, as of audit_pass. */
int verdict_pass(struct audit *, const struct report *, audit_take *take, void *context, bool *ret_fails,
    struct error *);

#endif
