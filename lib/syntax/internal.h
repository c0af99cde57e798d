/* internal: what the files of this room use of each other.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYNTAX_INTERNAL_H
#define BERTH_SYNTAX_INTERNAL_H

struct error;
struct node;

/* Sets the type of scalar N by its style, tag and value. Returns -1 where the value is not of the tag's
 * type. */
int scalar_type(struct node *n, struct error *err);

#endif
