/* resource: what an app makes or joins on the host beside its ports and containers: volumes and networks, the
 * names that other projects' containers find its services by, the tags that it builds.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_RESOURCE_H
#define BERTH_SCAN_RESOURCE_H

#include "base/str.h"
#include "scan/writer.h"

struct project_service;

/* How many containers the service runs; empty for one. */
struct str resource_replicas(const struct writer *, const struct project_service *);
/* A finding for each. */
void resource_write(struct writer *);

#endif
