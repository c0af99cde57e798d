/* rules: whether a row of a plan is one that plan could have written, before any file is looked at.
 * SPDX-License-Identifier: MIT
 *
 * A plan is a file that anyone may have edited. What a row may put into a file is bound by its reason: a
 * port is a number, a name is a name, an inserted line is one line that sets one variable. Nothing else
 * gets into a compose file that Docker will run. plan asks too, of what it is about to write: an app whose
 * texts would have it write anything else is left to a person, and no other app is refused with it. */
#ifndef BERTH_STREAM_RULES_H
#define BERTH_STREAM_RULES_H

#include <stdbool.h>

#include "base/mem.h"
#include "base/str.h"

struct change;
struct error;
struct rules;

struct rules *rules_open(void);
void rules_close(struct rules *);
/* Whether FILE is one that Compose reads by itself onto the compose file of APP, a folder. */
bool rules_is_override(struct str file, struct str app);
/* 0 where the row may stand in a plan; else -1 and what is wrong with it. Problem rows always may. */
int rules_check(struct rules *, const struct change *, struct error *);

MEM_AUTO_PTR(rules);

#endif
