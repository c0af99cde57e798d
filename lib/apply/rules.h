/* rules: whether a row of a plan is one that plan could have written, before any file is looked at.
 * SPDX-License-Identifier: MIT
 *
 * A plan is a file that anyone may have edited. What a row may put into a file is bound by its reason: a
 * port is a number, a name is a name, an inserted line is one line that sets one variable. Nothing else
 * gets into a compose file that Docker will run. */
#ifndef BERTH_APPLY_RULES_H
#define BERTH_APPLY_RULES_H

#include "base/mem.h"

struct change;
struct error;
struct vet;

int vet_open(struct vet **ret, struct error *);
void vet_close(struct vet *);
/* 0 where the row may stand in a plan; else -1 and what is wrong with it. Problem rows always may. */
int vet_change(struct vet *, const struct change *, struct error *);

MEM_AUTO_PTR(vet);

#endif
