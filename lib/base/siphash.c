/* siphash: a digest that nobody can make or guess the text of who has not the key.
 * SPDX-License-Identifier: MIT
 *
 * SipHash-2-4 by Aumasson and Bernstein (2012). xxHash is no such: whoever knows a digest of that and its
 * text can find the seed. */
#include "base/siphash.h"

static uint64_t
rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static void
mix(uint64_t v[4], int rounds)
{
	while (rounds-- > 0) {
		v[0] += v[1];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[0] = rotate(v[0], 32);
		v[2] += v[3];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] += v[3];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] += v[1];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[2] = rotate(v[2], 32);
	}
}

/* The COUNT bytes at P as a number, the first the lowest. */
static uint64_t
word_of(const char *p, size_t count)
{
	uint64_t word = 0;

	for (size_t i = 0; i < count; i++)
		word |= (uint64_t)(unsigned char)p[i] << 8 * i;
	return word;
}

uint64_t
siphash(const struct siphash_key *key, struct str s)
{
	uint64_t v[4] = { key->k0 ^ 0x736f6d6570736575, key->k1 ^ 0x646f72616e646f6d,
		key->k0 ^ 0x6c7967656e657261, key->k1 ^ 0x7465646279746573 };

	for (size_t at = 0; at <= s.len; at += 8) {
		size_t left = s.len - at < 8 ? s.len - at : 8;
		uint64_t word = left ? word_of(s.ptr + at, left) : 0;

		if (left < 8)
			word |= (uint64_t)s.len << 56;
		v[3] ^= word;
		mix(v, 2);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	mix(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
