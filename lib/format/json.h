/* json: rows as an array of objects (RFC 8259).
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FORMAT_JSON_H
#define BERTH_FORMAT_JSON_H

#include "base/str.h"

struct buf;
struct rows;

/* Appends S as a text, with its quotes. `<`, `>` and `&` are escaped too, so that it may stand in a <script>
 * of a page. */
void json_text(struct buf *, struct str s);
/* Appends `[{"column":value,…},…]`, an object a line, and a final newline. Numbers are numbers, null is
 * null. JSON has only Unicode: a byte that is not UTF-8 becomes U+FFFD; CSV has it as it is. */
void json_add(struct buf *, const struct rows *);

#endif
