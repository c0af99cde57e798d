/* nearest: which of some words a mistyped one most likely was.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_BASE_NEAREST_H
#define BERTH_BASE_NEAREST_H

#include <stddef.h>

/* The nearest of COUNT names to WORD by edit distance; NULL where none is near enough to be worth saying. */
const char *nearest_find(const char *word, const char *const *names, size_t count);

#endif
