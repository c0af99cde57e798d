/* proof: whether a fleet, as it was scanned, is free of clashes and of problems.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FRONT_PROOF_H
#define BERTH_FRONT_PROOF_H

#include <stdbool.h>

/* Asks in memory what `report conflicts` asks of the findings that FD gives, with what the file ACCEPT (NULL:
 * none) lets be. True only where that finds nothing; false as well where that is not certain here: the report
 * then answers, and says why. */
bool proof_holds(int fd, const char *accept);

#endif
