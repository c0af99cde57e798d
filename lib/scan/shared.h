/* shared: secrets of an app as digests, by which those are found that several apps share.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_SHARED_H
#define BERTH_SCAN_SHARED_H

#include "base/siphash.h"
#include "scan/writer.h"

/* Writes a `secret` record for each value in the app's .env, and in the environment of its services, whose
 * variable says that it is one. KEY is of this scan alone, so that a digest tells nobody but its own stream
 * anything. */
void shared_write(struct writer *, const struct siphash_key *key);

#endif
