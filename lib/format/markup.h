/* markup: text as HTML and SVG may hold it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FORMAT_MARKUP_H
#define BERTH_FORMAT_MARKUP_H

#include "base/buf.h"
#include "base/str.h"

/* Appends S so that it is text and nothing else, between tags and within a quoted attribute: & < > " ' are
 * escaped, and what a terminal must not be shown (control characters, bytes that are no UTF-8, turns of
 * the reading direction) is written out. */
void markup_text(struct buf *, struct str s);
/* The same between tags, with places where a long path or name may be broken into lines. */
void markup_wrapped(struct buf *, struct str s);

#endif
