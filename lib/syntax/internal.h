/* internal: what the files of this room use of each other.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYNTAX_INTERNAL_H
#define BERTH_SYNTAX_INTERNAL_H

struct error;
struct node;

/* Types scalar N by its style, tag and value. -1 where the tag refuses the value. */
int scalar_type(struct node *n, struct error *err);

#endif
