/* references: all texts of an app that name what an app has on the host.
 * SPDX-License-Identifier: MIT
 *
 * Looked for in the values of .env and .env.example, in environment, build arguments and labels, in what runs
 * in a container, and in what the engine reads: the options of log drivers and the images of a build. */
#ifndef BERTH_SCAN_REFERENCES_H
#define BERTH_SCAN_REFERENCES_H

#include "scan/reference.h"

struct writer;

void references_collect(struct reference_search *);
void references_write(struct writer *, const struct references *);

#endif
