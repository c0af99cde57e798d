/* cache: documents that differ in digits alone are parsed once.
 * SPDX-License-Identifier: MIT
 *
 * The files of generated apps are alike but for ports and numbers. Where a file has the bytes of an earlier
 * one but for digits, libyaml would find the same structure, so the tree of the earlier one is copied and the
 * scalars that differ are typed anew. What digits could mean to the structure (anchors, tags, directives, the
 * header of a block, escapes) is parsed always. */
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
