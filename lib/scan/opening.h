/* opening: published ports that listen on all addresses, with the text that an address would go to.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_OPENING_H
#define BERTH_SCAN_OPENING_H

#include "scan/writer.h"

/* Writes an `open` record for each mapping of the project that is published so. */
void opening_write(struct writer *);

#endif
