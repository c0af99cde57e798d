/* port_reference: texts of an app that name one of its own published host ports as an address.
 * SPDX-License-Identifier: MIT
 *
 * Healthchecks, commands and entrypoints run inside the container, where the host's ports are not, unless it
 * is on the host's network; and so does what listens. A text that is an address there stays, wherever else it
 * is used. */
#ifndef BERTH_SCAN_PORT_REFERENCE_H
#define BERTH_SCAN_PORT_REFERENCE_H

#include "scan/port_set.h"
#include "scan/reference.h"

/* Puts the app's host ports in the set, or takes them out again: the ports as they are, or with EXAMPLES
 * the ports that a copy of .env.example would give. */
void port_reference_put(struct reference_search *, const struct env *examples, bool there);
/* Adds what is one in TEXT. LIKE: where it stands. Whether there was one. */
bool port_reference_search(struct reference_search *, struct reference like, struct trace text);
/* `http://localhost:${PORT}` becomes an address as soon as PORT is set. Marks such expansions. */
void port_reference_mark_coming(
    struct reference_search *, const struct reference *like, struct trace text);
/* At the end: what a program in the container goes by is left alone, though other texts take it for an
 * address of the host. */
void port_reference_doubt(struct reference_search *);

#endif
