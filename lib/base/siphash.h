/* siphash: a digest that nobody can make or guess the text of who has not the key (SipHash-2-4).
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_BASE_SIPHASH_H
#define BERTH_BASE_SIPHASH_H

#include <stdint.h>

#include "base/str.h"

struct siphash_key {
	uint64_t k0, k1;
};

uint64_t siphash(const struct siphash_key *, struct str text);

#endif
