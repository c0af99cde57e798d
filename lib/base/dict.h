/* dict: which number a text has.
 * SPDX-License-Identifier: MIT
 *
 * A dict finds the number of a text without looking at the others. Its owner gives each text its number,
 * most often the index of the text's entry in an array of the owner's, and may walk `entries` in the order
 * in which they were added. No text is ever taken out, and a number stays as it is. What identifies a thing
 * need not be a text: the bytes of a struct without padding will do. */
#ifndef BERTH_BASE_DICT_H
#define BERTH_BASE_DICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"

#define DICT_NONE UINT32_MAX

struct dict_entry {
	struct str key;
	uint32_t hash, number;
};

struct dict {
	struct arena *arena;		/* where the table lives; NULL: on the heap, until dict_release */
	bool folds;			/* A-Z is taken as a-z */
	struct dict_entry *entries;
	size_t count, cap;
	uint32_t *slots;		/* private: index + 1 of entries, by hash; 0: free */
	size_t slot_count;		/* private: a power of two, or 0 */
};

#define DICT_INIT { NULL, false, NULL, 0, 0, NULL, 0 }
/* One that ends when the arena is reset, with no release. */
#define DICT_IN(arena) { (arena), false, NULL, 0, 0, NULL, 0 }

/* The number of KEY; DICT_NONE where it was never added. */
uint32_t dict_find(const struct dict *, struct str key);
/* Gives KEY the number NUMBER unless it has one already. Returns the number that it has now, so whoever gives
 * each new key a number of its own sees by the result whether KEY is new. KEY is borrowed for the dict's
 * life. */
uint32_t dict_add(struct dict *, struct str key, uint32_t number);
/* As dict_add, but of a KEY that is new the dict holds a copy in COPIES, NUL behind it. */
uint32_t dict_add_copy(struct dict *, struct arena *copies, struct str key, uint32_t number);
void dict_release(struct dict *);

MEM_AUTO(dict);

#endif
