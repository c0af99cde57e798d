/* split_reference: settings that name a port of this host by its number alone.
 * SPDX-License-Identifier: MIT
 *
 * `DB_HOST=host.docker.internal` beside `DB_PORT=5432` is an address in two settings. `SSH_PORT=2222` by
 * itself may be what clients are told, where the app publishes that number and none of its containers has
 * it. */
#ifndef BERTH_SCAN_SPLIT_REFERENCE_H
#define BERTH_SCAN_SPLIT_REFERENCE_H

#include "scan/reference.h"

/* Adds item I of TEXTS, settings of the service that is searched, where it is one. LIKE: where it stands. */
void split_reference_search(
    struct reference_search *, struct reference like, const struct project_texts *texts, size_t i);
/* The same of the app's .env, which programs on the host read too: where the app publishes the port. */
void split_reference_settings(struct reference_search *);
/* At the end: of a number alone that is known as an address's by then, that is told. */
void split_reference_doubt(struct reference_search *);

#endif
