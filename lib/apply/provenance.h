/* provenance: whether the rows of a plan are those that the registry wrote it with.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_APPLY_PROVENANCE_H
#define BERTH_APPLY_PROVENANCE_H

struct changeset;
struct error;
struct store;

/* -1, with the row as place, where the registry does not know the plan or no longer its rows, or where a row
 * of the set is none of them: rows may be deleted from a plan, but not edited. */
int provenance_check(struct store *, const struct changeset *, struct error *);

#endif
