/* fit: an app of one host among those of another.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_FIT_H
#define BERTH_REPORT_FIT_H

struct audit;
struct audit_options;
struct error;
struct streams;

/* Opens an audit of the findings in the file TARGET (`-`: standard input) in which the apps of SOURCE's
 * streams that the pattern APP is for (identity_is_like) are as well, each called after its host
 * (`h1:m/app1`), but those that are TARGET's own already: they are in the table guests. -1 also where no
 * app is meant. */
int fit_open(struct audit **ret, const char *app, struct streams *source, const char *target,
    const struct audit_options *, struct error *);

#endif
