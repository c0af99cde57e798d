/* serves: images that have a standard port for the sake of others, who look for them there alone.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_SERVES_H
#define BERTH_SCAN_SERVES_H

#include <stdint.h>

#include "base/str.h"

/* What IMAGE serves on host port PORT (`dns`, `mail`, `proxy`); empty: it is no port that anybody has to find
 * it on. docs/decisions.md has the table with its reasons. */
struct str serves_what(struct str image, uint16_t port);

#endif
