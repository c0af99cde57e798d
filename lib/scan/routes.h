/* routes: the names that labels give to routers and services of Traefik.
 * SPDX-License-Identifier: MIT
 *
 * All containers of a host that Traefik sees have these names in common: of two routers with one name it
 * drops both, and of two services with one name each gets the other's requests. */
#ifndef BERTH_SCAN_ROUTES_H
#define BERTH_SCAN_ROUTES_H

#include "scan/writer.h"

/* Each name once for each service of Compose that gives it. */
void routes_write(struct writer *);

#endif
