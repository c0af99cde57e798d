/* remote_reference: texts of an app that give a port which it publishes to a host that may be this one.
 * SPDX-License-Identifier: MIT
 *
 * Of `https://cloud.example.com:8443` nobody can tell where that is; but an app that publishes 8443 itself
 * means that more often than not. Where the same variable gives both their number it does. What a service's
 * `extra_hosts` calls this host is this host, there. */
#ifndef BERTH_SCAN_REMOTE_REFERENCE_H
#define BERTH_SCAN_REMOTE_REFERENCE_H

#include "scan/reference.h"

/* Adds what is one in TEXT, after port_reference_search of it. LIKE: where it stands. */
void remote_reference_search(struct reference_search *, struct reference like, struct trace text);

#endif
