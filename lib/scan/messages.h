/* messages: what is to be said of an app in words: the reader's warnings and problems, and what is odd about
 * its ports.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_MESSAGES_H
#define BERTH_SCAN_MESSAGES_H

struct writer;

/* Writes a warning or problem record for each. */
void messages_write(struct writer *);

#endif
