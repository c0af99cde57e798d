/* port_reference: texts of an app that name a port of this host as an address, whoever has it.
 * SPDX-License-Identifier: MIT
 *
 * Healthchecks, commands and entrypoints run inside the container, where the host's ports are not, unless it
 * is on the host's network; and so does what listens. A text that is an address there stays, wherever else it
 * is used. */
#ifndef BERTH_SCAN_PORT_REFERENCE_H
#define BERTH_SCAN_PORT_REFERENCE_H

#include "scan/reference.h"

/* Notes what decides the app's ports, now and with a .env that is a copy of .env.example, whose variables are
 * EXAMPLES: before any search. */
void port_reference_prepare(struct reference_search *, const struct env *examples);
/* Adds what is one in TEXT. LIKE: where it stands. Whether there was one. */
bool port_reference_search(struct reference_search *, struct reference like, struct trace text);
/* IMAGE, of a service, may be one of a registry on this host (`localhost:5000/shop`), which the engine asks
 * for it: no container does. */
void port_reference_image(struct reference_search *, struct reference like, struct trace image);
/* TEXT is read by the engine, which is on this host, as the options of a log's driver are. */
void port_reference_of_engine(struct reference_search *, struct reference like, struct trace text);
/* Whether the app publishes the port NUMBER, by itself and not in a range. */
bool port_reference_is_published(struct reference_search *, uint64_t number);
/* The whole of TEXT is the number of a port of the app's. */
void port_reference_add(struct reference_search *, struct reference like, struct trace text);
/* Whether DIGITS change whenever a port of the app's does, with no edit of their own. */
bool port_reference_follows(const struct reference_search *, struct trace digits);
/* At DIGITS of TEXT is the port of an address, which LIKE has already. */
void port_reference_add_digits(
    struct reference_search *, struct reference like, struct trace text, struct span digits);
/* `http://localhost:${PORT}` becomes an address as soon as PORT is set. Marks such expansions. */
void port_reference_mark_coming(
    struct reference_search *, const struct reference *like, struct trace text);
/* Adds such addresses of which the .env.example sets the port, where it is to become the .env. */
void port_reference_search_coming(struct reference_search *, struct reference like, struct trace text);
/* At the end: what a program in the container goes by is left alone, though other texts take it for an
 * address of the host. */
void port_reference_doubt(struct reference_search *);

#endif
