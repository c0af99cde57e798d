/* pair: which published ports of an app are its backend and its frontend.
 * SPDX-License-Identifier: MIT
 *
 * By the variable that a host port comes from, else by the service's name, then that service's first fixed
 * port. Of several the one whose name is most fully matched, then the first. A rule is read-only after
 * pair_open and may be shared by threads. */
#ifndef BERTH_SCAN_PAIR_H
#define BERTH_SCAN_PAIR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "compose/project.h"

struct error;
struct match;
struct pair_rule;

/* Matched without regard to case, anywhere in the name. */
#define PAIR_BACKEND "(?<![a-z])(?:backend|back|api|server|flask|django|fastapi|express)(?![a-z])"
#define PAIR_FRONTEND "(?<![a-z])(?:frontend|front|web|webapp|client|ui|react|vite|vue|next|nuxt)(?![a-z])"

struct pair {
	const struct project_port *backend, *frontend;	/* NULL: none */
};

/* NULL: the patterns above. */
int pair_rule_open(struct pair_rule **ret, const char *backend, const char *frontend, struct error *);
void pair_rule_close(struct pair_rule *);
struct pair pair_find(const struct pair_rule *, struct match *, const struct project *);
/* Whether VARIABLE is called after a backend or frontend. */
bool pair_names(const struct pair_rule *, struct match *, struct str variable);
/* Whether port B of service SB is backend or frontend where port A of SA is: the same text decides both,
 * or both are one number of one service (its tcp and its udp port). */
bool pair_is_one(const struct project_service *sa, const struct project_port *a,
    const struct project_service *sb, const struct project_port *b);

MEM_AUTO_PTR(pair_rule);

#endif
