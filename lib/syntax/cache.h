/* cache: documents that differ in words alone are parsed once.
 * SPDX-License-Identifier: MIT
 *
 * The files of apps that were made from one another are alike but for names, ports and what comments say.
 * Where a file is an earlier one with other words, longer or shorter, libyaml would find the same
 * structure, so the tree of the earlier one is copied, and scalars that differ get their value and type
 * anew. Where words could mean something to the structure (anchors, tags, directives, the header of a
 * block, escapes), or a line is long, a file is parsed. */
#ifndef BERTH_SYNTAX_CACHE_H
#define BERTH_SYNTAX_CACHE_H

#include "base/mem.h"
#include "syntax/document.h"

/* Of one thread. Its memory is bounded, whatever it is given. */
struct cache;

struct cache *cache_open(void);
/* What cache_read gave ends with it: values that are alike are shared. */
void cache_close(struct cache *);
/* As document_read, which it asks where it knows no like. */
int cache_read(struct cache *, struct arena *, struct source *, struct document *ret, struct error *err);

MEM_AUTO_PTR(cache);

#endif
