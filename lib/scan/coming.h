/* coming: texts of an app as they will be once the .env.example is copied to the .env that is missing.
 * SPDX-License-Identifier: MIT
 *
 * `http://localhost:${PORT}` is no address as long as nothing sets PORT. What it will be tells what has to
 * change in the copy. */
#ifndef BERTH_SCAN_COMING_H
#define BERTH_SCAN_COMING_H

#include "compose/project.h"
#include "syntax/env.h"

/* What the copy will set; NULL: none is to come. Whether it comes the planner decides. */
const struct env *coming_settings(struct arena *, const struct project *);
/* Whether TEXT lacks a number that SETTINGS have. *RET is then the text with all that they set in it; its
 * pieces of theirs are where they stand in the .env.example. False as well where the text or a value is
 * longer than that of any address. */
bool coming_text(struct arena *, const struct env *settings, struct trace text, struct trace *ret);

#endif
