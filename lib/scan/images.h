/* images: the tags that an app builds, and who runs them.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_IMAGES_H
#define BERTH_SCAN_IMAGES_H

#include "scan/writer.h"

/* A finding for each service that builds a tag, or runs one that another of the app builds. ROOTFD is the
 * fleet's root, below which Dockerfiles stand. */
void images_write(struct writer *, int rootfd);

#endif
